"""Two runs in one worker: always at the same iteration, and each as if it were alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from desktop.model.run_view import RunView
from desktop.worker.controller import TrainingController
from desktop.worker.mailbox import Letter
from engine.document.experiment import Experiment
from engine.documents import with_values
from engine.records.frames import TrainingFrame
from engine.tasks import loading
from engine.training.run import Run, use_one_thread
from tests.synthetic import make_experiment

BASELINE = make_experiment(depth=4, units=8)
WITH_SKIPS = with_values(BASELINE, [("network.skip.every", 1)])
WIDER = with_values(BASELINE, [("network.layers.0.units", 12)])
EXPLODING = with_values(
    BASELINE,
    [
        ("network.layers.0.activation", "relu"),
        ("network.layers.0.repeat", 10),
        ("network.initialisation", {"scheme": "normal", "std": 3.0}),
        ("training.learning_rate", 10.0),
    ],
)
MENDED = with_values(
    EXPLODING, [("network.layers.0.activation", "tanh"), ("training.learning_rate", 0.0)]
)
LEFT, RIGHT = 5, 8
PATIENCE_MS = 60_000


class Desk:
    """A controller with two runs, and what the window knows of them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.controller = TrainingController()
        self.qtbot = qtbot
        self.views = {LEFT: RunView(), RIGHT: RunView()}
        self.experiments: dict[int, Experiment] = {}
        self.pairs: list[tuple[int, int]] = []
        self.letters: list[Letter] = []

    def show(self, left: Experiment, right: Experiment | None, **named: bool) -> None:
        self.experiments = {LEFT: left} if right is None else {LEFT: left, RIGHT: right}
        self.controller.show(
            self.experiments, None, edited=next(reversed(self.experiments)), **named
        )

    def fetch(self) -> None:
        letters = self.controller.empty_mailboxes()
        self.letters += letters
        for number, delivery in letters:
            view = self.views[number]
            if delivery is None:
                continue
            if delivery.kept_rows is not None:
                view.forget_from(delivery.kept_rows)
            if delivery.branching is not None:
                view.branch_off(self.views[delivery.branching.run], delivery.branching.iteration)
            view.add_rows(delivery.rows)
            if delivery.newest is not None:
                view.take_newest(delivery.newest, delivery.experiment)
        if letters and all(view.newest is not None for view in self.views.values()):
            self.pairs.append((self.views[LEFT].iteration, self.views[RIGHT].iteration))

    def wait_for(self, is_reached: Callable[[], bool]) -> None:
        def look() -> bool:
            self.fetch()
            return is_reached()

        self.qtbot.waitUntil(look, timeout=PATIENCE_MS)

    def wait_idle_at(self, *iterations: int) -> None:
        def stands() -> bool:
            at = [self.views[number].iteration for number in self.experiments]
            measured = [self.views[number].experiment for number in self.experiments]
            return (
                at == list(iterations)
                and measured == list(self.experiments.values())
                and not self.controller.is_training
            )

        self.wait_for(stands)

    def row(self, number: int) -> list[float]:
        newest = self.views[number].newest
        assert newest is not None
        return newest.row.tolist()

    def losses(self, number: int) -> list[float]:
        return self.views[number].history.overview().low("loss").tolist()


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(qtbot)
    desk.controller.start()
    yield desk
    desk.controller.close()


def train_alone(experiment: Experiment, iterations: int) -> tuple[list[float], list[float]]:
    """All losses, and the row of the pass at the end."""
    use_one_thread()
    run = Run(experiment, loading.load(experiment, None))
    losses = [run.advance().loss for _ in range(iterations)]
    frame = run.measure()
    return [*losses, frame.loss], frame.row.tolist()


def test_each_run_is_what_it_would_be_alone_bit_for_bit(desk: Desk) -> None:
    desk.show(BASELINE, WIDER, begins_anew=True)
    desk.controller.train(60)
    desk.wait_idle_at(60, 60)
    for number, experiment in ((LEFT, BASELINE), (RIGHT, WIDER)):
        losses, row = train_alone(experiment, 60)
        assert desk.losses(number) == losses
        assert desk.row(number) == row


