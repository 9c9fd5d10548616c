"""The drawings of feed-forward networks."""

from __future__ import annotations

from desktop.kinds.feedforward.view.diagram import Diagram
from desktop.style.theme import Theme
from desktop.views.kind import ViewKind
from desktop.views.view import Drawing


class FeedforwardViews(ViewKind):
    """The network as units and links, in columns."""

    def make_network(self, theme: Theme) -> Drawing:
        return Diagram(theme)
