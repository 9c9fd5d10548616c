"""The screen of feed-forward networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.kinds.feedforward.display.kind import FeedforwardDisplay
from desktop.kinds.protocol import ScreenKind

if TYPE_CHECKING:
    from desktop.views.kind import ViewKind


class FeedforwardScreen(ScreenKind):
    """Everything on screen that belongs to feed-forward networks alone."""

    display = FeedforwardDisplay()

    def make_views(self) -> ViewKind:
        from desktop.kinds.feedforward.views import FeedforwardViews

        return FeedforwardViews()
