"""The window while training runs flat out, by turns with the same training and no window.

One process, one worker thread, one run: in the phases between, the window's thread
sleeps, so that nothing is fetched, drawn or computed but the training, which goes on
recording as many traces a second as the window asked for. What is left of it while the
window lives is the share; machines drift, so each phase is held against its neighbours.
"""

from __future__ import annotations

import itertools
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from probes.finding import Show, answer, find

_SETTLE_S = 0.3
"""After a change of phase, before anything is counted."""
_LEAST_ITERATIONS = 5
"""In a phase, which lasts longer where they take long."""


@dataclass
class Log:
    """What the worker's thread left in the mailbox: moment, its CPU time, iteration."""

    entries: list[tuple[float, float, int]] = field(default_factory=list)
    traced: list[float] = field(default_factory=list)
    trace_period: float | None = None
    """In the phases without a window: seconds from one recorded trace to the next."""

    def note(self, frame: Any) -> None:
        now = time.perf_counter()
        self.entries.append((now, time.thread_time(), frame.iteration))
        if frame.trace is not None:
            self.traced.append(now)

    def measure(self, begin: float, end: float) -> tuple[float, float]:
        """Iterations/s, and seconds of the worker's CPU for one, between two moments."""
        inside = [entry for entry in self.entries if begin <= entry[0] <= end]
        (first, first_cpu, start), (last, last_cpu, stop) = inside[0], inside[-1]
        return (stop - start) / (last - first), (last_cpu - first_cpu) / (stop - start)


def measure(load: str, phase_s: float, phases: int, warm_up_s: float) -> dict[str, float]:
    """Frames, CPU, memory, and the share of training.

    Args:
        load: the document, as `finding` names it.
        phase_s: how long a phase is counted.
        phases: how many phases with a window; there is one more without.
        warm_up_s: before the first one.
    """
    import numpy as np

    log, frames = Log(), note_frames()
    watch_mailbox(log)
    shown, bare, intervals, gui_cpu, painted, watched = [], [], [], 0.0, 0, 0.0
    with Show(load) as show:
        show.train()
        wait_for(show, lambda: len(log.entries) > 5)
        show.spin(warm_up_s)
        traced = [moment for moment in log.traced if moment > time.perf_counter() - warm_up_s]
        period = warm_up_s / max(1, len(traced))
        for turn in range(2 * phases + 1):
            has_window = turn % 2 == 1
            log.trace_period = None if has_window else period
            wait = show.spin if has_window else time.sleep
            wait(_SETTLE_S)
            begin, cpu = time.perf_counter(), time.thread_time()
            counted = len(log.entries)
            wait(phase_s)
            while len(log.entries) - counted < _LEAST_ITERATIONS:
                wait(phase_s)
            end = time.perf_counter()
            watched += (end - begin) * has_window
            (shown if has_window else bare).append(log.measure(begin, end))
            if has_window:
                gui_cpu += time.thread_time() - cpu
                inside = [moment for moment in frames if begin <= moment <= end]
                painted += len(inside)
                intervals += list(np.diff(inside))
        log.trace_period = None
    rate, cpu_each = (
        compare_neighbours([p[k] for p in shown], [p[k] for p in bare]) for k in (0, 1)
    )
    return {
        "training_share": rate,
        "training_cpu_ratio": cpu_each,
        "iterations_per_second": median(phase[0] for phase in shown),
        "frame_p99_ms": float(1000 * np.quantile(intervals, 0.99)),
        "frames_per_second": painted / watched,
        "gui_cpu_per_frame_ms": 1000 * gui_cpu / painted,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def compare_neighbours(ours: list[float], others: list[float]) -> float:
    """Median of each value over the mean of the two that were measured before and after it.

    Args:
        ours: n values.
        others: n + 1 values; the i-th was measured before the i-th of ours.
    """
    pairs = list(itertools.pairwise(others))
    return median(value / fmean(pair) for value, pair in zip(ours, pairs, strict=True))


def wait_for(show: Show, is_done: Callable[[], bool], most_s: float = 60.0) -> None:
    """Let the window live until something has happened.

    Raises:
        TimeoutError: if it does not.
    """
    begun = time.monotonic()
    while not is_done():
        if time.monotonic() - begun > most_s:
            raise TimeoutError("The training does not begin.")
        show.spin(0.05)


def watch_mailbox(log: Log) -> None:
    """Note what is put into it, and let the log say when a trace is wanted without a window."""
    mailbox = find("Mailbox")
    put, is_wanted = mailbox.put, mailbox.is_trace_wanted.fget

    def put_and_note(box: Any, frame: Any, *arguments: Any, **more: Any) -> None:
        put(box, frame, *arguments, **more)
        log.note(frame)

    def is_trace_wanted(box: Any) -> bool:
        if log.trace_period is None:
            return bool(is_wanted(box))
        return time.perf_counter() - log.traced[-1] >= log.trace_period

    mailbox.put, mailbox.is_trace_wanted = put_and_note, property(is_trace_wanted)


def note_frames() -> list[float]:
    """Moments of frames: one painted, or a tick that finds the picture at rest."""
    theatre, loop = find("Theatre"), find("FrameLoop")
    moments: list[float] = []
    asked: list[object] = []
    paint, show_frame, tick = theatre.paintEvent, theatre.show_frame, loop.tick

    def paint_and_note(widget: Any, event: Any) -> None:
        paint(widget, event)
        moments.append(time.perf_counter())

    def show_and_note(widget: Any, display: Any) -> None:
        asked.append(display)
        show_frame(widget, display)

    def tick_and_note(ticking: Any) -> None:
        asked.clear()
        tick(ticking)
        if not asked:
            moments.append(time.perf_counter())

    theatre.paintEvent, theatre.show_frame, loop.tick = paint_and_note, show_and_note, tick_and_note
    return moments


if __name__ == "__main__":
    answer(measure)
