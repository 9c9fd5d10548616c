"""What choosing another task changes: the task itself, and where it must the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.panels.builder.labels import TASK_LABELS
from desktop.panels.kind import PanelKinds
from engine import documents
from engine.document.experiment import Experiment
from engine.errors import RequestError

_WHAT_IT_IS = {"vectors": "is no sequence", "sequences": "is a sequence"}


@dataclass(frozen=True, slots=True)
class TaskEdit:
    """Values by path, what the edit is called, and what else it rebuilt (or nothing)."""

    changes: dict[str, object]
    text: str
    note: str = ""


def edit_task(kinds: PanelKinds, experiment: Experiment, plain: dict[str, Any]) -> TaskEdit:
    """The edit that learns another task with a network that can learn it.

    A network that cannot read the task is replaced by the usual one of the first kind that can,
    together with the training that suits it; a read-out that the task does not allow is
    replaced by one that it does.

    Args:
        kinds: of network.
        experiment: what holds now.
        plain: the task as the document writes it, without its batch size.

    Raises:
        RequestError: where no kind of network can learn the task.
    """
    task = documents.read_task({**plain, "batch_size": experiment.task.batch_size})
    changes: dict[str, object] = {"task": msgspec.to_builtins(task)}
    text = f"Learn {TASK_LABELS[task.name].replace('Your', 'your')}"
    network = experiment.network
    if task.reads == network.reads:
        return TaskEdit({**changes, **kinds[network.kind].suit_task(network, task)}, text)
    starts = (kind.start_with(task, experiment.training) for kind in kinds.values())
    start = next((start for start in starts if start is not None), None)
    if start is None:
        raise RequestError(f"No network here can learn the task “{TASK_LABELS[task.name]}”.")
    changes["network"] = msgspec.to_builtins(start.network)
    changes["training"] = msgspec.to_builtins(start.training)
    reason = f"This task {_WHAT_IT_IS[task.reads]}"
    note = f"{reason}: the network was rebuilt as {start.words}, at iteration 0."
    return TaskEdit(changes, text, note)
