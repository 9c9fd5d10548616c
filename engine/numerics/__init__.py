"""Activations, initialisers, losses, optimisers, reductions: what all kinds calculate with."""
