"""The screen of recurrent networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.kinds.protocol import ScreenKind
from desktop.kinds.recurrent.display.kind import RecurrentDisplay

if TYPE_CHECKING:
    from desktop.views.kind import ViewKind


class RecurrentScreen(ScreenKind):
    """Everything on screen that belongs to recurrent networks alone."""

    display = RecurrentDisplay()

    def make_views(self) -> ViewKind:
        from desktop.kinds.recurrent.views import RecurrentViews

        return RecurrentViews()
