"""Asking the worker the same question after every pass, one at a time and never in a hurry."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, QTimer, Slot

from desktop.display.frame import DisplayFrame
from engine.records.trace import Trace

_LEAST_S = 0.5
"""From one question to the next."""
_SHARE = 0.2
"""Of the training time may go into answers that take longer."""


class Asker(QObject):
    """Knows when a question is due; what it is, and to whom it goes, its owner knows.

    Args:
        ask: puts the question; `note_answer` is called when it is answered.
        is_wanted: whether anyone looks at the answer.
        parent: its owner.
        rest_s: so long after the last pass it asks, and not while others follow.
    """

    def __init__(
        self,
        ask: Callable[[], None],
        is_wanted: Callable[[], bool],
        parent: QObject,
        rest_s: float = 0.0,
    ) -> None:
        super().__init__(parent)
        self._rest = rest_s
        self._ask = ask
        self._is_wanted = is_wanted
        self._trace: Trace | None = None
        self._answered: Trace | None = None
        self._is_waiting = False
        self._asked_at = 0.0
        self._next = 0.0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.ask_now)

    @Slot(object)
    def note_pass(self, display: DisplayFrame) -> None:
        """Another pass is drawn: the answer may be another one too."""
        self.note_trace(display.edited.trace)

    def note_trace(self, trace: Trace | None) -> None:
        """The same of a pass, whether it is drawn or not."""
        self._trace = trace
        self.ask_soon()

    @Slot()
    def ask_soon(self) -> None:
        """Ask if the answer is looked at and belongs to an older pass."""
        if self._is_waiting or self._trace is None or self._trace is self._answered:
            return
        if self._is_wanted():
            self._timer.start(round(1000 * max(self._rest, self._next - monotonic())))

    @Slot()
    def ask_now(self) -> None:
        """Ask, whatever is being answered."""
        self._timer.stop()
        self._is_waiting = True
        self._answered = self._trace
        self._asked_at = monotonic()
        self._ask()

    def stop(self) -> None:
        """Ask no more: the program closes."""
        self._timer.stop()

    def ask_again(self) -> None:
        """The question was given up for something that could not wait."""
        self._answered = None
        self.note_answer()

    @Slot()
    def note_answer(self) -> None:
        """The answer, or a refusal, is here; ask again if there was another pass meanwhile."""
        self._is_waiting = False
        now = monotonic()
        self._next = self._asked_at + max(_LEAST_S, (now - self._asked_at) / _SHARE)
        self.ask_soon()
