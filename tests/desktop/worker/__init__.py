"""tests/desktop/worker."""
