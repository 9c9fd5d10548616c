"""Documents on disk, written whole."""

from __future__ import annotations

from pathlib import Path

from desktop.model.safe_write import write_whole
from engine.document.experiment import Experiment
from engine.document.files import to_text

SUFFIX = ".gtheatre"


def write_document(file: Path, experiment: Experiment) -> None:
    """Write a document whole or not at all: the old file stays until the new one is complete.

    Raises:
        WritingError: one sentence, where the folder is read-only, the disk full, and so on.
    """
    write_whole(file, to_text(experiment).encode())
