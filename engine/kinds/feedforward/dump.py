"""What `--dump` says about a feed-forward network (gt-dump/1, kind "mlp")."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from engine.kinds.feedforward.normalisations import NORM_EPS
from engine.kinds.feedforward.records import layer_trace_of
from engine.kinds.feedforward.spec import Feedforward
from engine.records.frames import TrainingFrame

if TYPE_CHECKING:
    from engine.kinds.feedforward.network import FeedforwardNetwork

Arrays = dict[str, Any]
_Value = TypeVar("_Value")

_MOST_JACOBIAN_UNITS = 128
_MOST_JACOBIANS = 3
_SMALLEST_SHARE_FLOAT32 = 1e-3
_SMALLEST_SHARE_FLOAT64 = 1e-8


def collect_dump(
    network: FeedforwardNetwork, frame: TrainingFrame, x: NDArray[Any], y: NDArray[Any]
) -> tuple[dict[str, Any], Arrays]:
    """The feed-forward part of gt-dump/1: JSON entries and arrays, for the network's last pass.

    Args:
        network: after the pass that `frame` recorded.
        frame: the pass.
        x: (B, d) the batch.
        y: its targets.
    """
    assert frame.trace is not None
    trace = layer_trace_of(frame.trace)
    spec = network.plan.network
    arrays: Arrays = dict(network.arrays())
    # As torch's losses want it: targets of one logit have the shape of the output.
    arrays |= {"x": x, "y": y[:, None] if y.dtype.kind == "f" and y.ndim == 1 else y}
    claims = {
        "loss": np.array(trace.loss),
        "g_a": trace.g_a,
        "g_a_rms": trace.g_a_rms,
        "g_z": trace.g_z,
        "g_W": trace.g_W,
        "g_b": trace.g_b,
        "g_W_out": np.array(trace.g_W_out),
    }
    arrays |= {f"claim/{key}": np.asarray(value, np.float64) for key, value in claims.items()}
    entries: dict[str, Any] = _describe(spec)
    entries["jacobians"] = []
    if frame.halted is None:
        # Last, since they run through the buffers of the pass.
        for number, (wanted, values) in enumerate(_measure_jacobians(network, len(x))):
            entries["jacobians"].append(wanted)
            arrays[f"claim/jac_sv.{number}"] = values
    return entries, arrays


def _describe(spec: Feedforward) -> dict[str, Any]:
    layers = spec.unrolled()
    sources = [spec.skip_source(end) for end in range(1, spec.depth + 1)]
    scale = spec.branch_scale()
    return {
        "kind": "mlp",
        "depth": spec.depth,
        "activation": _one_or_all([layer.activation for layer in layers]),
        "leaky_slope": _one_or_all([layer.leaky_slope for layer in layers]),
        "order": spec.skip.order,
        "norm": _one_or_all([layer.normalisation for layer in layers]),
        "norm_eps": NORM_EPS,
        "bn_eval": False,
        "skip_from": sources,
        "skip_alpha": [1.0 if source is None else scale for source in sources],
    }


def _one_or_all(values: list[_Value]) -> _Value | list[_Value]:
    return values[0] if len(set(values)) == 1 else values


def _measure_jacobians(
    network: FeedforwardNetwork, batch: int
) -> list[tuple[dict[str, int], NDArray[Any]]]:
    """Singular values over one layer and over two, at the input and at the output.

    Left out are wide layers, and those of which the smallest value is only rounding, as
    where a normalisation or dead units take a direction away: nobody could check it.
    """
    depth, widths = network.plan.depth, network.plan.widths
    is_single = network.parameters.value.dtype == torch.float32
    smallest = _SMALLEST_SHARE_FLOAT32 if is_single else _SMALLEST_SHARE_FLOAT64
    measured: list[tuple[dict[str, int], NDArray[Any]]] = []
    pairs = [(0, 1), (depth - 1, depth), (depth - 2, depth), (0, 2), (1, 2)]
    for first, last in dict.fromkeys(pairs):
        if not 0 <= first < last <= depth or len(measured) == _MOST_JACOBIANS:
            continue
        if max(widths[first], widths[last]) > _MOST_JACOBIAN_UNITS:
            continue
        if _normalises_pairs(network, first, last):
            continue
        sample = min(len(measured), batch - 1)
        values = np.linalg.svd(layer_jacobian(network, first, last, sample), compute_uv=False)
        if values[-1] > smallest * values[0]:
            measured.append(({"from": first, "to": last, "sample": sample}, values))
    return measured


def _normalises_pairs(network: FeedforwardNetwork, first: int, last: int) -> bool:
    """Whether layer normalisation makes +-1 of two units on the way, which leaves rounding."""
    below = 1 if network.plan.has_pre_order else 0
    layers = network.plan.network.unrolled()
    return any(
        layers[end - 1].normalisation == "layer" and network.plan.widths[end - below] <= 2
        for end in range(first + 1, last + 1)
    )


def layer_jacobian(
    network: FeedforwardNetwork, first: int, last: int, sample: int
) -> NDArray[np.float64]:
    """(n_last, n_first) derivative of a_last by a_first, of one sample of the last pass.

    It overwrites the gradients of that pass in the network's buffers.
    """
    gradients = network.buffers.output_gradient
    rows = []
    for unit in range(network.plan.widths[last]):
        gradients[last].zero_()
        gradients[last][sample, unit] = 1.0
        network.backpropagate(last, first)
        rows.append(gradients[first][sample].to(torch.float64, copy=True))
    return torch.stack(rows).numpy()
