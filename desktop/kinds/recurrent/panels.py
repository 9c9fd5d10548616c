"""The inputs of recurrent networks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from desktop.kinds.recurrent.panel.cell import CellSection, RecurrentStartSection
from desktop.kinds.recurrent.panel.gates import GatesSection
from desktop.kinds.recurrent.panel.presets import (
    RECURRENT_PRESETS,
    find_recurrent_preset,
    load_recurrent_preset,
)
from desktop.kinds.recurrent.panel.switches import (
    choose_recurrent_switches,
    cycle_forget_gate,
    is_only_switched_in_time,
)
from desktop.kinds.recurrent.panel.word_influence import WordInfluencePanel
from desktop.panels.kind import BuilderSections, Edit, PanelKind, Start
from desktop.panels.side_panel import SidePanel
from desktop.panels.switches import Switches
from engine.document.experiment import Clip, Experiment, Training
from engine.document.specs import NetworkSpec, TaskSpec
from engine.kinds.recurrent.spec import Recurrent

_FAR = ("autocomplete", "chatbot")
"""Tasks whose answer was decided tens of words before: far words need forget gates that begin
open."""


class RecurrentPanels(PanelKind):
    """Cell and gates, and which word matters."""

    presets: Mapping[str, str] = MappingProxyType(
        {key: title for key, (title, _) in RECURRENT_PRESETS.items()}
    )

    input_names = MappingProxyType(
        {
            "hidden": "The number of hidden units",
            "layers": "The number of layers",
            "embedding": "The size of the embedding",
            "forget_bias": "The forget bias",
            "spectral_radius": "The spectral radius",
            "truncation": "The truncation",
            "forget": "The forget gate",
            "input": "The input gate",
            "output": "The output gate",
            "update": "The update gate",
            "reset": "The reset gate",
        }
    )

    def make_sections(self) -> BuilderSections:
        return BuilderSections((CellSection(), GatesSection()), starts=(RecurrentStartSection(),))

    def make_side_panels(self) -> tuple[SidePanel, ...]:
        return (WordInfluencePanel(),)

    def find_preset(self, network: NetworkSpec) -> str | None:
        assert isinstance(network, Recurrent)
        return find_recurrent_preset(network)

    def load_preset(self, key: str, network: NetworkSpec) -> NetworkSpec:
        assert isinstance(network, Recurrent)
        return load_recurrent_preset(key, network)

    def suit_task(self, network: NetworkSpec, task: TaskSpec) -> dict[str, object]:
        if network.readout_name() in task.readouts:
            return {}
        return {"network.readout": task.readouts[0]}

    def start_with(self, task: TaskSpec, now: Training) -> Start | None:
        if task.reads != Recurrent.reads:
            return None
        network = Recurrent(
            cell="lstm",
            hidden=32,
            readout=task.readouts[0],
            forget_bias=3.0 if task.name in _FAR else 1.0,
        )
        training = Training(
            optimiser="adam",
            learning_rate=0.005,
            clip=Clip(kind="norm", threshold=1.0),
            iterations=now.iterations,
            dtype=now.dtype,
        )
        return Start(network, training, f"an LSTM {network.hidden}, trained with Adam")

    def choose_switches(self, experiment: Experiment, origin: Experiment) -> Switches:
        return choose_recurrent_switches(experiment, origin)

    def is_only_switched(self, old: Experiment, new: Experiment) -> bool:
        return is_only_switched_in_time(old, new)

    def edit(self, command: str, experiment: Experiment, place: int) -> Edit | None:
        del place
        found = cycle_forget_gate(experiment) if command == "gate" else None
        return None if found is None else Edit(*found)
