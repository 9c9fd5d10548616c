"""The kinds of network that the screen knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.display import lower_view
from desktop.kinds.feedforward.kind import FeedforwardScreen
from desktop.kinds.protocol import ScreenKind
from desktop.kinds.recurrent.kind import RecurrentScreen
from engine.document.specs import NetworkSpec

if TYPE_CHECKING:
    from desktop.panels.kind import PanelKind
    from desktop.views.kind import ViewKind

KINDS: tuple[ScreenKind, ...] = (FeedforwardScreen(), RecurrentScreen())


def list_lower_views() -> tuple[str, ...]:
    """Every lower view that some kind has, each once, the history first."""
    return lower_view.list_lower_views(view for kind in KINDS for view in kind.display.lower_words)


def words_of_lower_view(view: str) -> tuple[str, str]:
    """What a lower view is called, whichever kind has it, and a hint."""
    kind = next((kind for kind in KINDS if view in kind.display.lower_words), KINDS[0])
    return lower_view.words_of_lower_view(kind.display, view)


def is_map(view: str) -> bool:
    """Whether a kind's own lower view is a map, as high as the history."""
    return any(view in kind.display.maps for kind in KINDS)


def make_views() -> dict[str, ViewKind]:
    """The drawings of every kind, by its name."""
    return {kind.name: kind.make_views() for kind in KINDS}


def make_panels() -> dict[str, PanelKind]:
    """The inputs of every kind for one window, by its name."""
    return {kind.name: kind.make_panels() for kind in KINDS}


def kind_of(network: NetworkSpec) -> ScreenKind:
    """The kind of a network."""
    return next(kind for kind in KINDS if kind.name == network.kind)
