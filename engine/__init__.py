"""Networks and their gradients: everything that is computed, nothing that is shown."""
