"""The inspector at 512 units: how long it holds the window's thread, and when its values are there.

Opening it lays out the theatre anew, as closing it does: the ratio says what its own share is.
"""

from __future__ import annotations

from statistics import median

from tests.benchmarks.processes import open_screen, run_probe

GOALS = {
    "inspector: first opening in ms, formulas loaded": ("<=", 50.0),
    "inspector: opening in ms": ("<=", 50.0),
    "inspector: opening, of closing": ("<=", 2.5),
    "inspector: selecting in ms": ("<=", 50.0),
    "inspector: values in ms": ("<=", 150.0),
}
_ROUNDS = 3


def measure() -> dict[str, float]:
    """Medians over windows of their own."""
    with open_screen() as environment:
        found = [run_probe("inspector", environment, load="wide", rounds=5) for _ in range(_ROUNDS)]
    return {
        "inspector: first opening in ms, formulas loaded": median(f["first_ms"] for f in found),
        "inspector: opening in ms": median(f["opening_ms"] for f in found),
        "inspector: opening, of closing": median(f["opening_ms"] / f["closing_ms"] for f in found),
        "inspector: selecting in ms": median(f["selecting_ms"] for f in found),
        "inspector: values in ms": median(f["values_ms"] for f in found),
    }
