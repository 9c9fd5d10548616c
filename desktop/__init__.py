"""The desktop program: everything that is shown, and the commands."""
