"""What the phases of an iteration do that any network has: loss, clip, decay, update."""

from __future__ import annotations

import math

from desktop.display.options import Playhead
from desktop.display.scales import format_number
from engine.document.experiment import Experiment, OptimiserName
from engine.records.trace import Trace

_OPTIMISER_NAMES: dict[OptimiserName, str] = {
    "sgd": "SGD",
    "nesterov": "Nesterov",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
}


def describe_phase(experiment: Experiment, trace: Trace, playhead: Playhead) -> str:
    """The phases beside forward and backward, which any network has; else empty."""
    phase = playhead.phase
    if phase == "loss":
        return (
            f"The mean loss of these {trace.batch_size} samples is {format_number(trace.loss, 3)}."
        )
    if phase == "clip":
        return _describe_clip(experiment, trace)
    if phase == "decay":
        return _describe_decay(experiment)
    if phase == "update":
        return _describe_update(experiment, trace)
    return ""


def _describe_clip(experiment: Experiment, trace: Trace) -> str:
    clip = experiment.training.clip
    if clip.kind == "none":
        return "Clipping is off: the gradient stays as it is."
    if clip.kind == "value":
        return (
            f"Clipping cuts every entry at ±{clip.threshold:g}: "
            f"{format_number(100 * trace.clipped_share)} % of the entries were larger."
        )
    if trace.clip_factor < 1:
        return (
            f"The gradient’s norm is {format_number(trace.gradient_norm)}: clipping multiplies "
            f"all of it by {format_number(trace.clip_factor)}, the ratios between layers stay."
        )
    return (
        f"The gradient’s norm is {format_number(trace.gradient_norm)}, below the threshold "
        f"{clip.threshold:g}: clipping changes nothing."
    )


def _describe_decay(experiment: Experiment) -> str:
    """What the decay does to each weight, which depends on the optimiser (as in torch)."""
    training = experiment.training
    decay, pull = training.weight_decay, training.weight_decay * training.learning_rate
    if decay == 0:
        return "Weight decay is off."
    if pull == 0:
        return "The learning rate is 0, so that weight decay pulls no weight either."
    share = f"learning rate × λ = {format_number(pull)} times its size"
    if training.optimiser == "adamw":
        return f"Weight decay pulls every weight towards 0 by {share}, beside Adam’s update."
    added = f"Weight decay adds λ = {decay:g} times each weight to its gradient"
    if training.optimiser in ("sgd", "nesterov") and training.momentum == 0:
        return f"{added}: the update pulls every weight towards 0 by {share}."
    if training.optimiser in ("sgd", "nesterov"):
        most = format_number(pull / (1 - training.momentum))
        return (
            f"{added}: with momentum the pull towards 0 builds up to learning rate × λ / "
            f"(1 − momentum) = {most} times its size."
        )
    name = _OPTIMISER_NAMES[training.optimiser]
    return f"{added}; {name} rescales both together, so that the pull is no fixed share of it."


def _describe_update(experiment: Experiment, trace: Trace) -> str:
    ratio = trace.updates.ratio
    first, last = float(ratio[0]), float(ratio[-1])
    if experiment.training.learning_rate == 0:
        return "The learning rate is 0: every weight stays as it is."
    name = _OPTIMISER_NAMES[experiment.training.optimiser]
    if len(ratio) == 1:
        return f"{name} moves the weights {_tell_distance(first)}."
    noun = trace.updates.noun
    return (
        f"{name} moves the weights of {noun} 1 {_tell_distance(first)}, "
        f"those of {noun} {len(ratio)} {_tell_distance(last)}."
    )


def _tell_distance(ratio: float) -> str:
    """By an update : weight; NaN is that of weights that are all 0."""
    return "away from 0" if math.isnan(ratio) else f"by {format_number(ratio)} of their size"
