"""tests/engine/kinds/feedforward."""
