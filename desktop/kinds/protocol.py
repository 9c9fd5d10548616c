"""What a kind of network is to the screen.

A kind is a folder beside this file and one line in `desktop.kinds.table`. Shared code asks
the kind and never which one it is. What needs Qt is imported when it is asked for, so that a
command may draw a table without the panels.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from desktop.display.kind import DisplayKind
from desktop.model.command import Command
from engine.document.specs import NetworkSpec

if TYPE_CHECKING:
    from desktop.panels.kind import PanelKind
    from desktop.views.kind import ViewKind


class ScreenKind(ABC):
    """All of the screen that one kind of network owns."""

    display: DisplayKind
    """Its pictures and words, without Qt."""
    commands: tuple[Command, ...] = ()
    """What its networks alone can be told; `PanelKind.edit` does it."""
    switch_words: Mapping[int, str] = MappingProxyType({})
    """What the number keys are about."""

    @property
    def name(self) -> str:
        """As the document names the kind."""
        return self.display.name

    def list_commands(self, network: NetworkSpec) -> Mapping[str, str]:
        """Those of `commands` that a network has, by name, and what a menu calls them there."""
        del network
        return {command.name: command.text for command in self.commands}

    @abstractmethod
    def make_views(self) -> ViewKind:
        """Its drawings and charts."""

    def make_panels(self) -> PanelKind:
        """Its inputs, for one window; what all kinds share is enough for one without its own."""
        from desktop.panels.kind import PanelKind

        return PanelKind()
