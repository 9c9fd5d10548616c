"""Seconds, and seconds of CPU, from the start of the process to the painted window."""

from __future__ import annotations

import time
from pathlib import Path

from probes.finding import answer, find, new_folder


def measure(begun: float, *, is_torch_first: bool = False) -> dict[str, float]:
    """Empty window (first paint) and whole window (furnished).

    Args:
        begun: when the process was started, by `time.monotonic`.
        is_torch_first: whether torch is imported before anything else, for comparison.
    """
    if is_torch_first:
        import torch  # noqa: F401

    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    moments: list[tuple[float, float]] = []

    def note() -> None:
        moments.append((time.monotonic() - begun, time.process_time()))
        if len(moments) == 2:
            application.quit()

    with new_folder() as folder:
        start = find("Start")(find("Preferences")(), Path(folder))
        start.window.painted.connect(note)
        start.show()
        application.exec()
        start.close()
    (first_paint, _), (furnished, furnished_cpu) = moments
    return {"first_paint": first_paint, "furnished": furnished, "furnished_cpu": furnished_cpu}


if __name__ == "__main__":
    answer(measure)
