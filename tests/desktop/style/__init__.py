"""tests/desktop/style."""
