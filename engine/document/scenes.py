"""The built-in scenes: documents that travel with the program, in chapters.

Those of the lecture have beats, the experiments beside them are one network each.

Their names and chapters are read with the standard library only, so that `--help` can
list them where nothing is installed yet.
"""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from engine.errors import RequestError

if TYPE_CHECKING:
    from engine.document.experiment import Experiment
    from engine.document.language import Language

_ENDING = ".gtheatre"
_CHAPTERS = "chapters.json"
_SCENES, _EXPERIMENTS = "scenes", "experiments"
_LONGEST_SHOWN = 200


@cache
def lectures() -> tuple[str, ...]:
    """The names of the scenes of the lecture, such as "01-deeper-and-worse", in their order."""
    return _list_folder(_SCENES)


@cache
def experiments() -> tuple[str, ...]:
    """The names of the others, one network each, such as "1-sigmoid-depth-10"."""
    return _list_folder(_EXPERIMENTS)


@cache
def names() -> tuple[str, ...]:
    """The names of all scenes, those of the lecture first, each in the order of their numbers."""
    return (*lectures(), *experiments())


@cache
def chapters() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The titles of the chapters and the names of their scenes: each scene is in one of them."""
    told = ((_SCENES, "{}"), (_EXPERIMENTS, "Experiments: {}"))
    return tuple(
        (title.format(chapter), tuple(listed))
        for folder, title in told
        for chapter, listed in json.loads(
            (files("resources") / folder / _CHAPTERS).read_text(encoding="utf-8")
        ).items()
    )


def _list_folder(folder: str) -> tuple[str, ...]:
    found = [entry.name for entry in (files("resources") / folder).iterdir()]
    scenes = [name.removesuffix(_ENDING) for name in found if name.endswith(_ENDING)]
    return tuple(sorted(scenes, key=_natural_order))


def read_text(name: str) -> bytes:
    """The document of a scene as it lies there, one of `names`."""
    folder = _SCENES if name in lectures() else _EXPERIMENTS
    return (files("resources") / folder / (name + _ENDING)).read_bytes()


@cache
def titles() -> dict[str, str]:
    """What each scene is called on screen, by its name, in the order of `names`."""
    return {name: json.loads(read_text(name)).get("title") or name for name in names()}


@cache
def load(name: str, language: Language) -> Experiment:
    """The experiment of a scene.

    Raises:
        RequestError: where there is no scene of that name, with names that are like it.
    """
    from engine.document.files import parse  # with msgspec

    if name not in names():
        near = " or ".join(f"“{scene}”" for scene in _find_alike(name))
        advice = f"did you mean {near}?" if near else "the command `scenes` lists them."
        raise RequestError(
            f"There is neither a file nor a scene named “{name[:_LONGEST_SHOWN]}”; {advice}"
        )
    return parse(read_text(name), language)


def _find_alike(name: str) -> list[str]:
    """Up to three scenes that have the name in theirs, or are nearly called so."""
    wanted = name.lower()
    containing = [scene for scene in names() if len(wanted) > 2 and wanted in scene]
    return (containing or get_close_matches(wanted[:_LONGEST_SHOWN], names(), 3))[:3]


def find(experiment: Experiment, language: Language) -> str | None:
    """The name of the scene that this is, to the last number."""
    alike = (name for name, title in titles().items() if title == experiment.title)
    return next((name for name in alike if load(name, language) == experiment), None)


def _natural_order(name: str) -> list[tuple[int, str]]:
    """Numbers by their value, so that depth 10 comes after depth 2."""
    parts = re.findall(r"\d+|\D+", name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
