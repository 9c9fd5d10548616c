"""What is shown of a pass through layers: pure functions, without Qt and torch."""
