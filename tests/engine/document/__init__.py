"""tests/engine/document."""
