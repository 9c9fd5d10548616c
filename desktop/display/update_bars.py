"""From the raw gradient to the update, as bars beside each other, in slow mode's last phases."""

from __future__ import annotations

import math

import numpy as np

from desktop.display.options import Playhead
from desktop.display.pictures import UpdateBar, UpdateBarsPicture
from desktop.display.scales import fit_log_axis, format_number, take_log10
from engine.document.experiment import Experiment
from engine.records.record import Phase
from engine.records.trace import Trace

_PHASES: tuple[Phase, ...] = ("clip", "decay", "update")


def resolve_update_bars(
    experiment: Experiment, trace: Trace | None, playhead: Playhead
) -> UpdateBarsPicture | None:
    """The norms of all parameters together, phase by phase, with the settings that act on them.

    Args:
        experiment: the document.
        trace: the pass.
        playhead: in one of the phases after the backward pass; None is drawn in any other.
    """
    phase = playhead.phase
    if trace is None or trace.norms is None or phase not in _PHASES:
        return None
    training, norms = experiment.training, trace.norms
    clip = training.clip
    threshold = math.nan if clip.kind == "none" else clip.threshold
    of_entries = " of an entry" if clip.kind == "value" else ""
    decay = "L2 term" if training.optimiser != "adamw" else "decay term"
    values: tuple[tuple[str, str, float, tuple[Phase, ...]], ...] = (
        ("raw gradient", "‖∂L/∂w‖", trace.gradient_norm, ("clip",)),
        ("threshold", f"clipping{of_entries}", threshold, ("clip",)),
        ("after clipping", "what is left", norms.clipped, ("clip", "decay")),
        (decay, "λ‖w‖", norms.decay_term, ("decay",)),
        ("learning rate", "η", training.learning_rate, ("update",)),
        ("update", "‖Δw‖", norms.update, ("update",)),
    )
    places = take_log10(np.array([value for _, _, value, _ in values]))
    bars = tuple(
        UpdateBar(
            name,
            hint,
            value,
            float(place),
            "off" if name == "threshold" and clip.kind == "none" else format_number(value),
            is_of_phase=phase in phases,
        )
        for (name, hint, value, phases), place in zip(values, places, strict=True)
    )
    axis = fit_log_axis(places, "absolute update_bars")
    return UpdateBarsPicture(
        "From gradient to update",
        "norms of all parameters together, log",
        bars,
        axis,
        threshold=float(places[1]) if clip.kind == "norm" else None,
    )
