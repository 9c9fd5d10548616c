"""The title of a lane: its name with its differences, its loss end, and how its gradient fares.

A bar at the left of a lane says that the panels show and edit it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.display.frame import DisplayFrame
from desktop.display.scales import format_number
from desktop.painting.text_and_pens import (
    MEDIUM,
    SEMIBOLD,
    draw_text,
    elide,
    make_brush,
    text_width,
)
from desktop.style.theme import Metrics
from desktop.views.chart import Frame, Part
from desktop.views.export_header import draw_shape
from desktop.views.layout import TITLE_ROW, LaneRooms
from desktop.views.view import Target

_BAR, _BAR_GAP = 0.3, 0.3
"""Its width, and how far left of the lane it stands, in label sizes."""
_LEAST_TOLD = 12
"""Characters of what happens, or of the quantity: fewer tell nothing."""
_SHAPE = 0.75
"""Of the verdict, in title sizes."""


class LaneTitle:
    """Draws the `LanePicture` of a `DisplayFrame` over its charts."""

    def __init__(self, parent: Any, frame: Frame) -> None:
        self.frame = frame
        self.rooms = LaneRooms(QRectF(), QRectF())
        self.rows = 1
        self.names_quantity = False
        """Whether it says what the bars are."""
        self.display: DisplayFrame | None = None
        is_kept = frame.is_interactive
        self.part = Part(parent, self.draw, is_kept=is_kept, depth=20)
        self.bar = Part(parent, self._draw_bar, is_kept=is_kept, depth=20)

    def show_frame(self, display: DisplayFrame) -> None:
        """Take the lane's own frame."""
        self.display = display
        verdict = display.verdict
        key = None if verdict is None else (verdict.kind, verdict.shape, verdict.word)
        self.part.note(display.lane, key, self._middle())
        self.bar.note(display.lane is not None and display.lane.is_edited)

    def settle(self, frame: Frame, rooms: LaneRooms, rows: int = 1) -> None:
        """Stand over the charts of the lane, in so many rows."""
        self.frame, self.rooms, self.rows = frame, rooms, rows
        self.part.settle(rooms.title.adjusted(0, -1, 4, 1))
        self.bar.settle(self._place_bar().adjusted(-1, -1, 1, 1))

    def remove(self) -> None:
        """Leave the picture."""
        for part in (self.part, self.bar):
            part.setParentItem(None)
            if part.scene() is not None:
                part.scene().removeItem(part)
            part.deleteLater()

    def find_target(self, point: QPointF) -> Target | None:
        """The title of a lane that the panels do not show: a click chooses it."""
        display = self.display
        if display is None or display.lane is None or not self.rooms.title.contains(point):
            return None
        lane = display.lane
        told = ", ".join(each for each in (lane.title, lane.end) if each)
        what = "The panels edit this lane" if lane.is_edited else "Click: the panels edit this lane"
        return Target("lane", 0, f"{told}\n{what}", lane.name)

    def draw(self, painter: QPainter) -> None:
        """Title, size of the loss end and verdict, as far as they have room."""
        display = self.display
        if display is None or display.lane is None:
            return
        theme, metrics, room = self.frame.theme, self.frame.metrics, QRectF(self.rooms.title)
        lane = display.lane
        is_page = not self.frame.is_interactive
        if not (
            is_page or self.names_quantity
        ):  # as the titles of charts, left of which a button tells how to read them
            room.setLeft(room.left() + self.frame.margin)
        weight = SEMIBOLD if lane.is_edited or is_page else MEDIUM
        gap, y = metrics.label, room.top() + 0.9 * metrics.label
        below = y + 0.12 * (metrics.title - metrics.label)
        if self.rows > 1:
            title = elide(lane.title, metrics.title, room.width(), weight)
            draw_text(painter, room.left(), y, title, metrics.title, theme.text, weight=weight)
            y += TITLE_ROW * metrics.label
            end = text_width(lane.end, metrics.label) + gap
            self._draw_verdict(painter, room, y, end)
            draw_text(painter, room.left(), y, lane.end, metrics.label, theme.dim)
            return
        wanted = text_width(lane.title, metrics.title, weight)
        end = text_width(lane.end, metrics.label) + gap if lane.end else 0.0
        right = room.right() - self._draw_verdict(painter, room, y, wanted + end + gap)
        free = right - room.left()
        said, own = lane.title, max(free - end, 0.4 * free)
        if theme.is_projected:  # from afar whole words say more than a number after cut ones
            own = free
            while text_width(said, metrics.title, weight) > own and " · " in said:
                said = said.rpartition(" · ")[0]
        title = elide(said, metrics.title, own, weight)
        x = room.left() + draw_text(
            painter, room.left(), y, title, metrics.title, theme.text, weight=weight
        )
        middle = self._fit_middle(right - x - gap)
        draw_text(painter, x + gap, below, middle, metrics.label, theme.dim)

    def count_rows(self, width: float, metrics: Metrics) -> int:
        """How many rows of a page say all of it."""
        display = self.display
        if display is None or display.lane is None:
            return 1
        lane, word = display.lane, "" if display.verdict is None else display.verdict.word
        wanted = text_width(lane.title, metrics.title, SEMIBOLD)
        wanted += text_width(lane.end, metrics.label) + 3.5 * metrics.label
        return 1 if wanted + text_width(word, metrics.title, SEMIBOLD) <= width else 2

    def _fit_middle(self, room: float) -> str:
        """As much of it as fits; a number is never cut."""
        label, display = self.frame.metrics.label, self.display
        end = "" if display is None or display.lane is None else display.lane.end
        if text_width(end, label) > room:
            end = end.removeprefix("loss ")
            return end if text_width(end, label) <= room else ""
        fitting = elide(self._middle(), label, room)
        is_told = len(fitting) > len(end) + _LEAST_TOLD and fitting.startswith(f"{end} · ")
        return fitting if is_told or not end else end

    def _middle(self) -> str:
        """What is happening in a pass that plays, else the size of the loss end."""
        display = self.display
        if display is None or display.lane is None:
            return ""
        playhead = display.playhead
        is_under_way = not playhead.is_live and not playhead.at_end()
        told = display.caption if is_under_way and display.trace is not None else ""
        if told and display.flow.crossing:
            told = " × ".join(
                f"{part.name} {format_number(part.factor)}" for part in display.flow.crossing
            )
        quantity = ""
        if self.names_quantity and not told:
            title, relation = display.flow.title, display.flow.subtitle.partition(" · ")[0]
            quantity = f"{title[:1].lower()}{title[1:]}, {relation}"
        return " · ".join(each for each in (display.lane.end, told or quantity) if each)

    def _place_bar(self) -> QRectF:
        label, whole = self.frame.metrics.label, self.rooms.whole
        left = whole.left() - (_BAR + _BAR_GAP) * label
        return QRectF(left, whole.top(), _BAR * label, whole.height())

    def _draw_bar(self, painter: QPainter) -> None:
        """At the left of the lane that the panels edit, in a window."""
        lane = None if self.display is None else self.display.lane
        if lane is None or not lane.is_edited or not self.frame.is_interactive:
            return
        bar = self._place_bar()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(make_brush(self.frame.theme.text))
        painter.drawRoundedRect(bar, bar.width() / 2, bar.width() / 2)

    def _draw_verdict(self, painter: QPainter, room: QRectF, y: float, taken: float) -> float:
        """At the right, with what the first place receives where that has room; its width."""
        display, metrics = self.display, self.frame.metrics
        verdict = None if display is None else display.verdict
        if verdict is None or display is None or display.lane is None:
            return 0.0
        size = _SHAPE * metrics.title
        before = size + 0.45 * metrics.title
        carried = display.lane.carried
        texts = [f"{verdict.word}: {carried}"] if carried else []
        for text in (*texts, verdict.word):
            wide = before + text_width(text, metrics.title, SEMIBOLD)
            if taken + wide <= room.width():
                break
        else:
            return 0.0 if wide > 0.4 * room.width() else self._draw_word(painter, room, y, text)
        return self._draw_word(painter, room, y, text)

    def _draw_word(self, painter: QPainter, room: QRectF, y: float, text: str) -> float:
        assert self.display is not None
        assert self.display.verdict is not None
        verdict, theme, metrics = self.display.verdict, self.frame.theme, self.frame.metrics
        colour = theme.verdict_colour(verdict.kind)
        size = _SHAPE * metrics.title
        wide = draw_text(
            painter, room.right(), y, text, metrics.title, colour, align="right", weight=SEMIBOLD
        )
        left = room.right() - wide - 0.45 * metrics.title - size
        draw_shape(painter, verdict.shape, left + size / 2, y, size, colour)
        return room.right() - left + metrics.label
