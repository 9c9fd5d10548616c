"""How shapes, text and marks are drawn fast; nothing of what they mean."""
