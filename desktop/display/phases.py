"""What the phases of an iteration do that any network has: loss, clip, decay, update."""

from __future__ import annotations

from desktop.display.options import Playhead
from desktop.display.scales import format_number
from engine.experiment import Experiment
from engine.frames import LayerTrace
from engine.time_records import TimeTrace


def describe_phase(
    experiment: Experiment, trace: LayerTrace | TimeTrace, playhead: Playhead
) -> str:
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


def _describe_clip(experiment: Experiment, trace: LayerTrace | TimeTrace) -> str:
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
    decay = experiment.training.weight_decay
    if decay == 0:
        return "Weight decay is off."
    return f"Weight decay pulls every weight towards 0 by {decay:g} times its size."


def _describe_update(experiment: Experiment, trace: LayerTrace | TimeTrace) -> str:
    first, last = float(trace.update_ratio[0]), float(trace.update_ratio[-1])
    optimiser = experiment.training.optimiser
    name = optimiser.upper() if optimiser == "sgd" else optimiser.capitalize()
    if len(trace.update_ratio) == 1:
        return f"{name} moves the weights by {format_number(first)} of their size."
    return (
        f"{name} moves the weights of layer 1 by {format_number(first)} of their size, "
        f"those of layer {len(trace.update_ratio)} by {format_number(last)}."
    )
