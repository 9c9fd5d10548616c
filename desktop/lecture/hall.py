"""The hall's window: theatre, verdict, switches and the beat's sentence, and nothing else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.display.frame import DisplayFrame
from desktop.kinds.table import make_views
from desktop.lecture.aside import CURVES, Aside, list_shown
from desktop.lecture.guess_pad import GuessPad
from desktop.lecture.hall_choices import HallChoices
from desktop.lecture.hall_overlays import Cover, HallKeys, TitleCard
from desktop.lecture.hall_progress import HallProgress
from desktop.lecture.hall_switches import HallSwitches
from desktop.lecture.hall_text import HallText
from desktop.lecture.hall_verdict import HallVerdict
from desktop.lecture.keys import LISTED
from desktop.lecture.moment import Moment
from desktop.lecture.preview import PreviewLayer
from desktop.style.theme import PROJECTOR, PROJECTOR_DARK, Theme
from desktop.views.theatre import Theatre

LEAST_BARS = 0.405
"""Of the height of the window: the bars of the gradient."""
_THEATRE, _ASIDE, _WORDS = 14, 6, 9
"""Shares of the width: of the theatre, and of what stands beside it."""
_POINTER_MS = 2_000
_SENTENCE_LINES = 2


class HallWindow(QWidget):
    """Lays out what a hall sees; what is pressed in it is only announced."""

    closed = Signal()

    def __init__(self, switches: HallSwitches, parent: QWidget | None = None) -> None:
        """Build it.

        Args:
            switches: of the scene.
            parent: none, as a rule.
        """
        super().__init__(parent)
        self.setObjectName("hall_window")
        self.setWindowTitle("Gradient Theatre, lecture")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.theme: Theme = PROJECTOR
        self.verdict = HallVerdict()
        self.theatre = Theatre(self.theme, make_views(), views=("diagram", "flow"))
        self.theatre.least_bars = LEAST_BARS
        self.theatre.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.theatre.setMinimumSize(200, 120)
        self.sentence = HallText("hall_sentence", "Sentence of the beat")
        self.guess_pad = GuessPad(self.theatre)
        self.choices = HallChoices()
        self.stage = QHBoxLayout()
        """The theatre, and what a beat lays beside it."""
        self.aside = Aside()
        side = QVBoxLayout()
        side.addWidget(self.choices, 2)
        side.addWidget(self.aside, 3)
        self.stage.addWidget(self.theatre, _THEATRE)
        self.stage.addLayout(side, _ASIDE)
        self.progress = HallProgress()
        self._moment: Moment | None = None
        self._has_curves: bool | None = None
        self._top, self._second = QHBoxLayout(), QHBoxLayout()
        self._top.addWidget(self.verdict, 1)
        self._top.addWidget(self.progress)
        self._second.addWidget(switches, 1)
        self.content = QWidget(self)
        """All that is seen: a preview changes how."""
        self._column = QVBoxLayout(self.content)
        self.switches = switches
        self._column.addLayout(self._top)
        self._column.addLayout(self._second)
        self._column.addLayout(self.stage, 1)
        self._column.addWidget(self.sentence)
        self.title = TitleCard(self.content)
        self.keys = HallKeys(LISTED, self.content)
        self.cover = Cover(self.content)
        self.preview = PreviewLayer(self.content, self)
        self._pointer = QTimer(self, singleShot=True, interval=_POINTER_MS)
        self._pointer.timeout.connect(self._hide_pointer)
        self.setMouseTracking(True)
        self.theatre.viewport().installEventFilter(self)
        self._dress()

    def show_moment(self, moment: Moment) -> None:
        """Say the beat's sentence, or ask the student's question."""
        self.sentence.set_text(moment.sentence)
        self.switches.set_choosing(moment.beat.ask == "choice")
        if self._moment is None or self._moment.cue is not moment.cue:
            self._has_curves = None
        self._moment = moment
        until = moment.beat.until
        self.progress.show_goal(until.iterations if until and moment.is_training else None)
        self._choose_aside()
        if moment.is_title:
            over = (each for each in (moment.chapter, moment.experiment.title) if each)
            self.title.show_question(" · ".join(over), moment.question)
            self.title.raise_()
        else:
            self.title.hide()

    def change_curves(self) -> None:
        """History, loss and accuracy beside the theatre, or none of them."""
        self._has_curves = not {"history", *CURVES} & {*self.aside.shown}
        self._choose_aside()

    def _choose_aside(self) -> None:
        moment = self._moment
        if moment is None or moment.is_title:
            self.aside.choose(())
            return
        beat, network = moment.beat, moment.experiment.network
        shown = list_shown(
            beat.lower, network, has_curves=self._has_curves, is_hidden=beat.has_hidden_pass
        )
        self.aside.choose(shown)
        self.aside.dress(self.theme, self.theme.sizes(max(300, self.height())))

        self.share_stage()

    def share_stage(self) -> None:
        """The theatre has all of the width where nothing stands beside it."""
        is_alone = self.choices.isHidden() and self.aside.isHidden()
        beside = _WORDS if "words" in self.aside.shown else _ASIDE
        self.stage.setStretch(1, 0 if is_alone else beside)

    def show_frame(self, display: DisplayFrame) -> None:
        """Draw the pass, under the guess at it."""
        self._make_way(has_lanes=display.variant is not None)
        self.theatre.show_frame(display)
        self.aside.show_frame(display, is_live=display.playhead.is_live)
        self.progress.show_iteration(display.iteration)
        self.guess_pad.show_frame(display)

    def _make_way(self, *, has_lanes: bool) -> None:
        """Two lanes have their verdicts in their titles, and need the height."""
        if has_lanes == self.verdict.isHidden():
            return
        self.verdict.setVisible(not has_lanes)
        row = self._second if has_lanes else self._top
        row.addWidget(self.progress)

    def show_details(self, display: DisplayFrame) -> None:
        """Say its verdict."""
        self.verdict.show_picture(display.verdict)

    def change_light(self) -> None:
        """A dark ground instead of a light one, and back."""
        self.theme = PROJECTOR if self.theme.is_dark else PROJECTOR_DARK
        self._dress()

    def cover_with(self, colour: str) -> None:
        """A screen of one colour, over everything."""
        self.cover.colour = QColor(colour)
        self.cover.setGeometry(self.rect())
        self.cover.raise_()
        self.cover.show()

    def show_keys(self) -> None:
        """All keys, over everything."""
        self.keys.setGeometry(self.rect())
        self.keys.raise_()
        self.keys.show()

    def uncover(self) -> bool:
        """Take away what a key laid over the picture; whether there was something."""
        lying = [each for each in (self.cover, self.keys) if each.isVisible()]
        for each in lying:
            each.hide()
        return bool(lying)

    def change_full_screen(self) -> None:
        """A window that can be moved instead of the whole screen, and back."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def _dress(self) -> None:
        height = max(300, self.height())
        metrics = self.theme.sizes(height)
        margin = round(0.6 * metrics.label)
        self._column.setContentsMargins(2 * margin, margin, 2 * margin, margin)
        self._column.setSpacing(0)
        self.verdict.dress(self.theme, height)
        self.sentence.dress(self.theme, metrics.title, metrics.smallest, _SENTENCE_LINES)
        self.choices.dress(self.theme, height)
        self.theatre.apply_theme(self.theme)
        self.guess_pad.place()
        self.switches.dress(self.theme, metrics)
        self.progress.dress(self.theme, height)
        self.aside.dress(self.theme, metrics)
        for over in (self.title, self.keys):
            over.dress(self.theme)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Type follows the height."""
        super().resizeEvent(event)
        for over in (self.content, self.cover, self.title, self.keys, self.preview):
            over.setGeometry(self.rect())
        self._dress()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.ground))
        painter.end()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The pointer shows while it moves."""
        del watched
        if event.type() == QEvent.Type.MouseMove:
            self._show_pointer()
        return False

    def _show_pointer(self) -> None:
        if self.cursor().shape() == Qt.CursorShape.BlankCursor:
            self.unsetCursor()
        self._pointer.start()

    def _hide_pointer(self) -> None:
        self.setCursor(Qt.CursorShape.BlankCursor)

    def closeEvent(self, event: QCloseEvent) -> None:
        """However it is closed, the lecture is over."""
        super().closeEvent(event)
        self.closed.emit()
