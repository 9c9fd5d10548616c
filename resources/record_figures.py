"""Measure every feed-forward scene with several seeds and write resources/scenes/FIGURES.md.

Run from the project's folder: `.venv/bin/python -m resources.record_figures`.
"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import torch
from msgspec.structs import replace

from engine import measure, scenes
from engine.network_parts import Feedforward
from engine.wording import spell

SEEDS = (7, 1, 2)
TARGET = Path(__file__).parent / "scenes" / "FIGURES.md"

HEADER = """# Measured figures of the feed-forward scenes

Written by `python -m resources.record_figures` with seeds {seeds} (torch {torch}, {machine}).
G₁/G_L and the first layer's update : weight belong to the pass before the first update; the
accuracy is on 4,000 held-out customers after all updates, and guessing reaches {majority}.
Three numbers in a cell are the three seeds, in that order; a document names its own (7, or 1).

| scene | G₁/G_L | update : weight | first verdict | accuracy | last verdict | NaN at update |
|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Measure and write."""
    torch.set_num_threads(1)
    lines, majority = [], ""
    for name in scenes.names():
        scene = scenes.load(name)
        if not isinstance(scene.network, Feedforward):
            continue
        results = [measure.measure(replace(scene, seed=seed)) for seed in SEEDS]
        majority = " / ".join(f"{result['final']['majority']:.3f}" for result in results)
        lines.append(_write_row(name, results))
    header = HEADER.format(
        seeds=", ".join(map(str, SEEDS)),
        torch=torch.__version__,
        machine=platform.machine(),
        majority=majority,
    )
    TARGET.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")


def _write_row(name: str, results: list[dict[str, Any]]) -> str:
    first = [result["initial"] for result in results]
    last = [result["final"] for result in results]
    nan = [result["first_nonfinite"] for result in results]
    cells = (
        name,
        " / ".join(spell(one["first_last_ratio"]) for one in first),
        " / ".join(spell(one["layers"][0]["update_ratio"]) for one in first),
        _join_words([one["verdict"]["kind"] for one in first]),
        " / ".join(f"{one['accuracy']:.3f}" for one in last),
        _join_words([one["verdict"]["kind"] for one in last]),
        _join_words(["–" if one is None else str(one["iteration"] + 1) for one in nan]),
    )
    return f"| {' | '.join(cells)} |"


def _join_words(words: list[str]) -> str:
    return words[0] if len(set(words)) == 1 else " / ".join(words)


if __name__ == "__main__":
    main()
