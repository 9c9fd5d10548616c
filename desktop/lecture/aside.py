"""What a beat lays beside the theatre: charts, each alone, or what is painted large."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.display.aside import AsideBlock
from desktop.display.frame import DisplayFrame
from desktop.display.lower_view import turn_to
from desktop.kinds.table import kind_of, make_views
from desktop.lecture.aside_paper import AsidePaper
from desktop.style.theme import PROJECTOR, Metrics, Theme
from desktop.views.theatre import Theatre
from engine.document.lecture import LowerName
from engine.document.specs import NetworkSpec
from engine.errors import RequestError

PAINTED: tuple[LowerName, ...] = ("factors", "phi", "update", "words")
CURVES: tuple[LowerName, ...] = ("loss", "accuracy")
_OF_THE_PASS: tuple[LowerName, ...] = (
    "factors",
    "gates",
    "weight_share",
    "update",
    "history",
    "units",
)
"""Not shown while the pass is hidden: they would tell it."""
_LIVE_S = 0.25
"""Between two drawings while training runs."""


def list_shown(
    lower: LowerName | None, network: NetworkSpec, *, has_curves: bool | None, is_hidden: bool
) -> tuple[LowerName, ...]:
    """What stands beside the theatre: what the network has of what is asked for.

    Args:
        lower: what the beat asks for.
        network: of the baseline.
        has_curves: whether history, loss and accuracy are all wanted, or none of them; None: as
            the beat says.
        is_hidden: whether the pass is.
    """
    wanted: tuple[LowerName, ...] = () if lower in (None, "none") else (lower,)
    if has_curves is not None:
        wanted = ("history", *CURVES) if has_curves else tuple(set(wanted) - {"history", *CURVES})
    kind = kind_of(network).display
    offered = {*PAINTED, *CURVES, *kind.list_lower_views(network), "history"}
    if not kind.update_quantity:
        offered.remove("update")
    hidden = _OF_THE_PASS if is_hidden else ()
    return tuple(view for view in wanted if view in offered and view not in hidden)


class AsideChart(Theatre):
    """One chart, as large as there is room."""

    def __init__(self, view: LowerName, theme: Theme) -> None:
        self.view = view
        rooms = ("curves",) if view in CURVES else ("lower",)
        super().__init__(theme, make_views(), views=rooms, is_interactive=False)
        self.setObjectName(f"hall_{view}")
        self.setAccessibleName(view.replace("_", " ").capitalize())
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(60, 60)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._shown_at = 0.0

    def show_display(self, display: DisplayFrame, *, is_live: bool) -> None:
        """Draw a moment, and not in every frame of a training."""
        now = monotonic()
        if is_live and now - self._shown_at < _LIVE_S:
            return
        self._shown_at = now
        chosen = _choose(display, self.view)
        if chosen is not None:
            self.show_frame(chosen)


def _choose(display: DisplayFrame, view: LowerName) -> DisplayFrame | None:
    """The moment with what the chart is about; None where this network has nothing of it."""
    if view in CURVES:
        charts = display.curves.charts
        place = CURVES.index(view)
        if place >= len(charts):
            return None
        curves = replace(display.curves, charts=(charts[place],))
        return replace(display, curves=curves)
    if display.lower.view == view:
        return display
    try:
        return turn_to(display, view)
    except RequestError:
        return None


class Aside(QWidget):
    """A column of charts, or a sheet of paper."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("hall_aside")
        self.setAccessibleName("Beside the theatre")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._theme: Theme = PROJECTOR
        self.shown: tuple[LowerName, ...] = ()
        self.charts: dict[LowerName, AsideChart] = {}
        self.paper = AsidePaper()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self.paper, 1)
        self.hide()

    def choose(self, shown: tuple[LowerName, ...]) -> None:
        """Show these from now on."""
        if shown == self.shown:
            return
        self.shown = shown
        for chart in self.charts.values():
            self.column.removeWidget(chart)
            chart.hide()
            chart.deleteLater()
        self.charts = {}
        for view in shown:
            if view not in PAINTED:
                self.charts[view] = AsideChart(view, self._theme)
                self.column.addWidget(self.charts[view], 1)
        self.paper.setVisible(any(view in PAINTED for view in shown))
        self.setVisible(bool(shown))

    def dress(self, theme: Theme, metrics: Metrics) -> None:
        """Colours and sizes."""
        self._theme = theme
        self.column.setSpacing(round(0.2 * metrics.label))
        self.paper.dress(theme, metrics)
        for chart in self.charts.values():
            chart.apply_theme(theme)

    def show_frame(self, display: DisplayFrame, *, is_live: bool) -> None:
        """Draw a moment in the charts."""
        for chart in self.charts.values():
            chart.show_display(display, is_live=is_live)

    def show_blocks(self, blocks: tuple[AsideBlock, ...]) -> None:
        """Paint what stands on the paper."""
        self.paper.show_blocks(blocks)
