"""The composition root: every object made in order, and every connection between them."""
