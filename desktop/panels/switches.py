"""The large switches: what one is, and those that any network has; pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.document.experiment import Experiment, keeps_weights
from engine.document.initialisation import SchemeName
from engine.documents import with_values

SWITCH_KEYS = range(1, 7)
MOST_SWITCHES = 4
"""Of the six so many are shown; the keys of the others act as well."""
SHORT_SCHEMES: dict[SchemeName, str] = {
    "torch_default": "torch",
    "xavier_uniform": "Xavier",
    "xavier_normal": "Xavier",
    "he_uniform": "He",
    "he_normal": "He",
    "lecun_normal": "LeCun",
    "orthogonal": "orthogonal",
    "identity": "identity",
    "normal": "N(0, σ²)",
    "uniform": "uniform",
    "zeros": "zeros",
}


@dataclass(frozen=True, slots=True)
class Switch:
    """One large switch: what it is called, how it stands, and the experiment after it."""

    name: str
    key: int
    """1 ... 6, the same in every experiment of its kind."""
    label: str
    short_label: str
    """Where there is little room."""
    setting: str
    """How it stands: "off", "ReLU", "1/L"."""
    is_on: bool
    result: Experiment
    edit_text: str
    keeps_weights: bool
    place: float | None
    """Where its knob stands, from 0 (off, closed) to 1 (on, open); None: learned."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What the keys 1 ... 6 do in an experiment."""

    by_key: dict[int, Switch]
    shown: tuple[int, ...]
    """The keys of the switches that matter, ascending: at most four."""
    missing: dict[int, str]
    """Keys that do nothing here: why, in one sentence."""


def pick_shown(ranked: Sequence[str], numbers: Mapping[str, int]) -> tuple[int, ...]:
    """The numbers of the first four of these names, ascending."""
    return tuple(sorted(numbers[name] for name in ranked[:MOST_SWITCHES]))


def make_switch(
    experiment: Experiment,
    changes: Mapping[str, object],
    *,
    name: str,
    key: int,
    label: str,
    short_label: str,
    setting: str,
    is_on: bool,
    edit_text: str,
    is_learned: bool = False,
    place: float | None = None,
) -> Switch:
    """A switch that changes the values at these paths.

    Args:
        experiment: what holds now.
        changes: paths and values.
        name: of the switch.
        key: its number.
        label: on screen.
        short_label: where there is little room.
        setting: how it stands, in words.
        is_on: how it stands.
        edit_text: for undo.
        is_learned: whether training decides, so that it is neither on nor off.
        place: of its knob, where it can stand between.
    """
    result = with_values(experiment, changes.items())
    if not is_learned and place is None:
        place = float(is_on)
    return Switch(
        name=name,
        key=key,
        label=label,
        short_label=short_label,
        setting=setting,
        is_on=is_on,
        result=result,
        edit_text=edit_text,
        keeps_weights=keeps_weights(experiment, result),
        place=place,
    )


def make_clipping_switch(experiment: Experiment, origin: Experiment, key: int) -> Switch:
    """Clipping on or off; it matters for any network."""
    clip, first = experiment.training.clip, origin.training.clip
    is_on = clip.kind != "none"
    kind = "none" if is_on else (first.kind if first.kind != "none" else "norm")
    return make_switch(
        experiment,
        {"training.clip.kind": kind},
        name="clipping",
        key=key,
        label="Gradient clipping",
        short_label="Clip",
        setting=f"{clip.kind} ≤ {clip.threshold:g}" if is_on else "off",
        is_on=is_on,
        edit_text=f"Turn clipping {'off' if is_on else 'on'}",
    )
