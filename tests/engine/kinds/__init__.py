"""tests/engine/kinds."""
