"""What reacts: to the timer, to the worker, to what the user asks for."""
