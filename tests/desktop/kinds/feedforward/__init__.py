"""The screen of feed-forward networks."""
