"""The real window: how soon it is painted, and how it keeps up with training flat out.

Every figure comes from processes of their own, on a virtual screen where Xvfb is
installed and offscreen elsewhere. What is compared runs by turns.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what it measures is, among others, how long imports take
    from engine.experiment import Experiment

GOALS = {
    "first_paint_vs_torch_first": ("<=", 0.35),
    "furnished_vs_torch_first": ("<=", 0.5),
    "frame_p99_ms": ("<=", 22.0),
    "recurrent_frame_p99_ms": ("<=", 22.0),
    "training_vs_headless": (">=", 0.75),
}
DEPTH, WIDTH = 100, 64
TIME_STEPS, HIDDEN = 200, 64
_PAINT_ROUNDS = 5
_LOAD_ROUNDS = 3
_WARM_UP_S = 3.0
_MEASURED_S = 6.0


def measure() -> dict[str, float]:
    """First paint : torch first, frame p99 in ms, and iterations/s : those without a window.

    The first paint is that of the empty window; `furnished` is that of the whole one.
    """
    with _screen() as environment:
        _run("torch_first", environment)  # whose bytecode the measured starts find
        paints, furnished = [], []
        for _ in range(_PAINT_ROUNDS):
            ours = _run("torch_later", environment)
            other = _run("torch_first", environment)
            paints.append(ours["first_paint"] / other["first_paint"])
            furnished.append(ours["furnished"] / other["furnished"])
        frames, recurrent_frames, rates = [], [], []
        for _ in range(_LOAD_ROUNDS):
            loaded = _run("under_load", environment)
            bare = _run("headless", environment)
            frames.append(loaded["frame_p99_ms"])
            recurrent_frames.append(_run("recurrent", environment)["frame_p99_ms"])
            rates.append(loaded["iterations_per_second"] / bare["iterations_per_second"])
    return {
        "first_paint_vs_torch_first": median(paints),
        "furnished_vs_torch_first": median(furnished),
        "frame_p99_ms": median(frames),
        "recurrent_frame_p99_ms": median(recurrent_frames),
        "training_vs_headless": median(rates),
    }


@contextmanager
def _screen() -> Iterator[dict[str, str]]:
    """The environment for a process with a window; ends the virtual screen afterwards."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a second start finds its bytecode
    if which("Xvfb") is None:
        environment["QT_QPA_PLATFORM"] = "offscreen"
        yield environment
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as stream:
            environment["DISPLAY"] = f":{stream.readline().strip()}"
        environment["QT_QPA_PLATFORM"] = "xcb"
        yield environment
    finally:
        server.terminate()
        server.wait()


