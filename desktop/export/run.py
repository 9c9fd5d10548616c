"""Makes a file that takes long while the window goes on.

What it needs is computed in a thread; it is painted between two events.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.export.footage import Production
from engine.errors import LACK_OF_MEMORY, GradientTheatreError, is_lack_of_memory

_TURN_S = 0.03
"""So long is painted before events have their turn."""
_WAIT_MS = 5
_END = object()


class ExportRun(QObject):
    """One production on its way to its file."""

    progressed = Signal(int, int)
    """How many of its parts are done, and of how many."""
    finished = Signal()
    failed = Signal(str)
    """Why there is no file, in one sentence."""

    def __init__(self, production: Production, file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._production = production
        self._pool = ThreadPoolExecutor(1, "export")
        self._parts = production.make(file, self._fetch(production.takes()))
        self._done = -1
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)

    @property
    def is_running(self) -> bool:
        """Whether the file is not there yet, and nobody has given up."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin."""
        self.progressed.emit(0, self._production.count)
        self._timer.start(0)

    @Slot()
    def cancel(self) -> None:
        """Give up: nothing of the file is left."""
        self._end()

    def _end(self) -> None:
        self._timer.stop()
        self._production.give_up()
        self._parts.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _fetch(self, takes: Iterator[Any]) -> Iterator[Any]:
        while True:
            future = self._pool.submit(next, takes, _END)
            while not future.done():
                yield None
            take = future.result()
            if take is _END:
                return
            yield take

    @Slot()
    def _go_on(self) -> None:
        until = monotonic() + _TURN_S
        try:
            while monotonic() < until:
                done = next(self._parts)
                if done == self._done:  # what comes next is being computed
                    self._timer.setInterval(_WAIT_MS)
                    return
                self._done = done
                self._timer.setInterval(0)
            self.progressed.emit(self._done, self._production.count)
        except StopIteration:
            self._end()
            self.finished.emit()
        except GradientTheatreError as error:
            self._fail(str(error))
        except (MemoryError, RuntimeError) as error:
            if not is_lack_of_memory(error):
                self._end()
                raise
            self._fail(LACK_OF_MEMORY)

    def _fail(self, sentence: str) -> None:
        self._end()
        self.failed.emit(sentence)
