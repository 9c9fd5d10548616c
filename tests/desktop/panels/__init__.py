"""tests/desktop/panels."""
