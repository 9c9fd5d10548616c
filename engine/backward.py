"""One backward pass with everything recorded, gathered into a `LayerTrace`.

Index conventions: l = 1 ... L; arrays over activations have length L + 1, index 0
the input; arrays over layers have length L, index l - 1 is layer l. Norms are those
of `engine.frames`: Frobenius over batch and units, float64, gradient of the mean loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.activations import ACTIVATIONS
from engine.buffers import Bank
from engine.factors import list_factors
from engine.frames import SHOWN_UNITS, LayerDetail, LayerTrace
from engine.networks import UpdateRecord
from engine.parameters import Parameters
from engine.pass_buffers import PassBuffers, Plan
from engine.statistics import (
    count_half_octaves,
    moments_of_rows,
    norms_of_rows,
    shares_below,
    shares_of_dead_units,
)
from engine.value_kinds import classify_gradients

F64 = NDArray[np.float64]

MAX_LINKED_LAYERS = 64
"""Links are drawn one by one only up to this depth."""
_MAX_DECOMPOSED_UNITS = 512
"""Singular values of W are taken only up to this width: about 50 ms."""
_DETAIL_BINS = 48
_INPUT_NAMES = 12


@dataclass(frozen=True, slots=True, eq=False)
class FeedforwardPass:
    """What a feed-forward network knows after forward and backward."""

    plan: Plan
    buffers: PassBuffers
    parameters: Parameters
    column_norms: list[F64]
    """(L+1) arrays (n_l,) of the norms over the batch of dL/da_l, unit by unit."""
    output_gradient: Tensor
    input_names: tuple[str, ...]


def assemble_trace(own: FeedforwardPass, update: UpdateRecord, with_histograms: bool) -> LayerTrace:
    """Everything that was recorded; the weights must still be those of the pass.

    Args:
        own: the pass.
        update: what became of its gradient.
        with_histograms: whether to count gradient histograms and links too.
    """
    plan, buffers = own.plan, own.buffers
    batch = buffers.batch
    widths = np.array(plan.widths, dtype=np.float64)
    g_a = buffers.output_gradient.combine(own.column_norms)
    g_a_rms = g_a * np.sqrt(batch / widths)
    z_columns = buffers.pre_activation_gradient.column_norms()
    g_z = buffers.pre_activation_gradient.combine(z_columns)
    g_head = float(norms_of_rows(own.output_gradient[None])[0])
    g_out = g_head * float(np.sqrt(batch / own.output_gradient.shape[1]))
    weights = np.array([own.parameters[f"W.{end}"].index for end in range(1, plan.depth + 1)])
    factors = list_factors(plan, buffers, g_a, g_z, g_head, own.output_gradient.shape[1])
    a_mean, a_std = _fill(plan.depth + 1, buffers.output)
    z_mean, z_std = _moments_of_pre_activations(buffers, a_mean[1:], a_std[1:])
    dead = buffers.derivative.reduce(shares_of_dead_units)
    shown = pick_shown_units(plan.widths)
    return LayerTrace(
        iteration=update.iteration,
        loss=update.loss,
        batch_size=batch,
        widths=plan.widths,
        layer_names=name_layers(plan),
        input_names=own.input_names[:_INPUT_NAMES],
        g_out=g_out,
        g_a=g_a,
        g_a_rms=g_a_rms,
        kinds=classify_gradients(own.parameters, plan, buffers, g_a_rms, g_z, g_out),
        g_z=g_z,
        g_z_rms=g_z * np.sqrt(batch / widths[1:]),
        g_W=update.gradient[weights],
        g_b=update.gradient[
            np.array([own.parameters[f"b.{end}"].index for end in range(1, plan.depth + 1)])
        ],
        g_W_out=float(update.gradient[own.parameters["W.out"].index]),
        weight_norm=update.weight[weights],
        update_ratio=update.ratios()[weights],
        clipped_g_W=update.clipped[weights],
        decayed_g_W=update.decayed[weights],
        gradient_norm=update.gradient_norm,
        clip_factor=update.clip_factor,
        clipped_share=update.clipped_share,
        branch=factors.branch,
        skip=factors.skip,
        skip_ends=np.array(
            [end for end, source in enumerate(plan.sources, 1) if source is not None],
            dtype=np.int32,
        ),
        skip_sources=np.array(
            [source for source in plan.sources if source is not None], dtype=np.int32
        ),
        factors=factors.table,
        saturated=_measure_saturation(plan, buffers),
        dead=dead,
        z_mean=z_mean,
        z_std=z_std,
        a_mean=a_mean[1:],
        a_std=a_std[1:],
        gradient_histogram=_count_gradients(buffers, plan.depth)
        if with_histograms
        else np.zeros((0, 0), dtype=np.int32),
        shown_units=shown,
        unit_rms=_pick(own.column_norms, shown, np.sqrt(batch)),
        link_rms=_measure_links(own, z_columns, shown)
        if with_histograms and plan.depth <= MAX_LINKED_LAYERS
        else np.zeros((0, 0, 0), dtype=np.float32),
    )


def _fill(count: int, bank: Bank) -> tuple[F64, F64]:
    means, deviations = np.empty(count), np.empty(count)
    first = 0
    for stack in bank.stacks:
        place = slice(first, first + len(stack))
        means[place], deviations[place] = moments_of_rows(stack)
        first += len(stack)
    return means, deviations


def _moments_of_pre_activations(buffers: PassBuffers, a_mean: F64, a_std: F64) -> tuple[F64, F64]:
    """Those of z; where z is the layer's output itself, they are known already."""
    means, deviations = a_mean.copy(), a_std.copy()
    places = np.array(buffers.pre_activation.layers, dtype=np.int64) - 1
    means[places], deviations[places] = _fill(len(places), buffers.pre_activation)
    return means, deviations


