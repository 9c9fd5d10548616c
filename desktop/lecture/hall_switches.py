"""The switches of a scene, large and in one row, as a hall reads them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from desktop.painting.text_and_pens import draw_text, elide, text_width
from desktop.panels.kind import PanelKinds
from desktop.panels.switches import SWITCH_KEYS, Switch, Switches
from desktop.style.theme import PROJECTOR, Metrics, Theme
from engine.document.experiment import Experiment
from engine.document.lecture import SwitchName

_ROW = 1.7
"""Height of a switch, in label sizes."""
_GROOVE = (1.75, 0.95)
"""Of the switch itself, in label sizes."""
_PAD = 0.4


class HallSwitch(QAbstractButton):
    """A number, a name, how it stands, and the switch itself; it only says it was pressed."""

    def __init__(self, key: int) -> None:
        super().__init__()
        self._key = str(key)
        self._switch: Switch | None = None
        self._theme: Theme = PROJECTOR
        self._metrics: Metrics = PROJECTOR.sizes()
        self.setObjectName(f"hall_switch_{key}")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_switch(self, switch: Switch) -> None:
        """Show how it stands."""
        self._switch = switch
        self.setAccessibleName(f"{switch.label}: {switch.setting}")
        self.setToolTip(f"{switch.edit_text} (key {switch.key})")
        self.updateGeometry()  # it says something else, which needs another width
        self.update()

    def dress(self, theme: Theme, metrics: Metrics) -> None:
        """Colours and sizes."""
        self._theme, self._metrics = theme, metrics
        self.setFixedHeight(round(max(metrics.target, _ROW * metrics.label)))
        self.setMinimumWidth(round(metrics.target))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as all that it says."""
        if self._switch is None:
            return QSize(0, self.height())
        texts = self._switch.label, self._switch.setting
        wide = sum(text_width(text, self._metrics.label) for text in texts)
        return QSize(round(wide + 5 * self._metrics.label), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The setting before the name gives way where there is little room."""
        switch, theme, metrics = self._switch, self._theme, self._metrics
        if switch is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        label, middle = metrics.label, self.height() / 2
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(QColor(theme.text if self.isDown() else theme.line), metrics.axis))
        painter.setBrush(QColor(theme.panel))
        painter.drawRoundedRect(box, 0.25 * label, 0.25 * label)
        wide, high = (round(share * label) for share in _GROOVE)
        groove = QRectF(box.right() - _PAD * label - wide, middle - high / 2, wide, high)
        _paint_groove(painter, groove, theme, metrics, switch.place)
        left, right = box.left() + _PAD * label, groove.left() - _PAD * label
        left += draw_text(painter, left, middle, self._key, metrics.tick, theme.dim)
        left += _PAD * label
        name, setting = _fit(switch, label, right - left)
        left += draw_text(painter, left, middle, name, label, theme.text)
        draw_text(painter, left + _PAD * label, middle, setting, label, theme.dim)
        painter.end()


def _fit(switch: Switch, pixels: float, room: float) -> tuple[str, str]:
    """Name and setting, as much of them as a room has place for."""
    short = switch.setting.partition(" · ")[0].partition(", ")[0]
    for name in (switch.label, switch.short_label):
        for setting in (switch.setting, short):
            wide = text_width(name, pixels) + _PAD * pixels + text_width(setting, pixels)
            if wide <= room:
                return name, setting
    if text_width(short, pixels) <= room:
        return "", short
    return elide(switch.short_label, pixels, room), ""


def _paint_groove(
    painter: QPainter, groove: QRectF, theme: Theme, metrics: Metrics, place: float | None
) -> None:
    """Filled where it is on; a ring in the middle of a dotted one where training decides."""
    is_on = place == 1.0
    style = Qt.PenStyle.DotLine if place is None else Qt.PenStyle.SolidLine
    painter.setPen(QPen(QColor(theme.text if is_on else theme.dim), metrics.axis, style))
    painter.setBrush(QColor(theme.text if is_on else theme.ground))
    painter.drawRoundedRect(groove, groove.height() / 2, groove.height() / 2)
    radius = 0.32 * groove.height()
    inset = groove.height() / 2
    at = 0.5 if place is None else place
    x = groove.left() + inset + at * (groove.width() - 2 * inset)
    if place is None:
        painter.setPen(QPen(QColor(theme.text), metrics.axis))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.ground if is_on else theme.dim))
    painter.drawEllipse(QPointF(x, groove.center().y()), radius, radius)


class HallSwitches(QWidget):
    """Those that a scene names, or that matter in it; every number acts, shown or not."""

    experiment_edited = Signal(object, str)
    """The new `Experiment`, and the name of the edit for undo."""

    def __init__(self, kinds: PanelKinds, names: tuple[SwitchName, ...] | None) -> None:
        super().__init__()
        self.setObjectName("hall_switches")
        self.setAccessibleName("Switches")
        self._kinds = kinds
        self._names = names
        self._is_choosing = False
        self._origin: Experiment | None = None
        self._switches = Switches({}, (), {})
        self.buttons = {key: HallSwitch(key) for key in SWITCH_KEYS}
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        for key, button in self.buttons.items():
            button.clicked.connect(lambda _checked, key=key: self.press(key))
            self.row.addWidget(button)
        self.row.addStretch(1)

    @Slot(object)
    def begin(self, experiment: Experiment) -> None:
        """A beat has brought this experiment: "off" is what holds now."""
        self._origin = experiment
        self.show_experiment(experiment)

    @Slot(object)
    def show_experiment(self, experiment: Experiment) -> None:
        """Show how the switches of the lane that is edited stand."""
        kind = self._kinds[experiment.network.kind]
        if self._origin is None or not kind.is_only_switched(self._origin, experiment):
            self._origin = experiment
        self._switches = kind.choose_switches(experiment, self._origin)
        self._draw()

    def set_choosing(self, is_choosing: bool) -> None:
        """While the numbers are those of choices, no switch has one."""
        self._is_choosing = is_choosing
        self._draw()

    def _draw(self) -> None:
        shown = () if self._is_choosing else self._choose_shown()
        for key, button in self.buttons.items():
            button.setVisible(key in shown)
            switch = self._switches.by_key.get(key)
            if switch is not None:
                button.show_switch(switch)
        self.setVisible(bool(shown))

    def press(self, key: int) -> None:
        """Throw the switch with this number, whether it is shown or not."""
        switch = self._switches.by_key.get(key)
        if switch is not None:
            self.experiment_edited.emit(switch.result, switch.edit_text)

    def dress(self, theme: Theme, metrics: Metrics) -> None:
        """Colours and sizes."""
        self.row.setSpacing(round(0.5 * metrics.label))
        for button in self.buttons.values():
            button.dress(theme, metrics)

    def _choose_shown(self) -> tuple[int, ...]:
        if self._names is None:
            return self._switches.shown
        by_key = self._switches.by_key
        return tuple(sorted(key for key in by_key if by_key[key].name in self._names))
