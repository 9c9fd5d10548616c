"""Activations, initialisers, losses, optimisers, reductions: the arithmetic that all kinds share."""
