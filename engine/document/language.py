"""What a document may say: the tasks and the networks there are, composed into one type."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Union

import msgspec

from engine.document.experiment import Experiment
from engine.document.specs import NetworkSpec, TaskSpec


@dataclass(frozen=True)
class Language:
    """The specs of the two tables."""

    tasks: tuple[type[TaskSpec], ...]
    networks: tuple[type[NetworkSpec], ...]

    def document_type(self) -> Any:
        """The struct that a document's JSON must fit: an `Experiment` with tagged unions."""
        return _compose(self)

    def convert(self, value: dict[str, Any]) -> Experiment:
        """An experiment from plain dicts and lists.

        Raises:
            msgspec.ValidationError: with the path at which something is not allowed.
        """
        whole = msgspec.convert(value, self.document_type())
        return Experiment(**{name: getattr(whole, name) for name in Experiment.__struct_fields__})

    def convert_task(self, value: dict[str, Any]) -> TaskSpec:
        """A task alone, from plain dicts and lists.

        Raises:
            msgspec.ValidationError: with the path at which something is not allowed.
        """
        task: TaskSpec = msgspec.convert(value, Union[self.tasks])  # noqa: UP007
        return task


@cache
def _compose(language: Language) -> Any:
    types: dict[str, Any] = {
        "task": Union[language.tasks],  # noqa: UP007 -- of as many as the table lists
        "network": Union[language.networks],  # noqa: UP007
    }
    fields = [
        (field.name, types[field.name])
        for field in msgspec.structs.fields(Experiment)
        if field.name in types
    ]
    return msgspec.defstruct(
        Experiment.__name__,
        fields,
        bases=(Experiment,),
        namespace={"__doc__": Experiment.__doc__},
        frozen=True,
        kw_only=True,
    )
