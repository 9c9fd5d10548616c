"""All of the screen that belongs to one kind of network, a folder each."""
