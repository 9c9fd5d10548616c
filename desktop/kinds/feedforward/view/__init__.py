"""Views that belong to feed-forward networks."""
