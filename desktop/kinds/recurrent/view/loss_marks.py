"""Where the loss enters an unrolled network, and the marks of the others that could be chosen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from desktop.display.pictures import DiagramPicture
from desktop.kinds.recurrent.display.captions import describe_loss_mark
from desktop.kinds.recurrent.display.frame import UnrolledPicture
from desktop.kinds.recurrent.view.state_rows import StateRowPlaces, mark_height
from desktop.painting.text_and_pens import draw_text, elide, make_brush, make_pen, text_width
from desktop.style.theme import Theme
from desktop.views.loss_box import draw_loss, loss_box
from desktop.views.view import Place, Target

_LEAST_PITCH = 0.55
"""Between outlines of single marks, in label sizes; closer ones are a line with dots on it."""


def draw_losses(
    painter: QPainter,
    picture: UnrolledPicture,
    diagram: DiagramPicture,
    rows: StateRowPlaces,
    place: Place,
    theme: Theme,
) -> None:
    """The loss, the way to it, what the network answers, and the marks of all losses."""
    metrics, stations = place.metrics, place.stations
    box = loss_box(rows.top, rows.bottom, place)
    top_hidden = next(
        y for state_row, y in zip(picture.state_rows, rows.ys, strict=True) if not state_row.is_cell
    )
    start = QPointF(stations.at(picture.loss_time), top_hidden)
    is_reached = diagram.has_measure and diagram.playhead.has_reached(picture.loss_time)
    painter.setPen(make_pen(theme.text if is_reached else theme.link, metrics.axis))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if picture.loss_time == stations.depth:
        painter.drawLine(start, QPointF(box.left(), box.center().y()))
    else:
        painter.drawLine(start, QPointF(start.x(), mark_height(rows, place.metrics)))
    if picture.has_every_loss:
        _draw_marks(painter, picture, rows, place, theme)
    draw_loss(painter, diagram, box, place, theme)
    if picture.answer:
        _write_answer(painter, picture, rows, box, place, theme)


def _write_answer(
    painter: QPainter,
    picture: UnrolledPicture,
    rows: StateRowPlaces,
    box: QRectF,
    place: Place,
    theme: Theme,
) -> None:
    """What the network answers over the loss, and how probable that is under it."""
    pixels, right = place.metrics.tick, box.center().x() + 2.0 * place.metrics.label
    if box.left() > place.room.right():
        return
    above, below = box.top() - 0.9 * pixels, box.bottom() + 0.9 * pixels
    is_beside = any(abs(state_row - above) < rows.half + pixels for state_row in rows.ys)
    spare = -0.3 if picture.has_every_loss or is_beside else 1.3
    room = right - place.stations.at(place.stations.depth) + spare * place.metrics.label
    lines = [picture.answer]
    if elide(picture.answer, pixels, room) != picture.answer:
        lines = picture.answer.split()  # every word of it tells it from the other answers
    share, is_tight = picture.answer_share, place.is_slim or place.is_low
    for index, line in enumerate(reversed(lines)):
        height = above - 1.15 * index * pixels
        if is_tight and height - 0.6 * pixels < place.room.top():
            together = f"{picture.answer} {share}"
            if index == 0 and elide(together, pixels, room) == together:
                share = together
            break
        draw_text(
            painter, right, height, elide(line, pixels, room), pixels, theme.text, align="right"
        )
    if not (place.is_slim and below + 0.5 * pixels > place.room.bottom()):
        draw_text(painter, right, below, share, pixels, theme.text, align="right")


def _draw_marks(
    painter: QPainter, picture: UnrolledPicture, rows: StateRowPlaces, place: Place, theme: Theme
) -> None:
    """One for each time step: the pass starts from the filled one."""
    metrics, stations = place.metrics, place.stations
    y, half = mark_height(rows, place.metrics), 0.19 * metrics.label
    chosen, text = stations.at(picture.loss_time), f"starts at {picture.loss_time:,}"
    told = 0.0
    if picture.loss_time < stations.depth:
        told = 4 * half + text_width(text, metrics.smallest)
    painter.setPen(make_pen(theme.dim, metrics.outline))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if stations.pitch < _LEAST_PITCH * metrics.label:
        painter.drawLine(QPointF(stations.at(1), y), QPointF(stations.at(stations.depth), y))
    else:
        first, last = stations.visible()
        for x in stations.x[max(first, 1) : min(last, stations.depth) + 1].tolist():
            if not chosen <= x < chosen + told:
                painter.drawRect(QRectF(x - half, y - half, 2 * half, 2 * half))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(make_brush(theme.text))
    painter.drawRect(QRectF(chosen - half, y - half, 2 * half, 2 * half).adjusted(-1, -1, 1, 1))
    if told:
        x, ground = chosen + 2.4 * half, theme.ground
        draw_text(painter, x, y, text, metrics.smallest, theme.text, casing=ground)


def find_loss(
    point: QPointF, picture: UnrolledPicture, rows: StateRowPlaces, place: Place
) -> Target | None:
    """The mark of a loss from which the pass could start alone."""
    y, reach = mark_height(rows, place.metrics), 0.5 * place.metrics.label
    trace = picture.trace
    if trace is None or not picture.has_every_loss or abs(point.y() - y) > reach:
        return None
    stations = place.stations
    t = min(max(stations.nearest(point.x()), 1), stations.depth)
    if abs(stations.at(t) - point.x()) > max(reach, stations.pitch):
        return None
    return Target("loss", t, describe_loss_mark(trace, t))
