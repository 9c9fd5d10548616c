"""A cause in words: one sentence with the numbers that were measured for it."""

from __future__ import annotations

from collections.abc import Callable

from engine.records.cause import Cause, CauseKind
from engine.wording import spell

_SAME_SIZE = 0.05
"""Decades below which a gradient keeps its size, to one digit."""


def tell_cause(cause: Cause) -> str:
    """Why the gradient is as it is, or that there is nothing to explain."""
    return f"{_TELL[cause.kind](cause)}."


def spell_decades(value: float) -> str:
    """A number of decades without its sign: "7.7", "103"."""
    size = abs(value)
    return spell(size) if size >= 100.0 else f"{size:.1f}"


def _count_decades(value: float) -> str:
    text = spell_decades(value)
    return f"{text} {'decade' if text == '1.0' else 'decades'}"


def _tell_share(share: float | None, cause: Cause) -> str:
    """What a part accounts for, as a clause: ": 5.5 of 7.7 decades lost"."""
    total = cause.evidence.T
    if share is None or total is None:
        return ""
    verb = "lost" if share < 0.0 else "gained"
    if share * total > 0.0 and spell_decades(share) == spell_decades(total):
        return f": all {_count_decades(total)} {verb}"
    if share * total > 0.0 and abs(share) < abs(total):
        return f": {spell_decades(share)} of {_count_decades(total)} {verb}"
    others = "" if share * total > 0.0 else "lost " if total < 0.0 else "gained "
    return f": {_count_decades(share)} {verb}, {spell_decades(total)} {others}in all"


def _tell_none(cause: Cause) -> str:
    total = cause.evidence.T
    if total is None or cause.places <= 1:
        return "Nothing has to be explained"
    places = f"{cause.places:,} {cause.noun}s"
    if abs(total) < _SAME_SIZE:
        return f"Nothing has to be explained: over {places} the gradient keeps its size"
    verb = "lost" if total < 0.0 else "gained"
    return (
        f"Nothing has to be explained: {_count_decades(total)} {verb} over {places}, no more than 2"
    )


def _tell_no_loss_gradient(_cause: Cause) -> str:
    return "The loss itself gives no gradient: its derivative at the output is exactly 0"


def _tell_structural(cause: Cause) -> str:
    return f"The document stops it: {cause.structure}"


def _tell_weights(cause: Cause, adjective: str) -> str:
    scale = cause.evidence.weight_scale
    size = "" if scale is None else f" ({spell(scale)} × critical)"
    return f"The weights are too {adjective}{size}"


def _tell_too_large(cause: Cause) -> str:
    told = _tell_weights(cause, "large")
    if cause.evidence.T is None:
        return f"{told}: the numbers grow until they are no longer finite"
    return f"{told}{_tell_share(cause.evidence.shares.weights, cause)}"


def _tell_too_small(cause: Cause) -> str:
    return f"{_tell_weights(cause, 'small')}{_tell_share(cause.evidence.shares.weights, cause)}"


def _tell_unscaled_skips(cause: Cause) -> str:
    told = "Branches are added unscaled"
    if cause.evidence.T is None:
        return f"{told}: the sums grow with depth until the numbers are no longer finite"
    return f"{told}{_tell_share(cause.evidence.shares.skip, cause)}"


def _tell_dead(cause: Cause) -> str:
    share = 100.0 * (1.0 if cause.evidence.dead is None else cause.evidence.dead)
    text = f"{share:.0f}" if share == round(share) else f"{share:.1f}"
    return (
        f"{text} % of the units of layer {cause.dead_layer} are dead: their slope is 0 for every "
        "sample of the batch"
    )


def _tell_underflow(cause: Cause) -> str:
    places = f"{cause.places:,} {cause.noun}s"
    return (
        f"The numbers underflow: over {places} the gradient becomes too small for its format, "
        "exactly 0"
    )


def _tell_within_noise(cause: Cause) -> str:
    total, noise = cause.evidence.T or 0.0, cause.evidence.noise or 0.0
    verb = "lost" if total < 0.0 else "gained"
    return (
        f"This is chance: {_count_decades(total)} {verb} lie within the ± {noise:.1f} by which "
        "seeds differ at this width and depth"
    )


def _tell_learning_rate(cause: Cause) -> str:
    top, rate = cause.evidence.lambda_max or 0.0, cause.learning_rate or 0.0
    return (
        f"The learning rate {spell(rate)} is too large: curvature {spell(top)} allows "
        f"{spell(2.0 / top)}; above it the loss rises first"
    )


def _tell_saturated(cause: Cause) -> str:
    share, slopes = cause.evidence.saturated, _tell_share(cause.evidence.shares.activation, cause)
    if share is None:
        return f"Most of it is lost where {cause.activation} saturates{slopes}"
    name = cause.activation.capitalize()
    return f"{name} is saturated in {100.0 * share:.0f} % of its values{slopes}"


def _tell_bounded(cause: Cause) -> str:
    slopes = _tell_share(cause.evidence.shares.activation, cause)
    return f"A sigmoid's slope is at most ¼ in every layer{slopes}"


def _tell_batch_norm(cause: Cause) -> str:
    norm, weights = cause.evidence.shares.normalisation, cause.evidence.shares.weights
    # It divides by what the weights multiply with: only together do the two say what is gained.
    both = None if norm is None or weights is None else norm + weights
    share = _tell_share(both, cause)
    return f"Batch normalisation makes it grow in every layer{share}"


def _tell_gate(cause: Cause) -> str:
    gate, direct, total = cause.gate, cause.evidence.forget_direct or 0.0, cause.evidence.T or 0.0
    assert gate is not None
    state = "shut" if cause.kind == "forget_gate_shut" else "half shut"
    return (
        f"The {gate.name} gate is {state}, at {gate.mean:.2f}: "
        f"{_count_decades(direct)} lost on its path, {spell_decades(total)} in all"
    )


def _tell_radius(cause: Cause) -> str:
    radius = cause.evidence.spectral_radius
    return "" if radius is None else f" (spectral radius {spell(radius)})"


def _tell_recurrent_small(cause: Cause) -> str:
    weights = _tell_share(cause.evidence.shares.weights, cause)
    return f"Most of it is lost in W_hh{_tell_radius(cause)}{weights}"


def _tell_recurrent_large(cause: Cause) -> str:
    weights = _tell_share(cause.evidence.shares.weights, cause)
    return f"The weights W_hh are too large{_tell_radius(cause)}{weights}"


def _tell_unclear(cause: Cause) -> str:
    total = cause.evidence.T or 0.0
    verb = "lost" if total < 0.0 else "gained"
    return f"{_count_decades(total)} are {verb}, and no cause known here explains it"


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
