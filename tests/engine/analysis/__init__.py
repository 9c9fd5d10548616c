"""tests/engine/analysis."""
