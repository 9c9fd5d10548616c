"""What `--dump` says about a recurrent network (gt-dump/1, kind "rnn")."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.document.experiment import Experiment
from engine.kinds.recurrent.jacobians import StateName, compute_state_jacobian
from engine.kinds.recurrent.network import RecurrentNetwork
from engine.kinds.recurrent.spec import GATES_OF_CELL, network_of
from engine.kinds.recurrent.trace import measure_direct_paths

F64 = NDArray[np.float64]
Arrays = dict[str, NDArray[Any]]

_LONGEST_JACOBIAN = 32
_SAMPLES_TRIED = 8
_SMALLEST_SHARE_FLOAT32 = 1e-3
_SMALLEST_SHARE_FLOAT64 = 1e-8
_ZERO_SHARE = 1e-13

_READOUTS = {"last": "last", "mean": "mean_h", "all": "all"}


def collect_dump(
    network: RecurrentNetwork, experiment: Experiment, x: Any, y: Any, loss: float
) -> tuple[dict[str, Any], Arrays]:
    """The recurrent part of gt-dump/1: JSON entries and arrays, for the network's last pass.

    Args:
        network: after `forward` and `backward` of the batch, before any update.
        experiment: its document.
        x: (B, T, I) or (B, T) tokens, the batch.
        y: its targets.
        loss: the mean loss of the pass.
    """
    spec = network_of(experiment)
    names = GATES_OF_CELL[spec.cell]
    jacobians = _choose_jacobians(network)
    entries = {
        "kind": "rnn",
        "cell": spec.cell,
        "layers": spec.layers,
        "hidden": spec.hidden,
        "activation": spec.activation,
        "readout": _READOUTS[spec.readout],
        "gate_overrides": {name: getattr(spec.gates, name) for name in names},
        "cut_h_to_gates": spec.cut_h_to_gates,
        "jacobians": [wanted for wanted, _ in jacobians],
    }
    arrays: Arrays = {p.name: p.value.numpy().copy() for p in network.parameters}
    arrays["tokens" if network.dataset.is_tokens else "x"] = np.asarray(x)
    arrays["y"] = np.asarray(y)
    arrays |= {f"claim/{name}": value for name, value in _collect_claims(network, loss).items()}
    for number, (_, values) in enumerate(jacobians):
        arrays[f"claim/jac_sv.{number}"] = values
    return entries, arrays


def _choose_jacobians(network: RecurrentNetwork) -> list[tuple[dict[str, Any], F64]]:
    """One over many time steps, one over the last: what to compute, and its singular values.

    Singular values far below the largest are rounding noise in any arithmetic; the longest
    stretch is taken (and the first example) in which all of them still mean something. Where
    there is none (a cut, shut gates, equal units) it is the Jacobian of a state by itself.
    """
    spec, last = network.spec, network.time_steps
    is_pair = spec.cell == "lstm" and spec.layers == 1
    is_double = network.parameters.value.dtype == torch.float64
    share = _SMALLEST_SHARE_FLOAT64 if is_double else _SMALLEST_SHARE_FLOAT32
    chosen = []
    longest = min(_LONGEST_JACOBIAN, last // 2)
    of_top: StateName = "hc" if is_pair else "h"
    of_first: StateName = "h"
    for layer, state, span in (
        (spec.layers - 1, of_top, longest),
        (0, of_first, min(1, last - 1)),
    ):
        spans = [span]
        while spans[-1] > 1:
            spans.append(spans[-1] // 2)
        chosen.append(_find_sound_jacobian(network, layer, state, spans, share))
    return chosen


def _find_sound_jacobian(
    network: RecurrentNetwork, layer: int, state: StateName, spans: list[int], share: float
) -> tuple[dict[str, Any], F64]:
    cell, last = network.stack.cells[layer], network.time_steps
    wanted: dict[str, Any] = {"from": last, "to": last, "sample": 0, "layer": layer, "state": state}
    for span, sample in product(spans, range(min(cell.batch, _SAMPLES_TRIED))):
        matrix = compute_state_jacobian(cell, sample, last - span, last, state)
        if not (np.isfinite(matrix).all() and matrix.any()):
            continue
        values = np.linalg.svd(matrix, compute_uv=False).astype(np.float64)
        is_noise = values < share * values[0]
        if span == 1:
            # Rows of zeros, of units without a slope, are zeros in any arithmetic.
            is_noise &= values > _ZERO_SHARE * values[0]
        if not is_noise.any():
            return {**wanted, "from": last - span, "sample": sample}, values
    return wanted, np.ones(cell.units * (2 if state == "hc" else 1))


def _collect_claims(network: RecurrentNetwork, loss: float) -> dict[str, NDArray[np.float64]]:
    whole, at_last, _ = network.measure_last_pass()
    direct = measure_direct_paths(network)
    parameters = network.parameters
    norms = parameters.norms(parameters.gradient)
    layers = range(network.spec.layers)
    claims = {
        "loss": np.array(loss, np.float64),
        "g_x": whole.g_x,
        "g_Whh": np.array([norms[parameters[f"weight_hh_l{k}"].index] for k in layers]),
        "g_Wih": np.array([norms[parameters[f"weight_ih_l{k}"].index] for k in layers]),
    }
    for k in layers:
        suffix = f".l{k}" if network.spec.layers > 1 else ""
        claims[f"g_h{suffix}"] = whole.g_h[k]
        if network.spec.readout != "mean":
            claims[f"g_hT{suffix}"] = at_last.g_h[k]
        if network.spec.cell == "lstm":
            claims[f"g_c{suffix}"] = whole.g_c[k]
            claims[f"g_c_carry{suffix}"] = whole.g_c_carry[k]
            claims[f"cell_direct{suffix}"] = direct[k]
    return claims
