"""tests/desktop/panels/builder."""
