"""The frame loop turns what the worker has left into what is drawn, tick by tick."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings
from pytestqt.qtbot import QtBot

from desktop.controllers.frame_loop import FrameLoop
from desktop.display.frame import DisplayFrame
from desktop.model.player import Player
from desktop.model.preferences import Preferences
from desktop.model.workspace import Workspace
from desktop.worker.controller import TrainingController
from desktop.worker.mailbox import Delivery, Letter
from engine.records.frames import TrainingFrame
from tests.synthetic import HEALTHY, VANISHING, make_experiment, make_trace

EXPERIMENT = make_experiment()
RUN = 0
"""The number of the first run of a workspace."""


class Postman(TrainingController):
    """Delivers what a test hands it, and has no worker."""

    def __init__(self) -> None:
        super().__init__()
        self.deliveries: list[Delivery] = []

    def empty_mailboxes(self) -> list[Letter]:
        return [(RUN, self.deliveries.pop(0))] if self.deliveries else []

    def deliver(self, *frames: TrainingFrame, kept_rows: int | None = None) -> None:
        newest = frames[-1] if frames else None
        self.deliveries.append(Delivery(EXPERIMENT, kept_rows, frames, newest, len(frames)))


def make_pass(iteration: int, factor: float = VANISHING) -> TrainingFrame:
    return TrainingFrame(
        iteration=iteration,
        loss=0.5,
        accuracy=None,
        reference=1.0,
        row=np.ones(11, dtype=np.float32),
        held_out=None,
        trace=make_trace(factor=factor, iteration=iteration).share(),
        halted=None,
    )


@pytest.fixture
def postman(qtbot: QtBot) -> Iterator[Postman]:
    del qtbot
    postman = Postman()
    yield postman
    postman.close()


@pytest.fixture
def loop(postman: Postman, preferences: Preferences) -> FrameLoop:
    return FrameLoop(Workspace(EXPERIMENT), postman, Player(), preferences)


def watch_details(loop: FrameLoop) -> list[DisplayFrame]:
    told: list[DisplayFrame] = []
    loop.details_changed.connect(told.append)
    return told


def test_a_pass_is_drawn_and_told_in_the_tick_after_it_came(
    loop: FrameLoop, postman: Postman
) -> None:
    told = watch_details(loop)
    drawn: list[DisplayFrame] = []
    loop.display_changed.connect(drawn.append)
    postman.deliver(make_pass(0), make_pass(1))
    loop.tick()
    assert [display.iteration for display in told] == [1]
    assert drawn[-1] is told[-1]
    assert told[-1].verdict is not None
    assert told[-1].verdict.kind == "vanishing"
    assert (loop.iteration, loop.run.iteration, loop.run.experiment) == (1, 1, EXPERIMENT)
    loop.tick()
    assert len(told) == 1, "nothing new is nothing to tell"


def test_a_watched_pass_is_drawn_until_the_newest_one_is_asked_for(
    loop: FrameLoop, postman: Postman
) -> None:
    told = watch_details(loop)
    postman.deliver(make_pass(0), make_pass(1), make_pass(2))
    loop.tick()
    loop.show_watched({RUN: make_pass(1, HEALTHY)})
    loop.tick()
    assert (told[-1].iteration, loop.watched_iteration, loop.iteration) == (1, 1, 2)
    assert told[-1].verdict is not None
    assert told[-1].verdict.kind == "healthy"
    loop.show_newest()
    loop.tick()
    assert (told[-1].iteration, loop.watched_iteration) == (2, None)


def test_a_run_that_begins_anew_takes_everything_with_it(loop: FrameLoop, postman: Postman) -> None:
    told = watch_details(loop)
    postman.deliver(make_pass(0), make_pass(1), make_pass(2))
    loop.tick()
    loop.show_watched({RUN: make_pass(1)})
    loop.tick()
    postman.deliver(make_pass(0, HEALTHY), kept_rows=0)
    loop.tick()
    assert (told[-1].iteration, loop.watched_iteration, loop.iteration) == (0, None, 0)
    assert told[-1].history.stretches.last.max() == 0
    postman.deliver(kept_rows=0)
    loop.tick()
    assert told[-1].trace is None
    assert told[-1].verdict is None


def test_a_view_that_no_kind_has_is_the_first_one(postman: Postman, tmp_path: Path) -> None:
    file = tmp_path / "damaged.ini"
    file.write_text("[view]\nlower_view=[]\n")
    preferences = Preferences(QSettings(str(file), QSettings.Format.IniFormat))
    loop = FrameLoop(Workspace(EXPERIMENT), postman, Player(), preferences)
    assert loop.options.lower_view == "history"
    preferences.lower_view = "spectrum"
    loop = FrameLoop(Workspace(EXPERIMENT), postman, Player(), preferences)
    assert loop.options.lower_view == "spectrum"
