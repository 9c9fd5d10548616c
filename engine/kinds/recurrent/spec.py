"""The recurrent network as the document describes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from msgspec import Meta

from engine.document.initialisation import Initialisation
from engine.document.schema_rules import has, property_of, when
from engine.document.specs import NetworkSpec, Reads, TaskSpec
from engine.parts import MAX_TIME_STEPS, Fraction, Part, ReadoutName, Size

if TYPE_CHECKING:
    from engine.document.experiment import Experiment

CellName = Literal["rnn", "lstm", "gru"]


class RecurrentInitialisation(Initialisation, frozen=True):
    """How W_hh is drawn; `spectral_radius` rescales each gate's block by its measured radius."""

    spectral_radius: Size | None = None


class Gates(Part, frozen=True):
    """Each gate: null = learned; a number from 0 to 1 = forced to it, after its sigmoid."""

    input: Fraction | None = None
    forget: Fraction | None = None
    output: Fraction | None = None
    update: Fraction | None = None
    reset: Fraction | None = None


GATES_OF_CELL: dict[CellName, tuple[str, ...]] = {
    "rnn": (),
    "lstm": ("input", "forget", "output"),
    "gru": ("update", "reset"),
}


def _forbid_others(own: tuple[str, ...]) -> dict[str, Any]:
    others = [gate for gate in Gates.__struct_fields__ if gate not in own]
    return {"properties": {gate: {"type": "null"} for gate in others}}


class Recurrent(NetworkSpec, frozen=True, kw_only=True, tag_field="kind", tag="recurrent"):
    """A stack of recurrent layers with a linear read-out."""

    reads: ClassVar[Reads] = "sequences"
    instead: ClassVar[str] = "a feedforward network"
    schema_rules: ClassVar[tuple[dict[str, Any], ...]] = tuple(
        when(has("cell", cell), property_of("gates", _forbid_others(own)))
        for cell, own in GATES_OF_CELL.items()
    )

    cell: CellName
    activation: Literal["tanh", "relu", "linear"] = "tanh"
    hidden: Annotated[int, Meta(ge=1, le=1_024)] = 32
    layers: Annotated[int, Meta(ge=1, le=4)] = 1
    readout: ReadoutName = "last"
    embedding: Annotated[int, Meta(ge=1, le=1_024)] = 16
    recurrent_initialisation: RecurrentInitialisation | None = None
    forget_bias: Annotated[float, Meta(ge=-3.0, le=5.0)] = 0.0
    gates: Gates = Gates()
    cut_h_to_gates: bool = False
    truncation: Annotated[int, Meta(ge=0, le=MAX_TIME_STEPS)] = 0

    def __post_init__(self) -> None:
        own = GATES_OF_CELL[self.cell]
        for name in Gates.__struct_fields__:
            if getattr(self.gates, name) is not None and name not in own:
                raise ValueError(f"the {self.cell.upper()} cell has no {name} gate to force")

    def check_task(self, task: TaskSpec) -> None:
        super().check_task(task)
        if self.readout not in task.readouts:
            allowed = " or ".join(f"'{readout}'" for readout in task.readouts)
            raise ValueError(
                f"the task '{task.name}' is learned with the readout {allowed}, "
                f"not '{self.readout}'"
            )

    def readout_name(self) -> ReadoutName:
        return self.readout

    def list_quantities(self, task: TaskSpec) -> Mapping[str, int]:
        found = {
            **dict.fromkeys(("g", "relative"), task.time_steps),
            **dict.fromkeys(("update_ratio", "changed"), self.layers),
            **{f"gate.{gate}": 0 for gate in GATES_OF_CELL[self.cell]},
            "moving": 0,
        }
        if self.cell == "rnn":
            parts = ("factor.activation", "factor.weights", "spectral_radius", "sigma_max")
            found |= dict.fromkeys(parts, 0)
        return found

    def weights_key(self) -> object:
        return (
            self.cell,
            self.hidden,
            self.layers,
            self.readout,
            self.embedding,
            self.initialisation,
            self.recurrent_initialisation,
            self.forget_bias,
        )


def network_of(experiment: Experiment) -> Recurrent:
    """The network of an experiment of this kind."""
    network = experiment.network
    assert isinstance(network, Recurrent)
    return network
