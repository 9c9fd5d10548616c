"""A cause in words: one sentence with the numbers that were measured for it."""

from __future__ import annotations

from collections.abc import Callable

from engine.records.cause import Cause, CauseKind
from engine.wording import spell

_ABOUT_ALL = 1.1
"""A part that makes at most so many times T makes it all; beyond, others take some of it back."""


def tell_cause(cause: Cause) -> str:
    """Why the gradient is as it is, or that there is nothing to explain."""
    return f"{_TELL[cause.kind](cause)}."


def _decades(value: float | None) -> str:
    """A number of decades, its sign left to the sentence: "7.7 decades"."""
    size = abs(value or 0.0)
    text = spell(size) if size >= 100.0 else f"{size:.1f}"
    return f"{text} {'decade' if text == '1.0' else 'decades'}"


def _of_total(share: float | None, cause: Cause, part: str) -> str:
    """How much of T a part accounts for: "the activations account for 5.4 of 7.7 decades"."""
    total = cause.evidence.T
    if share is None or total is None:
        return ""
    if share * total <= 0.0:
        return f"; what {part} take away, others give back"
    if abs(share) > _ABOUT_ALL * abs(total):
        way = "lost" if total < 0.0 else "gained"
        return f": {part} alone make {_decades(share)}, of which {_decades(total)} stay {way}"
    return f": {part} account for {abs(share):.1f} of {_decades(total)}"


def _tell_none(cause: Cause) -> str:
    total = cause.evidence.T
    if total is None:
        return "Nothing has to be explained"
    if cause.places <= 1:
        place = cause.noun
        return f"Nothing has to be explained: the gradient crosses no {place} on its way"
    direction = "loses" if total < 0.0 else "gains"
    first = "layers" if cause.noun == "layer" else f"{cause.noun}s"
    if abs(total) < 0.05:
        return (
            f"Nothing has to be explained: over {cause.places:,} {first} the gradient keeps its "
            "size"
        )
    return (
        f"Nothing has to be explained: over {cause.places:,} {first} the gradient {direction} "
        f"{_decades(total)}, where more than 2 would need a cause"
    )


def _tell_no_loss_gradient(_cause: Cause) -> str:
    return "The loss itself gives no gradient: its derivative at the output is exactly 0"


def _tell_structural(cause: Cause) -> str:
    return f"The network itself keeps the gradient away: {cause.structure}"


def _tell_too_large(cause: Cause) -> str:
    scale, shares = cause.evidence.weight_scale, cause.evidence.shares
    if cause.evidence.T is None:
        size = "" if scale is None else f", {spell(scale)} times as large as they should be"
        return f"Numbers are no longer finite: the weights are too large{size}"
    size = "" if scale is None else f" ({spell(scale)} times the critical size)"
    return f"The weights are too large{size}{_of_total(shares.weights, cause, 'they')}"


def _tell_unscaled_skips(cause: Cause) -> str:
    if cause.evidence.T is None:
        return (
            "Numbers are no longer finite: every skip connection adds its branch unscaled, and "
            "the sums grow with the depth"
        )
    share = _of_total(cause.evidence.shares.skip, cause, "these sums")
    return f"Every skip connection adds its branch unscaled, and the sums grow with depth{share}"


def _tell_dead(cause: Cause) -> str:
    share = 100.0 * (cause.evidence.dead if cause.evidence.dead is not None else 1.0)
    text = f"{share:.0f}" if share in (99.0, 100.0) else f"{share:.1f}"
    return (
        f"{text} % of the units of layer {cause.dead_layer} are dead: their slope is 0 for every "
        "sample of the batch, whatever arrives"
    )


def _tell_underflow(cause: Cause) -> str:
    places = f"{cause.places:,} {cause.noun}s"
    return (
        f"The numbers underflow: shrinking over {places}, the gradient becomes too small for its "
        "number format and is exactly 0 at the first"
    )


