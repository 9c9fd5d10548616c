"""The state of a run at one iteration: what rewinding, restarts and checkpoints return to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.document.experiment import MAX_ITERATIONS
from engine.kinds.network import Network
from engine.numerics.optimisers import OptimiserState, count_vectors
from engine.numerics.parameters import Parameters

Arrays = Mapping[str, NDArray[Any]]

ITERATION = "iteration"
_PARAMETERS = "parameters"
_RUNNING = "running/statistics"
_OWNER = "optimiser/owner"
_UPDATES = "optimiser/updates"
_VECTORS = "optimiser/vectors"


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """All that a run needs to go on from an iteration, bit for bit, beside its settings."""

    iteration: int
    value: Tensor
    statistics: Tensor
    optimiser: OptimiserState

    @property
    def byte_count(self) -> int:
        """Memory held."""
        tensors = (self.value, self.statistics, *self.optimiser.vectors)
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)

    def to_arrays(self, network: Network) -> dict[str, NDArray[Any]]:
        """Copies of everything, by names that do not depend on how memory is laid out.

        Args:
            network: that of the run, which knows its parameters' names and shapes.

        Returns:
            `iteration`; `parameters/NAME` of every parameter, active or not;
            `running/statistics` (n); `optimiser/owner` and `optimiser/updates`;
            `optimiser/vectors/K/NAME`, the K-th vector that the optimiser remembers.
        """
        arrays: dict[str, NDArray[Any]] = {
            ITERATION: np.array(self.iteration, dtype=np.int64),
            _RUNNING: self.statistics.numpy().copy(),
            _OWNER: np.array(self.optimiser.owner),
            _UPDATES: np.array(self.optimiser.updates, dtype=np.int64),
        }
        vectors = {f"{_VECTORS}/{k}": one for k, one in enumerate(self.optimiser.vectors)}
        for group, vector in {_PARAMETERS: self.value, **vectors}.items():
            for name, part in network.parameters.split(vector).items():
                arrays[f"{group}/{name}"] = part.numpy().copy()
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Arrays, network: Network) -> Self:
        """The snapshot that `to_arrays` gave, for a network of the same parameters.

        Raises:
            ValueError: a clause that says what is missing, too much or does not fit.
        """
        owner = _read_word(arrays, _OWNER)
        count = count_vectors(owner)
        if count is None:
            raise ValueError(f"its optimiser “{owner[:40]}” is unknown")
        groups = [_PARAMETERS, *(f"{_VECTORS}/{k}" for k in range(count))]
        known = {ITERATION, _RUNNING, _OWNER, _UPDATES}
        known.update(f"{group}/{one.name}" for group in groups for one in network.parameters)
        if strange := min(arrays.keys() - known, default=""):
            raise ValueError(f"its array {strange[:80]} has no place in this network")
        value, *vectors = (_join(arrays, group, network.parameters) for group in groups)
        updates = _read_count(arrays, _UPDATES)
        statistics = _read_like(arrays, _RUNNING, network.statistics)
        return cls(
            iteration=_read_count(arrays, ITERATION),
            value=value,
            statistics=statistics,
            optimiser=OptimiserState(owner, updates, tuple(vectors)),
        )


def _join(arrays: Arrays, group: str, parameters: Parameters) -> Tensor:
    """One flat vector of all parameters, from an array of each."""
    vector = torch.zeros_like(parameters.value)
    for name, part in parameters.split(vector).items():
        part.copy_(_read_like(arrays, f"{group}/{name}", part))
    if not bool(torch.isfinite(vector).all()):
        raise ValueError(f"a number in its {group} is not finite")
    return vector


def _read_like(arrays: Arrays, name: str, wanted: Tensor) -> Tensor:
    found, like = _read(arrays, name), wanted.numpy()
    if found.dtype != like.dtype:
        raise ValueError(f"its array {name} is of {found.dtype} instead of {like.dtype}")
    if found.shape != like.shape:
        sizes = f"{_tell_size(found.shape)} instead of {_tell_size(like.shape)}"
        raise ValueError(f"its array {name} has the size {sizes}")
    return torch.from_numpy(found.copy())


def _tell_size(size: tuple[int, ...]) -> str:
    return " × ".join(f"{length:,}" for length in size) or "1"


def _read_count(arrays: Arrays, name: str) -> int:
    found = _read(arrays, name)
    if found.shape or found.dtype.kind not in "iu" or not 0 <= int(found) <= MAX_ITERATIONS:
        raise ValueError(f"its {name} is not a whole number from 0 to {MAX_ITERATIONS:,}")
    return int(found)


def _read_word(arrays: Arrays, name: str) -> str:
    found = _read(arrays, name)
    if found.shape or found.dtype.kind != "U":
        raise ValueError(f"its {name} is not a text")
    return str(found)


def _read(arrays: Arrays, name: str) -> NDArray[Any]:
    if name not in arrays:
        raise ValueError(f"its array {name} is missing")
    return arrays[name]
