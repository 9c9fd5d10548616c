"""The state of a run, without a window: rows, newest and watched pass, verdict, comparison."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from desktop.model.run_view import RunView
from engine.analysis.verdict import diagnose
from engine.records.frames import HeldOut, NonFinite, TrainingFrame
from tests.synthetic import HEALTHY, VANISHING, make_experiment, make_trace
from tests.synthetic_time import make_time_trace

SCORE = HeldOut(0.5, 0.75, None, 0.6)


def make_pass(
    iteration: int,
    factor: float = HEALTHY,
    *,
    loss: float = 0.5,
    held_out: HeldOut | None = None,
    halted: NonFinite | None = None,
) -> TrainingFrame:
    trace = make_trace(10, factor, iteration=iteration).share()
    return TrainingFrame(
        iteration=iteration,
        loss=loss,
        accuracy=None,
        reference=1.0,
        row=np.ones(11, dtype=np.float32),
        held_out=held_out,
        trace=trace,
        halted=halted,
    )


def make_view(count: int = 4, factor: float = HEALTHY) -> RunView:
    """After so many iterations, the newest of which is recorded."""
    view = RunView()
    frames = [make_pass(iteration, factor) for iteration in range(count)]
    view.add_rows(frames)
    view.take_newest(frames[-1], make_experiment())
    return view


def last_row(view: RunView) -> int:
    return int(view.history.overview().last.max())


def test_a_run_that_was_never_measured_shows_nothing() -> None:
    view = RunView()
    assert (view.iteration, view.shown, view.verdict, view.majority) == (0, None, None, None)
    assert view.watched_iteration is view.comparable_before is view.experiment is None


def test_a_watched_pass_stands_in_the_place_of_the_newest_one_and_leaves_it_alone() -> None:
    view = make_view()
    newest, earlier = view.newest, make_pass(1)
    assert view.watch(earlier)
    assert not view.watch(make_pass(1)), "more details of a pass are not another one"
    assert (view.watched_iteration, view.iteration, view.newest) == (1, 3, newest)
    assert view.shown is view.watched
    assert view.leave_watched()
    assert not view.leave_watched()
    assert view.shown is newest


def test_the_verdict_is_on_the_pass_that_is_shown() -> None:
    view = make_view(factor=VANISHING)
    assert view.verdict is not None
    assert view.verdict.kind == "vanishing"
    assert view.verdict is view.verdict, "a pass is judged once"
    view.watch(make_pass(1, HEALTHY))
    assert view.verdict.kind == "healthy"
    view.watch(make_pass(1, halted=NonFinite(1, 2, "backward")))
    assert view.verdict.kind == "nan"
    view.leave_watched()
    assert view.verdict.kind == "vanishing"


def test_only_the_newest_pass_is_judged_with_the_losses_that_led_to_it() -> None:
    view = RunView()
    view.add_rows(make_pass(n, loss=0.2 if n % 2 else 1.5) for n in range(20))
    view.take_newest(make_pass(20), make_experiment())
    assert view.verdict is not None
    assert view.verdict.is_oscillating
    view.watch(make_pass(3))
    assert not view.verdict.is_oscillating


def test_the_newest_score_is_kept_with_its_iteration() -> None:
    view = make_view()
    view.add_rows([make_pass(4, held_out=SCORE), make_pass(5)])
    assert (view.held_out, view.scored_at, view.majority) == (SCORE, 4, 0.6)


def test_what_lay_ahead_is_forgotten_and_at_0_everything_but_the_comparison() -> None:
    view = make_view()
    view.add_rows([make_pass(4, held_out=SCORE)])
    view.before = make_trace().share()
    view.watch(make_pass(1))
    view.forget_from(2)
    assert last_row(view) == 1
    assert (view.iteration, view.watched_iteration, view.held_out) == (3, 1, SCORE)
    view.forget_from(0)
    assert len(view.history.overview().last) == 0
    assert view.newest is view.watched is view.held_out is view.verdict is view.experiment is None
    assert view.scored_at == 0
    assert view.before is not None


def test_only_passes_that_can_be_drawn_over_each_other_are_compared() -> None:
    view = make_view()
    view.before = make_trace(6, 0.5).share()
    assert view.comparable_before is view.before
    view.before = make_time_trace(6).share()
    assert view.comparable_before is None
    view.watch(replace(make_pass(1), trace=make_time_trace(4).share()))
    assert view.comparable_before is view.before
    view.watch(replace(make_pass(1), trace=None))
    assert view.comparable_before is None


def test_two_runs_stand_side_by_side() -> None:
    left, right = make_view(3, VANISHING), make_view(5)
    left.watch(make_pass(1, VANISHING))
    assert (left.iteration, right.iteration, right.watched) == (2, 4, None)
    left.forget_from(0)
    assert last_row(right) == 4
    assert right.verdict == diagnose(make_pass(4).trace, right.history.recent_losses)
