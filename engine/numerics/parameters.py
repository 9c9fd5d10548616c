"""The parameters of a network in one flat vector, its gradient in another.

The optimiser works on a few long stretches of these vectors instead of thousands
of small tensors; equal shapes that follow each other are one stack (layers first),
so that a batched product or reduction covers them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.numerics.reductions import Reductions, is_safe_sum, sum_squares_between

_ALIGNMENT = 64
"""Every parameter starts at a multiple of so many numbers; the gaps between them stay zero."""
_NONE: NDArray[np.float64] = np.empty(0)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a network asks for before its parameters exist."""

    name: str
    size: tuple[int, ...]
    layer: int | None = None
    """1 ... L for a layer's own parameters, None for the output layer's and an embedding."""


@dataclass(slots=True, eq=False)
class Parameter:
    """One tensor that is learned, and the gradient of the mean loss with respect to it."""

    name: str
    """As in gt-dump/1: "W.1", "b.1", "W.out", "weight_hh_l0"."""
    value: Tensor
    gradient: Tensor
    layer: int | None
    index: int
    """Its place in the arrays of norms."""
    is_active: bool = True
    """Whether it takes part: only active parameters are clipped, decayed, updated, counted."""


@dataclass(frozen=True, slots=True)
class _Stack:
    """Neighbours of equal shape."""

    start: int
    stride: int
    size: tuple[int, ...]
    first: int
    count: int


class Parameters:
    """All parameters of a network, active or not, in two flat vectors."""

    def __init__(self, shapes: Sequence[Shape], dtype: torch.dtype) -> None:
        starts: list[int] = []
        length = 0
        for shape in shapes:
            starts.append(length)
            length += _padded(int(np.prod(shape.size)))
        self.value: Tensor = torch.zeros(length, dtype=dtype)
        self.gradient: Tensor = torch.zeros(length, dtype=dtype)
        self.reductions = Reductions()
        self._starts = starts
        self._first_blocks = np.array(starts, dtype=np.int64) // _ALIGNMENT
        self._stacks = list(_stack_up(shapes, starts))
        self._of: dict[str, Parameter] = {}
        for index, (shape, start) in enumerate(zip(shapes, starts, strict=True)):
            stop = start + int(np.prod(shape.size))
            self._of[shape.name] = Parameter(
                shape.name,
                self.value[start:stop].view(shape.size),
                self.gradient[start:stop].view(shape.size),
                shape.layer,
                index,
            )
        self.spans: list[slice] = [slice(0, length)]
        """The stretches of the flat vectors that hold active parameters."""
        self.active: NDArray[np.bool_] = np.ones(len(shapes), dtype=np.bool_)
        """(P,) which parameters take part."""

    def __getitem__(self, name: str) -> Parameter:
        return self._of[name]

    def __contains__(self, name: object) -> bool:
        return name in self._of

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._of.values())

    def __len__(self) -> int:
        return len(self._of)

    @property
    def active_count(self) -> int:
        """Learned numbers, all active parameters together."""
        return sum(parameter.value.numel() for parameter in self if parameter.is_active)

    def activate(self, names: set[str]) -> None:
        """Let exactly these take part; the gradients of all others become and stay zero."""
        spans: list[slice] = []
        ends = [*self._starts[1:], len(self.value)]
        for parameter, start, end in zip(self, self._starts, ends, strict=True):
            parameter.is_active = parameter.name in names
            if not parameter.is_active:
                parameter.gradient.zero_()
            elif spans and spans[-1].stop == start:
                spans[-1] = slice(spans[-1].start, end)
            else:
                spans.append(slice(start, end))
        self.spans = spans
        self.active = np.array([parameter.is_active for parameter in self], dtype=np.bool_)

    def split(self, vector: Tensor) -> dict[str, Tensor]:
        """Views of every parameter's stretch of a flat vector, by its name, in its shape.

        Args:
            vector: `value`, `gradient`, or another vector of their length.
        """
        return {
            one.name: vector[start : start + one.value.numel()].view(one.value.shape)
            for one, start in zip(self, self._starts, strict=True)
        }

    def stacked(self, names: Sequence[str], vector: Tensor) -> Tensor:
        """(len(names), ...) one view of neighbours of equal shape in a flat vector.

        Args:
            names: in the order in which they were asked for, without gaps.
            vector: `value`, `gradient`, or another vector of their length.
        """
        first = self._of[names[0]]
        start = self._starts[first.index]
        size = tuple(first.value.shape)
        strides = [_padded(first.value.numel())]
        strides.extend(int(np.prod(size[axis + 1 :])) for axis in range(len(size)))
        return torch.as_strided(vector, (len(names), *size), strides, start)

    def rows(self, names: Sequence[str], vector: Tensor) -> Tensor:
        """(len(names), size) as `stacked`, each flat and with the zeros that pad it."""
        first = self._of[names[0]]
        start, length = self._starts[first.index], _padded(first.value.numel())
        return vector[start : start + len(names) * length].view(len(names), length)

    def norms(self, vector: Tensor, known: NDArray[np.float64] = _NONE) -> NDArray[np.float64]:
        """(P,) Frobenius norm of each parameter's stretch of a flat vector, in float64.

        Zero for the parameters that take no part.

        Args:
            vector: `value`, `gradient`, or another vector of their length.
            known: (K,) norms of the first K parameters, where they are known already.
        """
        count = len(known)
        start = self._starts[count]
        first_blocks = self._first_blocks[count:] - start // _ALIGNMENT
        squares = sum_squares_between(vector[start:].numpy(), first_blocks, _ALIGNMENT)
        norms = np.append(known, np.sqrt(squares))
        doubtful = self.active.copy()
        doubtful[:count] = False
        doubtful[count:] &= ~is_safe_sum(squares, vector.dtype)
        if doubtful.any():
            for stack in self._stacks:
                place = slice(stack.first, stack.first + stack.count)
                if doubtful[place].any():
                    end = stack.start + stack.count * stack.stride
                    rows = vector[stack.start : end].view(stack.count, -1)
                    norms[place] = self.reductions.norms(rows)
        norms[~self.active] = 0.0
        return norms

    def total_norm(self, norms: NDArray[np.float64]) -> float:
        """The norm of all active parameters together, from the (P,) norms of each."""
        return combine_norms(norms[self.active])


def combine_norms(norms: NDArray[np.float64]) -> float:
    """The norm of several parts together, without overflow or underflow between."""
    largest = float(np.max(norms, initial=0.0))
    if largest == 0.0 or not np.isfinite(largest):
        return largest
    return largest * float(np.sqrt(np.sum((norms / largest) ** 2)))


def _padded(count: int) -> int:
    return -(-count // _ALIGNMENT) * _ALIGNMENT


def _stack_up(shapes: Sequence[Shape], starts: Sequence[int]) -> Iterator[_Stack]:
    first = 0
    for index in range(1, len(shapes) + 1):
        if index < len(shapes) and shapes[index].size == shapes[first].size:
            continue
        length = _padded(int(np.prod(shapes[first].size)))
        yield _Stack(starts[first], length, shapes[first].size, first, index - first)
        first = index
