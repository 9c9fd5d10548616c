"""Pictures and tables of the views."""
