"""Neutral colours, fonts and icons for widgets that paint themselves, from the palette."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QPushButton, QToolButton, QWidget

from desktop.style.icons import make_icon

_DESK_TYPE = 14.0
"""Pixels: 10.5 pt."""
_TEXT_ICON = 16
"""Pixels of an icon beside text."""
_ICON_GAP = 4
"""Pixels between the icon of a button and its text, beside Qt's own."""
_RESTYLED = (QEvent.Type.StyleChange, QEvent.Type.FontChange)


@dataclass(frozen=True)
class Inks:
    """The neutral colours of the theme in force."""

    text: QColor
    dim: QColor
    line: QColor
    field: QColor
    raised: QColor
    panel: QColor
    ground: QColor


def current_inks() -> Inks:
    """The neutral colours of the application palette (`desktop.style.style_sheet.make_palette`)."""
    palette = QGuiApplication.palette()
    role = QPalette.ColorRole
    return Inks(
        text=palette.color(QPalette.ColorGroup.Active, role.WindowText),
        dim=palette.color(QPalette.ColorGroup.Active, role.PlaceholderText),
        line=palette.color(QPalette.ColorGroup.Active, role.Mid),
        field=palette.color(QPalette.ColorGroup.Active, role.Base),
        raised=palette.color(QPalette.ColorGroup.Active, role.Button),
        panel=palette.color(QPalette.ColorGroup.Active, role.AlternateBase),
        ground=palette.color(QPalette.ColorGroup.Active, role.Window),
    )


def scaled_font(widget: QWidget, factor: float, weight: QFont.Weight | None = None) -> QFont:
    """The widget's font, `factor` times as large: 9.5 pt text beside 10.5 pt has 0.905."""
    font = QFont(widget.font())
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * factor)
    else:
        font.setPixelSize(max(1, round(font.pixelSize() * factor)))
    if weight is not None:
        font.setWeight(weight)
    return font


def type_scale(widget: QWidget) -> float:
    """How large the widget's type is, compared with the desk's."""
    return QFontInfo(widget.font()).pixelSize() / _DESK_TYPE


def name_widget(widget: QWidget, object_name: str, accessible: str, tooltip: str) -> None:
    """Give an input its object name, its accessible name and its tooltip."""
    widget.setObjectName(object_name)
    widget.setAccessibleName(accessible)
    widget.setToolTip(tooltip)


class _Icon:
    """The icon of a button, drawn again when the theme or the size of the type changes."""

    def __init__(self, button: QAbstractButton, name: str, size: int, gap: int = 0) -> None:
        self._button = button
        self._name = name
        self._size = size
        self._gap = gap
        self._drawn_as: tuple[Inks, int] | None = None
        self._draw()

    def set_name(self, name: str) -> None:
        """Another icon, or none."""
        if name != self._name:
            self._name = name
            self._draw()

    def set_size(self, pixels: int) -> None:
        """So many pixels, whatever the type beside it is."""
        self._size = round(pixels / type_scale(self._button))
        if self._drawn_as != self._look():
            self._draw()

    def follow(self, event: QEvent) -> None:
        """Draw it anew if this is a change of the theme: then the style sheet is set again."""
        if event.type() in _RESTYLED and self._drawn_as != self._look():
            self._draw()

    def _look(self) -> tuple[Inks, int]:
        return current_inks(), round(self._size * type_scale(self._button))

    def _draw(self) -> None:
        inks, size = self._drawn_as = self._look()
        if not self._name:
            self._button.setIcon(QIcon())
            return
        is_primary = self._button.property("kind") == "primary"
        on, off = inks.ground if is_primary else inks.text, inks.dim if self._gap else inks.line
        self._button.setIconSize(QSize(size + self._gap, size))
        self._button.setIcon(make_icon(self._name, on, off, size, self._gap))


class IconButton(QToolButton):
    """A flat button with one icon that follows the theme."""

    def __init__(
        self,
        icon: str,
        object_name: str,
        tooltip: str,
        size: int = 18,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        name_widget(self, object_name, tooltip, tooltip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icon = _Icon(self, icon, size)

    def set_icon(self, icon: str) -> None:
        """Another icon, for example pause in place of play."""
        self._icon.set_name(icon)

    def set_icon_size(self, pixels: int) -> None:
        """Another size, where the button does not stand beside type of its own."""
        self._icon.set_size(pixels)

    def changeEvent(self, event: QEvent) -> None:
        """Let the icon follow the theme."""
        super().changeEvent(event)
        self._icon.follow(event)


class TextButton(QPushButton):
    """A push button of a kind of the style sheet, with an icon that follows the theme."""

    def __init__(
        self,
        text: str,
        object_name: str,
        tooltip: str,
        kind: str = "",
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        if kind:
            self.setProperty("kind", kind)
        name_widget(self, object_name, text or tooltip, tooltip)
        # A click leaves the keys where they are wanted: at the picture.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icon = _Icon(self, icon, _TEXT_ICON, _ICON_GAP)

    def set_icon(self, icon: str) -> None:
        """Another icon, or none."""
        self._icon.set_name(icon)

    def changeEvent(self, event: QEvent) -> None:
        """Let the icon follow the theme."""
        super().changeEvent(event)
        self._icon.follow(event)
