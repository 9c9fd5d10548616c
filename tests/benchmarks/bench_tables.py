"""A table of a million rows and five columns: our reader against a bare `pandas.read_csv`.

Ours finds the layout, the marks and the missing values, refuses what is unclear, and has
typed columns at the end; pandas splits and converts.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from engine.tasks.csv import Csv, select_columns
from tests.benchmarks.interleaving import measure_ratio

_ROWS = 1_000_000

GOALS = {f"tables: {kind}": ("<=", 3.0) for kind in ("numbers", "numbers and words")}


def measure() -> dict[str, float]:
    """The ratio for a table of numbers, and for one that has words as well."""
    rng = np.random.default_rng(0)
    numbers = pd.DataFrame(
        {
            "a": rng.normal(size=_ROWS).round(4),
            "b": rng.integers(0, 100, _ROWS),
            "c": rng.normal(size=_ROWS),
            "d": rng.normal(size=_ROWS).round(2),
            "y": rng.integers(0, 2, _ROWS),
        }
    )
    words = numbers.assign(
        d=rng.choice(["Ulm", "Bonn", "Kiel"], _ROWS), y=rng.choice(["yes", "no"], _ROWS)
    )
    ratios = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind, frame in (("numbers", numbers), ("numbers and words", words)):
            path = Path(folder) / "table.csv"
            frame.to_csv(path, index=False)
            task = Csv(path=str(path), target="y")
            ratios[f"tables: {kind}"] = measure_ratio(
                lambda task=task: select_columns(task, None),
                lambda path=path: pd.read_csv(path),
                rounds=7,
            )
    return ratios
