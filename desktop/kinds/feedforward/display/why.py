"""The why waterfall of a layer and the verdict, as they are drawn."""

from __future__ import annotations

import math

import numpy as np

from desktop.display.captions import describe_portion, describe_share
from desktop.display.frame import Shape, VerdictPicture, WhyPicture, WhyRow
from desktop.display.reference import find_reference, strengths_of
from desktop.display.scales import format_number
from desktop.kinds.feedforward.display.bars import factors_of
from engine.document.experiment import Experiment
from engine.records.frames import LayerTrace

SHAPES: dict[str, Shape] = {
    "vanishing": "down",
    "frozen": "down",
    "healthy": "dot",
    "exploding": "up",
    "weak": "down_outline",
    "strong": "up_outline",
    "dead": "ring",
    "nan": "cross",
}


def resolve_why(experiment: Experiment, trace: LayerTrace, layer: int) -> WhyPicture | None:
    """What a layer hands on as a waterfall from x 1; None where nothing arrives."""
    if not 1 <= layer <= trace.depth + 1:
        return None
    parts = factors_of(experiment, trace, layer)
    if not parts or any(part.factor <= 0 for part in parts):
        return None
    rows = []
    place = 0.0
    for part in parts:
        change = math.log10(part.factor)
        rows.append(WhyRow(part.name, part.factor, place, place + change))
        place += change
    total = 10.0**place
    rows.append(WhyRow("together", total, 0.0, place, is_total=True))
    is_head = layer > trace.depth
    name = "Output" if is_head else f"Layer {layer} · {trace.layer_names[layer - 1]}"
    verb = "shrinks" if total < 1 else "enlarges"
    below = f"layer {layer - 1}" if layer > 1 else "the input"
    return WhyPicture(
        layer=layer,
        title=name,
        heading=f"Why it {verb} the gradient",
        rows=tuple(rows),
        sentence=f"It hands on {describe_portion(total)} what it receives, to {below}.",
    )


def describe_before(before: LayerTrace | None) -> str:
    """What layer 1 received of the loss end before the last edit: "Before: 1.8 × 10⁻⁸".

    It is a ratio, and so holds beside a network of another depth too; marks over bars do not.
    """
    if before is None:
        return ""
    reference = find_reference(before)
    strength = float(strengths_of(before.g_a_rms[1:2], reference.value)[0])
    if np.isfinite(strength):
        return f"Before: {describe_share(strength, reference.name).split(' of ')[0]}"
    return f"Before: {format_number(float(before.g_a_rms[1]))}"


def resolve_verdict(
    kind: str, word: str, sentence: str, before: LayerTrace | None
) -> VerdictPicture:
    """The verdict with its shape and what it was before."""
    return VerdictPicture(kind, SHAPES[kind], word, sentence, describe_before(before))
