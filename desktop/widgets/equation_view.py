"""An equation with measured numbers under its terms.

How to read it: under a gradient stands its norm over batch and units, under a factor by what it
changes that norm. Hovering a term says what it is, with all digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.display.equation import EquationPicture, Term, list_clusters
from desktop.painting.typesetting import Formula, TypesetQuestion
from desktop.widgets.palette import current_inks, scaled_font
from engine.kinds.question import Question

_SMALL = 9.5 / 10.5
_TYPE = 1.22
"""Of the formulas, as a share of the words' size: their letters are smaller."""
_GAP = 5.0
_AIR = 4.0
"""Pixels that a number keeps from the next one."""
_INDENT = 18.0
"""Pixels by which a line that goes on is set in."""
_LINE_GAP = 8.0
_BEFORE_MS = 150
"""First the numbers are there, then the formulas."""
_PATIENCE_S = 5.0
"""Then a question is taken for lost, as where the worker failed."""
_HOW_TO_READ = (
    "How the gradient goes on towards the input. Under a gradient stands its norm over batch and "
    "units, under a factor by what it changes that norm: the factors of a product multiply."
)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A term where it stands."""

    term: Term
    formula: Formula | None
    origin: QPointF
    """On the baseline."""
    room: QRectF
    """All that belongs to it."""
    number_at: QPointF
    """On the baseline of its number."""


class EquationView(QWidget):
    """Terms in lines that break where the panel is narrow; characters until they are typeset."""

    typesetting_requested = Signal(object)
    """A `TypesetQuestion`, once the equation was seen; the next one only after its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("inspector_equation")
        self.setAccessibleName("Backward equation")
        self.setToolTip(_HOW_TO_READ)
        self._formulas: dict[str, Formula] = {}
        self._asked_at = -math.inf
        self._asking = QTimer(self, interval=_BEFORE_MS, singleShot=True)
        self._asking.timeout.connect(self._ask)
        self._picture = EquationPicture("", ())
        self._placed: dict[tuple[float, float, bool], tuple[_Placed, ...]] = {}
        """By width, size of the type, and whether it is typeset: a layout asks again and again."""
        self._pixmaps: dict[tuple[str, int, int, float], QPixmap] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def picture(self) -> EquationPicture:
        """What is drawn."""
        return self._picture

    @property
    def is_typeset(self) -> bool:
        """Whether all of it is; else it stands in characters."""
        return not self._missing()

    def _missing(self) -> tuple[str, ...]:
        every = (term.formula for line in self._picture.lines for term in line)
        return tuple(dict.fromkeys(formula for formula in every if formula not in self._formulas))

    def show_picture(self, picture: EquationPicture) -> None:
        """Draw another one."""
        if picture == self._picture:
            return
        self._picture = picture
        self.setAccessibleDescription(picture.spoken)
        self._renew()

    @Slot(object, object)
    def show_answer(self, question: Question, answer: object) -> None:
        """Take formulas that were typeset; characters stay where nothing typesets."""
        if not isinstance(question, TypesetQuestion) or not isinstance(answer, tuple):
            return
        self._formulas |= {formula: Formula.read(picture) for formula, picture in answer}
        self._asked_at = -math.inf
        if self.is_typeset:
            self._renew()
        else:
            self._ask()

    @Slot()
    def _ask(self) -> None:
        """Ask for what is missing, unless an answer is due; a lost question is asked again."""
        missing, now = self._missing(), monotonic()
        if missing and now - self._asked_at > _PATIENCE_S:
            self._asked_at = now
            self.typesetting_requested.emit(TypesetQuestion(missing))

    def _renew(self) -> None:
        self._placed.clear()
        # Every wish for a new layout lays out and paints the whole window.
        if not self.isVisible() or self.heightForWidth(self.width()) != self.height():
            self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(max(self.width(), 240)))

    def minimumSizeHint(self) -> QSize:
        return QSize(140, 20)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        placed = self._place(float(width))
        return 4 + round(max((each.room.bottom() for each in placed), default=0.0))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the size of the type, and the colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._pixmaps.clear()
            self._renew()

    def event(self, event: QEvent) -> bool:
        """Say what the term under the mouse is."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.describe_at(event.pos()), self)
            return True
        return super().event(event)

    def list_rooms(self, width: int) -> list[QRectF]:
        """Where each term stands, with its number, in so many pixels; line by line."""
        return [each.room for each in self._place(float(width))]

    def describe_at(self, place: QPoint) -> str:
        """What the term at a place is, in full precision; elsewhere how to read it all."""
        for each in self._place(float(self.width())):
            if each.term.tooltip and each.room.contains(QPointF(place)):
                return each.term.tooltip
        return self.toolTip()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self.is_typeset and not self._asking.isActive():
            self._asking.start()
        inks, painter = current_inks(), QPainter(self)
        number_font, word_font = scaled_font(self, _SMALL, QFont.Weight.DemiBold), self.font()
        for each in self._place(float(self.width())):
            if each.formula is None:
                painter.setFont(word_font)
                painter.setPen(inks.text)
                painter.drawText(each.origin, each.term.plain)
            else:
                box = each.formula.box(self._pixels())
                corner = each.origin + box.topLeft()
                painter.drawPixmap(corner, self._draw(each.term, each.formula, inks.text))
            if each.term.number:
                painter.setFont(number_font)
                painter.setPen(inks.dim)
                painter.drawText(each.number_at, each.term.number)
        painter.end()

    def _pixels(self) -> float:
        return _TYPE * QFontMetricsF(self.font()).ascent()

    def _draw(self, term: Term, formula: Formula, colour: QColor) -> QPixmap:
        ratio, pixels = self.devicePixelRatioF(), self._pixels()
        key = (term.formula, colour.rgba(), round(10 * pixels), ratio)
        found = self._pixmaps.get(key)
        if found is None:
            found = self._pixmaps[key] = formula.draw(pixels, colour, ratio)
        return found

    def _place(self, width: float) -> tuple[_Placed, ...]:
        """Where every term stands in so many pixels."""
        # Either all of it is typeset, or none: a mixture would be hard to read.
        is_typeset = self.is_typeset
        key = (width, self._pixels(), is_typeset)
        found = self._placed.get(key)
        if found is None:
            placed: list[_Placed] = []
            top = 0.0
            for line in self._picture.lines:
                top = self._place_line(line, width, top, placed, is_typeset=is_typeset) + _LINE_GAP
            found = self._placed[key] = tuple(placed)
        return found

    def _place_line(
        self,
        line: tuple[Term, ...],
        width: float,
        top: float,
        out: list[_Placed],
        *,
        is_typeset: bool,
    ) -> float:
        """Place one line, in as many rows as it takes; returns where it ends."""
        words = QFontMetricsF(self.font())
        numbers = QFontMetricsF(scaled_font(self, _SMALL, QFont.Weight.DemiBold))
        row: list[tuple[Term, Formula | None, QRectF, float, float]] = []
        x, bottom = 0.0, top

        def end_row() -> float:
            base = bottom + max(-box.top() for _, _, box, _, _ in row)
            foot = base + max(box.bottom() for _, _, box, _, _ in row)
            has_numbers = any(term.number for term, *_ in row)
            end = foot + (1.0 + numbers.height() if has_numbers else 0.0)
            for term, formula, box, left, wide in row:
                at = left + (wide - box.width()) / 2.0 - box.left()
                number = left + (wide - numbers.horizontalAdvance(term.number)) / 2.0
                room = QRectF(left, bottom, wide, end - bottom)
                number_at = QPointF(number, foot + 1.0 + numbers.ascent())
                out.append(_Placed(term, formula, QPointF(at, base), room, number_at))
            return end

        for cluster in list_clusters(line):
            measured = []
            for term in cluster:
                formula = self._formulas[term.formula] if is_typeset else None
                if formula is None:
                    advance = words.horizontalAdvance(term.plain)
                    box = QRectF(0.0, -words.ascent(), advance, words.height())
                else:
                    box = formula.box(self._pixels())
                number = numbers.horizontalAdvance(term.number)
                measured.append(
                    (term, formula, box, max(box.width(), number + _AIR if term.number else 0.0))
                )
            whole = sum(wide + _GAP for *_, wide in measured) - _GAP
            if row and x + whole > width:
                bottom = end_row() + 2.0
                row, x = [], _INDENT
            for term, formula, box, wide in measured:
                row.append((term, formula, box, x, wide))
                x += wide + _GAP
        return end_row() if row else bottom
