"""The line at the foot of the window: loss, accuracy, speed, seed, number format."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.display.scales import format_count, format_number
from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.fixed_size import Still

_WORTH_A_LAYOUT = 32
"""In pixels: for less the window is not laid out anew, since the figures always differ a bit."""


class StatusStrip(QWidget):
    """Gives way where there is no room: it elides and never widens the window.

    The figures take what they need, a sentence all the rest.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_strip")
        self.setAccessibleName("Status")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        notice = ElidingLabel("")
        notice.setObjectName("status_notice")
        notice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.notice = Still(notice)
        figures = ElidingLabel("")
        figures.setObjectName("status_figures")
        figures.setProperty("tone", "small")
        figures.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        figures.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.figures = Still(figures)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(16)
        row.addWidget(self.notice, 1)
        row.addWidget(self.figures)

    def show_figures(self, text: str) -> None:
        """Show the figures, as `describe_status` writes them."""
        if self.figures.text() != text:
            self.figures.setText(text)
            self.figures.setToolTip(text)
            if self.figures.sizeHint().width() > self.figures.width():
                self.figures.updateGeometry()

    def show_notice(self, text: str) -> None:
        """Show a sentence about what just happened, or none."""
        if self.notice.text() != text:
            self.notice.setText(text)
            self.notice.setToolTip(text)
            self._make_room()

    def _make_room(self) -> None:
        """Take back what the figures needed once, and no longer do."""
        unused = self.figures.width() - self.figures.sizeHint().width()
        if unused > _WORTH_A_LAYOUT and self.notice.sizeHint().width() > self.notice.width():
            self.figures.updateGeometry()


def describe_status(
    loss: float | None,
    score: tuple[str, float] | None,
    iterations_per_second: float | None,
    seed: int,
    dtype: str,
    scored_at: int | None = None,
    other_loss: tuple[str, float] | None = None,
) -> str:
    """The figures in one line.

    Args:
        loss: of the newest batch; None before the first pass.
        score: ("accuracy", share of right answers) or ("R²", value), on held-out data.
        iterations_per_second: None while nothing trains.
        seed: of the document.
        dtype: of the document.
        scored_at: the iteration of the score, if that is not the one of the loss.
        other_loss: the name of the other lane, and its loss, where two are compared.
    """
    parts = []
    if loss is not None:
        beside = ""
        if other_loss is not None:
            beside = f" ({other_loss[0]} {format_number(other_loss[1], 3)})"
        parts.append(f"loss {format_number(loss, 3)}{beside}")
    if score is not None:
        name, value = score
        figure = f"{100 * value:.1f} %" if name == "accuracy" else format_number(value, 3)
        where = "" if scored_at is None else f" at iteration {format_count(scored_at)}"
        parts.append(f"{name} {figure}{where}")
    if iterations_per_second is not None:
        parts.append(f"{format_count(round(iterations_per_second))} iterations/s")
    return " · ".join([*parts, f"seed {seed}", dtype])
