"""One backward pass with everything recorded, gathered into a `LayerTrace`.

Index conventions: l = 1 ... L; arrays over activations have length L + 1, index 0
the input; arrays over layers have length L, index l - 1 is layer l. Norms are those
of `engine.records.frames`: Frobenius over batch and units, float64, gradient of the mean loss.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.kinds.feedforward.buffers import PassBuffers
from engine.kinds.feedforward.factors import list_factors
from engine.kinds.feedforward.records import LayerDetail, LayerTrace
from engine.kinds.feedforward.statistics import PassStatistics
from engine.kinds.feedforward.trace_layout import TraceLayout
from engine.kinds.feedforward.zero_causes import classify_gradients
from engine.kinds.network import UpdateRecord
from engine.numerics.parameters import Parameters
from engine.numerics.reductions import count_half_octaves, pick_entries

F64 = NDArray[np.float64]

_MAX_DECOMPOSED_UNITS = 512
"""Singular values of W are taken only up to this width: about 50 ms."""
_DETAIL_BINS = 48


@dataclass(frozen=True, slots=True, eq=False)
class FeedforwardPass:
    """What a feed-forward network knows after forward and backward."""

    layout: TraceLayout
    buffers: PassBuffers
    parameters: Parameters
    statistics: PassStatistics
    gradient_norms: F64
    """(L+1) norms of dL/da_l."""
    output_gradient: Tensor


def assemble_trace(own: FeedforwardPass, update: UpdateRecord, with_units: bool) -> LayerTrace:
    """Everything that was recorded; the weights must still be those of the pass.

    Args:
        own: the pass.
        update: what became of its gradient.
        with_units: whether the drawn units and links are wanted.
    """
    layout, plan, buffers = own.layout, own.layout.plan, own.buffers
    batch = buffers.batch
    to_rms = np.sqrt(batch / layout.widths)
    reductions = own.parameters.reductions
    g_a = own.gradient_norms
    g_a_rms = g_a * to_rms
    statistics = own.statistics
    g_z = statistics.pre_activation_gradient_norms()
    g_head = float(reductions.norms(own.output_gradient[None])[0])
    g_out = g_head * float(np.sqrt(batch / own.output_gradient.shape[1]))
    outputs = own.output_gradient.shape[1]
    factors = list_factors(layout, buffers, g_a, g_z, g_head, outputs, reductions)
    (z_mean, z_std), (a_mean, a_std) = statistics.moments()
    saturated, dead = statistics.saturation()
    return LayerTrace(
        iteration=update.iteration,
        loss=update.loss,
        batch_size=batch,
        widths=plan.widths,
        layer_names=layout.layer_names,
        activations=layout.activations,
        leaky_slopes=layout.leaky_slopes,
        normalisations=layout.normalisations,
        branch_scale=plan.scale,
        input_names=layout.input_names,
        g_out=g_out,
        g_a=g_a,
        g_a_rms=g_a_rms,
        kinds=classify_gradients(own.parameters, plan, buffers, g_a_rms, g_z, g_out),
        g_z=g_z,
        g_z_rms=g_z * to_rms[1:],
        g_W=update.gradient[layout.weights],
        g_b=update.gradient[layout.biases],
        g_W_out=float(update.gradient[own.parameters["W.out"].index]),
        weight_norm=update.weight[layout.weights],
        update_ratio=update.ratios()[layout.weights],
        clipped_g_W=update.clipped[layout.weights],
        decayed_g_W=update.decayed[layout.weights],
        gradient_norm=update.gradient_norm,
        clip_factor=update.clip_factor,
        clipped_share=update.clipped_share,
        motion=update.motion,
        branch=factors.branch,
        skip=factors.skip,
        skip_ends=layout.skip_ends,
        skip_sources=layout.skip_sources,
        factors=factors.table,
        saturated=saturated,
        dead=dead,
        z_mean=z_mean,
        z_std=z_std,
        a_mean=a_mean,
        a_std=a_std,
        gradient_histogram=statistics.count_gradients(),
        shown_units=layout.shown_units,
        unit_rms=_measure_units(own) if with_units else np.zeros((0, 0), dtype=np.float32),
        link_rms=_measure_links(own)
        if with_units and len(layout.links)
        else np.zeros((0, 0, 0), dtype=np.float32),
    )


def _measure_units(own: FeedforwardPass) -> NDArray[np.float32]:
    """(L+1, SHOWN_UNITS) RMS over the batch of one sample's gradient dL/da_l[unit]."""
    bank, units = own.buffers.output_gradient, own.layout.shown_units
    norms = bank.column_norms(own.parameters.reductions, units)
    return np.asarray(norms * np.sqrt(own.buffers.batch), dtype=np.float32)


def _measure_links(own: FeedforwardPass) -> NDArray[np.float32]:
    """(L, SHOWN_UNITS, SHOWN_UNITS) [to, from]: |W_ij| times the RMS of dL/dz_l[i]."""
    layout, bank = own.layout, own.buffers.pre_activation_gradient
    norms = bank.column_norms(own.parameters.reductions, layout.shown_units[1:])
    weights = np.abs(own.parameters.value.numpy()[layout.links])
    rms = (norms * np.sqrt(own.buffers.batch)).astype(np.float32)
    links: NDArray[np.float32] = (weights * rms[:, :, None]).astype(np.float32, copy=False)
    if layout.has_narrow_layers:
        links[layout.links < 0] = 0.0
    return links


def assemble_detail(own: FeedforwardPass, layer: int) -> LayerDetail:
    """Histograms of one layer of the last pass, and the singular values of its W."""
    view = own.buffers.of(layer)
    weight = own.parameters[f"W.{layer}"]
    z_counts, z_edges = _count_evenly(view.pre_activation)
    is_plain = view.argument.data_ptr() == view.pre_activation.data_ptr()
    u_counts, u_edges = (z_counts, z_edges) if is_plain else _count_evenly(view.argument)
    picked = pick_entries(view.argument.numel())
    a_counts, a_edges = _count_evenly(view.output)
    is_small = max(weight.value.shape) <= _MAX_DECOMPOSED_UNITS
    is_small = is_small and bool(torch.isfinite(weight.value).all())
    return LayerDetail(
        layer=layer,
        arguments=_take(view.argument, picked),
        values=_take(view.value, picked),
        slopes=_take(view.derivative, picked),
        argument_counts=u_counts,
        argument_edges=u_edges,
        pre_activation_counts=z_counts,
        pre_activation_edges=z_edges,
        activation_counts=a_counts,
        activation_edges=a_edges,
        gradient_counts=count_half_octaves(view.output_gradient[None])[0],
        weight_gradient_counts=count_half_octaves(weight.gradient[None])[0],
        # Torch's, since numpy's BLAS would take all cores, whatever else they do.
        singular_values=torch.linalg.svdvals(weight.value.double()).numpy()
        if is_small
        else np.empty(0),
    )


def _take(values: Tensor, picked: NDArray[np.int64]) -> F64:
    return np.asarray(values.numpy().reshape(-1)[picked], dtype=np.float64)


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
    counts, edges = np.histogram(numbers, bins=_DETAIL_BINS, range=(low, high))
    return counts.astype(np.int32), edges