def _run(name: str, environment: dict[str, str]) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        own = environment | {"XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home}
        command = [sys.executable, "-m", "tests.benchmarks.bench_window", name]
        begin = time.monotonic()
        done = subprocess.run(
            [*command, repr(begin)], stdout=subprocess.PIPE, env=own, check=True, text=True
        )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _show_program(begin: float, *, imports_torch_first: bool) -> dict[str, float]:
    """Seconds from the start of the process to the painted window, empty and furnished."""
    if imports_torch_first:
        import torch  # noqa: F401

    from PySide6.QtWidgets import QApplication

    from desktop.app import Start
    from desktop.preferences import Preferences

    application = QApplication([])
    moments: list[float] = []

    def note() -> None:
        moments.append(time.monotonic())
        if len(moments) == 2:
            application.quit()

    with tempfile.TemporaryDirectory() as folder:
        start = Start(Preferences(), Path(folder))
        start.window.painted.connect(note)
        start.show()
        application.exec()
        start.close()
    return {"first_paint": moments[0] - begin, "furnished": moments[1] - begin}


def _make_recurrent() -> Experiment:
    """An LSTM that reads long sequences, trained by Adam."""
    from engine.document import from_builtins

    return from_builtins(
        {
            "format": "gradient-theatre/1",
            "task": {"name": "adding", "length": TIME_STEPS},
            "network": {"kind": "recurrent", "cell": "lstm", "hidden": HIDDEN},
            "training": {"optimiser": "adam", "learning_rate": 0.001, "iterations": 100_000},
        }
    )


def _train_in_window(experiment: Experiment) -> dict[str, float]:
    """Time between painted frames, and iterations/s, while training flat out.

    A tick that finds the picture at rest counts as a frame: there was nothing to paint.
    """
    import numpy as np
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from desktop.app import Start
    from desktop.documents import write_document
    from desktop.preferences import Preferences
    from desktop.presenter import Presenter
    from desktop.views.theatre import Theatre

    application = QApplication([])
    moments: list[float] = []
    paint = Theatre.paintEvent

    def paint_and_note(theatre: Theatre, event: object) -> None:
        paint(theatre, event)
        moments.append(time.perf_counter())

    Theatre.paintEvent = paint_and_note
    asked: list[object] = []
    show, tick = Theatre.show_frame, Presenter.tick

    def show_and_note(theatre: Theatre, display: object) -> None:
        asked.append(display)
        show(theatre, display)

    def tick_and_note(presenter: Presenter) -> None:
        asked.clear()
        tick(presenter)
        if not asked:
            moments.append(time.perf_counter())

    Theatre.show_frame, Presenter.tick = show_and_note, tick_and_note
    counts: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "load.gtheatre"
        write_document(file, experiment)
        start = Start(Preferences(), Path(folder) / "recovery", file)
        start.show()
        while start.program is None:
            application.processEvents()
        program = start.program
        start.window.resize(1600, 900)
        controller, presenter = program.parts.controller, program.parts.presenter

        def note() -> None:
            counts.append((time.perf_counter(), presenter.iteration))

        def end() -> None:
            note()
            application.quit()

        def begin() -> None:
            QTimer.singleShot(round(1000 * _WARM_UP_S), note)
            QTimer.singleShot(round(1000 * (_WARM_UP_S + _MEASURED_S)), end)

        controller.training_changed.connect(begin)
        controller.train(None)
        application.exec()
        controller.training_changed.disconnect(begin)
        start.close()
    (first, from_iteration), (last, to_iteration) = counts
    painted = np.array([moment for moment in moments if first <= moment <= last])
    return {
        "frame_p99_ms": float(1000 * np.quantile(np.diff(painted), 0.99)),
        "iterations_per_second": (to_iteration - from_iteration) / (last - first),
        "frames_per_second": len(painted) / (last - first),
    }


def _train_headless() -> dict[str, float]:
    """Iterations/s of the same network without a window, everything recorded in each."""
    import torch

    from engine.rewinding import Timeline
    from engine.tasks.datasets import load
    from engine.training import FULL, Run

    torch.set_num_threads(1)
    experiment = _make_deep()
    timeline = Timeline(Run(experiment, load(experiment, None)))
    for _ in range(20):
        timeline.advance(FULL)
    first = timeline.run.iteration
    begin = time.perf_counter()
    while time.perf_counter() - begin < _MEASURED_S:
        timeline.advance(FULL)
    elapsed = time.perf_counter() - begin
    return {"iterations_per_second": (timeline.run.iteration - first) / elapsed}


def _make_deep() -> Experiment:
    from tests.benchmarks.bench_engine import make_experiment  # brings torch

    return make_experiment(DEPTH, WIDTH)


if __name__ == "__main__":
    started = float(sys.argv[2])
    results = {
        "torch_later": lambda: _show_program(started, imports_torch_first=False),
        "torch_first": lambda: _show_program(started, imports_torch_first=True),
        "under_load": lambda: _train_in_window(_make_deep()),
        "recurrent": lambda: _train_in_window(_make_recurrent()),
        "headless": _train_headless,
    }[sys.argv[1]]()
    sys.stdout.write(json.dumps(results) + "\n")
