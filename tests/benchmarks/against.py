"""This checkout beside another one: a folder, or a revision of the repository.

Each figure is measured by the same probe with the code of either, by turns, every
other round the other one first; what is told is the median of the rounds' ratios,
or of our own figures where the goal is one in milliseconds or megabytes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.benchmarks.goals import Goal, judge
from tests.benchmarks.processes import ROOT, open_screen, run_probe

LOADS = {"100": "100 x 64", "1000": "1,000 x 64", "lstm": "LSTM, T = 200"}
GOALS: dict[str, Goal] = {
    "first paint": ("<=", 1.05),
    "furnished start, CPU": ("<=", 1.3),
    **{f"GUI CPU per frame, {name}": ("<=", 1.15) for name in LOADS.values()},
    **{f"frame p99 in ms, {name}": ("<=", 22.0) for name in LOADS.values()},
    **{f"training, of headless, {name}": ("share >=", 0.75) for name in LOADS.values()},
    **{f"more memory in MB, {name}": ("<=", 30.0) for name in LOADS.values()},
    **{f"picture: {kind}": ("<=", 2.0) for kind in ("svg", "pdf", "png")},
    "zoom in ms, median": ("<=", 8.0),
    "zoom in ms, worst": ("<=", 16.0),
    "pan in ms, median": ("<=", 8.0),
    "pan in ms, worst": ("<=", 16.0),
}
_ROUNDS = 5
_LOAD = {"phase_s": 0.8, "phases": 6, "warm_up_s": 3.0}
_QUICK_LOAD = {"phase_s": 0.7, "phases": 1, "warm_up_s": 1.0}

Figures = dict[str, float]
Pair = tuple[Figures, Figures]


@contextmanager
def open_checkout(name: str) -> Iterator[Path]:
    """The folder of another version; a revision has one of its own for as long as it is needed.

    Raises:
        ValueError: where there is neither such a folder nor such a revision.
    """
    if Path(name).is_dir():
        folder = Path(name).resolve()
        if not (folder / "desktop").is_dir():
            raise ValueError(f"The folder {folder} holds no checkout of this project.")
        yield folder
        return
    git = ["git", "-C", str(ROOT), "worktree"]
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "checkout"
        made = subprocess.run(
            [*git, "add", "--quiet", "--detach", str(folder), name],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            reason = made.stderr.strip().splitlines()[-1:]
            raise ValueError(f"“{name}” is neither a folder nor a revision: {' '.join(reason)}")
        try:
            yield folder
        finally:
            subprocess.run([*git, "remove", "--force", str(folder)], check=True)


def measure(name: str, *, is_quick: bool = False) -> dict[str, dict[str, object]]:
    """Each figure of both versions, what is compared, its goal, and whether it is met.

    Args:
        name: the other version, a folder or a revision.
        is_quick: one short round, to see that everything works.
    """
    with open_checkout(name) as other, open_screen() as environment:
        rounds = 1 if is_quick else _ROUNDS

        def alternate(probe: str, settings: Callable[[], dict[str, object]]) -> list[Pair]:
            return _alternate(probe, (ROOT, other), environment, rounds, settings)

        return compare(alternate, is_quick=is_quick)


def _alternate(
    probe: str,
    checkouts: tuple[Path, Path],
    environment: dict[str, str],
    rounds: int,
    settings: Callable[[], dict[str, object]],
) -> list[Pair]:
    """Figures of ours and of the other, round by round."""
    pairs = []
    for turn in range(rounds):
        load = settings().get("load", "")
        sys.stderr.write(f"measuring {probe} {load}: round {turn + 1} of {rounds}\n")
        order = (0, 1) if turn % 2 == 0 else (1, 0)
        found = {who: run_probe(probe, environment, checkouts[who], **settings()) for who in order}
        pairs.append((found[0], found[1]))
    return pairs


def compare(
    alternate: Callable[[str, Callable[[], dict[str, object]]], list[Pair]], *, is_quick: bool
) -> dict[str, dict[str, object]]:
    """All results.

    Args:
        alternate: runs a probe with settings in both versions, as often as it takes.
        is_quick: whether phases are short.
    """
    results: dict[str, dict[str, object]] = {}

    def tell(name: str, pairs: list[Pair], key: str, how: Callable[[float, float], float]) -> None:
        # The other may have no such figure; then ours counts alone.
        both = [(ours[key], other.get(key, ours[key])) for ours, other in pairs]
        value = median(how(ours, other) for ours, other in both)
        others = [other[key] for _, other in pairs if key in other]
        results[name] = {
            "ours": round(median(ours for ours, _ in both), 4),
            "other": round(median(others), 4) if others else None,
            "value": round(value, 4),
            **judge(value, GOALS[name]),
        }

    alternate("start", lambda: {"begun": time.monotonic()})  # fills the caches of both
    starts = alternate("start", lambda: {"begun": time.monotonic()})
    tell("first paint", starts, "first_paint", _divide)
    tell("furnished start, CPU", starts, "furnished_cpu", _divide)
    load = _QUICK_LOAD if is_quick else _LOAD
    for name, title in LOADS.items():
        pairs = alternate("load", lambda name=name: {"load": name, **load})
        tell(f"GUI CPU per frame, {title}", pairs, "gui_cpu_per_frame_ms", _divide)
        tell(f"frame p99 in ms, {title}", pairs, "frame_p99_ms", _take_ours)
        tell(f"training, of headless, {title}", pairs, "training_share", _take_ours)
        tell(f"more memory in MB, {title}", pairs, "memory_mb", _subtract)
    pairs = alternate("pictures", lambda: {"load": "100", "rounds": 1 if is_quick else 5})
    for kind in ("svg", "pdf", "png"):
        tell(f"picture: {kind}", pairs, kind, _divide)
    pairs = alternate("zoom", lambda: {"load": "1000", "gestures": 60})
    if pairs[0][0]:  # there is nothing to tell of a theatre that does not zoom
        for gesture in ("zoom", "pan"):
            for which in ("median", "worst"):
                key = f"{gesture}_{which}_ms"
                tell(f"{gesture} in ms, {which}", pairs, key, _take_ours)
    return results


def _divide(ours: float, other: float) -> float:
    return ours / other


def _subtract(ours: float, other: float) -> float:
    return ours - other


def _take_ours(ours: float, _other: float) -> float:
    return ours


def format_table(results: dict[str, dict[str, object]]) -> str:
    """One line for each figure, for a person."""
    lines = [
        f"{'':36}" + "".join(f"{title:>14}" for title in ("ours", "other", "compared", "goal"))
    ]
    for name, row in results.items():
        cells = "".join(f"{row[key]!s:>14}" for key in ("ours", "other", "value", "goal"))
        lines.append(f"{name:36}{cells}{'' if row['is_met'] else '  missed'}")
    return "\n".join(lines) + "\n"
