"""What is the same in every trace of a network until its settings change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kinds.feedforward.buffers import Plan
from engine.kinds.feedforward.records import SHOWN_UNITS
from engine.numerics.activations import ACTIVATIONS
from engine.numerics.parameters import Parameters
from engine.parts import ActivationName
from engine.records.record import Frozen

_INPUT_NAMES = 12
MAX_LINKED_LAYERS = 64
"""Links are drawn one by one only up to this depth."""


@dataclass(frozen=True, slots=True, eq=False)
class TraceLayout(Frozen):
    """Names, places and masks; arrays over layers have length L, layer 1 first."""

    plan: Plan
    layer_names: tuple[str, ...]
    activations: tuple[ActivationName, ...]
    leaky_slopes: tuple[float, ...]
    normalisations: tuple[str, ...]
    input_names: tuple[str, ...]
    widths: NDArray[np.float64]
    """(L+1) n_0 ... n_L."""
    weights: slice
    """The places of W_l in arrays over parameters."""
    biases: slice
    """Those of b_l."""
    thresholds: NDArray[np.float64]
    """(L) |phi'| below which an entry counts as saturated; NaN where that means nothing."""
    alpha: NDArray[np.float64]
    """(L) |alpha|; 1 where no skip connection ends."""
    has_skip: NDArray[np.bool_]
    """(L) whether one ends here."""
    is_normed: NDArray[np.bool_]
    """(L) whether there is a normalisation."""
    is_source: NDArray[np.bool_]
    """(L) whether a skip connection starts at layer l - 1."""
    skip_ends: NDArray[np.int32]
    skip_sources: NDArray[np.int32]
    shown_units: NDArray[np.int32]
    """(L+1, SHOWN_UNITS)."""
    has_narrow_layers: bool
    """Whether some layer has fewer units than are shown of one."""
    links: NDArray[np.int64]
    """(L, SHOWN_UNITS, SHOWN_UNITS) [to, from] places of W_ij in the flat vector of all
    parameters; -1 where there is none; (0, 0, 0) where there are too many layers."""

    @staticmethod
    def of(plan: Plan, parameters: Parameters, input_names: tuple[str, ...]) -> TraceLayout:
        """Lay it out for the settings."""
        layers = plan.network.unrolled()
        has_skip = np.array([source is not None for source in plan.sources])
        ends = plan.ends()
        shown = pick_shown_units(plan.widths)
        return TraceLayout(
            plan=plan,
            layer_names=name_layers(plan),
            activations=tuple(layer.activation for layer in layers),
            leaky_slopes=tuple(float(layer.leaky_slope) for layer in layers),
            normalisations=tuple(layer.normalisation for layer in layers),
            input_names=input_names[:_INPUT_NAMES],
            widths=np.array(plan.widths, dtype=np.float64),
            weights=slice(parameters["W.1"].index, parameters[f"W.{plan.depth}"].index + 1),
            biases=slice(parameters["b.1"].index, parameters[f"b.{plan.depth}"].index + 1),
            thresholds=np.array(
                [ACTIVATIONS[layer.activation].saturation_threshold for layer in layers]
            ),
            alpha=np.where(has_skip, abs(plan.scale), 1.0),
            has_skip=has_skip,
            is_normed=np.array([layer.normalisation != "none" for layer in layers]),
            is_source=np.array([below in ends for below in range(plan.depth)]),
            skip_ends=np.array(sorted(ends.values()), dtype=np.int32),
            skip_sources=np.array(sorted(ends), dtype=np.int32),
            shown_units=shown,
            has_narrow_layers=min(plan.widths) < SHOWN_UNITS,
            links=_place_links(plan, parameters, shown),
        )


def _place_links(plan: Plan, parameters: Parameters, shown: NDArray[np.int32]) -> NDArray[np.int64]:
    if plan.depth > MAX_LINKED_LAYERS:
        return np.zeros((0, 0, 0), dtype=np.int64)
    places = np.full((plan.depth, SHOWN_UNITS, SHOWN_UNITS), -1, dtype=np.int64)
    for end in range(1, plan.depth + 1):
        above, below = (
            shown[layer][shown[layer] >= 0].astype(np.int64) for layer in (end, end - 1)
        )
        start = parameters[f"W.{end}"].value.storage_offset()
        place = start + above[:, None] * plan.widths[end - 1] + below
        places[end - 1, : len(above), : len(below)] = place
    return places


def pick_shown_units(widths: tuple[int, ...]) -> NDArray[np.int32]:
    """(L+1, SHOWN_UNITS) evenly picked units of every layer, -1 padded."""
    shown = np.full((len(widths), SHOWN_UNITS), -1, dtype=np.int32)
    picks: dict[int, NDArray[np.int32]] = {}
    for layer, width in enumerate(widths):
        if width not in picks:
            count = min(width, SHOWN_UNITS)
            picks[width] = np.linspace(0, width - 1, count).round().astype(np.int32)
        shown[layer, : len(picks[width])] = picks[width]
    return shown


def name_layers(plan: Plan) -> tuple[str, ...]:
    """Such as "Dense 16 sigmoid", or "Dense 16 sigmoid, batch norm"."""
    names: dict[tuple[int, str, str], str] = {}
    for layer in plan.network.layers:
        norm = "" if layer.normalisation == "none" else f", {layer.normalisation} norm"
        names[layer.units, layer.activation, layer.normalisation] = (
            f"Dense {layer.units} {layer.activation.replace('_', ' ')}{norm}"
        )
    return tuple(
        names[layer.units, layer.activation, layer.normalisation]
        for layer in plan.network.unrolled()
    )
