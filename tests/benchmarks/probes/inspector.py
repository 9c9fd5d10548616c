"""How long the window's thread is held when the inspector opens, and when its values are there.

Where Linux tells it, the time in which the thread waited for a processor is not counted: other
programs may be at work. Waiting for the interpreter, which other threads of ours hold, is.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from probes.finding import Show, answer

_WAITED = Path("/proc/thread-self/schedstat")
_ALONE_S = 1.5


def measure(load: str, rounds: int) -> dict[str, float]:
    """Milliseconds.

    `first` is the opening at which formulas are loaded and typeset. `opening` and `closing` are
    without that; both lay out the theatre anew. `selecting` is another layer in the open
    inspector: how long the thread is held, and after how long its own values are shown.

    Args:
        load: the document, as `finding` names it.
        rounds: of opening, closing and selecting.
    """
    with Show(load) as show:
        components = show.components
        dock, panel = show.window.docks.inspector, show.window.inspector
        dock.close()
        components.workspace.select(5)
        show.spin(3.0)  # until the pass is there, with the details of the layer
        assert "ziamath" not in sys.modules, "formulas were loaded before one was to be seen"
        first, _ = _watch(show, dock.show, 6.0)
        assert "ziamath" in sys.modules
        assert panel.equation.is_typeset
        opening, closing, selecting, values = [], [], [], []
        for number in range(rounds):
            closing.append(_watch(show, dock.close, _ALONE_S)[0])
            opening.append(_watch(show, dock.show, _ALONE_S)[0])
            layer = 2 + number % 2

            def has_values(layer: int = layer) -> bool:
                picture = panel.picture
                return picture.title.startswith(f"Layer {layer} ") and len(picture.histograms) > 1

            held, there = _watch(
                show, lambda layer=layer: components.workspace.select(layer), _ALONE_S, has_values
            )
            selecting.append(held)
            values.append(there)
    return {
        "first_ms": first,
        "opening_ms": median(opening),
        "closing_ms": median(closing),
        "selecting_ms": median(selecting),
        "values_ms": median(values),
    }


def _watch(
    show: Show, act: Callable[[], object], seconds: float, is_there: Callable[[], bool] = bool
) -> tuple[float, float]:
    """The longest time for which nothing else could happen; when `is_there` was first true."""
    from PySide6.QtCore import Qt, QTimer

    holds: list[float] = []
    arrived: list[float] = []
    last: Any = None

    def beat() -> None:
        nonlocal last
        now = time.perf_counter(), _read_waited()
        holds.append(now[0] - last[0] - (now[1] - last[1]))
        if not arrived and is_there():
            arrived.append(now[0] - begun[0] - (now[1] - begun[1]))
        last = time.perf_counter(), _read_waited()

    timer = QTimer(interval=1)
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(beat)
    begun = last = time.perf_counter(), _read_waited()
    act()
    timer.start()
    show.spin(seconds)
    timer.stop()
    return 1000 * max(holds), 1000 * (arrived[0] if arrived else seconds)


def _read_waited() -> float:
    """Seconds for which this thread was ready and had no processor; 0 where nobody tells."""
    try:
        return int(_WAITED.read_text().split()[1]) * 1e-9
    except OSError:
        return 0.0


if __name__ == "__main__":
    answer(measure)
