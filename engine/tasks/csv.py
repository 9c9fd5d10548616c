"""The user's own table: a column learned from the others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from engine.document.specs import Reads, TaskSpec
from engine.parts import DecimalMark, MissingPolicy, Name, PathText
from engine.tasks.dataset import Dataset
from engine.tasks.table import load_csv


class Csv(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="csv"):
    """The user's own table. `encoding` and `decimal` null: found."""

    reads: ClassVar[Reads] = "vectors"

    path: PathText
    target: Name
    columns: Annotated[tuple[Name, ...], Meta(min_length=1)] | None = None
    mode: Literal["classification", "regression"] | None = None
    encoding: Name | None = None
    decimal: DecimalMark | None = None
    missing: MissingPolicy = "refuse"
    sheet: Name | None = None

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del readout
        return load_csv(self, seed, folder)
