"""In what two lanes differ, as the short words of their titles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from desktop.display.kind import DisplayKind
from engine.document.experiment import Experiment
from engine.document.lanes import LANES, list_differences

_OPTIMISER_NAMES = {
    "sgd": "SGD",
    "nesterov": "Nesterov",
    "rmsprop": "RMSprop",
    "adam": "Adam",
    "adamw": "AdamW",
}
_MOST_WORDS = 4
"""Of a title; how many more there are is said in its last words."""


def name_lanes(words: tuple[tuple[str, ...], tuple[str, ...]]) -> tuple[str, str]:
    """The titles of both lanes, with the first few words: "Variant: skips, 1/L · ReLU"."""
    titles = []
    for name, own in zip(LANES, words, strict=True):
        shown = own[:_MOST_WORDS]
        if len(own) > _MOST_WORDS:
            shown = (*own[: _MOST_WORDS - 1], f"{len(own) - _MOST_WORDS + 1} more")
        said = " · ".join(shown) or ("no difference yet" if name == "variant" else "")
        titles.append(name.capitalize() + (f": {said}" if said else ""))
    return titles[0], titles[1]


def word_differences(
    kind: DisplayKind, baseline: Experiment, variant: Experiment
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Short words for everything in which two lanes differ, as it is in each of them.

    Args:
        kind: of both networks.
        baseline: the first lane's document.
        variant: the second one's.

    Returns:
        For each lane its words, in the order of the document, none of them twice.
    """
    found = list_differences(baseline, variant)
    paths = tuple(difference.path for difference in found)
    first = _word_lane(kind, baseline, variant, {each.path: each.baseline for each in found}, paths)
    second = _word_lane(kind, variant, baseline, {each.path: each.variant for each in found}, paths)
    return first, second


def _word_lane(
    kind: DisplayKind,
    experiment: Experiment,
    other: Experiment,
    values: dict[str, Any],
    paths: tuple[str, ...],
) -> tuple[str, ...]:
    of_network = tuple(path for path in paths if path.startswith("network."))
    words = kind.word_differences(experiment.network, other.network, of_network)
    said: dict[str, None] = {}
    for path in paths:
        word = words.get(path)
        if word is None:
            word = _word_shared(experiment, path)
        if word is None:
            word = word_value(path, values[path])
        if word:
            said[word] = None
    return tuple(said)


def _word_shared(experiment: Experiment, path: str) -> str | None:
    training = experiment.training
    match path:
        case "title":
            return f"“{experiment.title}”" if experiment.title else "untitled"
        case "training.optimiser":
            return _OPTIMISER_NAMES[training.optimiser]
        case "training.learning_rate":
            return f"learning rate {training.learning_rate:g}"
        case "training.momentum":
            return f"momentum {training.momentum:g}"
        case "training.weight_decay":
            return f"L2 {training.weight_decay:g}" if training.weight_decay else "no L2"
        case "training.clip.kind" | "training.clip.threshold":
            clip = training.clip
            if clip.kind == "none":
                return "no clipping"
            what = "clip at" if clip.kind == "norm" else "clip values at"
            return f"{what} {clip.threshold:g}"
    return None


def word_value(path: str, value: Any) -> str:
    """Any value by its path, in readable words: "task.batch_size", 32 as "batch size 32"."""
    names = path.split(".")
    told = names[1:] if len(names) > 1 else names
    name = " ".join(str(int(n) + 1) if n.isdigit() else n.replace("_", " ") for n in told)
    return f"{name} {_write(value)}"


def _write(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else f"{value:,}"
    return str(value).replace("_", " ") if str(value).isidentifier() else f"“{value}”"


SCHEME_WORDS: dict[str, str] = {
    "torch_default": "torch’s initialisation",
    "xavier_uniform": "Xavier (uniform)",
    "xavier_normal": "Xavier",
    "he_uniform": "He (uniform)",
    "he_normal": "He",
    "lecun_normal": "LeCun",
    "orthogonal": "orthogonal",
    "identity": "identity",
    "normal": "normal",
    "uniform": "uniform",
    "zeros": "zeros",
}


def word_initialisation(value: Any, names: Iterable[str]) -> str:
    """How weights are drawn: "He", "normal, std 0.1", "orthogonal, gain 1.2".

    Args:
        value: an `Initialisation`.
        names: its entries that differ, which are told even where they are the usual ones.
    """
    told = set(names)
    parts = [SCHEME_WORDS[value.scheme]]
    if value.std is not None:
        parts.append(f"std {value.std:g}")
    if value.bound is not None:
        parts.append(f"bound {value.bound:g}")
    if value.gain != 1 or "gain" in told:
        parts.append(f"gain {value.gain:g}")
    if value.bias is not None:
        parts.append(f"bias {value.bias:g}")
    elif "bias" in told:
        parts.append("the scheme’s bias")
    return ", ".join(parts)
