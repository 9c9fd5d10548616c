"""The lecturer's screen: what comes, what to say, and every number in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTime, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from desktop.display.frame import DisplayFrame
from desktop.display.pictures import VerdictPicture
from desktop.kinds.table import make_views
from desktop.lecture.clock import LectureClock, tell_time
from desktop.lecture.moment import Moment
from desktop.lecture.presenter_words import (
    KINDS,
    Number,
    list_numbers,
    plain_sentence,
    title_of,
    will_show_what_is_hidden,
)
from desktop.model.speed import Status
from desktop.style.theme import LIGHT, Theme
from desktop.views.theatre import Theatre
from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.palette import TextButton, name_widget
from desktop.widgets.sections import caption, scrollable
from desktop.widgets.verdict_word import paint_shape
from engine.document.script import Cue

_REDRAW_MS = 250
"""Between two drawings of the small theatre, so that the hall has the computer to itself."""
_CLOCK_MS = 250
_SIDE = 0.42
"""Of the width: theatre, numbers and the list of beats."""
_SIZE = QSize(1280, 720)


class PassAhead(QWidget):
    """What the hall will see of the pass that is hidden now: one line for each lane."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        name_widget(
            self,
            "presenter_hidden",
            "What is hidden from the hall",
            "The verdict on the pass that the hall cannot see yet",
        )
        self._theme = theme
        self._heading = caption("", "heading")
        self._lines = [(_Mark(), QLabel()) for _ in range(2)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._heading, 0, 0, 1, 2)
        for row, (mark, label) in enumerate(self._lines, 1):
            label.setWordWrap(True)
            label.setProperty("tone", "strong")
            grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label, row, 1)
        self.hide()

    @property
    def text(self) -> str:
        """All that is said."""
        shown = [label.text() for _, label in self._lines if not label.isHidden()]
        return " ".join([self._heading.text(), *shown])

    def tell(self, heading: str, verdicts: Sequence[VerdictPicture]) -> None:
        """Say what is hidden; nothing where nothing is."""
        self.setVisible(bool(verdicts))
        self._heading.setText(heading)
        names = ("Baseline: ", "Variant: ") if len(verdicts) > 1 else ("",)
        for number, (mark, label) in enumerate(self._lines):
            is_used = number < len(verdicts)
            label.setVisible(is_used)
            mark.setVisible(is_used)
            if is_used:
                verdict = verdicts[number]
                label.setText(f"{names[number]}{verdict.word}. {verdict.sentence}")
                mark.show_verdict(verdict, QColor(self._theme.verdict_colour(verdict.kind)))
        self.setAccessibleDescription(self.text)


class _Mark(QWidget):
    """The shape of a verdict."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(18, 18)
        self._verdict: VerdictPicture | None = None
        self._colour = QColor()

    def show_verdict(self, verdict: VerdictPicture, colour: QColor) -> None:
        """Paint another one."""
        self._verdict, self._colour = verdict, colour
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """In the verdict's colour."""
        if self._verdict is not None:
            painter = QPainter(self)
            paint_shape(painter, QRectF(self.rect()), self._verdict.shape, self._colour)
            painter.end()


