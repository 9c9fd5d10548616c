"""Documents in the language of all tasks and kinds of network that there are.

The two tables are joined here and nowhere else: what stands in one of them can be read from a
document, edited by path, and is described by the schema.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.document import files, json_schema, refusals, scenes, script, values
from engine.document.experiment import Experiment
from engine.document.files import Notify, keep_quiet
from engine.document.language import Language
from engine.document.recognition import Content
from engine.document.script import Cue
from engine.document.specs import TaskSpec
from engine.errors import DocumentError
from engine.kinds import table
from engine.tasks import catalogue


def language() -> Language:
    """What a document may say."""
    return Language(catalogue.TASKS, tuple(kind.spec for kind in table.KINDS))


def read(file: Path, notify: Notify = keep_quiet) -> Experiment:
    """As `engine.document.files.read`."""
    return files.read(file, language(), notify)


def parse(text: bytes | str, name: str = "The file", notify: Notify = keep_quiet) -> Experiment:
    """As `engine.document.files.parse`."""
    return files.parse(text, language(), name, notify)


def from_builtins(value: Any, notify: Notify = keep_quiet) -> Experiment:
    """As `engine.document.files.from_builtins`."""
    return files.from_builtins(value, language(), notify)


def look_into(file: Path) -> Content:
    """As `engine.document.files.look_into`."""
    return files.look_into(file)


def read_assignments(
    experiment: Experiment, texts: Iterable[tuple[str, str]]
) -> list[tuple[str, object]]:
    """As `engine.document.values.read_assignments`."""
    return values.read_assignments(experiment, texts, language())


def object_to(message: str, value: Any) -> DocumentError:
    """As `engine.document.refusals.object_to`."""
    return refusals.object_to(message, value, language())


def with_values(experiment: Experiment, changes: Iterable[tuple[str, object]]) -> Experiment:
    """As `engine.document.values.with_values`."""
    return values.with_values(experiment, changes, language())


def variant_of(experiment: Experiment) -> Experiment | None:
    """As `engine.document.values.variant_of`."""
    return values.variant_of(experiment, language())


def read_script(experiment: Experiment) -> tuple[Cue, ...]:
    """As `engine.document.script.read_script`."""
    return script.read_script(experiment, language())


def read_task(value: dict[str, Any]) -> TaskSpec:
    """As `engine.document.language.Language.convert_task`."""
    return language().convert_task(value)


def describe_document() -> dict[str, Any]:
    """As `engine.document.json_schema.describe_document`."""
    return json_schema.describe_document(language())


def load_scene(name: str) -> Experiment:
    """As `engine.document.scenes.load`."""
    return scenes.load(name, language())


def find_scene(experiment: Experiment) -> str | None:
    """As `engine.document.scenes.find`."""
    return scenes.find(experiment, language())
