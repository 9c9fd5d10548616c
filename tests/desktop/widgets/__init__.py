"""tests/desktop/widgets."""
