"""tests/engine/numerics."""
