"""How long the pictures of the theatre take, beside painting the same on the screen."""

from __future__ import annotations

import contextlib
import io
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from probes.finding import WINDOW, Show, answer, find

FORMATS = ("svg", "pdf", "png")


def measure(load: str, rounds: int) -> dict[str, float]:
    """Seconds of each format, and of painting the theatre in the window.

    A picture's time is that of the whole command, less that of the same command for a
    table, which computes as much and draws nothing.
    """
    main = find("main")
    times: dict[str, list[float]] = {name: [] for name in ("painting", *FORMATS)}
    with Show(load) as show:
        show.spin(2.0)  # until the pass is there
        folder = show.file.parent

        def render(view: str, file: Path) -> None:
            size = "x".join(map(str, WINDOW))
            command = [
                "render",
                str(show.file),
                "--iterations",
                "0",
                "--size",
                size,
                "--view",
                view,
            ]
            with contextlib.redirect_stderr(io.StringIO()) as said:
                if main([*command, "--out", str(file)]) != 0:
                    raise RuntimeError(said.getvalue())

        for turn in range(-1, rounds):
            table = _time(lambda: render("flow", folder / "table.csv"))
            found = {"painting": _time(show.theatre.grab)}
            for kind in FORMATS:
                out = folder / f"theatre.{kind}"
                found[kind] = _time(lambda out=out: render("theatre", out)) - table
            if turn >= 0:  # the first one imports and fills caches
                for name, seconds in found.items():
                    times[name].append(seconds)
    return {name: median(values) for name, values in times.items()}


def _time(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


if __name__ == "__main__":
    answer(measure)
