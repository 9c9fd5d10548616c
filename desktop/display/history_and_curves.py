"""What training left behind: the heat map layer × iteration, the curves of loss and accuracy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from desktop.display.options import DisplayOptions
from desktop.display.pictures import Chart, Curve, CurvesPicture, HistoryPicture
from desktop.display.scales import (
    Axis,
    fit_linear_axis,
    fit_log_axis,
    format_number,
    pick_whole_ticks,
    take_log10,
)
from engine.document.lanes import Lane
from engine.training.history import History, Stretches

F64 = NDArray[np.float64]

_LEAST_ITERATIONS = 50
_FEWEST_TICKS = 5
_LOG_FROM = 30.0
_FINEST_LOSS = 1e-4
"""Of the loss, between two ticks: numbers of five digits, whatever little it moves."""
"""A loss that varies by more than this factor is drawn on a logarithmic axis."""


def resolve_history(
    history: History, overview: Stretches, depth: int, options: DisplayOptions
) -> HistoryPicture:
    """The heat map of everything that was trained so far."""
    last = round_up_iterations(history.last_iteration)
    references = take_log10(np.concatenate((overview.low("reference"), overview.high("reference"))))
    finite = references[np.isfinite(references)]
    return HistoryPicture(
        depth=depth,
        title="History",
        subtitle="layer × iteration, each relative to its loss end",
        stretches=overview,
        halted=tuple(halt.cause.iteration for halt in history.halts),
        cursor=options.shown_iteration,
        last=last,
        ticks=pick_whole_ticks(0, last, _FEWEST_TICKS + 1),
        strip_title="size of the loss end",
        strip_low=format_number(10.0 ** float(finite.min())) if finite.size else "",
        strip_high=format_number(10.0 ** float(finite.max())) if finite.size else "",
    )


_CROSS_ENTROPY = "mean cross-entropy, nats"
_SQUARED_ERROR = "mean squared error"
_OF_THE_BATCH = "mean of the batch"


def round_up_iterations(last: int) -> int:
    """The right end of the iteration axis: it grows in leaps, so that the picture stands still."""
    if last <= _LEAST_ITERATIONS:
        return _LEAST_ITERATIONS
    power = 10 ** int(math.log10(last))
    leaps = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
    return next(int(power * leap) for leap in leaps if power * leap >= last)


def resolve_curves(
    history: History,
    overview: Stretches,
    options: DisplayOptions,
    majority: float | None,
) -> CurvesPicture:
    """Loss, and accuracy or R², on the batches and on held-out data."""
    return _resolve_runs((_Run(None, history, overview),), options, majority)


def resolve_lane_curves(
    lanes: Sequence[tuple[Lane, History, float | None]], options: DisplayOptions
) -> CurvesPicture:
    """The same of both lanes that are compared, in one chart.

    Args:
        lanes: of each its name, its history and what guessing the most frequent class reaches.
        options: what the viewer chose.
    """
    runs = tuple(_Run(name, history, history.overview()) for name, history, _ in lanes)
    majority = next((known for *_, known in lanes if known is not None), None)
    return _resolve_runs(runs, options, majority)


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    """What was measured of one run."""

    lane: Lane | None
    history: History
    overview: Stretches

    @property
    def x(self) -> F64:
        return (self.overview.first + self.overview.last) / 2.0


Runs = tuple[_Run, ...]


def _resolve_runs(runs: Runs, options: DisplayOptions, majority: float | None) -> CurvesPicture:
    has_classes = majority is not None or _has_any(runs, "accuracy")
    has_r2 = not has_classes and _has_any(runs, "held_out_r2")
    named = _CROSS_ENTROPY if has_classes else _SQUARED_ERROR if has_r2 else _OF_THE_BATCH
    charts = [_loss_chart(runs, named)]
    if has_classes:
        charts.append(_accuracy_chart(runs, majority))
    elif has_r2:
        charts.append(_r2_chart(runs))
    last = round_up_iterations(max(run.history.last_iteration for run in runs))
    return CurvesPicture(
        charts=tuple(charts),
        last=last,
        ticks=pick_whole_ticks(0, last, _FEWEST_TICKS),
        cursor=options.shown_iteration,
    )


def _has_any(runs: Runs, scalar: str) -> bool:
    return any(bool(np.isfinite(run.overview.high(scalar)).any()) for run in runs)


def _gather(runs: Runs, *scalars: str) -> F64:
    """All values of some scalars, of all runs."""
    sides = [
        side(name)
        for run in runs
        for name in scalars
        for side in (run.overview.low, run.overview.high)
    ]
    return np.concatenate(sides)


def _make_curves(runs: Runs, axis: Axis, train: str, held_out: str) -> tuple[Curve, ...]:
    """The curves on the batches and on held-out data, of every run."""
    return tuple(
        _make_curve(run, scalar, axis, is_held_out=is_held_out)
        for run in runs
        for scalar, is_held_out in ((train, False), (held_out, True))
        if scalar
    )


def _loss_chart(runs: Runs, subtitle: str) -> Chart:
    drawn = _gather(runs, "loss", "held_out_loss")
    positive = drawn[np.isfinite(drawn) & (drawn > 0)]
    is_log = bool(positive.size) and float(positive.max() / positive.min()) > _LOG_FROM
    axis: Axis
    if is_log:
        axis = fit_log_axis(take_log10(drawn), "absolute loss")
    else:
        axis = fit_linear_axis(
            drawn, "loss", from_zero=False, most_ticks=_FEWEST_TICKS, finest=_FINEST_LOSS
        )
    return Chart(
        title="Loss",
        subtitle=subtitle + (", log" if is_log else ""),
        axis=axis,
        curves=_make_curves(runs, axis, "loss", "held_out_loss"),
    )


def _accuracy_chart(runs: Runs, majority: float | None) -> Chart:
    drawn = _gather(runs, "accuracy", "held_out_accuracy")
    kept = np.append(drawn, (0.5 if majority is None else majority, 1.0))
    axis = fit_linear_axis(kept, "accuracy", from_zero=False, most_ticks=_FEWEST_TICKS)
    return Chart(
        title="Accuracy",
        subtitle="share of right answers",
        axis=axis,
        curves=_make_curves(runs, axis, "accuracy", "held_out_accuracy"),
        guide=majority,
        guide_text="" if majority is None else f"guessing {format_number(majority, 3)}",
    )


def _r2_chart(runs: Runs) -> Chart:
    drawn = np.clip(np.append(_gather(runs, "held_out_r2"), (0.0, 1.0)), -1.0, 1.0)
    axis = fit_linear_axis(drawn, "r2", from_zero=False, most_ticks=_FEWEST_TICKS)
    return Chart(
        title="R²",
        subtitle="share of the variance explained",
        axis=axis,
        curves=_make_curves(runs, axis, "", "held_out_r2"),
        guide=0.0,
        guide_text="guessing the mean",
    )


def _make_curve(run: _Run, scalar: str, axis: Axis, *, is_held_out: bool) -> Curve:
    x, low, high = run.x, run.overview.low(scalar), run.overview.high(scalar)
    measured = np.flatnonzero(~np.isnan(high))
    if is_held_out:
        x, low, high = x[measured], low[measured], high[measured]
    latest = (
        format_number(float(high[measured[-1] if not is_held_out else -1]), 3)
        if (measured.size)
        else ""
    )
    name = "held out" if is_held_out else "train"
    return Curve(
        name=name if run.lane is None else f"{run.lane}, {name}",
        x=x,
        low=_place(low, axis),
        high=_place(high, axis),
        is_dashed=is_held_out,
        has_markers=is_held_out or run.lane == "variant",
        latest=latest,
        lane=run.lane,
    )


def _place(values: F64, axis: Axis) -> F64:
    if axis.is_log:
        return take_log10(values)
    with np.errstate(invalid="ignore"):
        bounded = np.clip(values, axis.low, axis.high)
    return np.where(np.isfinite(values), bounded, np.nan)
