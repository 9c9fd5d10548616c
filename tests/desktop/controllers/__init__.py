"""tests/desktop/controllers."""
