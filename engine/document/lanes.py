"""Two lanes of one document, baseline and variant: what may differ, and what does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

import msgspec

from engine.document.experiment import Experiment

Lane = Literal["baseline", "variant"]
LANES: tuple[Lane, ...] = get_args(Lane)

SHARED_PATHS = ("seed", "training.dtype", "training.iterations", "network.kind", "task.name")
"""What both lanes have in common, so that they see the same data in the same batches."""
DOCUMENT_PATHS = ("format", "lecture", "variant")
"""What belongs to the document, and to no lane of it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One value in which the lanes differ."""

    path: str
    """Names and indices from 0, such as "network.layers.0.activation"."""
    baseline: Any
    """None also where the baseline has no such entry."""
    variant: Any
    """Likewise."""


def baseline_of(experiment: Experiment) -> Experiment:
    """The first lane: the experiment without its variant."""
    if experiment.variant is None:
        return experiment
    return msgspec.structs.replace(experiment, variant=None)


def join(baseline: Experiment, variant: Experiment | None) -> Experiment:
    """The document that has both lanes; of the variant it keeps what differs.

    Args:
        baseline: a lane, without a variant of its own.
        variant: the other lane; None for one lane only.
    """
    if variant is None:
        return baseline_of(baseline)
    return msgspec.structs.replace(baseline, variant=list_changes(baseline, variant))


def list_changes(old: Experiment, new: Experiment) -> dict[str, Any]:
    """The values by path that make the one of the other; whole lists where lengths differ."""
    return dict(_list_changes(_plain(old), _plain(new), ""))


def share(edited: Experiment, other: Experiment) -> Experiment:
    """The other lane after an edit of one: with the edited lane's values of all that they share.

    Its title, which belongs to the document, comes along too.
    """
    training = msgspec.structs.replace(
        other.training, dtype=edited.training.dtype, iterations=edited.training.iterations
    )
    return msgspec.structs.replace(other, title=edited.title, seed=edited.seed, training=training)


def list_differences(baseline: Experiment, variant: Experiment) -> tuple[Difference, ...]:
    """Every single value in which two lanes differ, in the order of the document."""
    return tuple(_list_leaves(_plain(baseline), _plain(variant), ""))


def find_shared_difference(baseline: Experiment, variant: Experiment) -> str | None:
    """The first of `SHARED_PATHS` at which two lanes differ, where there is one."""
    for path in SHARED_PATHS:
        first, second = _plain(baseline), _plain(variant)
        for key in path.split("."):
            first, second = first[key], second[key]
        if first != second:
            return path
    return None


def _plain(experiment: Experiment) -> Any:
    plain = msgspec.json.decode(msgspec.json.encode(experiment))
    del plain["variant"], plain["lecture"]
    return plain


def _list_changes(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any]]:
    """What `with_values` makes the one of the other with: whole lists where lengths differ."""
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        pairs = [(key, old[key], new[key]) for key in old]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(str(i), a, b) for i, (a, b) in enumerate(zip(old, new, strict=True))]
    else:
        if old != new:
            yield path, new
        return
    for key, a, b in pairs:
        yield from _list_changes(a, b, f"{path}.{key}" if path else key)


def _list_leaves(old: Any, new: Any, path: str) -> Iterator[Difference]:
    """Down to single values; what only one of the two has is None in the other."""
    if old == new:
        return
    names: dict[str, None] = {}
    for value in (old, new):
        names |= dict.fromkeys(_name_entries(value))
    if not names:
        first, second = _leaf(old), _leaf(new)
        if first is not None or second is not None:
            yield Difference(path, first, second)
        return
    for name in names:
        below = f"{path}.{name}" if path else name
        yield from _list_leaves(_entry(old, name), _entry(new, name), below)


def _name_entries(value: Any) -> tuple[str, ...]:
    if isinstance(value, dict):
        return tuple(value)
    return tuple(map(str, range(len(value)))) if isinstance(value, list) else ()


def _entry(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list) and int(name) < len(value):
        return value[int(name)]
    return None


def _leaf(value: Any) -> Any:
    return None if isinstance(value, dict | list) else value
