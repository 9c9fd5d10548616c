"""The history stays small, keeps every extreme, and forgets what a rewind undoes."""

from __future__ import annotations

import math
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.records.frames import HeldOut, NonFinite, TrainingFrame
from engine.training.history import EXACT_ROWS, UPDATE_ROWS, History
from engine.training.thinned_rows import Envelopes
from tests.synthetic import make_frame, make_trace


def frame(iteration: int, row: np.ndarray | None = None, loss: float = 0.5) -> TrainingFrame:
    values = np.full(4, 1.0 + iteration % 7, np.float32) if row is None else row
    return TrainingFrame(iteration, loss, 0.5, float(values[-1]), values)


def test_up_to_the_bound_every_row_is_exact() -> None:
    history = History()
    rng = np.random.default_rng(3)
    rows = rng.random((2_500, 5)).astype(np.float32)
    for iteration, row in enumerate(rows):
        history.append(frame(iteration, row, float(row[0])))
    kept = history.between(0, 10**9)
    assert np.array_equal(kept.rows_low, rows)
    assert np.array_equal(kept.rows_high, rows)
    assert np.array_equal(kept.first, np.arange(2_500))
    assert np.array_equal(kept.low("loss"), rows[:, 0].astype(np.float64))
    overview = history.overview()
    assert len(overview.first) <= 2_000
    assert overview.rows_low.min() == rows.min()
    assert overview.rows_high.max() == rows.max()


def test_extremes_of_every_scalar_and_layer_survive_the_thinning() -> None:
    rng = np.random.default_rng(0)
    count = 90_000
    rows = rng.lognormal(0.0, 2.0, (count, 6)).astype(np.float32)
    losses = rng.lognormal(0.0, 1.0, count)
    history = History()
    for iteration in range(count):
        held_out = HeldOut(losses[iteration] + 1, 0.25, None, 0.5) if iteration == 777 else None
        history.append(
            TrainingFrame(iteration, losses[iteration], None, 1.0, rows[iteration], held_out)
        )
    for kept in (history.between(0, count), history.overview()):
        assert len(kept.first) <= EXACT_ROWS
        assert np.array_equal(kept.rows_low.min(axis=0), rows.min(axis=0))
        assert np.array_equal(kept.rows_high.max(axis=0), rows.max(axis=0))
        assert kept.low("loss").min() == losses.min()
        assert kept.high("loss").max() == losses.max()
        assert np.nanmax(kept.high("held_out_loss")) == losses[777] + 1
        assert np.isnan(kept.low("accuracy")).all()
        assert kept.first[0] == 0
        assert kept.last[-1] == count - 1
        assert np.array_equal(kept.first[1:], kept.last[:-1] + 1)
        for start in range(0, len(kept.first), 97):
            span = slice(kept.first[start], kept.last[start] + 1)
            assert np.array_equal(kept.rows_low[start], rows[span].min(axis=0))
            assert np.array_equal(kept.rows_high[start], rows[span].max(axis=0))


def test_a_million_iterations_take_hardly_more_memory_than_twenty_thousand() -> None:
    rows = np.random.default_rng(0).random((100, 11)).astype(np.float32)
    frames = [frame(0, row) for row in rows]
    history = History()

    def feed(until: int) -> None:
        for iteration in range(history.last_iteration + 1, until):
            one = frames[iteration % 100]
            object.__setattr__(one, "iteration", iteration)
            history.append(one)

    tracemalloc.start()
    try:
        feed(20_000)
        small, small_traced = history.nbytes, tracemalloc.get_traced_memory()[0]
        feed(60_000)
        large_traced = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    feed(1_000_000)
    assert history.last_iteration == 999_999
    assert history.nbytes <= 1.2 * small
    assert large_traced <= 1.2 * small_traced
    assert len(history.between(0, 10**7).first) >= 5_000


def test_a_rewind_forgets_the_future_and_training_goes_on_from_there() -> None:
    history = History()
    for iteration in range(1_000):
        history.append(frame(iteration))
    history.append(frame(400, loss=9.0))
    kept = history.between(0, 10_000)
    assert history.last_iteration == 400
    assert kept.last[-1] == 400
    assert kept.high("loss")[-1] == 9.0
    assert history.recent_losses[-1] == 9.0
    history.truncate(0)
    assert history.is_empty
    assert len(history.overview().first) == 0


def test_a_rewind_in_a_thinned_history_leaves_nothing_of_the_future() -> None:
    history = History()
    for iteration in range(50_000):
        loss = 7.0 if iteration == 30_001 else 0.5
        history.append(frame(iteration, loss=loss))
    history.truncate(30_001)
    assert history.between(0, 10**9).high("loss").max() == 0.5
    assert 29_980 <= history.last_iteration <= 30_000


