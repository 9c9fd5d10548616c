"""tests/desktop/model."""
