"""The dock in which an experiment is put together."""
