"""What training left behind: the heat map layer × iteration, the curves of loss and accuracy."""

from __future__ import annotations

import math

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
from engine.training.history import History, Stretches

F64 = NDArray[np.float64]

_LEAST_ITERATIONS = 50
_FEWEST_TICKS = 5
_LOG_FROM = 30.0
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
    x = (overview.first + overview.last) / 2.0
    has_classes = np.isfinite(overview.high("accuracy")).any() or majority is not None
    has_r2 = not has_classes and np.isfinite(overview.high("held_out_r2")).any()
    named = _CROSS_ENTROPY if has_classes else _SQUARED_ERROR if has_r2 else _OF_THE_BATCH
    charts = [_loss_chart(x, overview, named)]
    if has_classes:
        charts.append(_accuracy_chart(x, overview, majority))
    elif has_r2:
        charts.append(_r2_chart(x, overview))
    last = round_up_iterations(history.last_iteration)
    return CurvesPicture(
        charts=tuple(charts),
        last=last,
        ticks=pick_whole_ticks(0, last, _FEWEST_TICKS),
        cursor=options.shown_iteration,
    )


def _loss_chart(x: F64, overview: Stretches, subtitle: str) -> Chart:
    columns = [overview.low("loss"), overview.high("loss"), overview.low("held_out_loss")]
    drawn = np.concatenate((*columns, overview.high("held_out_loss")))
    positive = drawn[np.isfinite(drawn) & (drawn > 0)]
    is_log = bool(positive.size) and float(positive.max() / positive.min()) > _LOG_FROM
    axis: Axis
    if is_log:
        axis = fit_log_axis(take_log10(drawn), "absolute loss")
    else:
        axis = fit_linear_axis(drawn, "loss", from_zero=False, most_ticks=_FEWEST_TICKS)
    return Chart(
        title="Loss",
        subtitle=subtitle + (", log" if is_log else ""),
        axis=axis,
        curves=(
            _make_curve("train", "loss", x, overview, axis, is_held_out=False),
            _make_curve("held out", "held_out_loss", x, overview, axis, is_held_out=True),
        ),
    )


def _accuracy_chart(x: F64, overview: Stretches, majority: float | None) -> Chart:
    columns = ("accuracy", "held_out_accuracy")
    drawn = np.concatenate(
        [side(name) for name in columns for side in (overview.low, overview.high)]
    )
    kept = np.append(drawn, (0.5 if majority is None else majority, 1.0))
    axis = fit_linear_axis(kept, "accuracy", from_zero=False, most_ticks=_FEWEST_TICKS)
    return Chart(
        title="Accuracy",
        subtitle="share of right answers",
        axis=axis,
        curves=(
            _make_curve("train", "accuracy", x, overview, axis, is_held_out=False),
            _make_curve("held out", "held_out_accuracy", x, overview, axis, is_held_out=True),
        ),
        guide=majority,
        guide_text="" if majority is None else f"guessing {format_number(majority, 3)}",
    )


def _r2_chart(x: F64, overview: Stretches) -> Chart:
    drawn = np.clip(np.append(overview.low("held_out_r2"), (0.0, 1.0)), -1.0, 1.0)
    axis = fit_linear_axis(drawn, "r2", from_zero=False, most_ticks=_FEWEST_TICKS)
    return Chart(
        title="R²",
        subtitle="share of the variance explained",
        axis=axis,
        curves=(_make_curve("held out", "held_out_r2", x, overview, axis, is_held_out=True),),
        guide=0.0,
        guide_text="guessing the mean",
    )


def _make_curve(
    name: str, scalar: str, x: F64, overview: Stretches, axis: Axis, *, is_held_out: bool
) -> Curve:
    low, high = overview.low(scalar), overview.high(scalar)
    measured = np.flatnonzero(~np.isnan(high))
    if is_held_out:
        x, low, high = x[measured], low[measured], high[measured]
    latest = (
        format_number(float(high[measured[-1] if not is_held_out else -1]), 3)
        if (measured.size)
        else ""
    )
    return Curve(
        name=name,
        x=x,
        low=_place(low, axis),
        high=_place(high, axis),
        is_dashed=is_held_out,
        has_markers=is_held_out,
        latest=latest,
    )


def _place(values: F64, axis: Axis) -> F64:
    if axis.is_log:
        return take_log10(values)
    with np.errstate(invalid="ignore"):
        bounded = np.clip(values, axis.low, axis.high)
    return np.where(np.isfinite(values), bounded, np.nan)
