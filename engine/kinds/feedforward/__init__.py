"""Feed-forward networks: layers, normalisations, skips, and their backward pass written out."""
