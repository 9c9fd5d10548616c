"""What a kind of network is to the screen.

A kind is a folder beside this file and one line in `desktop.kinds.table`. Shared code asks
the kind and never which one it is. What needs Qt is imported when it is asked for, so that a
command may draw a table without the panels.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from desktop.display.kind import DisplayKind

if TYPE_CHECKING:
    from desktop.views.kind import ViewKind


class ScreenKind(ABC):
    """All of the screen that one kind of network owns."""

    display: DisplayKind
    """Its pictures and words, without Qt."""

    @property
    def name(self) -> str:
        """As the document names the kind."""
        return self.display.name

    @abstractmethod
    def make_views(self) -> ViewKind:
        """Its drawings and charts."""
