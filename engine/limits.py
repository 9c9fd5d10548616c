"""What fits into memory, estimated before anything is allocated."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path

from engine.errors import TooLargeError
from engine.experiment import Experiment
from engine.feedforward_parameters import list_shapes
from engine.network_parts import Feedforward
from engine.tasks.dataset import Dataset
from engine.wording import spell_bytes

_WEIGHT_COPIES = 7
"""Value, gradient, update, two vectors of Adam, and two snapshots."""
_UNIT_COPIES = 12
"""Per unit and sample: z, a, phi', and the gradients on their way, at most."""
_USABLE_SHARE = 0.8
_ASSUMED_BYTES = 4 * 2**30


def refuse_too_large(experiment: Experiment, dataset: Dataset) -> None:
    """Refuse a feed-forward network whose weights and passes would not fit into memory.

    Raises:
        TooLargeError: one sentence with what is needed and what is free.
    """
    needed = estimate_bytes(experiment, dataset.inputs, dataset.outputs)
    usable = _USABLE_SHARE * available_bytes()
    if needed > usable:
        raise TooLargeError(
            f"This network needs about {spell_bytes(needed)} of memory and only "
            f"{spell_bytes(usable)} can be used: take narrower layers, fewer of them, or a "
            "smaller batch."
        )


def estimate_bytes(experiment: Experiment, inputs: int, outputs: int) -> int:
    """Bytes of a feed-forward network in training; 0 for a recurrent one."""
    network = experiment.network
    if not isinstance(network, Feedforward):
        return 0
    widths = (inputs, *(layer.units for layer in network.unrolled()))
    weights = sum(math.prod(shape.size) for shape in list_shapes(widths, outputs))
    units = experiment.task.batch_size * (sum(widths) + outputs)
    size = 8 if experiment.training.dtype == "float64" else 4
    return size * (_WEIGHT_COPIES * weights + _UNIT_COPIES * units)


def available_bytes() -> int:
    """Memory that can still be used, as far as the system tells."""
    found = [
        amount for amount in (_free_on_linux(), _granted_to_container(), _installed()) if amount
    ]
    return min(found, default=_ASSUMED_BYTES)


def _free_on_linux() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    amounts = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    return amounts[0] if amounts else None


def _granted_to_container() -> int | None:
    # What is used already does not count: most of it is file cache, given back when needed.
    try:
        most = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(most) if most.isdigit() else None


def _installed() -> int | None:
    if sys.platform == "win32":
        return None
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return None
