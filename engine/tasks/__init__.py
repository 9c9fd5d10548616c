"""The tasks: where a network's inputs and targets come from."""
