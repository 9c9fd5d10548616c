"""What all records that cross the thread border share: locked arrays, and words for numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import IntEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
I8 = NDArray[np.int8]
I32 = NDArray[np.int32]

Phase = Literal["forward", "loss", "backward", "clip", "decay", "update"]

HALF_OCTAVES = 512
"""Bins of a half-octave histogram of |x|: the bin is the float32 bits >> 22, sign dropped."""


@dataclass(frozen=True, slots=True)
class WeightMotion:
    """What the update that follows a pass changes, counted in the document's own numbers.

    Of W_1; of a recurrent network all W_ih and W_hh.
    """

    changed: int
    """Entries that are another number after the update: after momentum, Adam, clipping, decay."""
    entries: int
    """Of so many."""
    learning_rate: float
    dtype: str
    """float32 or float64."""


class ValueKind(IntEnum):
    """What a gradient norm is, where a log axis has no place for it."""

    FINITE = 0
    UNDERFLOW_ZERO = 1
    DEAD_ZERO = 2
    STRUCTURAL_ZERO = 3
    DENORMAL = 4
    INFINITE = 5
    NAN = 6


def count_bytes(record: object) -> int:
    """Bytes of all arrays in a record, and in the records, tuples and mappings in it."""
    if isinstance(record, np.ndarray):
        return record.nbytes
    if is_dataclass(record):
        return sum(count_bytes(getattr(record, part.name)) for part in fields(record))
    if isinstance(record, Mapping):
        return sum(count_bytes(part) for part in record.values())
    return sum(count_bytes(part) for part in record) if isinstance(record, tuple) else 0


class Frozen:
    """Base of the records: every array field is replaced by a locked copy."""

    __slots__: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # The fields of a record are its slots, which are quicker to list.
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, np.ndarray) and value.flags.writeable:
                value = value.copy()
                value.setflags(write=False)
                object.__setattr__(self, name, value)