def test_what_is_seen_of_both_is_always_of_the_same_iteration(desk: Desk) -> None:
    desk.show(BASELINE, WITH_SKIPS, begins_anew=True)
    desk.wait_idle_at(0, 0)
    desk.controller.train(None)
    desk.wait_for(lambda: len({pair for pair in desk.pairs if pair[0]}) > 15)
    desk.controller.pause()
    desk.wait_for(lambda: not desk.controller.is_training)
    assert all(left == right for left, right in desk.pairs)
    desk.controller.train_once()
    at = desk.pairs[-1][0]
    desk.wait_idle_at(at + 1, at + 1)
    desk.controller.go_back(7)
    desk.wait_idle_at(7, 7)
    desk.controller.train(11)
    desk.wait_idle_at(11, 11)
    assert all(left == right for left, right in desk.pairs)


def test_a_second_run_keeps_weights_and_past_where_it_can(desk: Desk) -> None:
    desk.show(BASELINE, None, begins_anew=True)
    desk.controller.train(30)
    desk.wait_idle_at(30)
    losses = desk.losses(LEFT)
    desk.show(BASELINE, BASELINE)
    desk.wait_idle_at(30, 30)
    assert desk.row(RIGHT) == desk.row(LEFT)
    assert desk.losses(RIGHT) == losses
    desk.show(BASELINE, WITH_SKIPS)
    desk.wait_idle_at(30, 30)
    assert desk.row(RIGHT) != desk.row(LEFT)
    desk.controller.train(40)
    desk.wait_idle_at(40, 40)
    assert desk.losses(LEFT) == train_alone(BASELINE, 40)[0]
    assert desk.losses(RIGHT)[:30] == losses[:30]
    assert desk.losses(RIGHT)[31:] != desk.losses(LEFT)[31:]
    desk.controller.go_back(12)
    desk.wait_idle_at(12, 12)
    assert desk.losses(LEFT) == losses[:13]


def test_a_second_run_of_another_width_is_trained_to_where_the_first_one_stands(
    desk: Desk,
) -> None:
    desk.show(BASELINE, None, begins_anew=True)
    desk.controller.train(50)
    desk.wait_idle_at(50)
    there = desk.row(LEFT)
    desk.show(BASELINE, WIDER)
    desk.wait_idle_at(50, 50)
    assert desk.row(LEFT) == there
    assert (desk.losses(RIGHT), desk.row(RIGHT)) == train_alone(WIDER, 50)


def test_an_edit_of_one_lane_does_not_touch_the_other(desk: Desk) -> None:
    desk.show(BASELINE, WITH_SKIPS, begins_anew=True)
    desk.controller.train(20)
    desk.wait_idle_at(20, 20)
    desk.letters.clear()
    desk.show(BASELINE, with_values(WITH_SKIPS, [("network.skip.scale", 0.5)]))
    desk.wait_idle_at(20, 20)
    assert all(number == RIGHT for number, _ in desk.letters)


def test_a_lane_that_halts_stays_and_the_other_goes_on(desk: Desk) -> None:
    desk.show(BASELINE, EXPLODING, begins_anew=True)
    desk.controller.train(80)
    desk.wait_for(lambda: desk.views[LEFT].iteration == 80 and not desk.controller.is_training)
    newest = desk.views[RIGHT].newest
    assert newest is not None
    assert newest.halted is not None
    assert newest.trace is not None
    halted_at = newest.iteration
    assert halted_at < 80
    assert desk.losses(LEFT) == train_alone(BASELINE, 80)[0]
    desk.controller.train_once()
    desk.wait_idle_at(81, halted_at)
    desk.controller.go_back(0)
    desk.wait_idle_at(0, 0)
    # Mended, it is trained to where the other one stands.
    desk.controller.train(40)
    desk.wait_idle_at(40, halted_at)
    desk.show(BASELINE, MENDED)
    desk.wait_idle_at(40, 40)


def test_where_both_halt_training_ends(desk: Desk) -> None:
    desk.show(EXPLODING, EXPLODING, begins_anew=True)
    desk.controller.train(None)
    desk.wait_for(
        lambda: all(v.newest is not None and v.newest.halted for v in desk.views.values())
    )
    desk.wait_for(lambda: not desk.controller.is_training)


