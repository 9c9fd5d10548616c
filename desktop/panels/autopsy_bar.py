"""The bar over the picture while training has halted at a number that is not finite."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from desktop.display.pictures import AutopsyPicture
from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.palette import IconButton, TextButton, name_widget
from desktop.widgets.sections import caption

_SLIDER_WIDTH = 100
_SIDE, _MARGIN, _GAP = 16, 4, 2
_LONG_PLACE = "iteration 10,000"


class AutopsyBar(QFrame):
    """What led there, a film of the iterations before, and two ways to begin again."""

    play_or_pause_requested = Signal()
    iteration_requested = Signal(int)
    """The film is to rest on this one."""
    go_on_requested = Signal()
    """From the last good state."""
    start_again_requested = Signal()
    """From iteration 0."""
    height_taken = Signal(int)
    """How high it is now; 0 where it is not shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("autopsy_bar")
        self.setAccessibleName("What led to the number that is not finite")
        self.setProperty("surface", "card")
        self._picture: AutopsyPicture | None = None
        self.sentence = self._make_label("autopsy_sentence")
        self.advice = self._make_label("autopsy_advice")
        self.advice.setProperty("tone", "dim")
        self.advice.setWordWrap(True)
        self.play = IconButton("play", "film_play", "Replay the iterations before it (R)", 20)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        name_widget(
            self.slider,
            "film_slider",
            "Iteration of the replay",
            "The last iterations before the halt: drag, or use the arrow keys",
        )
        self.slider.setMinimumWidth(_SLIDER_WIDTH)
        self.slider.setMaximumWidth(2 * _SLIDER_WIDTH)
        self.place = caption("")
        self.place.setObjectName("film_place")
        self.go_on = TextButton("Go on", "go_on", "")
        self.start_again = TextButton("Start again", "start_again", "", "primary")
        self._lay_out()
        self.play.clicked.connect(self.play_or_pause_requested)
        self.slider.valueChanged.connect(self._slide)
        self.go_on.clicked.connect(self.go_on_requested)
        self.start_again.clicked.connect(self.start_again_requested)
        self._is_showing = False
        self.hide()

    @staticmethod
    def _make_label(name: str) -> ElidingLabel:
        label = ElidingLabel("")
        label.setObjectName(name)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return label

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.play)
        row.addWidget(self.slider, 1)
        row.addWidget(self.place)
        row.addSpacing(8)
        row.addWidget(self.advice, 3)
        row.addWidget(self.go_on)
        row.addWidget(self.start_again)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDE, _MARGIN, _SIDE, _MARGIN)
        column.setSpacing(_GAP)
        column.addWidget(self.sentence)
        column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As high as a line of the sentence, and under it the buttons or two lines of advice."""
        line = self.sentence.fontMetrics().lineSpacing()
        below = max(self.start_again.sizeHint().height(), 2 * line)
        return QSize(480, line + below + _GAP + 2 * _MARGIN)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say all of the sentence where there is room for it."""
        super().resizeEvent(event)
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        """In another type other words have room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
            QTimer.singleShot(0, self, self._fit)

    @Slot()
    def _fit(self) -> None:
        self._say()
        self._tell_height()

    def _tell_height(self) -> None:
        self.height_taken.emit(0 if self._picture is None else self.sizeHint().height())

    def _say(self) -> None:
        picture = self._picture
        if picture is None:
            return
        room = self.width() - 2 * _SIDE
        has_room = self.sentence.fontMetrics().horizontalAdvance(picture.sentence) <= room
        text = picture.sentence if has_room else picture.growth
        if self.sentence.text() != text:
            self.sentence.setText(text)
        self.sentence.setToolTip(picture.sentence)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def show_picture(self, picture: AutopsyPicture | None) -> None:
        """Show what led to a halt; None where training has not halted."""
        old, self._picture = self._picture, picture
        self.setVisible(picture is not None)
        self._tell_height()
        if picture is None or picture == old:
            return
        self.advice.setText(picture.advice)
        self.advice.setToolTip(picture.advice)
        self._say()
        if old is None or (old.first, old.last) != (picture.first, picture.last):
            self._show_span(picture.first, picture.last)
        for part in (self.play, self.slider, self.place):
            part.setVisible(picture.last > 0)
        self._show_ways(picture)
        self.updateGeometry()

    def _show_span(self, first: int, last: int) -> None:
        self._is_showing = True
        self.slider.setRange(first, last)
        self.slider.setValue(last)
        self._is_showing = False
        metrics = self.place.fontMetrics()
        widest = max(_LONG_PLACE, f"iteration {last:,}", key=len)
        self.place.setMinimumWidth(metrics.horizontalAdvance(widest))
        self.place.setText(f"iteration {last:,}")

    def _show_ways(self, picture: AutopsyPicture) -> None:
        good = picture.good
        again, on = "Start again from iteration 0", f"Go on from iteration {good or 0:,}"
        self.start_again.setText(again)
        self.go_on.setText(on)
        self.go_on.setVisible(bool(good))
        why = "" if picture.is_changed else f"\n{picture.advice}"
        self.start_again.setToolTip(
            f"Train again from the initial weights, with the same seed (Ctrl+Shift+G){why}"
        )
        self.go_on.setToolTip(
            f"Train on from the last good state, iteration {good or 0:,} (Ctrl+G){why}"
        )
        for button in (self.go_on, self.start_again):
            button.setAccessibleName(button.text())
            button.setEnabled(picture.is_changed)

    def show_film(self, iteration: int | None, *, is_playing: bool) -> None:
        """Show where the film stands; None leaves it at the halt."""
        self.play.set_icon("pause" if is_playing else "play")
        self.play.setToolTip(
            "Pause the replay" if is_playing else "Replay the iterations before it (R)"
        )
        shown = self.slider.maximum() if iteration is None else iteration
        self._is_showing = True
        self.slider.setValue(shown)
        self._is_showing = False
        self.place.setText(f"iteration {shown:,}")

    def _slide(self, iteration: int) -> None:
        if not self._is_showing:
            self.place.setText(f"iteration {iteration:,}")
            self.iteration_requested.emit(iteration)
