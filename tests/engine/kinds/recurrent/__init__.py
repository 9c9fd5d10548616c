"""tests/engine/kinds/recurrent."""
