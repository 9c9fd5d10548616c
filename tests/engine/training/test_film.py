"""The last passes before a halt: recorded anew bit for bit, and what led there."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from engine.analysis.autopsy import examine_halt
from engine.document.experiment import Experiment
from engine.documents import with_values
from engine.records.record import count_bytes
from engine.tasks.loading import load
from engine.training import timeline as timelines
from engine.training.run import FULL, ROW_ONLY, Run
from engine.training.timeline import Timeline
from tests.engine.cases import make_dataset, make_experiment
from tests.engine.recurrent_cases import make_experiment as make_recurrent

LAYERS = [{"units": 8, "activation": "relu", "repeat": 4}]
SLOW_BLOW = {"learning_rate": 1e-4, "weight_decay": 20_500.0, "dtype": "float32"}
"""L2 multiplies every weight by -1.05: it takes tens of iterations."""


def blow_up() -> Experiment:
    return make_experiment(LAYERS, training=SLOW_BLOW)


def fail_in_the_update() -> Experiment:
    """Tanh keeps the pass finite while the weights leave what float32 can hold."""
    training = {"learning_rate": 1e6, "weight_decay": 1e6, "dtype": "float32"}
    return make_experiment([{"units": 8, "activation": "tanh"}], training=training)


def run_to_halt(experiment: Experiment) -> Timeline:
    timeline = Timeline(Run(experiment, make_dataset()))
    while timeline.run.halted is None:
        timeline.advance(ROW_ONLY)
        assert timeline.run.iteration < 2_000
    return timeline


def assert_equal(one: Any, other: Any) -> None:
    """Bit for bit, whatever is nested in what."""
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert one.tobytes() == other.tobytes()
    elif is_dataclass(one):
        for part in fields(one):
            assert_equal(getattr(one, part.name), getattr(other, part.name))
    elif isinstance(one, tuple | list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_equal(a, b)
    elif isinstance(one, float) and math.isnan(one):
        assert math.isnan(other)
    else:
        assert one == other


def test_a_film_equals_a_fresh_run_recorded_along_the_way() -> None:
    timeline = run_to_halt(blow_up())
    last = timeline.run.iteration
    assert last > 55
    state = timeline.run.snapshot()
    film = timeline.record_film(50)
    assert film is not None
    assert [frame.iteration for frame in film.frames] == list(range(last - 49, last + 1))
    fresh = Run(blow_up(), make_dataset())
    along = [fresh.advance(FULL) for _ in range(last + 1)][-50:]
    assert fresh.halted == timeline.run.halted
    for one, other in zip(film.frames, along, strict=True):
        assert_equal(one, other)
    assert film.frames[-1].halted == timeline.run.halted
    assert_equal(timeline.run.snapshot().value.numpy(), state.value.numpy())


def test_a_film_follows_the_edits_that_were_made_on_the_way() -> None:
    calm = with_values(blow_up(), [("training.weight_decay", 0.0)])
    timeline = Timeline(Run(calm, make_dataset()))
    fresh = Run(calm, make_dataset())
    along = []
    for _ in range(30):
        timeline.advance(ROW_ONLY)
        along.append(fresh.advance(FULL))
    wild = with_values(blow_up(), [("training.weight_decay", 1e6)])
    timeline.change(wild)
    fresh.change(wild)
    while timeline.run.halted is None:
        timeline.advance(ROW_ONLY)
        along.append(fresh.advance(FULL))
    timeline.change(calm)  # what was edited since is no part of it
    assert timeline.run.halted is None
    film = timeline.record_film(20)
    assert film is not None
    assert film.last == timeline.run.iteration
    assert 30 in [frame.iteration for frame in film.frames]
    for one, other in zip(film.frames, along[-20:], strict=True):
        assert_equal(one, other)
    assert timeline.run.experiment == calm


def test_a_film_of_large_passes_is_shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = run_to_halt(blow_up())
    whole = timeline.record_film(50)
    assert whole is not None
    sizes = [count_bytes(frame) for frame in whole.frames]
    assert min(sizes) > 1_000
    monkeypatch.setattr(timelines, "FILM_BYTES", sum(sizes[-7:]))
    film = timeline.record_film(50)
    assert film is not None
    assert len(film.frames) == 7
    assert film.frames[-1].halted is not None


def test_a_film_can_be_cancelled_and_tells_how_far_it_is() -> None:
    timeline = run_to_halt(blow_up())
    told: list[tuple[int, int]] = []
    assert timeline.record_film(10, progress=lambda done, all_: told.append((done, all_)))
    assert told == [(done, 10) for done in range(1, 11)]
    halted, iteration = timeline.run.halted, timeline.run.iteration
    assert timeline.record_film(10, should_stop=lambda: True) is None
    assert (timeline.run.halted, timeline.run.iteration) == (halted, iteration)


@pytest.mark.parametrize("kind", ["layers", "time"])
def test_growth_and_leader_are_those_of_an_independent_computation(kind: str) -> None:
    experiment = blow_up()
    if kind == "time":
        values = [(f"training.{name}", value) for name, value in SLOW_BLOW.items()]
        experiment = with_values(make_recurrent(activation="linear", layers=2), values)
        dataset = load(experiment, None)
    else:
        dataset = make_dataset()
    run = Run(experiment, dataset)
    norms: list[float] = []
    layers: list[dict[int, float]] = []
    timeline = Timeline(run)
    other = Run(experiment, dataset)
    while timeline.run.halted is None:
        timeline.advance(ROW_ONLY)
        other.advance(ROW_ONLY)
        assert timeline.run.iteration < 3_000
        parts = [p for p in other.network.parameters if p.is_active]
        # After the update the gradient has been decayed, so it is taken from the record by name.
        update = other.update
        assert update is not None
        if update.iteration == len(norms):
            own = {p.index: update.gradient[p.index] for p in parts}
            norms.append(math.sqrt(math.fsum(float(n) ** 2 for n in own.values())))
            sums: dict[int, float] = {}
            for p in parts:
                if p.layer is not None:
                    sums[p.layer] = sums.get(p.layer, 0.0) + float(own[p.index]) ** 2
            layers.append({layer: math.sqrt(value) for layer, value in sums.items()})
    halted = timeline.run.halted
    assert halted is not None
    autopsy = examine_halt(halted, timeline.updates, run.network.parameters)
    last = [index for index, norm in enumerate(norms) if math.isfinite(norm)][-10:]
    first, end = last[0], last[-1]
    factor = (norms[end] / norms[first]) ** (1 / (end - first))
    assert autopsy.growth == pytest.approx(factor, rel=1e-9)
    assert autopsy.span == end - first == 9
    assert autopsy.norms is not None
    assert autopsy.norms[1] == pytest.approx(norms[end])
    grown = {layer: layers[end][layer] / layers[first][layer] for layer in layers[end]}
    assert autopsy.led_by == max(grown, key=lambda layer: grown[layer])


def test_the_last_good_state_has_a_finite_pass() -> None:
    for experiment in (blow_up(), fail_in_the_update()):
        timeline = run_to_halt(experiment)
        halted = timeline.run.halted
        assert halted is not None
        good = examine_halt(halted, timeline.updates, timeline.run.network.parameters).last_good
        assert good is not None
        timeline.go_to(good)
        assert timeline.run.measure().halted is None
        timeline.go_to(timeline.furthest)
        assert timeline.run.halted == halted


def test_an_edit_and_its_undoing_come_back_to_the_halt() -> None:
    wild = fail_in_the_update()
    timeline = run_to_halt(wild)
    halted = timeline.run.halted
    assert halted is not None
    assert halted.phase in ("decay", "update")
    calm = with_values(wild, [("training.weight_decay", 0.0)])
    timeline.change(calm)
    assert timeline.run.halted is None
    timeline.change(wild)
    assert timeline.run.halted == halted
    timeline.change(calm)
    timeline.advance(ROW_ONLY)
    timeline.change(wild)
    assert timeline.run.halted is None


def test_updates_are_known_without_a_gap_after_going_back() -> None:
    timeline = run_to_halt(blow_up())
    before = timeline.run.iteration
    timeline.go_to(before - 3)
    numbers = [update.iteration for update in timeline.updates]
    assert numbers == list(range(before - 3 - len(numbers), before - 3))
    timeline.go_to(20)
    assert [update.iteration for update in timeline.updates] == list(range(20))
