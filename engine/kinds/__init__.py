"""The kinds of network, a folder each, and what a kind is."""
