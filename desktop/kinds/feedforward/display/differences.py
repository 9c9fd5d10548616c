"""What a feed-forward network is where the one of another lane differs, in short words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop.display.lane_words import word_initialisation
from desktop.display.scales import format_count, format_number
from desktop.kinds.feedforward.display.captions import ACTIVATION_NAMES
from engine.kinds.feedforward.spec import Feedforward, Layer

_MOST_NAMED = 3
"""Of values that one network mixes."""
_SCALES = {"1/L": "1/L", "1/sqrt(L)": "1/√L"}
_ORDERS = {"post": "post-activation", "pre": "pre-activation", "add_then_act": "add, then φ"}
_NORMALISATIONS = {"none": "no norm", "batch": "batch norm", "layer": "layer norm", "rms": "RMS"}


def word_network(network: Feedforward, other: Feedforward, paths: Sequence[str]) -> dict[str, str]:
    """Words by path; the first path of a group has its words, the others none."""
    groups: dict[str, Callable[[Sequence[str]], tuple[str, ...]]] = {
        "network.skip.": lambda names: (_word_skip(network, other, names),),
        "network.layers.": lambda _: _word_layers(network, other),
        "network.initialisation.": lambda names: (
            word_initialisation(network.initialisation, names),
        ),
    }
    words: dict[str, str] = {}
    for start, tell in groups.items():
        group = [path for path in paths if path.startswith(start)]
        if not group:
            continue
        said = tell([path.removeprefix(start).partition(".")[0] for path in group])
        words |= dict.fromkeys(group, "")
        words[group[0]] = " · ".join(said)
    return words


def _word_skip(network: Feedforward, other: Feedforward, names: Sequence[str]) -> str:
    skip = network.skip
    if not skip.every and other.skip.every:
        return "no skips"
    is_alone = bool(skip.every) and not other.skip.every
    parts = ["skips" if skip.every == 1 else f"skips every {skip.every}"]
    if not skip.every:
        parts = ["no skips"]
    scale = skip.scale
    if (is_alone and scale != 1) or ("scale" in names and not is_alone):
        parts.append(f"α = {scale:g}" if isinstance(scale, float | int) else _SCALES[scale])
    if "order" in names:
        parts.append(_ORDERS[skip.order])
    if (is_alone and skip.off) or ("off" in names and not is_alone):
        parts.append(f"{format_count(len(skip.off))} off" if skip.off else "none off")
    return ", ".join(parts)


def _word_layers(network: Feedforward, other: Feedforward) -> tuple[str, ...]:
    """The depth where it differs, and every property of layers that does."""
    own, others = network.unrolled(), other.unrolled()
    words = []
    if len(own) != len(others):
        words.append(f"{format_count(len(own))} layer{'' if len(own) == 1 else 's'}")
    for name in Layer.__struct_fields__:
        if name == "repeat":
            continue
        mine = [getattr(layer, name) for layer in own]
        theirs = [getattr(layer, name) for layer in others]
        if len(own) == len(others):
            differing = [i for i in range(len(own)) if mine[i] != theirs[i]]
            is_equal = not differing
        else:
            differing = list(range(len(own)))
            is_equal = set(mine) == set(theirs)
        if is_equal:
            continue
        kinds = list(dict.fromkeys(_name_value(name, mine[i]) for i in differing))
        shown = ", ".join(kinds[:_MOST_NAMED]) + (" …" if len(kinds) > _MOST_NAMED else "")
        is_some = len(differing) < len(own)
        words.append(f"{shown} in {_name_layers(differing)}" if is_some else shown)
    return tuple(words) or ("layers grouped otherwise",)


def _name_layers(indices: Sequence[int]) -> str:
    first, last = indices[0] + 1, indices[-1] + 1
    if first == last:
        return f"layer {first:,}"
    if last - first + 1 == len(indices):
        return f"layers {first:,}–{last:,}"
    return f"{len(indices):,} layers"


def _name_value(name: str, value: object) -> str:
    match name:
        case "units":
            return f"{value:,} unit{'' if value == 1 else 's'}"
        case "activation":
            return ACTIVATION_NAMES[str(value)]
        case "normalisation":
            return _NORMALISATIONS[str(value)]
        case "initialisation":
            return "the network’s weights" if value is None else word_initialisation(value, ())
    return f"{name.replace('_', ' ')} {format_number(float(str(value)))}"
