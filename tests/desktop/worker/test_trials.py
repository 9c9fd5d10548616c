"""Trials in processes: what they tell, and that none of them is left over, whatever happens."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.worker.trials import Trials
from engine.analysis.trial import Report, run_trial
from engine.document.experiment import Experiment
from engine.documents import from_builtins, with_values
from engine.tasks.loading import load
from tests.synthetic import make_experiment

EXPERIMENT = make_experiment(depth=3, units=8)
LONG = 10_000_000
PATIENCE_MS = 60_000


class Desk:
    """Trials, and all that was reported."""

    def __init__(self, qtbot: QtBot, most: int = 1) -> None:
        self.qtbot = qtbot
        self.trials = Trials(most)
        self.reports: list[Report] = []
        self.ends = 0
        self.trials.reported.connect(self.reports.append)
        self.trials.finished.connect(self._count)

    def _count(self) -> None:
        self.ends += 1

    def wait_for_end(self) -> None:
        self.qtbot.waitUntil(lambda: not self.trials.is_busy, timeout=PATIENCE_MS)

    def last_of(self, number: int) -> Report:
        found = [r for r in self.reports if r.number == number and (r.trial or r.problem)]
        assert len(found) == 1
        return found[0]

    def wait_for_progress(self) -> None:
        self.qtbot.waitUntil(lambda: any(r.done for r in self.reports), timeout=PATIENCE_MS)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    yield desk
    desk.trials.cancel()
    assert not multiprocessing.active_children()


def test_a_process_trains_as_this_one_does_and_one_does_all(desk: Desk) -> None:
    experiments = [EXPERIMENT, with_values(EXPERIMENT, [("network.skip.every", 1)])]
    desk.trials.start(experiments, None, 30)
    assert len(multiprocessing.active_children()) == 1
    desk.wait_for_end()
    for number, experiment in enumerate(experiments):
        expected = run_trial(experiment, load(experiment, None), 30)
        assert desk.last_of(number).trial == expected
    assert desk.ends == 1
    assert not multiprocessing.active_children()


def test_cancelling_ends_the_processes_at_once(desk: Desk) -> None:
    desk.trials.start([EXPERIMENT] * 3, None, LONG)
    desk.wait_for_progress()
    (child,) = multiprocessing.active_children()
    began = time.monotonic()
    desk.trials.cancel()
    assert time.monotonic() - began < 2.0
    assert not child.is_alive()
    assert not desk.trials.is_busy
    assert desk.ends == 1


def test_a_killed_process_fails_its_own_order_in_a_sentence(desk: Desk) -> None:
    short = with_values(EXPERIMENT, [("training.learning_rate", 0.01)])
    desk.trials.start([EXPERIMENT, short], None, 400)
    (child,) = multiprocessing.active_children()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    desk.wait_for_end()
    problem = desk.last_of(0).problem
    assert problem.endswith(".")
    assert "ended from outside (signal 9)" in problem
    assert desk.last_of(1).trial is not None


def test_what_cannot_be_trained_says_why(desk: Desk, tmp_path: Path) -> None:
    lost = with_values(EXPERIMENT, [("task", {"name": "csv", "path": "gone.csv", "target": "y"})])
    giant = from_builtins(
        {
            "format": "gradient-theatre/1",
            "task": {"name": "insurance"},
            "network": {"kind": "feedforward", "layers": [{"units": 4_096, "repeat": 2_000}]},
        }
    )
    desk.trials.start([lost, giant, EXPERIMENT], tmp_path, 5)
    desk.wait_for_end()
    assert "gone.csv" in desk.last_of(0).problem
    assert "of memory" in desk.last_of(1).problem
    assert desk.last_of(2).trial is not None


def test_relative_paths_start_at_the_document_s_folder(desk: Desk, tmp_path: Path) -> None:
    rows = "".join(f"{a},{a % 7}\n" for a in range(60))
    (tmp_path / "t.csv").write_text("a,y\n" + rows)
    task = {"name": "csv", "path": "t.csv", "target": "y", "mode": "regression"}
    experiment: Experiment = with_values(EXPERIMENT, [("task", task)])
    desk.trials.start([experiment], tmp_path, 3)
    desk.wait_for_end()
    trial = desk.last_of(0).trial
    assert trial is not None
    assert trial.accuracy is None
    assert trial.r2 is not None


def test_a_process_loads_nothing_of_the_screen() -> None:
    script = (
        "import sys, engine.analysis.trial\n"
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('PySide6', 'pyqtgraph', 'desktop', 'torch')])"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
