"""What choosing another task changes: the task itself, and where it must the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from desktop.kinds.feedforward.panel.presets import PRESETS
from desktop.panels.builder.labels import TASK_LABELS
from engine import documents
from engine.document.experiment import Clip, Experiment, Training
from engine.document.specs import TaskSpec
from engine.kinds.feedforward.spec import Feedforward
from engine.kinds.recurrent.spec import Recurrent

_FEEDFORWARD_START = "relu_he"
_FAR = ("autocomplete", "chatbot")
"""Tasks whose answer was decided tens of words before."""


@dataclass(frozen=True, slots=True)
class TaskEdit:
    """Values by path, what the edit is called, and what else it rebuilt (or nothing)."""

    changes: dict[str, object]
    text: str
    note: str = ""


def edit_task(experiment: Experiment, plain: dict[str, Any]) -> TaskEdit:
    """The edit that learns another task with a network that can learn it.

    A network of the other kind is replaced by a usual one, together with the training that
    suits it; a read-out that the task does not allow is replaced by one that it does.

    Args:
        experiment: what holds now.
        plain: the task as the document writes it, without its batch size.
    """
    task = documents.read_task({**plain, "batch_size": experiment.task.batch_size})
    changes: dict[str, object] = {"task": msgspec.to_builtins(task)}
    text = f"Learn {TASK_LABELS[task.name].replace('Your', 'your')}"
    network = experiment.network
    if task.reads == "vectors":
        if isinstance(network, Feedforward):
            return TaskEdit(changes, text)
        title, layers = PRESETS[_FEEDFORWARD_START]
        changes["network"] = msgspec.to_builtins(layers)
        changes["training"] = msgspec.to_builtins(_usual_training(experiment, task))
        note = f"This task is no sequence: the network was rebuilt as {layers.depth} layers, "
        return TaskEdit(changes, text, f"{note}{title}, at iteration 0.")
    if isinstance(network, Recurrent):
        allowed = task.readouts
        if network.readout not in allowed:
            changes["network.readout"] = allowed[0]
        return TaskEdit(changes, text)
    cell = usual_network(task)
    changes["network"] = msgspec.to_builtins(cell)
    changes["training"] = msgspec.to_builtins(_usual_training(experiment, task))
    note = f"This task is a sequence: the network was rebuilt as an LSTM {cell.hidden}, "
    return TaskEdit(changes, text, f"{note}trained with Adam, at iteration 0.")


def usual_network(task: TaskSpec) -> Recurrent:
    """An LSTM that can learn the task: far words need forget gates that begin open."""
    return Recurrent(
        cell="lstm",
        hidden=32,
        readout=task.readouts[0],
        forget_bias=3.0 if task.name in _FAR else 1.0,
    )


def _usual_training(experiment: Experiment, task: TaskSpec) -> Training:
    now = experiment.training
    if task.reads == "vectors":
        return Training(iterations=now.iterations, dtype=now.dtype)
    return Training(
        optimiser="adam",
        learning_rate=0.005,
        clip=Clip(kind="norm", threshold=1.0),
        iterations=now.iterations,
        dtype=now.dtype,
    )
