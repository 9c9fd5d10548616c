"""How large the gradient was before clipping, over the iterations, and how often it was clipped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from desktop.display.history_and_curves import round_up_iterations
from desktop.display.options import DisplayOptions
from desktop.display.pictures import ClippingPicture, Curve
from desktop.display.scales import fit_log_axis, format_number, take_log10
from engine.document.experiment import Clip
from engine.training.history import History, Stretches

F64 = NDArray[np.float64]

_THRESHOLD_WORDS = {"none": "not clipped", "norm": "threshold", "value": "threshold of an entry"}


def resolve_clipping(
    history: History, overview: Stretches, clip: Clip, options: DisplayOptions
) -> ClippingPicture:
    """The norm, the threshold that held, and the iterations in which clipping engaged.

    Args:
        history: all iterations so far.
        overview: those of them that are drawn.
        clip: of the experiment, which names the line.
        options: what the viewer chose.
    """
    x = (overview.first + overview.last) / 2.0
    low, high = overview.low("gradient_norm"), overview.high("gradient_norm")
    thresholds = take_log10(overview.low("clip_threshold"))
    tops = take_log10(overview.high("clip_threshold"))
    axis = fit_log_axis(
        np.concatenate((take_log10(low), take_log10(high), thresholds, tops)),
        "absolute gradient_norm",
    )
    latest = format_number(float(high[-1]), 3) if len(high) else ""
    line = _THRESHOLD_WORDS[clip.kind]
    engaged, count = history.recent_clipping
    halts = [halt for halt in history.halts if _is_drawn(overview, halt.cause.iteration)]
    return ClippingPicture(
        title="Clipping",
        subtitle="norm of the whole gradient before clipping, log",
        axis=axis,
        # Where the smallest is 0 and the largest is not, there is still one place to draw.
        norm=Curve(
            "gradient norm",
            x,
            np.fmin(take_log10(low), take_log10(high)),
            take_log10(high),
            is_dashed=False,
            has_markers=False,
            latest=latest,
        ),
        threshold=Curve(
            line,
            x,
            thresholds,
            tops,
            is_dashed=True,
            has_markers=False,
            latest="" if clip.kind == "none" else f"{clip.threshold:g}",
        ),
        first=overview.first,
        end=overview.last + 1,
        is_engaged=(overview.low("clip_factor") < 1.0) | (overview.high("clipped_share") > 0.0),
        engaged_text=f"clipped {engaged:,} of the last {count:,}" if count else "",
        zeros=x[low == 0.0],
        not_finite=np.unique(
            np.concatenate(
                (
                    x[np.isinf(high)],
                    [h.cause.iteration for h in halts if not np.isfinite(h.gradient_norm)],
                )
            )
        ),
        stretches=overview,
        last=round_up_iterations(history.last_iteration),
        cursor=options.shown_iteration,
    )


def _is_drawn(overview: Stretches, iteration: int) -> bool:
    return bool(len(overview.last)) and iteration <= int(overview.last[-1])


def describe_iteration(picture: ClippingPicture, iteration: int) -> list[str]:
    """What was measured at an iteration, in full precision, or in the stretch around it."""
    stretches = picture.stretches
    index = int(np.searchsorted(stretches.first, iteration, side="right")) - 1
    if index < 0:
        return []
    low, high = (float(side("gradient_norm")[index]) for side in (stretches.low, stretches.high))
    if np.isnan(high):
        return ["gradient norm NaN"]
    told = [f"gradient norm {_tell_range(low, high)}"]
    least, most = (float(side("clip_threshold")[index]) for side in (stretches.low, stretches.high))
    if np.isnan(most):
        return [*told, "not clipped: clipping is off"]
    told.append(f"threshold {_tell_range(least, most)}")
    factor = float(stretches.low("clip_factor")[index])
    share = float(stretches.high("clipped_share")[index])
    if factor < 1.0:
        told.append(f"clipping multiplied it by {format_number(factor, 5)}")
    elif share > 0.0:
        told.append(f"clipping cut {format_number(100 * share, 3)} % of the entries")
    else:
        told.append("clipping changed nothing")
    return told


def _tell_range(low: float, high: float) -> str:
    if low == high:
        return format_number(low, 5)
    return f"{format_number(low, 5)} to {format_number(high, 5)}"
