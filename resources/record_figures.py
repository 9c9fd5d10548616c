"""Measure every scene over three seeds and write resources/experiments/FIGURES*.md.

Run from the project's folder: `.venv/bin/python -m resources.record_figures`. Every figure is
one that the command beside it prints: this script runs those commands and no other code.
"""

from __future__ import annotations

import io
import json
import platform
import shlex
import sys
from collections.abc import Iterable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import torch

from desktop.cli import main as cli
from desktop.display.scales import format_number
from engine import documents
from engine.document import scenes
from engine.kinds.feedforward.spec import Feedforward

FOLDER = Path(__file__).parent / "experiments"
COMMAND = "python3 desktop measure"

_BATCH_NORM_UPDATES = "--iterations 200"
_RADIUS = "--set network.recurrent_initialisation.spectral_radius"
_BIAS, _FORGET = "--set network.forget_bias", "--set network.gates.forget"
_SEVERAL: dict[str, tuple[str, ...]] = {
    "4-spectral-radius": ("", f"{_RADIUS}=1.0", f"{_RADIUS}=1.1"),
    "5-forget-gate": ("", f"{_BIAS}=1", f"{_BIAS}=3", f"{_FORGET}=0", f"{_FORGET}=1"),
    "6-autocomplete-rnn": ("", "--set network.cell=gru"),
    "6-autocomplete-lstm": (
        "",
        f"{_BIAS}=0 --iterations 400",
        f"{_BIAS}=1 --iterations 400",
        f"{_FORGET}=0 --iterations 400",
    ),
    "13-relu-batch-norm-depth-30": ("", _BATCH_NORM_UPDATES),
    "13-relu-batch-norm-depth-60": ("", _BATCH_NORM_UPDATES),
}
"""What is added to a scene's command, where a scene is more than its document."""

_HEADER = """# Measured figures of the {kind} scenes

Written by `python -m resources.record_figures` (torch {torch}, {machine}). Each row is what

    {command} …

prints for the arguments in its first column and three seeds, `--seed` {seeds} in that order: one
number where all three are the same.
{columns}

"""
FEEDFORWARD_COLUMNS = """
G₁/G_L is `initial.first_last_ratio`, update : weight `initial.layers[0].update_ratio`; the verdicts
are `initial.verdict.kind` and `final.verdict.kind`; accuracy and guessing are `final.accuracy` and
`final.majority`, on 4,000 held-out customers after all updates. NaN is
`first_nonfinite.iteration`: that many updates were made before it."""
FEEDFORWARD_HEAD = (
    *("G₁/G_L", "update : weight", "first verdict"),
    *("accuracy", "guessing", "last verdict", "NaN"),
)
RECURRENT_COLUMNS = """
g_hT[1]/g_hT[T] is `initial.first_last_ratio`, the verdict `initial.verdict.kind`; score and
guessing are `final.accuracy` and `final.majority` on held-out sequences, of the adding problem
`final.r2`, which is 0 for one who answers the mean.

With forget bias 1 the LSTM of scene 6 stands at the edge of learning: plain torch, with fresh
sentences in every batch, guessed after 400 updates for 23 of 25 seeds and told two of the four
causes apart for the other two. The more sentences are met again, the more seeds learn."""
RECURRENT_HEAD = ("g_hT[1]/g_hT[T]", "first verdict", "updates", "score", "guessing")


def requests(*, is_feedforward: bool) -> list[str]:
    """The arguments of every command whose figures are recorded, without its seed."""
    names = [
        name
        for name in scenes.experiments()
        if isinstance(documents.load_scene(name).network, Feedforward) is is_feedforward
    ]
    return [f"{name} {more}".strip() for name in names for more in _SEVERAL.get(name, ("",))]


def measure(request: str, seed: int) -> dict[str, Any]:
    """What `measure` prints for these arguments."""
    sys.stderr.write(f"{request} --seed {seed}\n")
    printed = io.StringIO()
    with redirect_stdout(printed):
        status = cli.main(["measure", *shlex.split(request), "--seed", str(seed)])
    if status:
        sys.exit(status)
    result: dict[str, Any] = json.loads(printed.getvalue())
    return result


def main() -> None:
    """Measure and write."""
    for file, kind, seeds, columns, head in (
        ("FIGURES.md", "feed-forward", (7, 1, 2), FEEDFORWARD_COLUMNS, FEEDFORWARD_HEAD),
        ("FIGURES_RECURRENT.md", "recurrent", (0, 1, 2), RECURRENT_COLUMNS, RECURRENT_HEAD),
    ):
        is_feedforward = kind == "feed-forward"
        write_row = _write_feedforward_row if is_feedforward else _write_recurrent_row
        text = _HEADER.format(
            kind=kind,
            torch=torch.__version__,
            machine=platform.machine(),
            command=COMMAND,
            seeds=", ".join(map(str, seeds)),
            columns=columns,
        )
        rows = [
            _join_cells(f"{COMMAND} …", *head),
            "|" + "---|" * (1 + len(head)),
            *(
                write_row(request, [measure(request, seed) for seed in seeds])
                for request in requests(is_feedforward=is_feedforward)
            ),
        ]
        (FOLDER / file).write_text(text + "\n".join(rows) + "\n", encoding="utf-8")


def _write_feedforward_row(request: str, results: list[dict[str, Any]]) -> str:
    first = [result["initial"] for result in results]
    last = [result["final"] for result in results]
    nan = [result["first_nonfinite"] for result in results]
    return _join_cells(
        f"`{request}`",
        _spell(one["first_last_ratio"] for one in first),
        _spell(one["layers"][0]["update_ratio"] for one in first),
        _join(one["verdict"]["kind"] for one in first),
        _spell(one["accuracy"] for one in last),
        _spell(one["majority"] for one in last),
        _join(one["verdict"]["kind"] for one in last),
        _join("–" if one is None else str(one["iteration"]) for one in nan),
    )


def _write_recurrent_row(request: str, results: list[dict[str, Any]]) -> str:
    first = [result["initial"] for result in results]
    last = [result["final"] for result in results]
    is_trained = last[0]["iteration"] > 0
    return _join_cells(
        f"`{request}`",
        _spell(one["first_last_ratio"] for one in first),
        _join(one["verdict"]["kind"] for one in first),
        _join(str(one["iteration"]) for one in last),
        _spell(one.get("r2", one["accuracy"]) for one in last) if is_trained else "–",
        _spell(one["majority"] or 0.0 for one in last) if is_trained else "–",
    )


def _join_cells(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _spell(values: Iterable[float | None]) -> str:
    return _join("–" if value is None else format_number(value, 3) for value in values)


def _join(words: Iterable[str]) -> str:
    listed = list(words)
    return listed[0] if len(set(listed)) == 1 else " / ".join(listed)


if __name__ == "__main__":
    main()