def test_a_halt_is_kept_with_its_row() -> None:
    history = History()
    for iteration in range(30):
        history.append(frame(iteration))
    row = np.array([1.0, np.nan, np.inf, 2.0], np.float32)
    halted = NonFinite(30, 1, "backward")
    history.append(TrainingFrame(30, np.nan, None, np.nan, row, halted=halted))
    for iteration in range(31, 50_000):
        history.append(frame(iteration))
    assert [halt.cause for halt in history.halts] == [halted]
    assert np.array_equal(history.halts[0].row, row, equal_nan=True)
    history.append(frame(30))
    assert history.halts == []


@settings(max_examples=40, deadline=None)
@given(
    blocks=st.lists(st.integers(1, 700), min_size=1, max_size=30),
    capacity=st.sampled_from([4, 8, 20, 1_000]),
    seed=st.integers(0, 10),
)
def test_stretches_are_the_extremes_of_what_they_cover(
    blocks: list[int], capacity: int, seed: int
) -> None:
    total = sum(blocks)
    rng = np.random.default_rng(seed)
    scalars, rows = rng.random((total, 2)), rng.random((total, 3)).astype(np.float32)
    envelopes, start = Envelopes(2, 3, capacity), 0
    for size in blocks:
        part = slice(start, start + size)
        envelopes.extend(np.arange(start, start + size), scalars[part], rows[part])
        start += size
    bounds = envelopes.bounds()
    assert len(bounds) <= capacity
    assert bounds[:, 2].sum() == total
    low, high = envelopes.scalars.read(0, envelopes.count)
    row_low, row_high = envelopes.rows.read(0, envelopes.count)
    for index, (first, last, size) in enumerate(bounds):
        assert size == last - first + 1
        assert np.array_equal(low[index], scalars[first : last + 1].min(axis=0))
        assert np.array_equal(high[index], scalars[first : last + 1].max(axis=0))
        assert np.array_equal(row_low[index], rows[first : last + 1].min(axis=0))
        assert np.array_equal(row_high[index], rows[first : last + 1].max(axis=0))


@pytest.mark.parametrize("columns", [1, 5_001])
def test_rows_of_any_width_have_bounded_memory(columns: int) -> None:
    history = History()
    row = np.ones(columns, np.float32)
    for iteration in range(3_000):
        history.append(frame(iteration, row))
    assert history.nbytes < 200_000_000


def _traced(iteration: int, ratios: list[float]) -> TrainingFrame:
    trace = make_trace(depth=len(ratios), iteration=iteration)
    own = replace(trace, update_ratio=np.array(ratios))
    return replace(make_frame(own), row=np.ones(4, np.float32))


def test_update_to_weight_is_kept_of_the_passes_that_were_recorded_in_full() -> None:
    history = History()
    for iteration in range(10):
        whole = _traced(iteration, [1e-3 * (iteration + 1), 1e-320, math.nan])
        history.append(whole if iteration % 3 == 0 else frame(iteration))
    kept = history.updates()
    assert kept.first.tolist() == kept.last.tolist() == [0, 3, 6, 9]
    assert kept.recorded.tolist() == [1, 1, 1, 1]
    assert np.allclose(kept.low[:, 0], [0.001, 0.004, 0.007, 0.010], rtol=1e-12)
    assert (kept.low[:, 1] == 1e-320).all(), "smaller than any float32, and not 0"
    assert np.isnan(kept.high[:, 2]).all()


def test_update_to_weight_after_a_rewind_forgets_what_is_no_longer_true() -> None:
    history = History()
    for iteration in range(10):
        history.append(_traced(iteration, [float(iteration)]))
    history.truncate(6)
    assert history.updates().first.tolist() == [0, 1, 2, 3, 4, 5]
    history.append(_traced(3, [30.0]))
    kept = history.updates()
    assert kept.first.tolist() == [0, 1, 2, 3]
    assert kept.low[:, 0].tolist() == [0.0, 1.0, 2.0, 30.0]
    history.append(frame(3))
    assert history.updates().low[-1, 0] == 30.0, "the same pass again, not recorded in full"
    history.truncate(0)
    assert not history.updates().first.size


def test_update_to_weight_of_a_long_training_is_thinned_with_its_extremes() -> None:
    history = History()
    ratios = np.random.default_rng(1).lognormal(-7.0, 2.0, UPDATE_ROWS * 3)
    for iteration, ratio in enumerate(ratios):
        history.append(_traced(iteration, [ratio]))
    kept = history.updates()
    assert kept.first.size <= UPDATE_ROWS
    assert kept.recorded.sum() == len(ratios)
    assert kept.low.min() == ratios.min()
    assert kept.high.max() == ratios.max()
