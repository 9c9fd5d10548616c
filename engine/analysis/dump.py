"""The check format gt-dump/1: network, batch and claims, for anyone to recompute.

`NAME.json` describes the network, `NAME.npz` holds its weights, the batch and what
we claim about the gradients of the mean loss, in float64.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from engine.document.experiment import Experiment
from engine.errors import RequestError
from engine.kinds.feedforward.network import FeedforwardNetwork
from engine.kinds.feedforward.normalisations import NORM_EPS
from engine.kinds.recurrent.network import RecurrentNetwork
from engine.kinds.recurrent.report import collect_dump, refuse_truncation
from engine.kinds.specs import Feedforward
from engine.numerics.losses import evaluate_loss
from engine.records.frames import LayerTrace, TrainingFrame
from engine.training.run import Run

FORMAT = "gt-dump/1"
_MOST_JACOBIAN_UNITS = 128
_MOST_JACOBIANS = 3
_SMALLEST_SHARE_FLOAT32 = 1e-3
_SMALLEST_SHARE_FLOAT64 = 1e-8

Arrays = dict[str, Any]
_Value = TypeVar("_Value")


def check_dump(experiment: Experiment, name: Path) -> None:
    """Refuse, before any training, what could not be written after it.

    Raises:
        RequestError: for a truncated network, a missing folder, or one in the files' place.
    """
    refuse_truncation(experiment)
    if not name.parent.is_dir():
        raise RequestError(f"The folder {name.parent} for the dump does not exist.")
    for file in (Path(f"{name}.json"), Path(f"{name}.npz")):
        if file.is_dir():
            raise RequestError(f"The dump cannot be written: {file} is a folder.")


def write_dump(run: Run, frame: TrainingFrame, name: Path) -> None:
    """Write `NAME.json` and `NAME.npz` of a run's last pass, which `frame` recorded.

    Raises:
        RequestError: for a file that cannot be written.
    """
    x, y = run.draw_batch()
    inputs, targets = x.numpy(), y.numpy()
    arrays: Arrays
    if isinstance(run.network, RecurrentNetwork):
        # Clipping and decay worked on the gradient in place; the claims are about the raw one.
        output = run.network.forward(x)
        run.network.backward(evaluate_loss(run.dataset.loss, output, y)[1])
        entries, arrays = collect_dump(run.network, run.experiment, inputs, targets, frame.loss)
    else:
        assert isinstance(run.network, FeedforwardNetwork)
        entries, arrays = _collect_dense(run.network, frame, inputs, targets)
    arrays_path = Path(f"{name}.npz")
    described = {
        "format": FORMAT,
        "arrays": arrays_path.name,
        "dtype": run.experiment.training.dtype,
        "loss": run.dataset.loss,
        **entries,
    }
    text = json.dumps(described, indent=2, allow_nan=False) + "\n"
    try:
        _write_whole(arrays_path, lambda stream: np.savez(stream, **arrays))
        _write_whole(Path(f"{name}.json"), lambda stream: stream.write(text.encode()))
    except OSError as error:
        raise RequestError(
            f"The dump {name} cannot be written: {(error.strerror or str(error)).lower()}; "
            "choose another place."
        ) from error


def _write_whole(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write beside an older file, which stays until the new one is complete."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as stream:
            write(stream)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _collect_dense(
    network: FeedforwardNetwork, frame: TrainingFrame, x: NDArray[Any], y: NDArray[Any]
) -> tuple[dict[str, Any], Arrays]:
    trace = frame.trace
    assert isinstance(trace, LayerTrace)
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
