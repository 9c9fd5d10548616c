"""When the slow evidence of a cause is asked for, and for which pass it is taken."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.controllers.cause_question import CauseCompletion
from desktop.model.run_view import RunView
from engine.analysis.cause_question import CauseQuestion
from engine.kinds.question import Question, Refusal
from engine.records.cause import SlowEvidence
from engine.records.frames import TrainingFrame
from tests.synthetic import HEALTHY, make_experiment, make_trace


class Scene:
    """A completion between a controller and a frame loop that only note what is done to them."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.redrawn = 0
        self.controller: Any = SimpleNamespace(is_training=False, ask=self.asked.append)
        self.loop: Any = SimpleNamespace(run=RunView(), draw_soon=self._draw)
        self.completion = CauseCompletion(self.controller, self.loop)

    def _draw(self) -> None:
        self.redrawn += 1

    def take_pass(self, iteration: int) -> None:
        frame = TrainingFrame(
            iteration=iteration,
            loss=0.5,
            accuracy=None,
            reference=1.0,
            row=np.ones(11, dtype=np.float32),
            trace=make_trace(10, HEALTHY, iteration=iteration).share(),
        )
        self.loop.run.take_newest(frame, make_experiment())
        self.completion.asker.note_pass(SimpleNamespace(edited=frame))  # type: ignore[arg-type]


@pytest.fixture
def scene(qtbot: QtBot) -> Scene:
    del qtbot
    return Scene()


def test_it_is_asked_once_a_pass_rests_and_the_answer_completes_the_cause(
    scene: Scene, qtbot: QtBot
) -> None:
    scene.take_pass(3)
    cause = scene.loop.run.cause
    assert (cause.kind, cause.is_open) == ("none", True)
    qtbot.waitUntil(lambda: bool(scene.asked))
    assert scene.asked == [CauseQuestion(wants_curvature=True)]
    scene.completion.take_answer(scene.asked[0], SlowEvidence(3, None, 1e9))
    assert scene.redrawn == 1
    cause = scene.loop.run.cause
    assert (cause.kind, cause.evidence.lambda_max) == ("learning_rate", 1e9)
    assert scene.loop.run.is_cause_complete


def test_what_was_given_up_is_asked_again_and_what_was_refused_is_not(
    scene: Scene, qtbot: QtBot
) -> None:
    scene.take_pass(3)
    qtbot.waitUntil(lambda: len(scene.asked) == 1)
    scene.completion.take_answer(scene.asked[0], None)
    qtbot.waitUntil(lambda: len(scene.asked) == 2)
    scene.completion.take_answer(scene.asked[1], Refusal("It is too large."))
    scene.completion.asker.ask_soon()
    assert not scene.completion.asker._timer.isActive()  # noqa: SLF001
    assert scene.redrawn == 0


def test_nothing_is_asked_while_training_runs(scene: Scene) -> None:
    scene.controller.is_training = True
    scene.take_pass(3)
    assert not scene.completion.asker._timer.isActive()  # noqa: SLF001
    scene.completion.asker.ask_now()
    assert scene.asked == []


def test_the_answer_belongs_to_the_pass_for_which_it_was_asked(scene: Scene, qtbot: QtBot) -> None:
    scene.take_pass(3)
    qtbot.waitUntil(lambda: bool(scene.asked))
    scene.take_pass(4)
    scene.completion.take_answer(scene.asked[0], SlowEvidence(3, None, 1e9))
    cause = scene.loop.run.cause
    assert (cause.kind, cause.is_open) == ("none", True)
    assert not scene.loop.run.is_cause_complete


def test_answers_to_other_questions_are_left_alone(scene: Scene) -> None:
    scene.take_pass(3)
    scene.completion.take_answer(SimpleNamespace(), SlowEvidence(3))  # type: ignore[arg-type]
    assert scene.redrawn == 0
