"""The worker thread and what passes between it and the window."""
