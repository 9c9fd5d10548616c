"""The worker answers questions beside the training, or refuses in a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from desktop.worker.controller import TrainingController
from desktop.worker.requests import Ask, Inbox
from engine.document.experiment import Experiment
from engine.kinds.question import Refusal
from engine.kinds.recurrent.questions import InfluenceQuestion, SpectrumQuestion
from engine.kinds.recurrent.spec import Recurrent
from engine.tasks.autocomplete import Autocomplete
from engine.tasks.recall import Recall
from tests.synthetic import make_experiment

pytest.importorskip("torch")

RUN = 3
PATIENCE_MS = 30_000
EXPERIMENT = Experiment(
    format="gradient-theatre/1",
    task=Autocomplete(fillers=3),
    network=Recurrent(cell="rnn", hidden=4, embedding=4),
)


@pytest.fixture
def controller(qtbot: QtBot) -> Iterator[TrainingController]:
    started = TrainingController()
    with qtbot.waitSignal(started.ready, timeout=PATIENCE_MS):
        started.start()
    started.show({RUN: EXPERIMENT}, None)
    yield started
    started.close()


def test_a_held_out_and_a_typed_sentence_are_answered(
    controller: TrainingController, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(controller.answered, timeout=PATIENCE_MS) as answer:
        controller.ask(InfluenceQuestion(None, 3))
    assert len(answer.args[1].words) == len(answer.args[1].swap) == 19
    assert answer.args[1].deciding == (6,)
    with qtbot.waitSignal(controller.answered, timeout=PATIENCE_MS) as answer:
        controller.ask(InfluenceQuestion("today due to my current job"))
    assert answer.args[1].words[-1] == "job"


def test_an_unknown_word_is_refused_and_training_goes_on(
    controller: TrainingController, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(controller.training_changed, timeout=PATIENCE_MS):
        controller.train(None)
    with qtbot.waitSignal(controller.answered, timeout=PATIENCE_MS) as refusal:
        controller.ask(InfluenceQuestion("today crocodile"))
    assert isinstance(refusal.args[1], Refusal)
    assert "does not know “crocodile”" in refusal.args[1].sentence
    assert controller.is_training
    with qtbot.waitSignal(controller.training_changed, timeout=PATIENCE_MS):
        controller.pause()


def test_a_feed_forward_network_reads_no_words(
    controller: TrainingController, qtbot: QtBot
) -> None:
    controller.show({RUN: make_experiment(depth=2)}, None)
    with qtbot.waitSignal(controller.answered, timeout=PATIENCE_MS) as refusal:
        controller.ask(InfluenceQuestion(None))
    assert refusal.args[1] == Refusal("Only a recurrent network reads words.")


def test_of_sentences_typed_in_a_row_only_the_last_is_measured() -> None:
    inbox = Inbox()
    inbox.put(Ask(1, InfluenceQuestion("my")))
    inbox.put(Ask(2, InfluenceQuestion("my job")))
    assert inbox.take() == Ask(2, InfluenceQuestion("my job"))
    assert inbox.take() is None


def test_the_spectrum_of_the_state_jacobians_is_measured(
    controller: TrainingController, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(controller.answered, timeout=PATIENCE_MS) as answer:
        controller.ask(SpectrumQuestion())
    spectrum = answer.args[1]
    assert spectrum.time_steps == spectrum.to == 19
    assert spectrum.largest[-1] == spectrum.radius[-1] == 1.0


def test_a_feed_forward_network_has_no_spectrum(
    controller: TrainingController, qtbot: QtBot
) -> None:
    controller.show({RUN: make_experiment(depth=2)}, None)
    with qtbot.waitSignal(controller.answered, timeout=PATIENCE_MS) as refusal:
        controller.ask(SpectrumQuestion())
    assert isinstance(refusal.args[1], Refusal)


def test_a_pass_starts_from_the_loss_that_was_chosen(
    controller: TrainingController, qtbot: QtBot
) -> None:
    recall = Experiment(
        format="gradient-theatre/1",
        task=Recall(length=8, batch_size=4),
        network=Recurrent(cell="gru", hidden=4, readout="all"),
    )
    controller.show({RUN: recall}, None)

    def starts_from(time_step: int) -> bool:
        delivery = dict(controller.empty_mailboxes()).get(RUN)
        trace = None if delivery is None or delivery.newest is None else delivery.newest.trace
        return trace is not None and trace.loss_place == time_step

    qtbot.waitUntil(lambda: starts_from(8), timeout=PATIENCE_MS)
    controller.start_from(5)
    qtbot.waitUntil(lambda: starts_from(5), timeout=PATIENCE_MS)
    controller.train_once()
    qtbot.waitUntil(lambda: starts_from(5), timeout=PATIENCE_MS)
    controller.start_from(None)
    qtbot.waitUntil(lambda: starts_from(8), timeout=PATIENCE_MS)
