"""The command line: the window, and the commands that need no display."""
