"""How the hall's picture looks to others: washed out by a lit hall, or without red and green.

Sources: the contrast of a projected picture, white over black, with light from elsewhere added
to both; Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color
Vision Deficiency" (2009), for deuteranopia. Both hold in linear light (sRGB, IEC 61966-2-1).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

PreviewName = Literal["none", "washed_out", "deuteranopia"]
ORDER: tuple[PreviewName, ...] = ("none", "washed_out", "deuteranopia")
CONTRAST = 7.0
"""White over black in a lit hall."""
_DEUTERANOPIA = np.array(
    [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    dtype=np.float32,
)
_STAGES = 4096
_PERIOD_MS = 100


def _make_linear() -> NDArray[np.float32]:
    """(256) linear light of every value of sRGB."""
    shares = np.arange(256) / 255
    low, high = shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4
    return np.where(shares <= 0.04045, low, high).astype(np.float32)


def _make_values() -> NDArray[np.uint8]:
    """The value of sRGB for every stage of linear light."""
    light = np.arange(_STAGES) / (_STAGES - 1)
    low, high = 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055
    values: NDArray[np.uint8] = np.rint(255 * np.where(light <= 0.0031308, low, high)).astype(
        np.uint8
    )
    return values


_LINEAR, _VALUES = _make_linear(), _make_values()


def transform(image: QImage, name: PreviewName) -> QImage:
    """The image as it is seen.

    Args:
        image: any; its alpha is kept.
        name: how it is seen.
    """
    result = image.convertToFormat(QImage.Format.Format_RGBA8888)
    if name == "none":
        return result
    rows = np.frombuffer(result.bits(), np.uint8).reshape(result.height(), -1)
    pixels = rows[:, : 4 * result.width()].reshape(result.height(), result.width(), 4)
    light = _LINEAR[pixels[..., :3]]
    if name == "washed_out":
        stray = 1.0 / (CONTRAST - 1.0)
        light = (light + stray) / (1.0 + stray)
    else:
        light = light @ _DEUTERANOPIA.T
    places = np.clip(np.rint((_STAGES - 1) * light), 0, _STAGES - 1).astype(np.int32)
    pixels[..., :3] = _VALUES[places]
    return result


class PreviewLayer(QWidget):
    """Lies over a widget and shows it as others see it, while it goes on."""

    def __init__(self, source: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("hall_preview")
        self.setAccessibleName("Hall preview")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._source = source
        self.name: PreviewName = "none"
        self._timer = QTimer(self, interval=_PERIOD_MS)
        self._timer.timeout.connect(self.update)
        self.hide()

    def change(self) -> None:
        """To the next one in the order."""
        self.name = ORDER[(ORDER.index(self.name) + 1) % len(ORDER)]
        is_shown = self.name != "none"
        self.setGeometry(self._source.geometry())
        self.setVisible(is_shown)
        self.raise_()
        if is_shown:
            self._timer.start()
        else:
            self._timer.stop()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """What lies under it, transformed."""
        pixmap = self._source.grab()
        image = transform(pixmap.toImage(), self.name)
        image.setDevicePixelRatio(pixmap.devicePixelRatio())
        painter = QPainter(self)
        painter.drawImage(0, 0, image)
        painter.end()
