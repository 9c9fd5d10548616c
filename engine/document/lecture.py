"""A lecture as the document describes it: beats, what each shows, asks and claims."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from engine.parts import Fraction, Part

BeatKind = Literal["show", "play", "train", "predict", "reveal", "compare", "question"]
LowerName = Literal[
    "none",
    "accuracy",
    "loss",
    "factors",
    "phi",
    "gates",
    "words",
    "weight_share",
    "spectrum",
    "update",
    "history",
    "units",
]
SwitchName = Literal[
    "activation",
    "initialisation",
    "skips",
    "normalisation",
    "clipping",
    "l2",
    "gate",
    "cell",
    "forget_bias",
    "recurrent_weights",
    "depth",
]
Moment = Literal["start", "end"]

BEAT_KINDS: tuple[BeatKind, ...] = get_args(BeatKind)
MAX_BEATS = 1_000

Sentence = Annotated[str, Meta(max_length=2_000)]
Notes = Annotated[str, Meta(max_length=20_000)]
Name = Annotated[str, Meta(max_length=500)]
Number = Annotated[float, Meta(ge=-1e300, le=1e300)]
Seed = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Changes = dict[str, Any]
"""Values by path, as `--set` takes them."""


class Range(Part, frozen=True, omit_defaults=True):
    """Where a ratio must lie; both ends belong to it."""

    at_least: Number | None = None
    at_most: Number | None = None
    is_: float | None = msgspec.field(default=None, name="is")

    def __post_init__(self) -> None:
        if self.at_least is None and self.at_most is None and self.is_ is None:
            raise ValueError("it needs `at_least`, `at_most` or `is`")


class Claim(Part, frozen=True, kw_only=True, omit_defaults=True):
    """What is measured must be so, for every seed of the lecture."""

    quantity: Name
    at_least: Number | None = None
    at_most: Number | None = None
    is_: float | str | None = msgspec.field(default=None, name="is")
    times_before: Range | None = None
    """Its ratio to the same quantity at the end of an earlier beat."""
    times_baseline: Range | None = None
    """The variant's ratio to the baseline."""
    at: Moment = "end"

    def __post_init__(self) -> None:
        stated = (self.at_least, self.at_most, self.is_, self.times_before, self.times_baseline)
        if all(one is None for one in stated):
            raise ValueError(
                "a claim needs `at_least`, `at_most`, `is`, `times_before` or `times_baseline`"
            )


class Until(Part, frozen=True, omit_defaults=True):
    """How far is trained: to an iteration, or to an accuracy on held-out data before it."""

    iterations: Annotated[int, Meta(ge=0, le=1_000_000_000)]
    """Counted from the last fresh start or rebuild."""
    accuracy: Fraction | None = None


class Beat(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One press of the clicker."""

    kind: BeatKind
    sentence: Sentence = ""
    notes: Notes = ""
    id: Name = ""
    role: Literal["take_home"] | None = None
    optional: bool = False
    changes: Changes = msgspec.field(default_factory=dict)
    fresh: bool = False
    variant: Changes | UnsetType | None = UNSET
    promote: bool = False
    pass_: Literal["shown", "hidden"] = msgspec.field(default="shown", name="pass")
    select: Annotated[int, Meta(ge=0)] | None = None
    lower: LowerName | None = None
    words: Sentence | None = None
    watch: Annotated[int, Meta(ge=1)] | None = None
    until: Until | None = None
    speed: Annotated[float, Meta(gt=0.0, le=100.0)] = 1.0
    ask: Literal["curve", "choice"] | None = None
    choices: Annotated[tuple[Name, ...], Meta(max_length=5)] = ()
    answer: Annotated[int, Meta(ge=0)] | None = None
    claims: tuple[Claim, ...] = ()

    def __post_init__(self) -> None:
        is_asking = self.kind in ("predict", "question")
        if self.ask is not None and not is_asking:
            raise ValueError(f"only a predict or a question asks, not a {self.kind}")
        if self.kind == "predict" and self.ask is None:
            raise ValueError('a predict needs `ask`: "curve" or "choice"')
        if self.ask == "choice":
            if len(self.choices) < 2:
                raise ValueError("a choice needs 2 to 5 `choices`")
            if self.answer is None or self.answer >= len(self.choices):
                raise ValueError(
                    "a choice needs its `answer`: the place of the right one in `choices`, from 0"
                )
        elif self.choices or self.answer is not None:
            raise ValueError('`choices` and `answer` belong to `"ask": "choice"`')
        if self.promote and self.variant is not UNSET and self.variant is None:
            raise ValueError("a beat either promotes the variant or leaves it (`variant` null)")

    @property
    def has_hidden_pass(self) -> bool:
        """Whether nothing may be seen that gives the answer away."""
        return self.pass_ == "hidden"


class Lecture(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A scene of beats on one experiment."""

    chapter: Name = ""
    question: Sentence = ""
    take_home: Sentence = ""
    minutes: Annotated[float, Meta(ge=0.0, le=1e6)] = 0
    sources: tuple[Name, ...] = ()
    seeds: Annotated[tuple[Seed, ...], Meta(min_length=1, max_length=1_000)] | None = None
    """For which every claim must hold; None: the document's."""
    switches: tuple[SwitchName, ...] | None = None
    beats: Annotated[tuple[Beat, ...], Meta(min_length=1, max_length=MAX_BEATS)]
