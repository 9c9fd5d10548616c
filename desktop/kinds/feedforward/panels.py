"""The inputs of feed-forward networks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from desktop.kinds.feedforward.panel.all_layers import AllLayersSection
from desktop.kinds.feedforward.panel.layers import LayersSection
from desktop.kinds.feedforward.panel.presets import PRESETS, find_preset
from desktop.kinds.feedforward.panel.skips import SkipsSection
from desktop.kinds.feedforward.panel.switches import choose_switches, is_only_switched
from desktop.panels.kind import BuilderSections, Edit, PanelKind, Start
from desktop.panels.switches import Switches
from engine.document.experiment import Experiment, Training
from engine.document.specs import NetworkSpec, TaskSpec
from engine.kinds.feedforward.spec import Feedforward, Skip, network_of

_START = "relu_he"


class FeedforwardPanels(PanelKind):
    """Layers and skip connections; K gives back the skips that it took."""

    presets: Mapping[str, str] = MappingProxyType(
        {key: title for key, (title, _) in PRESETS.items()}
    )

    input_names = MappingProxyType(
        {
            "units": "The number of units",
            "repeat": "The number of equal layers",
            "leaky_slope": "The slope",
            "every": "The distance that a skip connection spans",
            "scale": "The scale of the branch",
        }
    )

    def __init__(self) -> None:
        self._last_skip = Skip(every=1)

    def make_sections(self) -> BuilderSections:
        return BuilderSections((LayersSection(),), (SkipsSection(),), (AllLayersSection(),))

    def find_preset(self, network: NetworkSpec) -> str | None:
        return find_preset(network)

    def load_preset(self, key: str, network: NetworkSpec) -> NetworkSpec:
        del network
        return PRESETS[key][1]

    def start_with(self, task: TaskSpec, now: Training) -> Start | None:
        if task.reads != Feedforward.reads:
            return None
        title, network = PRESETS[_START]
        training = Training(iterations=now.iterations, dtype=now.dtype)
        return Start(network, training, f"{network.depth} layers, {title}")

    def choose_switches(self, experiment: Experiment, origin: Experiment) -> Switches:
        return choose_switches(experiment, origin)

    def is_only_switched(self, old: Experiment, new: Experiment) -> bool:
        return is_only_switched(old, new)

    def edit(self, command: str, experiment: Experiment, place: int) -> Edit | None:
        if command == "skips":
            return self._toggle_skips(experiment)
        return _toggle_skip(experiment, place) if command == "skip" else None

    def _toggle_skips(self, experiment: Experiment) -> Edit:
        """All skip connections off, or back as they were."""
        skip = network_of(experiment).skip
        if skip.every:
            self._last_skip = skip
            return _with_skip(experiment, replace(skip, every=0), "Skip connections off")
        every = self._last_skip.every
        return _with_skip(experiment, replace(skip, every=every), "Skip connections on")


def _toggle_skip(experiment: Experiment, end: int) -> Edit:
    """Switch one skip connection; the first one of a network leaves the others off."""
    network = network_of(experiment)
    skip, text = network.skip, f"Skip connection to layer {end}"
    if not skip.every:
        others = tuple(stop for _, stop in network.possible_skips() if stop != end)
        return _with_skip(experiment, replace(skip, every=1, off=others), text)
    return _with_skip(experiment, replace(skip, off=tuple(sorted({*skip.off} ^ {end}))), text)


def _with_skip(experiment: Experiment, skip: Skip, text: str) -> Edit:
    network = replace(network_of(experiment), skip=skip)
    return Edit(replace(experiment, network=network), text)
