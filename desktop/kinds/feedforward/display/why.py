"""The why waterfall of a layer and the verdict, as they are drawn."""

from __future__ import annotations

import math

from desktop.display.captions import describe_portion
from desktop.display.pictures import WhyPicture, WhyRow
from desktop.kinds.feedforward.display.bars import factors_of
from desktop.kinds.feedforward.display.captions import name_part
from engine.document.experiment import Experiment
from engine.kinds.feedforward.records import FACTORS, LayerTrace
from engine.kinds.feedforward.spec import Feedforward

_ROAD = name_part(FACTORS.index("skip"), None)


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
        told = _tell_road(experiment) if part.name == _ROAD else ""
        rows.append(WhyRow(part.name, part.factor, place, place + change, told=told))
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


def _tell_road(experiment: Experiment) -> str:
    """What the road past a block brings: all of what the block receives, if it is one layer."""
    network = experiment.network
    is_single = isinstance(network, Feedforward) and network.skip.every == 1
    return "+ 1" if is_single else "added"
