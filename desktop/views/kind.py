"""What a kind of network draws in its own way: the network itself, and lower views of its own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from desktop.display.options import LowerView
from desktop.style.theme import Theme
from desktop.views.chart import Frame
from desktop.views.lower_view import LowerChart
from desktop.views.shared_x import SharedX
from desktop.views.view import Drawing


class ViewKind(ABC):
    """The drawings and charts of one kind of network."""

    @abstractmethod
    def make_network(self, theme: Theme) -> Drawing:
        """The network over the bars: its places stand where the bars do."""

    def make_lower(self, view: LowerView, frame: Frame, places: SharedX) -> LowerChart:
        """One of the kind's own lower views.

        Args:
            view: one of `DisplayKind.lower_words`.
            frame: what all charts have in common.
            places: the x axis of network and bars.

        Raises:
            LookupError: the kind has no lower view of its own of that name.
        """
        raise LookupError(f"{view} of {frame} over {places}")


ViewKinds = Mapping[str, ViewKind]
"""By the document's names of the kinds."""
