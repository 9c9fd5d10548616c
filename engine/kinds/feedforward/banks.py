"""Preallocated memory of a pass: one (B, n) tensor per layer, equal widths stacked."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.numerics.reductions import Reductions, is_all_finite

F64 = NDArray[np.float64]


class Bank:
    """One quantity of several layers, for example dL/dz of all of them.

    Neighbours of equal width lie in one stack (R, B, n), so that a reduction or a
    batched product covers them with one call.
    """

    def __init__(
        self, layers: Sequence[int], widths: Sequence[int], batch: int, dtype: torch.dtype
    ) -> None:
        """Allocate zeros.

        Args:
            layers: indices, ascending.
            widths: n of each of them.
            batch: B.
            dtype: of the experiment.
        """
        self.layers = tuple(layers)
        self.stacks: list[Tensor] = []
        self._of: dict[int, Tensor] = {}
        self._place: dict[int, tuple[int, int]] = {}
        first = 0
        for position in range(1, len(layers) + 1):
            if position < len(layers) and widths[position] == widths[first]:
                continue
            stack = torch.zeros((position - first, batch, widths[first]), dtype=dtype)
            for row, layer in enumerate(layers[first:position]):
                self._of[layer] = stack[row]
                self._place[layer] = (len(self.stacks), row)
            self.stacks.append(stack)
            first = position

    def __getitem__(self, layer: int) -> Tensor:
        return self._of[layer]

    def get(self, layer: int, otherwise: Tensor) -> Tensor:
        """A layer's tensor, or another where it has none here."""
        return self._of.get(layer, otherwise)

    def __contains__(self, layer: object) -> bool:
        return layer in self._of

    def between(self, first: int, last: int) -> Tensor:
        """(R, B, n) the layers first ... last, which must be neighbours in one stack."""
        stack, row = self._place[first]
        return self.stacks[stack][row : row + last - first + 1]

    def list_places(self) -> list[tuple[slice, Tensor]]:
        """Every stack, and its place in arrays over the bank's layers."""
        ends = list(itertools.accumulate(len(stack) for stack in self.stacks))
        return [(slice(end - len(k), end), k) for end, k in zip(ends, self.stacks, strict=True)]

    def norms(self, reductions: Reductions) -> F64:
        """(len(layers),) Frobenius norms over batch and units, in float64."""
        norms = np.empty(len(self.layers))
        for place, stack in self.list_places():
            norms[place] = reductions.norms(stack)
        return norms

    def column_norms(self, reductions: Reductions, units: NDArray[np.int32]) -> F64:
        """(len(layers), U) norms over the batch of some units, 0 where a layer has none.

        Args:
            reductions: takes them.
            units: (len(layers), U) indices, -1 padded; the same for layers of one stack.
        """
        norms = np.zeros(units.shape, dtype=np.float64)
        for place, stack in self.list_places():
            picked = units[place.start][units[place.start] >= 0]
            norms[place, : len(picked)] = reductions.column_norms(stack, picked)
        return norms

    def is_finite(self) -> bool:
        """Whether every entry is a finite number."""
        return all(is_all_finite(stack) for stack in self.stacks)