class PresenterWindow(QWidget):
    """Lays out what the lecturer alone sees; what is pressed in it is only announced.

    Keys are those of the hall, heard by `desktop.lecture.keys.LectureKeys`; only the field for a
    beat takes what is written in it.
    """

    jump_requested = Signal(int)
    """A beat, from 0."""
    taken = Signal(int, bool)
    """An optional beat, from 0, and whether it will be played."""
    closed = Signal()

    def __init__(self, theme: Theme, clock: LectureClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("presenter_window")
        self.setWindowTitle("Gradient Theatre, for the lecturer")
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.resize(_SIZE)
        # A projector's type is for those who sit far away.
        self.theme = LIGHT if theme.is_projected else theme
        self.clock = clock
        self._cues: tuple[Cue, ...] = ()
        self._moment: Moment | None = None
        self._is_toggled = False
        self._make_parts()
        self._lay_out()
        self._due: DisplayFrame | None = None
        self._redraw = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._redraw.timeout.connect(self._draw)
        self._ticking = QTimer(self, interval=_CLOCK_MS)
        self._ticking.timeout.connect(self._show_time)

    def _make_parts(self) -> None:
        self.place = caption("", "heading")
        self.place.setObjectName("presenter_place")
        self.time_left = QLabel()
        name_widget(self.time_left, "presenter_time", "Time left", "Time left of the lecture's")
        self.time_gone = caption("", "dim")
        name_widget(self.time_gone, "presenter_elapsed", "Time gone", "Since the lecture's start")
        self.time_now = caption("", "dim")
        name_widget(self.time_now, "presenter_clock", "Time of day", "The time of day")
        self.hold = TextButton("Pause", "presenter_hold", "Hold the lecture's clock", icon="pause")
        self.reset = TextButton(
            "Reset", "presenter_reset", "Set the lecture's clock back to 0", icon="rotate-ccw"
        )
        self.kind = caption("", "heading")
        self.sentence = QLabel()
        self.sentence.setObjectName("presenter_sentence")
        self.sentence.setWordWrap(True)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        name_widget(self.progress, "presenter_progress", "Training", "How far training has come")
        self.trained = caption("", "dim")
        self.trained.setObjectName("presenter_trained")
        self.choices = QLabel()
        self.choices.setWordWrap(True)
        name_widget(
            self.choices,
            "presenter_choices",
            "Choices",
            "The digit of the choice that won the show of hands",
        )
        self.hidden = PassAhead(self.theme)
        self.notes = QLabel()
        self.notes.setObjectName("presenter_notes")
        self.notes.setAccessibleName("Notes")
        self.notes.setWordWrap(True)
        self.notes.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.following = ElidingLabel()
        self.following.setWordWrap(True)
        self.following.setObjectName("presenter_following")
        self.following_kind = caption("", "heading")
        self.theatre = Theatre(self.theme, make_views())
        self.theatre.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.numbers = QWidget()
        self.numbers.setObjectName("presenter_numbers")
        self._number_grid = QGridLayout(self.numbers)
        self._number_grid.setContentsMargins(0, 0, 0, 0)
        self._number_grid.setHorizontalSpacing(12)
        self._number_grid.setVerticalSpacing(2)
        self._number_grid.setColumnStretch(2, 1)
        self.go_to = QLineEdit()
        name_widget(
            self.go_to,
            "presenter_go_to",
            "Go to a beat",
            "The number of a beat, or words of its sentence; Enter jumps there",
        )
        self.go_to.setPlaceholderText("Number or words of a beat, then Enter")
        self.go_to.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.beats = QListWidget()
        name_widget(
            self.beats,
            "presenter_beats",
            "Beats",
            "A click jumps to a beat; a tick takes an optional one in",
        )
        self.beats.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.beats.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.beats.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.beats.itemPressed.connect(self._begin_click)
        self.beats.itemChanged.connect(self._take)
        self.beats.itemClicked.connect(self._jump)
        self.go_to.returnPressed.connect(self._go_to)
        self.go_to.textEdited.connect(self._look_for)
        self.hold.clicked.connect(self._hold_or_go_on)
        self.reset.clicked.connect(self._set_back)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.time_left)
        head.addWidget(self.time_gone)
        head.addWidget(self.hold)
        head.addWidget(self.reset)
        head.addStretch(1)
        head.addWidget(self.time_now)
        training = QHBoxLayout()
        training.addWidget(self.progress, 1)
        training.addWidget(self.trained)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(head)
        left.addWidget(self.place)
        left.addWidget(self.sentence)
        left.addLayout(training)
        left.addWidget(self.choices)
        left.addWidget(self.hidden)
        left.addSpacing(8)
        left.addWidget(scrollable(self.notes, "presenter_notes_area"), 1)
        left.addWidget(self.following_kind)
        left.addWidget(self.following)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.theatre, 5)
        right.addWidget(scrollable(self.numbers, "presenter_numbers_area"), 2)
        right.addWidget(self.go_to)
        right.addWidget(self.beats, 4)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(16, 12, 16, 12)
        columns.setSpacing(24)
        columns.addLayout(left, round(100 * (1 - _SIDE)))
        columns.addLayout(right, round(100 * _SIDE))

    # What is shown

    def begin(self, cues: Sequence[Cue]) -> None:
        """List the beats, and say the time."""
        self._cues = tuple(cues)
        for cue in self._cues:
            item = QListWidgetItem(title_of(cue), self.beats)
            item.setToolTip(title_of(cue))
            if cue.beat.optional:
                item.setCheckState(Qt.CheckState.Unchecked)
        self._ticking.start()
        self._show_time()

    def show_moment(self, moment: Moment) -> None:
        """This beat and the next one."""
        is_other = self._moment is None or self._moment.cue is not moment.cue
        self._moment = moment
        beat = moment.beat
        if moment.is_title:
            self.place.setText(f"Before beat 1 of {moment.count} · The student's question")
            self.sentence.setText(moment.question)
        else:
            kind = KINDS[beat.kind]
            self.place.setText(f"Beat {moment.cue.index + 1} of {moment.count} · {kind}")
            self.sentence.setText(moment.sentence or plain_sentence(moment.cue))
        self.notes.setText("" if moment.is_title else beat.notes)
        self.choices.setText(_list_choices(moment))
        self.choices.setVisible(beat.ask == "choice" and not moment.is_title)
        if moment.following is None:
            self.following_kind.setText("Next")
            self.following.setText("The end")
        else:
            self.following_kind.setText(f"Next · {KINDS[moment.following.beat.kind]}")
            self.following.setText(plain_sentence(moment.following))
        self._show_numbers(list_numbers(moment))
        if moment.is_title or not beat.has_hidden_pass:
            self.hidden.tell("", ())
        if is_other:
            self.beats.setCurrentRow(moment.cue.index)

    def show_taken(self, taken: Iterable[int]) -> None:
        """Which optional beats will be played."""
        chosen = set(taken)
        self.beats.blockSignals(True)
        for cue in self._cues:
            if cue.beat.optional:
                is_taken = cue.index in chosen
                state = Qt.CheckState.Checked if is_taken else Qt.CheckState.Unchecked
                self.beats.item(cue.index).setCheckState(state)
        self.beats.blockSignals(False)

    def show_hidden(self, verdicts: Sequence[VerdictPicture]) -> None:
        """The verdicts on the pass that the hall does not see yet; none where it sees it."""
        moment = self._moment
        if moment is None:
            return
        if moment.is_title or not moment.beat.has_hidden_pass:
            verdicts = ()
        comes_next = will_show_what_is_hidden(moment)
        self.hidden.tell("They will see" if comes_next else "Hidden from the hall", verdicts)

    def show_frame(self, display: DisplayFrame) -> None:
        """Draw the pass, a few times a second."""
        self._due = display
        if not self._redraw.isActive():
            self._redraw.start()

    def show_status(self, status: Status) -> None:
        """How far training has come."""
        goal = status.goal
        moment = self._moment
        if moment is not None and moment.beat.until is not None and not goal:
            goal = moment.beat.until.iterations
        self.progress.setVisible(status.is_training and bool(goal))
        if goal:
            self.progress.setRange(0, goal)
            self.progress.setValue(min(status.iteration, goal))
        of = f" of {goal:,}" if goal else ""
        self.trained.setText(f"Iteration {status.iteration:,}{of}")

    def _show_numbers(self, numbers: Sequence[Number]) -> None:
        for row in range(self._number_grid.rowCount()):
            self._number_grid.setRowStretch(row, 0)
        while (item := self._number_grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, number in enumerate(numbers):
            value = caption(number.value, "strong")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._number_grid.addWidget(caption(number.name), row, 0)
            self._number_grid.addWidget(value, row, 1)
            claimed = f"claimed: {number.claimed}" if number.claimed else ""
            self._number_grid.addWidget(caption(claimed, "small"), row, 2)
        self._number_grid.setRowStretch(len(numbers), 1)

    @Slot()
    def _draw(self) -> None:
        if self._due is not None and self.isVisible():
            self.theatre.show_frame(self._due)
            self._due = None

    # Time

    @Slot()
    def _show_time(self) -> None:
        clock = self.clock
        left = clock.left
        self.hold.setText("Pause" if clock.is_running else "Go on")
        self.hold.set_icon("pause" if clock.is_running else "play")
        self.time_left.setText(tell_time(clock.elapsed if left is None else left))
        self.time_left.setToolTip("Time gone" if left is None else "Time left of the lecture's")
        gone = f"gone {tell_time(clock.elapsed)}"
        self.time_gone.setText("gone" if left is None else f"left · {gone}")
        self.time_now.setText(QTime.currentTime().toString("HH:mm"))

    @Slot()
    def _hold_or_go_on(self) -> None:
        if self.clock.is_running:
            self.clock.hold()
        else:
            self.clock.go_on()
        self._show_time()

    @Slot()
    def _set_back(self) -> None:
        self.clock.reset()
        self._show_time()

    # Where to

    @Slot(QListWidgetItem)
    def _begin_click(self, _item: QListWidgetItem) -> None:
        self._is_toggled = False

    @Slot(QListWidgetItem)
    def _take(self, item: QListWidgetItem) -> None:
        """A tick is no jump."""
        self._is_toggled = True
        self.taken.emit(self.beats.row(item), item.checkState() == Qt.CheckState.Checked)

    @Slot(QListWidgetItem)
    def _jump(self, item: QListWidgetItem) -> None:
        if not self._is_toggled:
            self.jump_requested.emit(self.beats.row(item))

    @Slot(str)
    def _look_for(self, text: str) -> None:
        found = self._find(text)
        if found is not None:
            self.beats.setCurrentRow(found)

    @Slot()
    def _go_to(self) -> None:
        found = self._find(self.go_to.text())
        if found is not None:
            self.go_to.clear()
            self.setFocus()
            self.jump_requested.emit(found)

    def _find(self, text: str) -> int | None:
        """The beat of a number, else the first one with such words."""
        wanted = text.strip().lower()
        if wanted.isdecimal():
            return int(wanted) - 1 if 0 < int(wanted) <= len(self._cues) else None
        titles = ((cue.index, title_of(cue).lower()) for cue in self._cues)
        return next((index for index, title in titles if wanted and wanted in title), None)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The lecture goes on without it."""
        self._ticking.stop()
        self._redraw.stop()
        super().closeEvent(event)
        self.closed.emit()


def _list_choices(moment: Moment) -> str:
    """The digit of each choice, which one is right, and which one won."""
    lines = []
    for number, choice in enumerate(moment.beat.choices):
        marks = []
        if number == moment.beat.answer:
            marks.append("right")
        if number == moment.chosen:
            marks.append("chosen")
        told = f" ({', '.join(marks)})" if marks else ""
        lines.append(f"{number + 1}   {choice}{told}")
    return "\n".join(lines)
