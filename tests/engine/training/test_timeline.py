"""Going back and forth leads to the same bits as never having left."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from msgspec.structs import replace

import engine.training.timeline
from engine.document.experiment import Clip, Experiment, Training
from engine.documents import with_values
from engine.kinds.feedforward.spec import Feedforward, Layer, Skip
from engine.tasks.insurance import Insurance
from engine.tasks.loading import load
from engine.training.run import ROW_ONLY, Run
from engine.training.timeline import Timeline

START = Experiment(
    format="gradient-theatre/1",
    seed=5,
    task=Insurance(batch_size=16),
    network=Feedforward(
        layers=(Layer(units=6, activation="relu", normalisation="batch", repeat=4),),
        skip=Skip(every=0),
    ),
    training=Training(optimiser="adam", learning_rate=0.01),
)


def begin(experiment: Experiment = START, **options: int) -> Timeline:
    return Timeline(Run(experiment, load(experiment, None)), **options)


def bits(timeline: Timeline) -> list[torch.Tensor]:
    state = timeline.run.snapshot()
    return [state.value, state.statistics, *state.optimiser.vectors]


def are_equal(left: list[torch.Tensor], right: list[torch.Tensor]) -> bool:
    return len(left) == len(right) and all(map(torch.equal, left, right))


def train_with_edits(timeline: Timeline) -> dict[int, list[torch.Tensor]]:
    """160 iterations, with settings changed on the way, and the state at each."""
    states = {}
    for iteration in range(160):
        if iteration == 40:
            timeline.change(with_values(START, [("training.optimiser", "sgd")]))
        if iteration == 70:
            timeline.change(with_values(START, [("network.skip.every", 1)]))
            timeline.change(with_values(START, [("training.clip.kind", "norm")]))
        if iteration == 110:
            timeline.change(START)
        states[iteration] = bits(timeline)
        timeline.advance(ROW_ONLY)
    states[160] = bits(timeline)
    return states


def test_every_iteration_is_reached_exactly_backward_and_forward() -> None:
    timeline = begin()
    states = train_with_edits(timeline)
    for iteration in (159, 0, 39, 40, 41, 75, 70, 3, 110, 111, 160, 1):
        assert timeline.go_to(iteration) == iteration
        assert timeline.run.iteration == iteration
        assert are_equal(bits(timeline), states[iteration])
        assert timeline.run.experiment == START


def test_going_forward_beyond_what_was_trained_trains_on() -> None:
    straight, wandering = begin(), begin()
    for _ in range(120):
        straight.advance(ROW_ONLY)
    wandering.go_to(80)
    wandering.go_to(13)
    seen: list[tuple[int, int]] = []
    assert wandering.go_to(120, progress=lambda done, total: seen.append((done, total))) == 120
    assert are_equal(bits(straight), bits(wandering))
    assert seen


def test_an_edit_after_a_rewind_begins_a_new_future() -> None:
    gentle = with_values(START, [("training.learning_rate", 0.001)])
    timeline = begin()
    timeline.go_to(90)
    timeline.go_to(60)
    timeline.change(gentle)
    assert timeline.furthest == 60
    for _ in range(30):
        timeline.advance(ROW_ONLY)
    there = bits(timeline)
    timeline.go_to(10)
    timeline.go_to(90)
    assert are_equal(there, bits(timeline))

    other = begin()
    other.go_to(60)
    other.change(gentle)
    other.go_to(90)
    assert are_equal(there, bits(other))


def test_training_on_after_a_rewind_uses_the_settings_on_screen() -> None:
    skips = with_values(START, [("network.skip.every", 1)])
    timeline = begin()
    timeline.go_to(30)
    timeline.change(skips)
    timeline.go_to(0)
    assert timeline.run.experiment == skips
    timeline.advance(ROW_ONLY)
    fresh = begin(skips)
    fresh.advance(ROW_ONLY)
    assert are_equal(bits(timeline), bits(fresh))


def test_looking_at_an_earlier_pass_leaves_no_mark() -> None:
    timeline = begin()
    states = train_with_edits(timeline)
    timeline.go_to(100)
    frame = timeline.trace_at(72)
    assert frame.iteration == 72
    assert frame.trace is not None
    assert timeline.run.iteration == 100
    assert are_equal(bits(timeline), states[100])
    timeline.go_to(160)
    assert are_equal(bits(timeline), states[160])

    again = begin()
    again.go_to(72)
    assert not np.array_equal(frame.row, again.run.measure().row)
    straight = begin()
    rows = {}
    for iteration in range(160):
        if iteration == 40:
            straight.change(with_values(START, [("training.optimiser", "sgd")]))
        if iteration == 70:
            straight.change(with_values(START, [("training.clip.kind", "norm")]))
        rows[iteration] = straight.advance(ROW_ONLY).row
        if iteration == 72:
            break
    assert np.array_equal(frame.row, rows[72])


def test_a_stop_leaves_the_run_where_it_got_to() -> None:
    timeline = begin()
    timeline.go_to(100)
    calls = iter([False] * 7 + [True] * 1_000)
    reached = timeline.go_to(49, should_stop=lambda: next(calls))
    assert reached == 7
    assert timeline.go_to(100) == 100


def test_a_halt_is_there_again_after_coming_back_to_it() -> None:
    wild = replace(START, training=Training(learning_rate=1e6))
    wild = with_values(wild, [("network.layers.0.normalisation", "none")])
    timeline = begin(wild)
    for _ in range(50):
        if timeline.advance(ROW_ONLY).halted is not None:
            break
    assert timeline.run.halted is not None
    halted, end = timeline.run.halted, timeline.run.iteration
    timeline.go_to(0)
    assert timeline.run.halted is None
    timeline.trace_at(end)
    assert timeline.run.halted is None
    timeline.go_to(end)
    assert timeline.run.halted == halted
    timeline.change(replace(wild, training=Training(learning_rate=0.0, clip=Clip(kind="norm"))))
    assert timeline.run.halted is None


def test_snapshots_keep_to_their_budget_and_the_first_one_stays() -> None:
    timeline = begin(memory=30_000)
    first = bits(timeline)
    for _ in range(1_000):
        timeline.advance(ROW_ONLY)
    assert timeline.byte_count <= 30_000 + 10_000
    there = bits(timeline)
    timeline.go_to(750)
    timeline.go_to(1_000)
    assert are_equal(there, bits(timeline))
    timeline.go_to(0)
    assert are_equal(first, bits(timeline))


def test_beyond_the_exact_iterations_the_nearest_snapshot_is_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine.training.timeline, "EXACT_ITERATIONS", 200)
    timeline = begin()
    states = {}
    for iteration in range(501):
        states[iteration] = bits(timeline)
        timeline.advance(ROW_ONLY)
    assert timeline.go_to(301) == 301
    assert are_equal(bits(timeline), states[301])
    reached = timeline.go_to(112)
    assert reached == 100
    assert are_equal(bits(timeline), states[100])


def test_a_fork_stands_where_the_other_one_does_and_goes_its_own_way() -> None:
    timeline = begin()
    first = [timeline.advance().loss for _ in range(60)]
    twin = timeline.fork()
    assert are_equal(bits(twin), bits(timeline))
    assert [twin.advance().loss for _ in range(5)] == [timeline.advance().loss for _ in range(5)]
    twin.change(with_values(START, [("training.learning_rate", 1.0)]))
    kept = bits(timeline)
    for _ in range(5):
        twin.advance()
    assert (twin.run.iteration, timeline.run.iteration) == (70, 65)
    assert are_equal(bits(timeline), kept)
    twin.change(START)
    twin.go_to(12)
    assert twin.run.measure().loss == first[12]
    assert are_equal(bits(timeline), kept)
