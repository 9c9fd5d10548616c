"""Recurrent networks: cells, and backpropagation through time written out."""
