"""What a gradient of zero means: it underflowed, all units are dead, or no way leads there."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from engine.kinds.feedforward.buffers import PassBuffers, Plan
from engine.numerics.parameters import Parameters
from engine.records.record import ValueKind

_SMALLEST_NORMAL = {
    torch.float32: float(np.finfo(np.float32).tiny),
    torch.float64: float(np.finfo(np.float64).tiny),
}


def classify_gradients(
    parameters: Parameters,
    plan: Plan,
    buffers: PassBuffers,
    g_a_rms: NDArray[np.float64],
    g_z: NDArray[np.float64],
    g_out: float,
) -> NDArray[np.int8]:
    """(L+1) `ValueKind` of every RMS gradient.

    Below a zero everything is zero for the same cause, so a cause is looked for only
    where the first zero appears.
    """
    kinds = np.full(len(g_a_rms), ValueKind.FINITE, dtype=np.int8)
    tiny = _SMALLEST_NORMAL[parameters.value.dtype]
    if tiny <= float(g_a_rms.min()) and float(g_a_rms.max()) < np.inf:
        return kinds
    kinds[(g_a_rms > 0.0) & (g_a_rms < tiny)] = ValueKind.DENORMAL
    kinds[np.isinf(g_a_rms)] = ValueKind.INFINITE
    kinds[np.isnan(g_a_rms)] = ValueKind.NAN
    cause = ValueKind.FINITE
    for layer in range(plan.depth, -1, -1):
        if g_a_rms[layer] != 0.0:
            cause = ValueKind.FINITE
            continue
        if cause is ValueKind.FINITE:
            cause = (
                _find_cause_at_head(parameters, g_out)
                if layer == plan.depth
                else _find_cause(parameters, plan, buffers, layer + 1, float(g_z[layer]))
            )
        kinds[layer] = cause
    return kinds


def _find_cause_at_head(parameters: Parameters, g_out: float) -> ValueKind:
    is_connected = bool(parameters["W.out"].value.any())
    return ValueKind.UNDERFLOW_ZERO if is_connected or g_out == 0.0 else ValueKind.STRUCTURAL_ZERO


def _find_cause(
    parameters: Parameters, plan: Plan, buffers: PassBuffers, end: int, g_z: float
) -> ValueKind:
    """Why layer `end`, which receives a gradient, hands none on."""
    normalisation = plan.network.unrolled()[end - 1].normalisation
    has_skip = plan.sources[end - 1] is not None
    is_constant = (normalisation == "batch" and buffers.batch == 1) or (
        normalisation == "layer" and plan.argument_widths[end - 1] == 1
    )
    if not bool(parameters[f"W.{end}"].value.any()) or is_constant:
        return ValueKind.STRUCTURAL_ZERO
    if has_skip and plan.scale == 0.0:
        return ValueKind.STRUCTURAL_ZERO
    derivative = buffers.derivative[end]
    arriving = buffers.weighted[end] if plan.has_pre_order else buffers.output_gradient[end]
    is_passing = (derivative != 0.0) & (arriving != 0.0)
    if not bool(is_passing.any()) and (g_z == 0.0 or plan.has_pre_order):
        return ValueKind.DEAD_ZERO if bool(arriving.any()) else ValueKind.UNDERFLOW_ZERO
    return ValueKind.UNDERFLOW_ZERO
