"""A guess drawn with mouse, pen or finger over the empty bars; it stays over the measured ones."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.display.frame import DisplayFrame
from desktop.lecture.guess import draw_on, measure_error
from desktop.painting.text_and_pens import SEMIBOLD, draw_text, text_width
from desktop.views.gradient_bars.chart import GradientBars
from desktop.views.theatre import Theatre

_INVITATION = "Draw your guess here, from right to left."


class GuessPad(QWidget):
    """Lies over the bars of a theatre; takes strokes only while a guess is asked for."""

    drawn = Signal(object)
    """The guess after a stroke: log10 by place."""

    def __init__(self, theatre: Theatre) -> None:
        super().__init__(theatre.viewport())
        self.setObjectName("guess_pad")
        self.setAccessibleName("Guess")
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._theatre = theatre
        self.guess: dict[int, float] = {}
        self._display: DisplayFrame | None = None
        self._start: tuple[float, float] | None = None
        self._is_open = False
        self.hide()

    @property
    def _chart(self) -> GradientBars:
        chart = self._theatre.charts["flow"]
        assert isinstance(chart, GradientBars)
        return chart

    @property
    def error_text(self) -> str:
        """How far off the guess was; empty before it is answered."""
        display = self._display
        if self._is_open or display is None or not self.guess or not display.playhead.at_end():
            return ""
        error = measure_error(self.guess, display.flow)
        return "" if error is None else error.tell(display.kind.noun)

    def ask(self) -> None:
        """A guess is wanted: what was drawn before is gone."""
        self.guess = {}
        self.show_guess({}, is_open=True)

    def show_guess(self, guess: dict[int, float], *, is_open: bool) -> None:
        """Show what was guessed; strokes change it while it is open."""
        self.guess, self._is_open = dict(guess), is_open
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not is_open)
        self.setVisible(is_open or bool(guess))
        self.place()
        self.update()

    def show_frame(self, display: DisplayFrame) -> None:
        """What is drawn under it."""
        self._display = display
        if self.isVisible():
            self.place()
            self.update()

    def place(self) -> None:
        """Lie over the box of the bars."""
        self.setGeometry(self._chart.area.toAlignedRect())
        self.raise_()

    # Strokes

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A stroke begins."""
        self._start = self._read(event.position())
        self._draw_to(self._start)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """It goes on."""
        if self._start is not None:
            here = self._read(event.position())
            self._draw_to(here)
            self._start = here

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """It ends."""
        self._start = None

    def _draw_to(self, here: tuple[float, float]) -> None:
        assert self._start is not None
        depth = self._chart.stations().depth
        self.guess = draw_on(self.guess, self._start, here, depth)
        self.drawn.emit(dict(self.guess))
        self.update()

    def _read(self, point: QPointF) -> tuple[float, float]:
        """The place and the power of ten at a point of the pad."""
        chart = self._chart
        axis = self._axis()
        x = point.x() + self.x()
        share = 1.0 - point.y() / max(1, self.height())
        place = chart.stations().layer_at(x)
        return place, axis[0] + min(1.0, max(0.0, share)) * (axis[1] - axis[0])

    def _axis(self) -> tuple[float, float]:
        picture = self._chart.picture
        return (-10.0, 2.0) if picture is None else (picture.axis.low, picture.axis.high)

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The guess as a line with its points, cased in the ground's colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, metrics = self._theatre.theme, self._chart.metrics
        if self._is_open and not self.guess:
            middle = QRectF(self.rect()).center()
            plate = QRectF(0.0, 0.0, text_width(_INVITATION, metrics.label), metrics.label)
            plate.moveCenter(middle)
            margin = 0.6 * metrics.label  # bars may stand behind
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.ground))
            painter.drawRect(plate.adjusted(-margin, -margin, margin, margin))
            draw_text(
                painter,
                middle.x(),
                middle.y(),
                _INVITATION,
                metrics.label,
                theme.text,
                align="centre",
            )
        points = self.list_points()
        for colour, width in ((theme.ground, 2.4), (theme.text, 1.2)):
            pen = QPen(QColor(colour), width * metrics.curve)
            pen.setStyle(Qt.PenStyle.SolidLine if colour == theme.ground else Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.drawPolyline(points)
        painter.setPen(QPen(QColor(theme.ground), metrics.axis))
        painter.setBrush(QColor(theme.text))
        radius = 0.45 * metrics.marker
        for point in points:
            painter.drawEllipse(point, radius, radius)
        self._say_error(painter)
        painter.end()

    def list_points(self) -> list[QPointF]:
        """Where the guess lies, in pixels of the pad."""
        stations = self._chart.stations()
        low, high = self._axis()
        return [
            QPointF(
                stations.at(place) - self.x(),
                (1.0 - (power - low) / (high - low)) * self.height(),
            )
            for place, power in sorted(self.guess.items())
        ]

    def _say_error(self, painter: QPainter) -> None:
        text = self.error_text
        if not text:
            return
        theme, metrics = self._theatre.theme, self._chart.metrics
        pixels = metrics.label
        while (
            text_width(text, pixels, SEMIBOLD) > 0.96 * self.width() and pixels > metrics.smallest
        ):
            pixels *= 0.95
        wide = text_width(text, pixels, SEMIBOLD) + pixels
        box = QRectF(0.4 * pixels, 0.2 * pixels, wide, 1.7 * pixels)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(box, 6, 6)
        draw_text(
            painter,
            box.left() + 0.5 * pixels,
            box.center().y(),
            text,
            pixels,
            theme.text,
            weight=SEMIBOLD,
        )
