"""tests/engine/training."""
