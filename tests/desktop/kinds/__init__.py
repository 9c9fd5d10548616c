"""tests/desktop/kinds."""
