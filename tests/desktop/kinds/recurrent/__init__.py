"""tests/desktop/kinds/recurrent."""
