"""The screen of recurrent networks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from desktop.kinds.protocol import ScreenKind
from desktop.kinds.recurrent.display.kind import RecurrentDisplay
from desktop.model.command import Command
from engine.document.specs import NetworkSpec
from engine.kinds.recurrent.spec import Recurrent

if TYPE_CHECKING:
    from desktop.panels.kind import PanelKind
    from desktop.views.kind import ViewKind

_GATE_TEXTS = {"lstm": "Forget &gate", "gru": "Update &gate"}


class RecurrentScreen(ScreenKind):
    """Everything on screen that belongs to recurrent networks alone."""

    display = RecurrentDisplay()
    commands = (
        Command(
            "gate",
            "Forget &gate",
            ("G",),
            "Forget gate (GRU: update gate): learned, open, closed",
        ),
    )
    switch_words: Mapping[int, str] = MappingProxyType(
        {
            1: "forget or update gate",
            2: "cell",
            3: "forget bias",
            4: "gradient clipping",
            5: "recurrent weights",
            6: "activation",
        }
    )

    def list_commands(self, network: NetworkSpec) -> Mapping[str, str]:
        assert isinstance(network, Recurrent)
        text = _GATE_TEXTS.get(network.cell)
        return {} if text is None else {"gate": text}

    def make_views(self) -> ViewKind:
        from desktop.kinds.recurrent.views import RecurrentViews

        return RecurrentViews()

    def make_panels(self) -> PanelKind:
        from desktop.kinds.recurrent.panels import RecurrentPanels

        return RecurrentPanels()
