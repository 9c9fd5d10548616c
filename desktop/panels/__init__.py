"""Panels: each shows an experiment and announces what the user intends."""
