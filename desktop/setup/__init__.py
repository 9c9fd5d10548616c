"""The start on a machine that has nothing but Python."""
