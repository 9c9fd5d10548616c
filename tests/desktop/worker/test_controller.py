"""The controller with a real worker and the real engine: every request, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.worker.controller import TrainingController
from desktop.worker.mailbox import Delivery
from engine.document.experiment import Experiment
from engine.documents import with_values
from engine.kinds.feedforward.records import LayerTrace
from engine.records.frames import TrainingFrame
from engine.tasks.csv import Csv
from tests.synthetic import make_experiment

EXPERIMENT = make_experiment(depth=4, units=8)
RUN = 3
PATIENCE_MS = 30_000


class Desk:
    """A controller, and everything that was delivered."""

    def __init__(self, qtbot: QtBot) -> None:
        self.controller = TrainingController()
        self.qtbot = qtbot
        self.deliveries: list[Delivery] = []

    def fetch(self) -> None:
        letters = self.controller.empty_mailboxes()
        self.deliveries += [delivery for _, delivery in letters if delivery is not None]

    def wait_for(self, is_reached: Callable[[], bool]) -> None:
        def look() -> bool:
            self.fetch()
            return is_reached()

        self.qtbot.waitUntil(look, timeout=PATIENCE_MS)

    @property
    def newest(self) -> TrainingFrame | None:
        frames = [d.newest for d in self.deliveries if d.newest is not None]
        return frames[-1] if frames else None

    def wait_for_iteration(self, iteration: int) -> None:
        self.wait_for(
            lambda: (
                self.newest is not None
                and self.newest.iteration == iteration
                and not self.controller.is_training
            )
        )

    def iterations(self) -> list[int]:
        return [frame.iteration for d in self.deliveries for frame in d.rows]


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    desk.controller.start()
    desk.controller.show({RUN: EXPERIMENT}, None, begins_anew=True)
    desk.wait_for(lambda: desk.newest is not None)
    yield desk
    desk.controller.close()


def last_row(desk: Desk) -> list[float]:
    assert desk.newest is not None
    return desk.newest.row.tolist()


def test_a_shown_experiment_is_measured_at_iteration_0(desk: Desk) -> None:
    assert desk.newest is not None
    assert desk.newest.iteration == 0
    assert isinstance(desk.newest.trace.own, LayerTrace)
    assert not desk.controller.is_training


def test_training_to_an_iteration_leaves_no_hole(desk: Desk) -> None:
    facts: list[bool] = []
    desk.controller.training_changed.connect(facts.append)
    desk.controller.train(40)
    desk.wait_for(lambda: facts == [True, False])
    desk.wait_for_iteration(40)
    assert sorted(set(desk.iterations())) == list(range(41))
    assert sum(delivery.updates for delivery in desk.deliveries) == 40


def test_pausing_ends_training_and_measures(desk: Desk) -> None:
    desk.controller.train(None)
    desk.wait_for(lambda: len(desk.iterations()) > 10)
    desk.controller.pause()
    desk.wait_for(lambda: not desk.controller.is_training)
    desk.fetch()
    assert desk.newest is not None
    assert desk.newest.iteration == max(desk.iterations())


def test_one_iteration_at_a_time(desk: Desk) -> None:
    for iteration in (1, 2):
        desk.controller.train_once()
        desk.wait_for_iteration(iteration)


def test_rewinding_gives_the_first_numbers_again(desk: Desk) -> None:
    first = last_row(desk)
    desk.controller.train(30)
    desk.wait_for_iteration(30)
    assert last_row(desk) != first
    desk.controller.go_back(0)
    desk.wait_for_iteration(0)
    assert last_row(desk) == first
    assert any(delivery.kept_rows == 0 for delivery in desk.deliveries)


def test_a_target_that_lies_behind_is_gone_back_to(desk: Desk) -> None:
    desk.controller.train(12)
    desk.wait_for_iteration(12)
    there = last_row(desk)
    desk.controller.train(30)
    desk.wait_for_iteration(30)
    desk.controller.train(12)
    desk.wait_for_iteration(12)
    assert last_row(desk) == there


def test_an_edit_keeps_the_weights_and_the_iteration(desk: Desk) -> None:
    desk.controller.train(10)
    desk.wait_for_iteration(10)
    plain = last_row(desk)
    with_skips = with_values(EXPERIMENT, [("network.skip.every", 1)])
    desk.controller.show({RUN: with_skips}, None)
    desk.wait_for(lambda: desk.deliveries[-1].experiment == with_skips)
    assert desk.newest is not None
    assert desk.newest.iteration == 10
    assert last_row(desk) != plain
    desk.controller.show({RUN: EXPERIMENT}, None)
    desk.wait_for(lambda: desk.deliveries[-1].experiment == EXPERIMENT)
    assert last_row(desk) == plain


def test_an_edit_of_a_width_begins_anew(desk: Desk) -> None:
    desk.controller.train(5)
    desk.wait_for_iteration(5)
    wider = with_values(EXPERIMENT, [("network.layers.0.units", 12)])
    desk.controller.show({RUN: wider}, None)
    desk.wait_for(lambda: desk.deliveries[-1].experiment == wider)
    desk.wait_for_iteration(0)
    assert desk.newest is not None
    assert isinstance(desk.newest.trace.own, LayerTrace)
    assert desk.newest.trace.own.widths[1] == 12


def test_a_title_disturbs_nothing(desk: Desk) -> None:
    desk.controller.train(None)
    desk.wait_for(lambda: len(desk.iterations()) > 5)
    desk.controller.show({RUN: with_values(EXPERIMENT, [("title", "Another")])}, None)
    count = len(desk.iterations())
    desk.wait_for(lambda: len(desk.iterations()) > count + 5)
    assert desk.controller.is_training
    assert all(delivery.kept_rows in (None, 0) for delivery in desk.deliveries[1:])


def test_only_the_pass_watched_last_arrives(desk: Desk) -> None:
    desk.controller.train(20)
    desk.wait_for_iteration(20)
    seen: list[dict[int, TrainingFrame]] = []
    desk.controller.traces_recorded.connect(seen.append)
    desk.controller.watch(3)
    desk.controller.watch(7)
    desk.wait_for(lambda: bool(seen))
    assert [frames[RUN].iteration for frames in seen] == [7]
    assert desk.newest is not None
    assert desk.newest.iteration == 20


def test_a_selected_layer_brings_its_details(desk: Desk) -> None:
    desk.controller.inspect(2)

    def has_details() -> bool:
        trace = None if desk.newest is None else desk.newest.trace
        return trace is not None and trace.own.detail is not None

    desk.wait_for(has_details)


def test_a_speed_limit_holds(desk: Desk) -> None:
    desk.controller.limit_speed(5.0)
    desk.controller.train(None)
    desk.wait_for(lambda: len(set(desk.iterations())) >= 4)
    desk.controller.limit_speed(None)
    desk.controller.train(500)
    desk.wait_for(lambda: len(set(desk.iterations())) >= 100)
    desk.controller.pause()
    desk.wait_for(lambda: not desk.controller.is_training)


def test_a_task_that_cannot_be_loaded_is_one_sentence(desk: Desk, tmp_path: Path) -> None:
    table = Csv(path="missing.csv", target="y")
    broken = Experiment(
        format=EXPERIMENT.format, task=table, network=EXPERIMENT.network, seed=EXPERIMENT.seed
    )
    with desk.qtbot.waitSignal(desk.controller.failed, timeout=PATIENCE_MS) as caught:
        desk.controller.show({RUN: broken}, tmp_path)
    assert "missing.csv" in caught.args[0]
    assert not desk.controller.is_training
    with desk.qtbot.waitSignal(desk.controller.failed, timeout=PATIENCE_MS):
        desk.controller.train(None)
    desk.controller.show({RUN: EXPERIMENT}, None)
    desk.wait_for(lambda: desk.deliveries[-1].experiment == EXPERIMENT)


def test_training_halts_at_a_number_that_is_not_finite(desk: Desk) -> None:
    exploding = with_values(
        EXPERIMENT,
        [
            ("network.layers.0.activation", "relu"),
            ("network.layers.0.repeat", 10),
            ("network.initialisation", {"scheme": "normal", "std": 3.0}),
            ("training.learning_rate", 10.0),
        ],
    )
    desk.controller.show({RUN: exploding}, None)
    desk.controller.train(None)
    desk.wait_for(lambda: desk.newest is not None and desk.newest.halted is not None)
    desk.wait_for(lambda: not desk.controller.is_training)
    assert desk.newest is not None
    assert desk.newest.trace is not None


def test_closing_while_training_ends_the_thread(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.controller.show({RUN: EXPERIMENT}, None, begins_anew=True)
    desk.controller.start()
    desk.controller.train(None)
    desk.wait_for(lambda: len(desk.iterations()) > 3)
    desk.controller.close()
