"""How many drawn sequences a task has: fewer where they are very long."""

from __future__ import annotations

_MAX_NUMBERS = 8_000_000
HELD_OUT_SEQUENCES = 1_000


def count_sequences(length: int, most: int) -> int:
    """At most so many sequences of this length, to train on and held out together."""
    return max(1_024, min(most, _MAX_NUMBERS // length))
