"""Pure functions from measured frames to what is drawn: no Qt, no torch."""
