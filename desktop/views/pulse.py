"""The light that crosses a network with the pass."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF
from PySide6.QtGui import QLinearGradient, QPainter

from desktop.display.pictures import DiagramPicture
from desktop.painting.text_and_pens import is_vector, make_colour
from desktop.style.theme import Theme, strength_colour
from desktop.views.view import Place


def draw_pulse(
    painter: QPainter,
    picture: DiagramPicture,
    top: float,
    bottom: float,
    place: Place,
    theme: Theme,
) -> None:
    """Light on the link that is being crossed."""
    playhead = picture.playhead
    if playhead.at_end() or not playhead.is_crossing() or is_vector(painter):
        return
    if playhead.phase == "forward":
        colour = theme.dim
    else:
        layer = min(picture.depth, playhead.layer_at())
        strength = float(picture.layer_strengths[layer])
        if math.isnan(strength):
            return
        colour = strength_colour(theme, round(strength, 1))
    x, reach = place.stations.at(playhead.x()), 0.42 * place.stations.pitch
    gradient = QLinearGradient(x - reach, 0, x + reach, 0)
    for share, alpha in ((0.0, 0.0), (0.5, 0.38), (1.0, 0.0)):
        gradient.setColorAt(share, make_colour(colour, alpha))
    painter.fillRect(QRectF(x - reach, top, 2 * reach, bottom - top), gradient)
