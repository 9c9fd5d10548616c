"""The screen of feed-forward networks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from desktop.kinds.feedforward.display.kind import FeedforwardDisplay
from desktop.kinds.protocol import ScreenKind
from desktop.model.command import Command

if TYPE_CHECKING:
    from desktop.panels.kind import PanelKind
    from desktop.views.kind import ViewKind


class FeedforwardScreen(ScreenKind):
    """Everything on screen that belongs to feed-forward networks alone."""

    display = FeedforwardDisplay()
    commands = (
        Command("skips", "S&kip connections on or off", ("K",), "Skip connections on or off"),
    )
    switch_words: Mapping[int, str] = MappingProxyType(
        {
            1: "activation",
            2: "initialisation",
            3: "skip connections",
            4: "normalisation",
            5: "gradient clipping",
            6: "L2",
        }
    )

    def make_views(self) -> ViewKind:
        from desktop.kinds.feedforward.views import FeedforwardViews

        return FeedforwardViews()

    def make_panels(self) -> PanelKind:
        from desktop.kinds.feedforward.panels import FeedforwardPanels

        return FeedforwardPanels()
