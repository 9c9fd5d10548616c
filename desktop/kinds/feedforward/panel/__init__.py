"""Panels that belong to feed-forward networks."""
