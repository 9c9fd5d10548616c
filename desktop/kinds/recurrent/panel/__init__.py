"""Panels that belong to recurrent networks."""
