"""Checkpoints: a run on its way, in one file, so that it can go on as if never interrupted.

The format gt-checkpoint/1 is an uncompressed .npz without pickle: `format`, `document` (the JSON
text of the experiment in force), `settings` (JSON: a list of [iteration, document], of which the
first is what the run began with), and the arrays of a `Snapshot`.
"""

from __future__ import annotations

import json
import math
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from engine import documents
from engine.document.experiment import Experiment, keeps_weights
from engine.document.files import to_text
from engine.errors import CheckpointError, DocumentError, WritingError
from engine.training.run import Run
from engine.training.snapshot import Snapshot
from engine.whole_files import write_whole

FORMAT = "gt-checkpoint/1"
_FAMILY, _, _VERSION = FORMAT.partition("/")
_ENDING = ".npy"
_FORMAT, _DOCUMENT, _SETTINGS = "format", "document", "settings"

Log = tuple[tuple[int, Experiment], ...]
"""Which settings held from which iteration on, oldest first; the first from 0."""


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """The state of a run with its settings, apart from any network."""

    experiment: Experiment
    """The settings in force."""
    log: Log
    """Every setting that ever held; all of them keep the weights."""
    arrays: Mapping[str, NDArray[Any]] = field(repr=False)
    """As `Snapshot.to_arrays` gives them."""
    name: str = "The checkpoint"
    """What a sentence calls it."""

    def snapshot_for(self, run: Run) -> Snapshot:
        """The state, for a run whose settings keep the same weights.

        Raises:
            CheckpointError: one sentence, where the run is one of another document, or its data
                have changed since, so that its parameters have other sizes.
        """
        if not keeps_weights(self.experiment, run.experiment):
            self._refuse("it belongs to another task, network, seed or dtype")
        try:
            snapshot = Snapshot.from_arrays(self.arrays, run.network)
        except ValueError as error:
            self._refuse(str(error), error)
        if snapshot.iteration < self.log[-1][0]:
            self._refuse("its settings changed at an iteration that it has not reached")
        return snapshot

    def _refuse(self, reason: str, cause: Exception | None = None) -> NoReturn:
        raise _refuse(self.name, reason) from cause


def write_checkpoint(checkpoint: Checkpoint, file: Path) -> None:
    """Write a file, whole or not at all; an older one of that name stays until then.

    Raises:
        WritingError: one sentence, for a missing folder, a full disk and so on.
    """
    log = [[start, msgspec.to_builtins(settings)] for start, settings in checkpoint.log]
    arrays = {
        _FORMAT: np.array(FORMAT),
        _DOCUMENT: np.array(to_text(checkpoint.experiment)),
        _SETTINGS: np.array(json.dumps(log, ensure_ascii=False)),
        **checkpoint.arrays,
    }
    try:
        write_whole(file, lambda stream: _write_arrays(stream, arrays))
    except OSError as error:
        raise WritingError(
            f"“{file.name}” cannot be saved in “{file.absolute().parent}”: "
            f"{(error.strerror or str(error)).lower()}; choose another place."
        ) from error


def read_checkpoint(file: Path) -> Checkpoint:
    """The checkpoint in a file.

    Raises:
        CheckpointError: one sentence, for a file that cannot be read, is damaged, of another
            program or a newer version, or whose documents cannot be used.
    """
    name = f"“{file.name}”"
    arrays = _read_arrays(file, name)
    _check_format(arrays, name)
    try:
        experiment = documents.parse(_take_text(arrays, _DOCUMENT))
        log = _read_log(_take_text(arrays, _SETTINGS))
    except DocumentError as error:
        raise _refuse(name, f"its document is refused ({str(error).removesuffix('.')})") from error
    except (ValueError, RecursionError) as error:
        raise _refuse(name, str(error)) from error
    if not all(keeps_weights(experiment, settings) for _, settings in log):
        raise _refuse(name, "its settings belong to different networks")
    return Checkpoint(experiment, log, arrays, name)


def _refuse(name: str, reason: str) -> CheckpointError:
    return CheckpointError(f"{name} cannot be used as a checkpoint: {reason}; take another file.")


def _write_arrays(stream: Any, arrays: Mapping[str, NDArray[Any]]) -> None:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}{_ENDING}", "w", force_zip64=True) as member:
                npy.write_array(member, array, allow_pickle=False)


def _read_arrays(file: Path, name: str) -> dict[str, NDArray[Any]]:
    if file.is_dir():
        raise _refuse(name, "it is a folder")
    try:
        with file.open("rb") as stream:
            if stream.read(2) != b"PK":
                raise _refuse(name, "it is no .npz file of this program")
            stream.seek(0)
            with zipfile.ZipFile(stream) as archive:
                return {
                    member.filename.removesuffix(_ENDING): _read_member(archive, member)
                    for member in archive.infolist()
                }
    except FileNotFoundError as error:
        raise _refuse(name, "there is no such file") from error
    except OSError as error:
        raise _refuse(name, (error.strerror or str(error)).lower()) from error
    except (zipfile.BadZipFile, EOFError, struct.error, MemoryError) as error:
        raise _refuse(name, "it is damaged or breaks off before its end") from error
    except (ValueError, TypeError, SyntaxError, NotImplementedError, RuntimeError) as error:
        raise _refuse(name, "it holds something else than this program writes") from error


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    """One array; nothing larger than the file itself is ever asked of memory."""
    if member.compress_type != zipfile.ZIP_STORED or not member.filename.endswith(_ENDING):
        raise ValueError(member.filename)
    content = archive.read(member)
    stream = BytesIO(content)
    readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
    version = npy.read_magic(stream)
    if version not in readers:
        raise ValueError(member.filename)
    shape, is_fortran, dtype = readers[version](stream)
    start = stream.tell()
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(content) - start:
        raise ValueError(member.filename)
    return np.ndarray(shape, dtype, content, start, order="F" if is_fortran else "C")


def _check_format(arrays: dict[str, NDArray[Any]], name: str) -> None:
    try:
        family, _, version = _take_text(arrays, _FORMAT).partition("/")
    except ValueError:
        family = version = ""
    if family != _FAMILY:
        raise _refuse(name, "it is no .npz file of this program")
    if version != _VERSION:
        raise CheckpointError(
            f"{name} was made by another version of Gradient Theatre ({family}/{version[:20]}, "
            f"this program reads {FORMAT}): please update the program to open it."
        )


def _take_text(arrays: dict[str, NDArray[Any]], name: str) -> str:
    """A text out of the arrays, of which those of the snapshot remain."""
    found = arrays.pop(name, None)
    if found is None or found.shape or found.dtype.kind != "U":
        raise ValueError(f"its {name} is missing or is not a text")
    return str(found)


def _read_log(text: str) -> Log:
    try:
        entries = json.loads(text)
    except json.JSONDecodeError:
        entries = None
    if not isinstance(entries, list) or not entries:
        raise ValueError("its settings are not a list of iterations and documents")
    log: list[tuple[int, Experiment]] = []
    for entry in entries:
        if not (isinstance(entry, list) and len(entry) == 2 and type(entry[0]) is int):
            raise ValueError("its settings are not a list of iterations and documents")
        log.append((entry[0], documents.from_builtins(entry[1])))
    starts = [start for start, _ in log]
    if starts[0] != 0 or starts != sorted(starts):
        raise ValueError("its settings do not begin at iteration 0 or are not in order")
    return tuple(log)
