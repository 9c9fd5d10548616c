"""The window around it all: docks, menus, actions."""