def _tell_within_noise(cause: Cause) -> str:
    total, noise = cause.evidence.T, cause.evidence.noise
    assert total is not None
    return (
        f"This is chance: at this width and depth {_decades(total)} "
        f"{'less' if total < 0.0 else 'more'} lie within the ± {noise:.1f} by which seeds differ"
    )


def _tell_learning_rate(cause: Cause) -> str:
    top, rate = cause.evidence.lambda_max or 0.0, cause.learning_rate or 0.0
    return (
        f"The learning rate {spell(rate)} is too large here: the steepest curvature of the loss, "
        f"{spell(top)}, allows {spell(2.0 / top)}, and above that the loss rises first"
    )


def _tell_saturated(cause: Cause) -> str:
    share = cause.evidence.saturated
    slopes = cause.evidence.shares.activation
    if share is None:
        return (
            f"Most of it is lost where {cause.activation} saturates"
            f"{_of_total(slopes, cause, 'its slopes')}"
        )
    return (
        f"The {cause.activation} units are saturated, in the middle layer {100.0 * share:.0f} % of "
        f"their values{_of_total(slopes, cause, 'flat slopes')}"
    )


def _tell_bounded(cause: Cause) -> str:
    return (
        f"The slope of a sigmoid is at most ¼, in every layer anew"
        f"{_of_total(cause.evidence.shares.activation, cause, 'the slopes')}"
    )


def _tell_too_small(cause: Cause) -> str:
    scale, shares = cause.evidence.weight_scale, cause.evidence.shares
    size = "" if scale is None else f" ({spell(scale)} of the critical size)"
    return f"The weights are too small{size}{_of_total(shares.weights, cause, 'they')}"


def _tell_batch_norm(cause: Cause) -> str:
    share = _of_total(cause.evidence.shares.normalisation, cause, "its divisions")
    return f"Batch normalisation lets the gradient grow in every layer{share}"


def _tell_gate(cause: Cause) -> str:
    gate, direct, total = cause.gate, cause.evidence.forget_direct, cause.evidence.T
    assert gate is not None
    state = "shut" if cause.kind == "forget_gate_shut" else "half shut"
    return (
        f"The {gate.name} gate stands {state}, at {gate.mean:.2f} on average: along its direct "
        f"path {_decades(direct)} are lost, of {_decades(total)} in all"
    )


def _tell_recurrent_small(cause: Cause) -> str:
    radius, weights = cause.evidence.spectral_radius, cause.evidence.shares.weights
    size = "" if radius is None else f" (spectral radius {spell(radius)})"
    return (
        f"Most of it is lost in the recurrent weights, which are too small{size}"
        f"{_of_total(weights, cause, 'they')}"
    )


def _tell_recurrent_large(cause: Cause) -> str:
    radius, weights = cause.evidence.spectral_radius, cause.evidence.shares.weights
    size = "" if radius is None else f" (spectral radius {spell(radius)})"
    return f"The recurrent weights are too large{size}{_of_total(weights, cause, 'they')}"


def _tell_unclear(cause: Cause) -> str:
    total = cause.evidence.T
    direction = "lost" if (total or 0.0) < 0.0 else "gained"
    return f"{_decades(total)} are {direction}, and no single cause that is known here explains it"


_TELL: dict[CauseKind, Callable[[Cause], str]] = {
    "none": _tell_none,
    "no_loss_gradient": _tell_no_loss_gradient,
    "structural": _tell_structural,
    "weights_too_large": _tell_too_large,
    "unscaled_skips": _tell_unscaled_skips,
    "dead_units": _tell_dead,
    "underflow": _tell_underflow,
    "within_noise": _tell_within_noise,
    "learning_rate": _tell_learning_rate,
    "saturated": _tell_saturated,
    "bounded_derivative": _tell_bounded,
    "weights_too_small": _tell_too_small,
    "batch_norm_growth": _tell_batch_norm,
    "forget_gate_shut": _tell_gate,
    "forget_gate_half_shut": _tell_gate,
    "recurrent_weights_too_small": _tell_recurrent_small,
    "recurrent_weights_too_large": _tell_recurrent_large,
    "unclear": _tell_unclear,
}
