"""What is shown of a pass through time: pure functions, without Qt and torch."""
