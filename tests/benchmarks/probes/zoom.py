"""How long a turn of the wheel, or a drag, takes until the theatre is painted anew."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from probes.finding import Show, answer


def measure(load: str, gestures: int) -> dict[str, float]:
    """Milliseconds of each kind, median and worst; nothing where the theatre does not zoom."""
    from PySide6.QtCore import QPoint, QPointF, Qt
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtTest import QTest

    with Show(load) as show:
        show.spin(2.0)  # until the pass is there
        viewport = show.theatre.viewport()
        middle = QPoint(viewport.width() // 2, viewport.height() // 2)

        def turn(number: int) -> bool:
            event = QWheelEvent(
                QPointF(middle),
                QPointF(viewport.mapToGlobal(middle)),
                QPoint(),
                QPoint(0, 120 if number % 12 < 6 else -120),
                Qt.MouseButton.NoButton,
                Qt.KeyboardModifier.NoModifier,
                Qt.ScrollPhase.NoScrollPhase,
                False,
            )
            show.application.sendEvent(viewport, event)
            return event.isAccepted()

        def drag(number: int) -> None:
            aside = 40 if number % 2 else -40
            QTest.mouseMove(viewport, QPoint(middle.x() + aside, middle.y()))

        if not turn(0):
            return {}
        wheel = [_time(show, turn, number) for number in range(1, gestures)]
        QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=middle)
        pan = [_time(show, drag, number) for number in range(gestures)]
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=middle)
    return {
        "zoom_median_ms": median(wheel),
        "zoom_worst_ms": max(wheel),
        "pan_median_ms": median(pan),
        "pan_worst_ms": max(pan),
    }


def _time(show: Show, gesture: Callable[[int], object], number: int) -> float:
    begun = time.perf_counter()
    gesture(number)
    show.application.processEvents()  # what views put off until they are painted
    show.theatre.viewport().repaint()
    return 1000 * (time.perf_counter() - begun)


if __name__ == "__main__":
    answer(measure)
