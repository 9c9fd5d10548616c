"""A third kind of network, made in the tests: what a new kind needs, and nothing else."""
