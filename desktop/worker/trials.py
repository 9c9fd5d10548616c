"""Trials in processes of their own: started, listened to, and ended whatever happens to them.

A process imports the engine and nothing of the screen. It is spawned, not forked: a copy of a
program with threads and a window would hang. It is not started before there is work for it, does
one trial after the other, and ends with the last one.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.analysis.trial import Order, Report, serve
from engine.document.experiment import Experiment
from engine.document.files import to_text

_LISTEN_EVERY_MS = 50
_PATIENCE_S = 1.0
"""For a process that has hung up, so that how it ended is known."""


@dataclass(slots=True, eq=False)
class _Hand:
    """A process at work, and our end of the line to it."""

    process: BaseProcess
    line: Connection
    order: Order | None = None


class Trials(QObject):
    """Trains several experiments side by side, on all cores but one.

    Args:
        most: how many processes may work at once; None: as many as there are cores, less one.
        parent: of the object.
    """

    reported = Signal(object)
    """A `Report`; one with a trial or a problem is the last of its order."""
    finished = Signal()
    """Every order has had its last report, or all were taken back."""

    def __init__(self, most: int | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._most = most or max(1, _count_cores() - 1)
        self._hands: list[_Hand] = []
        self._waiting: deque[Order] = deque()
        self._timer = QTimer(self, interval=_LISTEN_EVERY_MS)
        self._timer.timeout.connect(self._listen)

    @property
    def is_busy(self) -> bool:
        """Whether an order has not had its last report."""
        return bool(self._hands or self._waiting)

    def start(
        self, experiments: Sequence[Experiment], folder: Path | None, iterations: int
    ) -> None:
        """Train these, numbered in their order; whatever was being tried is given up.

        Args:
            experiments: each begins with the weights that its seed gives.
            folder: where relative paths of their tasks start.
            iterations: updates to make of each.
        """
        self.cancel()
        here = None if folder is None else folder.absolute()
        self._waiting.extend(
            Order(number, to_text(experiment), here, iterations)
            for number, experiment in enumerate(experiments)
        )
        for _ in range(min(self._most, len(self._waiting))):
            self._hire()
        if self.is_busy:
            self._timer.start()

    @Slot()
    def cancel(self) -> None:
        """Take every order back, and end the processes."""
        was_busy = self.is_busy
        self._waiting.clear()
        self._timer.stop()
        for hand in self._hands:
            _dismiss(hand)
        self._hands.clear()
        if was_busy:
            self.finished.emit()

    def _hire(self) -> None:
        """One process more, with the first order that waits."""
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs,), name="trial", daemon=True)
        order = self._waiting.popleft()
        try:
            process.start()
        except OSError as error:
            ours.close()
            reason = (error.strerror or str(error)).lower()
            problem = f"No process can be started for the trial: {reason}."
            self.reported.emit(Report(order.number, problem=problem))
            return
        finally:
            theirs.close()
        hand = _Hand(process, ours)
        self._hands.append(hand)
        self._give(hand, order)

    def _give(self, hand: _Hand, order: Order) -> None:
        hand.order = order
        try:
            hand.line.send(order)
        except OSError:
            return  # it has died: that is noticed when it is listened to

    @Slot()
    def _listen(self) -> None:
        for hand in list(self._hands):
            self._hear(hand)
        if not self.is_busy:
            self._timer.stop()
            self.finished.emit()

    def _hear(self, hand: _Hand) -> None:
        try:
            while hand in self._hands and hand.line.poll():
                self._note(hand, hand.line.recv())
        except (EOFError, OSError):
            self._bury(hand)

    def _note(self, hand: _Hand, report: Report) -> None:
        is_last = report.trial is not None or bool(report.problem)
        if is_last:
            hand.order = None
            if self._waiting:
                self._give(hand, self._waiting.popleft())
            else:
                self._hands.remove(hand)
                _dismiss(hand)
        self.reported.emit(report)

    def _bury(self, hand: _Hand) -> None:
        """A process ended that nobody told to: its order has failed, the others go on."""
        self._hands.remove(hand)
        hand.process.join(_PATIENCE_S)
        how = _tell_end(hand.process.exitcode)
        _dismiss(hand)
        order = hand.order
        if self._waiting:
            self._hire()
        if order is not None:
            self.reported.emit(Report(order.number, problem=f"The trial ended early: {how}."))


def _tell_end(code: int | None) -> str:
    if code is not None and code < 0:
        return f"its process was ended from outside (signal {-code}), perhaps for want of memory"
    return f"its process stopped with the code {code}"


def _dismiss(hand: _Hand) -> None:
    """At once: it has nothing to lose, and a window must not wait for it."""
    hand.line.close()
    hand.process.kill()
    hand.process.join()


def _count_cores() -> int:
    """Those that this process may use, as far as the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
