"""Views: each draws one display frame."""
