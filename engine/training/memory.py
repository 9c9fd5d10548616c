"""What fits into memory, estimated before anything is allocated."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.document.experiment import Experiment
from engine.errors import TooLargeError
from engine.kinds.table import kind_of
from engine.records.dataset import Dataset
from engine.wording import spell_bytes

_USABLE_SHARE = 0.8
_ALLOCATOR_SHARE = 1.15
"""What the allocator keeps of memory that was given back, and small things; measured."""
_SMALL_THINGS = 16 * 2**20
_ASSUMED_BYTES = 4 * 2**30


def refuse_too_large(experiment: Experiment, dataset: Dataset) -> None:
    """Refuse an experiment whose weights and passes would not fit into memory.

    Raises:
        TooLargeError: one sentence with what is needed, what can be used, and what to do.
    """
    needed, usable = estimate_bytes(experiment, dataset), _USABLE_SHARE * available_bytes()
    if needed > usable:
        amounts = (
            f"needs about {spell_bytes(needed)} of memory and only {spell_bytes(usable)} can be "
            "used"
        )
        raise TooLargeError(kind_of(experiment.network).describe_size(experiment, dataset, amounts))


def explain_refused_memory(experiment: Experiment, dataset: Dataset) -> TooLargeError:
    """What to raise where the system refuses memory after all: others have taken it since."""
    needed = estimate_bytes(experiment, dataset)
    amount = f"needs about {spell_bytes(needed)} of memory, more than the system gives"
    return TooLargeError(kind_of(experiment.network).describe_size(experiment, dataset, amount))


def estimate_bytes(experiment: Experiment, dataset: Dataset) -> int:
    """Bytes that an experiment takes in training at most, its loaded data not counted.

    The copies of the data as tensors; the weights with all that is as large as they are; the
    buffers of a pass; and what stands beside them for a moment: at the loss, when a pass is
    written down, or when held-out data are scored.
    """
    training = experiment.training
    sizes, numbers = kind_of(experiment.network).count_numbers(experiment, dataset)
    size = 8 if training.dtype == "float64" else 4
    vectors = 2
    if training.optimiser in ("sgd", "nesterov"):
        vectors = 0 if training.momentum == 0.0 else 1
    # Value, gradient, update; the first snapshot and the newest; the optimiser's vectors are
    # there three times while a pass that is not applied is taken back.
    copies = 5 + 3 * vectors
    weights, drawn = sum(sizes), 16 * max(sizes)
    held = size * (copies * weights + numbers) + drawn + _count_data_bytes(dataset, size)
    return round(_ALLOCATOR_SHARE * held) + _SMALL_THINGS


def _count_data_bytes(dataset: Dataset, size: int) -> int:
    return sum(
        array.size * (8 if array.dtype.kind == "i" else size)
        for array in (dataset.train_x, dataset.train_y, dataset.held_out_x, dataset.held_out_y)
    )


def available_bytes() -> int:
    """Memory that can still be used, as far as the system tells."""
    found = [amount for amount in (_free_here(), _free_in_container()) if amount is not None]
    return max(0, min(found, default=_ASSUMED_BYTES))


def _free_here() -> int | None:
    match sys.platform:
        case "win32":
            return _free_on_windows()
        case "linux":
            return _free_on_linux()
        case _:
            return _installed()


def _free_on_linux() -> int | None:
    found = _read_amounts(Path("/proc/meminfo")).get("MemAvailable")
    return None if found is None else 1024 * found


def _free_on_windows() -> int | None:
    import ctypes

    class MemoryStatus(ctypes.Structure):
        """MEMORYSTATUSEX of the Windows API."""

        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((f"amount_{index}", ctypes.c_ulonglong) for index in range(7)),
        )

    status = MemoryStatus(length=ctypes.sizeof(MemoryStatus))
    library = getattr(ctypes, "windll", None)
    if library is None or not library.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.amount_1)  # physical memory that is free


def _installed() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _free_in_container() -> int | None:
    """What the control groups of this process leave it; None where none limits it.

    File cache is given back when memory is needed, so that only `anon` counts as used.
    """
    found = []
    for folder in _list_control_groups():
        most = _read_number(folder / "memory.max")
        if most is not None:
            found.append(most - _read_amounts(folder / "memory.stat").get("anon", 0))
    old = Path("/sys/fs/cgroup/memory")
    most = _read_number(old / "memory.limit_in_bytes")
    if most is not None:
        found.append(most - _read_amounts(old / "memory.stat").get("total_rss", 0))
    return min(found, default=None)


def _list_control_groups() -> list[Path]:
    """Of version 2, the process's own and all above it; within a container its root alone."""
    root = Path("/sys/fs/cgroup")
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return [root]
    names = [line.removeprefix("0::/") for line in lines if line.startswith("0::/")]
    own = root / names[0] if names and ".." not in names[0] else root
    return [folder for folder in (own, *own.parents) if folder.is_relative_to(root)]


def _read_number(file: Path) -> int | None:
    """A file's only number; None without the file, or where it says "max"."""
    try:
        text = file.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return int(text) if text.isdigit() else None


def _read_amounts(file: Path) -> dict[str, int]:
    """The numbers of a file with a name and a number on each line; none without the file."""
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return {}
    words = (line.replace(":", " ").split() for line in lines)
    return {word[0]: int(word[1]) for word in words if len(word) > 1 and word[1].isdigit()}