def _measure_saturation(plan: Plan, buffers: PassBuffers) -> F64:
    layers = plan.network.unrolled()
    thresholds = np.array([ACTIVATIONS[layer.activation].saturation_threshold for layer in layers])
    shares = np.full(plan.depth, np.nan)
    first = 0
    for stack in buffers.derivative.stacks:
        place = slice(first, first + len(stack))
        shares[place] = shares_below(stack, thresholds[place])
        first += len(stack)
    return shares


def _count_gradients(buffers: PassBuffers, depth: int) -> NDArray[np.int32]:
    stacks = buffers.output_gradient.stacks
    counts = np.concatenate([count_half_octaves(stack) for stack in stacks])
    return counts[-depth:]


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


def _pick(columns: list[F64], shown: NDArray[np.int32], scale: float) -> NDArray[np.float32]:
    picked = np.zeros(shown.shape, dtype=np.float32)
    for layer, column in enumerate(columns):
        count = min(len(column), SHOWN_UNITS)
        picked[layer, :count] = column[shown[layer, :count]] * scale
    return picked


def _measure_links(
    own: FeedforwardPass, z_columns: list[F64], shown: NDArray[np.int32]
) -> NDArray[np.float32]:
    """(L, SHOWN_UNITS, SHOWN_UNITS) [to, from]: |W_ij| times the RMS of dL/dz_l[i]."""
    links = np.zeros((own.plan.depth, SHOWN_UNITS, SHOWN_UNITS), dtype=np.float32)
    scale = np.sqrt(own.buffers.batch)
    for end, column in enumerate(z_columns, 1):
        above, below = (shown[layer][shown[layer] >= 0] for layer in (end, end - 1))
        weight = own.parameters[f"W.{end}"].value.numpy()[above[:, None], below]
        links[end - 1, : len(above), : len(below)] = (
            np.abs(weight) * (column[above] * scale)[:, None]
        )
    return links


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


def assemble_detail(own: FeedforwardPass, layer: int) -> LayerDetail:
    """Histograms of one layer of the last pass, and the singular values of its W."""
    view = own.buffers.of(layer)
    weight = own.parameters[f"W.{layer}"]
    z_counts, z_edges = _count_evenly(view.pre_activation)
    a_counts, a_edges = _count_evenly(view.output)
    is_small = max(weight.value.shape) <= _MAX_DECOMPOSED_UNITS
    is_small = is_small and bool(torch.isfinite(weight.value).all())
    return LayerDetail(
        layer=layer,
        pre_activation_counts=z_counts,
        pre_activation_edges=z_edges,
        activation_counts=a_counts,
        activation_edges=a_edges,
        gradient_counts=count_half_octaves(view.output_gradient[None])[0],
        weight_gradient_counts=count_half_octaves(weight.gradient[None])[0],
        singular_values=np.linalg.svd(weight.value.double().numpy(), compute_uv=False)
        if is_small
        else np.empty(0),
    )


def _count_evenly(values: Tensor) -> tuple[NDArray[np.int32], F64]:
    """Counts in bins of equal width from the smallest to the largest finite value."""
    numbers = values.double().numpy().ravel()
    numbers = numbers[np.isfinite(numbers)]
    if numbers.size == 0:
        return np.zeros(_DETAIL_BINS, dtype=np.int32), np.linspace(-1.0, 1.0, _DETAIL_BINS + 1)
    low, high = float(numbers.min()), float(numbers.max())
    room = max(abs(low), abs(high), 1e-300) * 1e-9
    if high - low < room:
        low, high = low - room, high + room
    counts, edges = np.histogram(numbers / 1.0, bins=_DETAIL_BINS, range=(low, high))
    return counts.astype(np.int32), edges