def test_a_pause_on_the_way_leaves_both_where_the_later_one_got_to(desk: Desk) -> None:
    desk.show(BASELINE, None, begins_anew=True)
    desk.controller.train(1_500)
    desk.wait_idle_at(1_500)
    desk.show(BASELINE, WIDER)
    desk.wait_for(lambda: desk.controller.progress is not None)
    desk.wait_for(lambda: desk.views[RIGHT].iteration > 20)
    desk.controller.pause()
    desk.wait_for(lambda: not desk.controller.is_training)
    desk.fetch()
    left, right = desk.views[LEFT].iteration, desk.views[RIGHT].iteration
    assert 20 < left == right < 1_500
    assert desk.losses(LEFT) == train_alone(BASELINE, left)[0]
    assert desk.losses(RIGHT) == train_alone(WIDER, left)[0]


def test_a_run_that_is_shown_no_more_is_forgotten_and_the_other_stays(desk: Desk) -> None:
    desk.show(BASELINE, WITH_SKIPS, begins_anew=True)
    desk.controller.train(20)
    desk.wait_idle_at(20, 20)
    there = desk.row(RIGHT)
    desk.experiments = {RIGHT: WITH_SKIPS}
    desk.controller.show(desk.experiments, None)
    desk.controller.train(25)
    desk.wait_idle_at(25)
    desk.controller.go_back(20)
    desk.wait_idle_at(20)
    assert desk.row(RIGHT) == there


def test_an_earlier_pass_is_watched_in_both(desk: Desk) -> None:
    desk.show(BASELINE, WIDER, begins_anew=True)
    desk.controller.train(20)
    desk.wait_idle_at(20, 20)
    seen: list[dict[int, TrainingFrame]] = []
    desk.controller.traces_recorded.connect(seen.append)
    desk.controller.watch(6)
    desk.wait_for(lambda: bool(seen))
    assert {number: frame.iteration for number, frame in seen[0].items()} == {LEFT: 6, RIGHT: 6}
    assert seen[0][RIGHT].loss == train_alone(WIDER, 6)[0][-1]


def test_data_are_loaded_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[Experiment] = []
    load = loading.load

    def load_and_count(experiment: Experiment, folder: Path | None) -> object:
        loaded.append(experiment)
        return load(experiment, folder)

    monkeypatch.setattr(loading, "load", load_and_count)
    desk.show(BASELINE, WIDER, begins_anew=True)
    desk.wait_idle_at(0, 0)
    assert loaded == [BASELINE]


def test_details_are_recorded_of_the_edited_run_alone(desk: Desk) -> None:
    desk.show(BASELINE, WITH_SKIPS, begins_anew=True)
    desk.controller.inspect(2)

    def details() -> list[bool]:
        newest = [desk.views[number].newest for number in (LEFT, RIGHT)]
        return [
            n is not None and n.trace is not None and n.trace.own.detail is not None for n in newest
        ]

    desk.wait_for(lambda: details() == [False, True])
    desk.controller.show(desk.experiments, None, edited=LEFT)
    desk.wait_for(lambda: details()[0])


def test_a_second_run_that_cannot_be_built_leaves_the_first_one_alone(
    desk: Desk, tmp_path: Path
) -> None:
    table = {"name": "csv", "path": str(tmp_path / "missing.csv"), "target": "y"}
    broken = with_values(BASELINE, [("task", table)])
    desk.show(BASELINE, None, begins_anew=True)
    desk.controller.train(5)
    desk.wait_idle_at(5)
    with desk.qtbot.waitSignal(desk.controller.failed, timeout=PATIENCE_MS) as caught:
        desk.show(BASELINE, broken)
    assert "missing.csv" in caught.args[0]
    desk.show(BASELINE, None)
    desk.controller.train(9)
    desk.wait_idle_at(9)


def test_closing_on_the_way_never_hangs(qtbot: QtBot) -> None:
    desk = Desk(qtbot)
    desk.controller.start()
    desk.show(BASELINE, None, begins_anew=True)
    desk.controller.train(500)
    desk.wait_idle_at(500)
    desk.show(BASELINE, WIDER)
    desk.wait_for(lambda: desk.controller.progress is not None)
    desk.controller.close()
    assert np.isfinite(desk.losses(LEFT)).all()
