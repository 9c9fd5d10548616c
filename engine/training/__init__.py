"""Training: a run, its update, its timeline, its history."""
