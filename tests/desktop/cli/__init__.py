"""tests/desktop/cli."""
