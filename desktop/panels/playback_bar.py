"""The bar that plays a captured backward pass: buttons, scrubber, speed, slow mode."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.display.options import Playhead
from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.fields import ChoiceBox
from desktop.widgets.fixed_size import Still
from desktop.widgets.palette import IconButton
from desktop.widgets.scrubber import Scrubber
from desktop.widgets.sections import caption

_SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
_LONG_PLACE = "layer 100 of 100"
_PHASE_WORDS = {
    "forward": "forward",
    "loss": "loss",
    "clip": "clip",
    "decay": "weight decay",
    "update": "update",
}


class PlaybackBar(QWidget):
    """Everything runs as the picture does: the left end is the input, where a pass ends."""

    play_or_pause_requested = Signal()
    stage_requested = Signal(int)
    """+1: one stage towards the input; -1: one towards the loss."""
    position_requested = Signal(float)
    """A position in stages from the loss."""
    loss_requested = Signal()
    input_requested = Signal()
    speed_chosen = Signal(float)
    slow_mode_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("playback_bar")
        self.setAccessibleName("Playback of the backward pass")
        self.setProperty("surface", "raised")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        text = ElidingLabel("")
        text.setObjectName("playback_caption")
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        text.setWordWrap(True)
        text.setMinimumWidth(216)
        self.caption = Still(text)
        self.to_input = IconButton("skip-back", "to_input", "To the input: the whole pass (Home)")
        self.back = IconButton("step-back", "stage_forward", "One stage towards the input (←)")
        self.play = IconButton("play", "play", "Play the backward pass", 20)
        self.forth = IconButton("step-forward", "stage_back", "One stage towards the loss (→)")
        self.to_loss = IconButton("skip-forward", "to_loss", "To the loss: the first instant (End)")
        self.scrubber = Scrubber()
        place = caption("", "")
        place.setObjectName("playback_place")
        self.place = Still(place)
        self.speed = ChoiceBox(
            "speed", "Speed", "Speed of the playback", [(str(s), f"{s:g}×") for s in _SPEEDS]
        )
        self.speed.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.speed.show_key("1.0")
        self.slow = IconButton(
            "turtle",
            "slow_mode",
            "Slow mode: forward, loss, backward, clip, decay and update, one after the other",
            20,
        )
        self.slow.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 4)
        row.setSpacing(4)
        row.addWidget(self.caption, 3)
        for button in (self.to_input, self.back, self.play, self.forth, self.to_loss):
            row.addWidget(button)
        row.addSpacing(8)
        row.addWidget(self.scrubber, 5)
        row.addSpacing(8)
        row.addWidget(self.place)
        row.addWidget(self.speed)
        row.addWidget(self.slow)
        self._connect()

    def changeEvent(self, event: QEvent) -> None:
        """Keep room for the longest usual place in another type."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            metrics = self.place.label.fontMetrics()
            self.place.setMinimumWidth(metrics.horizontalAdvance(_LONG_PLACE))
            QTimer.singleShot(0, self, self._fit)

    def minimumSizeHint(self) -> QSize:
        """Where there is little room, buttons give way; see `resizeEvent`."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what slider and keys do as well, if there is no room."""
        super().resizeEvent(event)
        self._fit()

    @Slot()
    def _fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        for has_ends in (True, False):
            for button in (self.to_input, self.to_loss):
                button.setVisible(has_ends)
            layout.invalidate()
            if layout.minimumSize().width() <= self.width():
                break

    def _connect(self) -> None:
        self.to_input.clicked.connect(self.input_requested)
        self.to_loss.clicked.connect(self.loss_requested)
        self.back.clicked.connect(lambda: self.stage_requested.emit(1))
        self.forth.clicked.connect(lambda: self.stage_requested.emit(-1))
        self.play.clicked.connect(self.play_or_pause_requested)
        self.scrubber.stage_requested.connect(self.stage_requested)
        self.scrubber.position_requested.connect(self.position_requested)
        self.speed.chosen.connect(lambda key: self.speed_chosen.emit(float(key)))
        self.slow.clicked.connect(self.slow_mode_changed)

    def show_playhead(self, playhead: Playhead, text: str = "", station: str = "layer") -> None:
        """Show where the pass stands, and the caption that goes with it.

        Args:
            playhead: where it stands.
            text: the caption.
            station: what it passes through, "layer" or "time step".
        """
        self.scrubber.show_playhead(playhead)
        self.play.set_icon("pause" if playhead.is_playing else "play")
        word = "Pause" if playhead.is_playing else "Play the backward pass"
        if self.play.toolTip() != word:
            self.play.setToolTip(word)
            self.play.setAccessibleName(word)
        for button in (self.to_input, self.back, self.play, self.forth, self.to_loss):
            if button.isEnabled() == playhead.is_live:
                button.setEnabled(not playhead.is_live)
        place = describe_place(playhead, station)
        if self.place.text() != place:
            is_longer = len(place) > max(len(self.place.text()), len(_LONG_PLACE))
            self.place.setText(place)
            if is_longer:
                self._fit()
        if self.caption.text() != text:
            self.caption.setText(text)
            self.caption.setToolTip(text)


def describe_place(playhead: Playhead, station: str = "layer") -> str:
    """Where the pass stands: "layer 4 of 10", "loss", "input", or the phase in slow mode."""
    if playhead.is_live:
        return "live"
    if playhead.phase in _PHASE_WORDS:
        return _PHASE_WORDS[playhead.phase]
    layer = playhead.layer_at()
    if layer == 0:
        return "input"
    return "loss" if layer > playhead.depth else f"{station} {layer:,} of {playhead.depth:,}"
