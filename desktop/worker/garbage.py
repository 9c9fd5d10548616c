"""Python's garbage collector, held to the window's thread while the worker's runs.

Python collects cycles in whichever thread happens to allocate. In the worker's it would
destroy Qt objects that belong to the window's thread, which can end the process.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

_LOOK_EVERY_MS = 50


class Collector(QObject):
    """Collects by a timer, with Python's own thresholds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        """From now on garbage is collected here, and nowhere else."""
        gc.disable()
        self._timer.start()

    @Slot()
    def spare_what_stays(self) -> None:
        """Look no more at what is there now: modules, panels, views; they stay to the end."""
        gc.freeze()

    def end(self) -> None:
        """Leave it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    @Slot()
    def _look(self) -> None:
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation] > 0:
                gc.collect(generation)
                return
