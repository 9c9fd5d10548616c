"""The tasks as the document names them, and the read-outs that each can be learned with."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from engine.kinds.specs import ReadoutName
from engine.parts import MAX_TIME_STEPS, BatchSize, Length, Name, Part, PathText

MissingPolicy = Literal["refuse", "drop", "fill"]
DecimalMark = Literal[".", ","]


class Insurance(Part, frozen=True, tag_field="name", tag="insurance"):
    """Synthetic customers: age, education, income -> buys or not."""

    batch_size: BatchSize = 64


class Spirals(Part, frozen=True, tag_field="name", tag="spirals"):
    """Two interleaved spiral arms in the plane."""

    batch_size: BatchSize = 64


class Digits(Part, frozen=True, tag_field="name", tag="digits"):
    """Real handwritten digits, 8 x 8 grey values."""

    batch_size: BatchSize = 64


class Csv(Part, frozen=True, tag_field="name", tag="csv"):
    """The user's own table. `encoding` and `decimal` null: found."""

    path: PathText
    target: Name
    columns: Annotated[tuple[Name, ...], Meta(min_length=1)] | None = None
    mode: Literal["classification", "regression"] | None = None
    encoding: Name | None = None
    decimal: DecimalMark | None = None
    missing: MissingPolicy = "refuse"
    sheet: Name | None = None
    batch_size: BatchSize = 64


class Adding(Part, frozen=True, tag_field="name", tag="adding"):
    """Add the two marked numbers of a sequence."""

    length: Annotated[int, Meta(ge=2, le=MAX_TIME_STEPS)] = 30
    batch_size: BatchSize = 64


class Recall(Part, frozen=True, tag_field="name", tag="recall"):
    """Repeat a few symbols after a long pause (the copy problem)."""

    length: Length = 30
    batch_size: BatchSize = 64


class SequentialDigits(Part, frozen=True, tag_field="name", tag="sequential_digits"):
    """The digits read row by row (8 time steps) or pixel by pixel (64)."""

    rows: bool = True
    batch_size: BatchSize = 64


class Series(Part, frozen=True, tag_field="name", tag="series"):
    """Next-value prediction on a real, standardised series."""

    source: Literal["sunspots", "co2", "csv"] = "sunspots"
    path: PathText | None = None
    column: Name | None = None
    length: Length = 30
    encoding: Name | None = None
    decimal: DecimalMark | None = None
    missing: MissingPolicy = "refuse"
    batch_size: BatchSize = 64

    def __post_init__(self) -> None:
        if self.source == "csv" and (self.path is None or self.column is None):
            raise ValueError("a series from a CSV file needs its `path` and its `column`")


class Autocomplete(Part, frozen=True, tag_field="name", tag="autocomplete"):
    """The ending of a sentence follows from a cause named at its beginning."""

    fillers: Annotated[int, Meta(ge=0, le=4_000)] = 20
    batch_size: BatchSize = 64


class Chatbot(Part, frozen=True, tag_field="name", tag="chatbot"):
    """The right reply needs the first request and the last sentence."""

    fillers: Annotated[int, Meta(ge=0, le=4_000)] = 30
    batch_size: BatchSize = 64


class Text(Part, frozen=True, tag_field="name", tag="text"):
    """Next word or character of the user's own text file."""

    path: PathText
    unit: Literal["word", "character"] = "word"
    length: Length = 40
    encoding: Name | None = None
    batch_size: BatchSize = 64


FeedforwardTask = Insurance | Spirals | Digits | Csv
RecurrentTask = Adding | Recall | SequentialDigits | Series | Autocomplete | Chatbot | Text
Task = FeedforwardTask | RecurrentTask

READOUTS_OF_TASK: dict[type[Part], tuple[ReadoutName, ...]] = {
    Adding: ("last", "mean"),
    SequentialDigits: ("last", "mean"),
    Autocomplete: ("last", "mean"),
    Chatbot: ("last", "mean"),
    Recall: ("all",),
    Series: ("last", "all"),
    Text: ("last", "all"),
}


def task_name(task: Task) -> str:
    """The document's name of a task, for example "sequential_digits"."""
    return str(task.__struct_config__.tag)


def readouts_of(task: RecurrentTask) -> tuple[ReadoutName, ...]:
    """The read-outs that a recurrent task can be learned with."""
    return READOUTS_OF_TASK[type(task)]
