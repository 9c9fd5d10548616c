"""What a kind of network brings to the panels: inputs, presets, switches, edits of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from desktop.panels.kind_section import KindSection
from desktop.panels.side_panel import SidePanel
from desktop.panels.switches import Switches
from engine.document.experiment import Experiment, Training
from engine.document.specs import NetworkSpec, TaskSpec


@dataclass(frozen=True, slots=True)
class Edit:
    """An experiment, and what the edit that led to it is called."""

    experiment: Experiment
    text: str


@dataclass(frozen=True, slots=True)
class Start:
    """A network that can learn a task, and how it is usually trained."""

    network: NetworkSpec
    training: Training
    words: str
    """What it is, after "the network was rebuilt as"."""


@dataclass(frozen=True, slots=True, eq=False)
class BuilderSections:
    """Where the inputs of a kind stand among those that all kinds share."""

    network: tuple[KindSection, ...] = ()
    """Under the task: what the network is made of."""
    gradient_flow: tuple[KindSection, ...] = ()
    """Over clipping and L2; without a title of their own."""
    starts: tuple[KindSection, ...] = ()
    """Under the switches of the gradient's flow: where its weights begin."""

    def all(self) -> tuple[KindSection, ...]:
        """Every one of them."""
        return *self.network, *self.gradient_flow, *self.starts


class PanelKind:
    """The inputs of one kind of network, in one window."""

    presets: Mapping[str, str] = MappingProxyType({})
    """Whole networks to start from: what they are called, by key."""

    input_names: Mapping[str, str] = MappingProxyType({})
    """What its inputs are called where one is refused, by the name of the document's value."""

    def make_sections(self) -> BuilderSections:
        """Inputs of the builder."""
        return BuilderSections()

    def make_side_panels(self) -> tuple[SidePanel, ...]:
        """Panels beside the inspector."""
        return ()

    def find_preset(self, network: NetworkSpec) -> str | None:
        """The key of the preset that a network is, or None."""
        del network
        return None

    def load_preset(self, key: str, network: NetworkSpec) -> NetworkSpec:
        """A preset, as it can stand in the place of a network of this kind."""
        del network
        raise KeyError(key)

    def suit_task(self, network: NetworkSpec, task: TaskSpec) -> dict[str, object]:
        """The values by path that a network needs for another task that it can read."""
        del network, task
        return {}

    def start_with(self, task: TaskSpec, now: Training) -> Start | None:
        """What can learn a task after a network that cannot; None: nothing of this kind.

        Args:
            task: what is to be learned.
            now: how the network before was trained.
        """
        del task, now
        return None

    def choose_switches(self, experiment: Experiment, origin: Experiment) -> Switches:
        """All large switches, and which of them matter.

        Args:
            experiment: what holds now.
            origin: what held before the first switch was thrown, maybe of another kind. It
                decides which switches are shown and what "off" means, so that they stay in
                their places.
        """
        del experiment, origin
        return Switches({}, (), {})

    def is_only_switched(self, old: Experiment, new: Experiment) -> bool:
        """Whether nothing but what a switch can change differs, so that an origin still holds."""
        return old == new

    def edit(self, command: str, experiment: Experiment, place: int) -> Edit | None:
        """What a command of this kind, or a click into its drawing, makes of an experiment.

        Args:
            command: its name.
            experiment: what holds now.
            place: that was clicked; 0 where the command came from a key or a menu.

        Returns:
            None where it does nothing here.
        """
        del command, experiment, place
        return None


PanelKinds = Mapping[str, PanelKind]
"""By the document's names of the kinds, in the order of their table."""
