"""Views that belong to recurrent networks."""
