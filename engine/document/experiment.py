"""The document: an experiment and its parts, frozen, bounded and without torch.

An experiment is one JSON object (`*.gtheatre`). Unknown keys and values out of
bounds are refused with the path at which they stand. Every edit makes a new,
equal-comparable experiment; nothing here is ever changed in place.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta

from engine.document.lecture import Lecture
from engine.document.specs import NetworkSpec, TaskSpec
from engine.parts import Part, PositiveSize, Size

FORMAT = "gradient-theatre/1"
MAX_ITERATIONS = 1_000_000_000

OptimiserName = Literal["sgd", "nesterov", "rmsprop", "adam", "adamw"]
ClipKind = Literal["none", "norm", "value"]
DtypeName = Literal["float32", "float64"]

OPTIMISERS: tuple[OptimiserName, ...] = get_args(OptimiserName)
WITH_MOMENTUM: tuple[OptimiserName, ...] = ("sgd", "nesterov", "rmsprop")
"""The optimisers on which a momentum acts; nesterov with 0 is plain SGD."""

Variant = Annotated[
    dict[str, Any] | None,
    Meta(
        extra_json_schema={
            "propertyNames": {
                "pattern": r"^(title|task|network|training)(\..+)?$",
                "not": {
                    "enum": [
                        "training.dtype",
                        "training.iterations",
                        "network.kind",
                        "task.name",
                    ]
                },
            }
        }
    ),
]
"""Values by path; what both lanes must have in common is not among them."""


class Clip(Part, frozen=True):
    """Gradient clipping; by norm it only ever scales down (Pascanu et al. 2013, algorithm 1)."""

    kind: ClipKind = "none"
    threshold: PositiveSize = 1.0


class Training(Part, frozen=True):
    """How the network is trained.

    `weight_decay` is torch's: L2 for all but adamw. `momentum` is that of `WITH_MOMENTUM`; a
    file that gives one to another optimiser is read with 0, and a notice.
    """

    optimiser: OptimiserName = "sgd"
    learning_rate: Size = 0.1
    momentum: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.0
    weight_decay: Size = 0.0
    clip: Clip = Clip()
    iterations: Annotated[int, Meta(ge=0, le=MAX_ITERATIONS)] = 2_000
    dtype: DtypeName = "float32"

    def __post_init__(self) -> None:
        if self.momentum and self.optimiser not in WITH_MOMENTUM:
            raise ValueError(
                f"a momentum acts with {', '.join(WITH_MOMENTUM[:-1])} and {WITH_MOMENTUM[-1]}, "
                f"not with {self.optimiser}, so set `training.momentum` to 0"
            )


class Experiment(Part, frozen=True, kw_only=True):
    """A whole experiment: everything that determines every number on screen."""

    format: Literal["gradient-theatre/1"]
    title: Annotated[str, Meta(max_length=500)] = ""
    seed: Annotated[int, Meta(ge=0, le=2**32 - 1)] = 0
    task: TaskSpec
    network: NetworkSpec
    training: Training = Training()
    variant: Variant = None
    """What a comparison changes: its second lane is the experiment with these values."""
    lecture: Lecture | None = None
    """The beats of a scene that begins with this experiment."""

    def __post_init__(self) -> None:
        self.network.check_task(self.task)


def keeps_weights(old: Experiment, new: Experiment) -> bool:
    """Whether `new` can go on with the weights and the iteration of `old`.

    Activation, skips, normalisation, gates, clipping, L2, learning rate,
    optimiser, batch size, title and the number of iterations may differ; widths,
    layers, cell, task, initialisation, seed and dtype may not.
    """
    return _weights_key(old) == _weights_key(new)


def is_same_pass(old: Experiment, new: Experiment) -> bool:
    """Whether two experiments differ in nothing that a pass or its update depends on."""
    training = msgspec.structs.replace(new.training, iterations=old.training.iterations)
    same = msgspec.structs.replace(new, title=old.title, variant=old.variant, training=training)
    return old == same


def _weights_key(experiment: Experiment) -> object:
    task = msgspec.structs.replace(experiment.task, batch_size=1)
    network = experiment.network
    return (
        experiment.seed,
        experiment.training.dtype,
        task,
        type(network),
        network.weights_key(),
    )
