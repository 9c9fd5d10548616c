"""Ratios of speed, measured interleaved in one process: `python3 tests --benchmarks`."""
