"""The built-in scenes: documents that travel with the program, in four chapters.

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
_LONGEST_SHOWN = 200


@cache
def names() -> tuple[str, ...]:
    """The names of all scenes, such as "1-sigmoid-depth-10", in the order of their numbers."""
    found = [entry.name for entry in (files("resources") / "scenes").iterdir()]
    scenes = [name.removesuffix(_ENDING) for name in found if name.endswith(_ENDING)]
    return tuple(sorted(scenes, key=_natural_order))


@cache
def chapters() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The titles of the chapters and the names of their scenes: each scene is in one of them."""
    listed = json.loads((files("resources") / "scenes" / _CHAPTERS).read_text(encoding="utf-8"))
    return tuple((chapter, tuple(scenes)) for chapter, scenes in listed.items())


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
    return parse((files("resources") / "scenes" / (name + _ENDING)).read_bytes(), language)


def _find_alike(name: str) -> list[str]:
    """Up to three scenes that have the name in theirs, or are nearly called so."""
    wanted = name.lower()
    containing = [scene for scene in names() if len(wanted) > 2 and wanted in scene]
    return (containing or get_close_matches(wanted[:_LONGEST_SHOWN], names(), 3))[:3]


def find(experiment: Experiment, language: Language) -> str | None:
    """The name of the scene that this is, to the last number."""
    return next((name for name in names() if load(name, language) == experiment), None)


def _natural_order(name: str) -> list[tuple[int, str]]:
    """Numbers by their value, so that depth 10 comes after depth 2."""
    parts = re.findall(r"\d+|\D+", name)
    return [(int(part), "") if part.isdigit() else (-1, part) for part in parts]
