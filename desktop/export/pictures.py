"""Exported pictures: the same drawings, laid out anew for a page, a slide or a file.

Never a screenshot: the views are settled in the target's size, with the type sizes that
the target asks for, and painted as vectors where the format has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QIODevice,
    QMarginsF,
    QRectF,
    QSize,
    QSizeF,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QImage,
    QPageSize,
    QPaintDevice,
    QPainter,
    QPdfWriter,
)
from PySide6.QtSvg import QSvgGenerator

from desktop.display.frame import DisplayFrame
from desktop.display.lower_view import turn_to
from desktop.display.options import ViewName
from desktop.export.sheets import MM_PER_INCH, SCREEN_DPI, SLIDES, Sheet, make_sheet
from desktop.kinds.table import make_views
from desktop.model.safe_write import write_whole
from desktop.style.theme import Theme, load_fonts
from desktop.views.composition import list_views
from desktop.views.export_header import draw_footer, draw_header, footer_height, header_height
from desktop.views.layout import MARGIN
from desktop.views.page import Page, Ranges
from engine.errors import RequestError

Format = Literal["png", "svg", "pdf"]
FORMATS: tuple[Format, ...] = ("png", "svg", "pdf")
_PDF_DPI = 1_200


@dataclass(frozen=True, slots=True)
class Style:
    """What may be chosen of a picture."""

    has_title: bool = True
    has_caption: bool = True
    is_transparent: bool = False
    ranges: Ranges | None = None
    """What is zoomed into; None shows everything."""


PLAIN = Style()


def paint_picture(
    painter: QPainter,
    display: DisplayFrame,
    view: ViewName,
    sheet: Sheet,
    theme: Theme,
    style: Style = PLAIN,
) -> None:
    """Paint a view onto a sheet, the ground first."""
    page = QRectF(0, 0, sheet.width, sheet.height)
    if not style.is_transparent:
        painter.fillRect(page, QColor(theme.ground))
    metrics = sheet.metrics
    width = sheet.width - 2 * MARGIN * metrics.label
    charts = Page(
        display,
        list_views(view),
        sheet.width,
        sheet.height,
        metrics,
        theme,
        make_views(),
        header_height=header_height(display, width, metrics) if style.has_title else 0.0,
        footer_height=footer_height(display, width, metrics) if style.has_caption else 0.0,
        ranges=style.ranges,
    )
    charts.draw(painter)
    rooms = charts.rooms
    charts.deleteLater()
    if rooms.header is not None:
        draw_header(painter, display, rooms.header, theme, sheet.metrics)
    if rooms.footer is not None:
        draw_footer(painter, display, rooms.footer, theme, sheet.metrics)


def render_image(
    display: DisplayFrame,
    view: ViewName,
    sheet: Sheet,
    theme: Theme,
    style: Style = PLAIN,
) -> QImage:
    """The picture as a bitmap.

    Raises:
        RequestError: for a view that the network does not have, or no memory for the bitmap.
    """
    _check_fonts()
    display = turn_to(display, view)
    image = QImage(
        QSize(round(sheet.width * sheet.scale), round(sheet.height * sheet.scale)),
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    if image.isNull():
        raise RequestError("The picture does not fit into memory: choose a smaller one.")
    image.fill(Qt.GlobalColor.transparent if style.is_transparent else QColor(theme.ground))
    painter = QPainter(image)
    painter.scale(sheet.scale, sheet.scale)
    paint_picture(painter, display, view, sheet, theme, style)
    painter.end()
    dots_per_metre = round(SCREEN_DPI * sheet.scale / MM_PER_INCH * 1000)
    image.setDotsPerMeterX(dots_per_metre)
    image.setDotsPerMeterY(dots_per_metre)
    return image


def render_bytes(
    display: DisplayFrame,
    view: ViewName,
    kind: Format,
    sheet: Sheet,
    theme: Theme,
    style: Style = PLAIN,
) -> bytes:
    """The picture as the bytes of a file."""
    _check_fonts()
    display = turn_to(display, view)
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if kind == "png":
        render_image(display, view, sheet, theme, style).save(buffer, "PNG", 80)  # type: ignore[call-overload]
    else:
        device, scale = (_make_svg if kind == "svg" else _make_pdf)(buffer, display, sheet)
        painter = QPainter(device)
        # Else the heat map becomes a JPEG in a PDF, and its colours run from cell to cell.
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.scale(scale, scale)
        paint_picture(painter, display, view, sheet, theme, style)
        painter.end()
    buffer.close()
    return bytes(store.data())


def _make_svg(buffer: QBuffer, display: DisplayFrame, sheet: Sheet) -> tuple[QPaintDevice, float]:
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(round(SCREEN_DPI))
    generator.setSize(QSize(sheet.width, sheet.height))
    generator.setViewBox(QRectF(0, 0, sheet.width, sheet.height))
    generator.setTitle(display.heading or "Gradient Theatre")
    generator.setDescription(display.source)
    return generator, 1.0


def _make_pdf(buffer: QBuffer, display: DisplayFrame, sheet: Sheet) -> tuple[QPaintDevice, float]:
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QSizeF(*sheet.points), QPageSize.Unit.Point))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(_PDF_DPI)
    writer.setTitle(display.heading or "Gradient Theatre")
    writer.setCreator("Gradient Theatre")
    return writer, _PDF_DPI / SCREEN_DPI


def export_picture(
    display: DisplayFrame,
    view: ViewName,
    path: Path,
    sheet: Sheet,
    theme: Theme,
    style: Style = PLAIN,
) -> None:
    """Write a view to a file; its ending says the format: png, svg or pdf.

    The file appears whole or not at all.

    Raises:
        GradientTheatreError: one sentence, for an ending or a place that cannot be.
    """
    kind = path.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise RequestError(f"A picture's name ends in .png, .svg or .pdf, not “{path.suffix}”.")
    write_whole(path, render_bytes(display, view, kind, sheet, theme, style))


def copy_to_clipboard(
    display: DisplayFrame,
    view: ViewName,
    theme: Theme,
    size: tuple[int, int] = SLIDES[0],
    style: Style = PLAIN,
) -> None:
    """Put a picture of a view on the clipboard."""
    sheet = make_sheet(theme, view, size=size)
    QGuiApplication.clipboard().setImage(render_image(display, view, sheet, theme, style))


def _check_fonts() -> None:
    if QGuiApplication.instance() is None:
        raise RuntimeError("a picture needs a QGuiApplication, which carries the fonts")
    load_fonts()
