"""tests/engine/tasks."""
