"""The numbers of a pass through layers as rows, in full precision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.kinds.feedforward.records import FACTORS, LayerTrace
from engine.records.record import ValueKind

_ARRAYS = (
    "g_a",
    "g_a_rms",
    "g_z",
    "g_z_rms",
    "g_W",
    "g_b",
    "weight_norm",
    "update_ratio",
    "clipped_g_W",
    "decayed_g_W",
    "branch",
    "skip",
    "saturated",
    "dead",
    "z_mean",
    "z_std",
    "a_mean",
    "a_std",
)


def make_layer_rows(trace: LayerTrace) -> Iterable[Sequence[object]]:
    """One row per layer, the input first; a header before."""
    factors = tuple(f"factor_{name}" for name in FACTORS)
    yield ("layer", "name", "width", "kind", *_ARRAYS, *factors)
    for layer in range(trace.depth + 1):
        cells: list[object] = []
        for name in _ARRAYS:
            array = getattr(trace, name)
            index = layer if len(array) == trace.depth + 1 else layer - 1
            cells.append(repr(float(array[index])) if index >= 0 else "")
        handed_on: list[str] = [""] * len(FACTORS)
        if layer:
            handed_on = [repr(float(factor)) for factor in trace.factors[layer - 1]]
        yield (
            layer,
            trace.layer_names[layer - 1] if layer else "input",
            trace.widths[layer],
            ValueKind(int(trace.kinds[layer])).name.lower(),
            *cells,
            *handed_on,
        )
