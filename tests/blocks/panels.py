"""The inputs of the kind "blocks"."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel

from desktop.panels.kind import BuilderSections, Edit, PanelKind
from desktop.panels.kind_section import KindSection
from desktop.panels.side_panel import SidePanel
from desktop.panels.switches import Switches, make_clipping_switch
from desktop.style.theme import Theme
from desktop.widgets.fields import NumberField
from desktop.widgets.sections import LabelledRow
from engine.document.experiment import Experiment
from engine.document.specs import NetworkSpec
from engine.kinds.question import Question
from tests.blocks.kind import Blocks, WeakestBlock, blocks_of

_PRESETS = {"wide": ("Wide blocks", Blocks(width=12))}


class BlockSection(KindSection):
    """How wide the blocks are."""

    marked = Signal(object)

    def __init__(self) -> None:
        super().__init__("Blocks", "block_section")
        self.width_field = NumberField("block_width", "Width", "Of each block", is_integer=True)
        self.rows.addWidget(LabelledRow("Width", self.width_field))
        self.width_field.value_committed.connect(
            lambda value: self.changes_requested.emit({"network.width": value}, "Change width")
        )

    def show_experiment(self, experiment: Experiment) -> None:
        self.width_field.show_value(blocks_of(experiment).width)

    def select_place(self, place: int | None) -> None:
        self.marked.emit(place)


class WeakestPanel(SidePanel):
    """Which block has the smallest weights."""

    title = "Weakest block"
    heading = "Which block is weakest?"
    short_name = "weakest"

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("weakest_block")
        self.said = QLabel("", self)

    def question(self) -> Question:
        return WeakestBlock()

    def suits(self, experiment: Experiment) -> bool:
        return isinstance(experiment.network, Blocks)

    def begin(self, experiment: Experiment) -> None:
        self.said.setText("" if self.suits(experiment) else "This network has no blocks.")

    def show_answer(self, answer: object) -> None:
        self.said.setText(f"{answer}")

    def show_problem(self, sentence: str) -> None:
        self.said.setText(sentence)

    def apply_theme(self, theme: Theme) -> None:
        del theme


class BlocksPanels(PanelKind):
    """One number, one preset, one switch, one command."""

    presets: Mapping[str, str] = MappingProxyType({"wide": "Wide blocks"})

    def make_sections(self) -> BuilderSections:
        return BuilderSections((BlockSection(),))

    def make_side_panels(self) -> tuple[SidePanel, ...]:
        return (WeakestPanel(),)

    def find_preset(self, network: NetworkSpec) -> str | None:
        return next((key for key, (_, each) in _PRESETS.items() if each == network), None)

    def load_preset(self, key: str, network: NetworkSpec) -> NetworkSpec:
        del network
        return _PRESETS[key][1]

    def choose_switches(self, experiment: Experiment, origin: Experiment) -> Switches:
        return Switches({1: make_clipping_switch(experiment, origin, 1)}, (1,), {2: "No blocks."})

    def edit(self, command: str, experiment: Experiment, place: int) -> Edit | None:
        del place
        network = blocks_of(experiment)
        if command != "gain" or network.gain > 2.0:
            return None
        doubled = replace(network, gain=2.0 * network.gain)
        return Edit(replace(experiment, network=doubled), "Double the gain")
