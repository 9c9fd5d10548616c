"""The verdict: how the gradient fares, as shape, word and numbers, and under it the cause."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.display.pictures import CausePicture, VerdictPicture
from desktop.panels.cause import CauseRow
from desktop.style.theme import DARK, Theme
from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.fixed_size import Still
from desktop.widgets.sections import caption
from desktop.widgets.verdict_word import VerdictWord

_MARGIN = 10
_GAP = 2
_NARROW = 85
"""In characters: in a narrower panel two lines beside the word do not hold a verdict."""
_ALIKE = 12
"""Characters by which two sentences differ that tell the same with other numbers."""
_HOW_TO_READ = (
    "A statement about the gradient now, never a forecast of learning. Vanishing: less than 10⁻³ "
    "of the gradient is carried to the first layer or time step, along the path that carries most. "
    "Exploding: more than 10³ times, or an update larger than the weights. Frozen: the update "
    "changes no entry of the weights."
)
_MEASURING = "Measuring the first backward pass …"


class VerdictPanel(QFrame):
    """Stands over the picture; its height does not change with the sentence.

    Between two docks in a small window it has a line more, and what was before moves under
    the word, so that the sentence is whole there too.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("verdict")
        self.setAccessibleName("Verdict")
        self.setProperty("surface", "card")
        self._theme: Theme = DARK
        self._picture: VerdictPicture | None = None
        self.word = VerdictWord()
        sentence = ElidingLabel()
        sentence.setObjectName("verdict_sentence")
        sentence.setWordWrap(True)
        sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        sentence.setProperty("is_dense", False)
        self._label = sentence
        self.sentence = Still(sentence)
        self.before = caption("")
        self.before.setObjectName("verdict_before")
        self.rows = QVBoxLayout(self)
        """One under the other: the verdict, the cause, and what is offered against it."""
        self.rows.setContentsMargins(16, _MARGIN // 2, 16, _MARGIN // 2)
        self.rows.setSpacing(_GAP)
        self._row = row = QHBoxLayout()
        row.setSpacing(16)
        self.rows.addLayout(row)
        self._column = QVBoxLayout()
        self._column.setSpacing(0)
        self._column.addWidget(self.word)
        row.addLayout(self._column)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.before)
        self.waiting = ElidingLabel(_MEASURING)
        self.waiting.setObjectName("verdict_waiting")
        self.waiting.setProperty("tone", "dim")
        self.waiting.setWordWrap(True)
        row.addWidget(self.waiting, 1)
        self.cause = CauseRow()
        self.rows.addWidget(self.cause)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setToolTip(_HOW_TO_READ)
        self._is_narrow = False
        self._usual_type: QFontMetrics | None = None
        self._word_height = 0
        self._dense_from = 0
        self._draw()

    def sizeHint(self) -> QSize:
        """As high as two or three lines of the sentence, or four dense ones, whatever it says."""
        lines = 3.2 if self._is_narrow else 2
        height = round(lines * self._measure_type().lineSpacing())
        if self._is_narrow:
            below = self.before.fontMetrics().lineSpacing()
            height = max(height, self._word_height + below)
        return QSize(480, height + _GAP + self.cause.sizeHint().height() + _MARGIN)

    def _measure_type(self) -> QFontMetrics:
        # Of what is to be seen: what is hidden does not know its type yet. And never of a
        # sentence that is written smaller: its room would then be smaller too.
        if self._picture is None:
            return self.waiting.fontMetrics()
        if self._usual_type is None or not self._label.property("is_dense"):
            self._usual_type = self._label.fontMetrics()
            self._word_height = self.word.sizeHint().height()
        return self._usual_type

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the width there is."""
        super().resizeEvent(event)
        self._arrange()
        self._fit_soon()

    def _fit_soon(self) -> None:
        QTimer.singleShot(0, self, self._fit_sentence)  # once the sentence has its room

    @Slot()
    def _fit_sentence(self) -> None:
        """Write word and sentence smaller where they are long, rather than cut them."""
        self._write_densely(is_dense=False)
        self._measure_type()
        self._dense_from = len(self._label.text())
        self._write_densely(is_dense=self._label.is_cut)

    def _write_densely(self, *, is_dense: bool) -> None:
        if self._label.property("is_dense") == is_dense:
            return
        for widget in (self.word, self._label):
            widget.setProperty("is_dense", is_dense)
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.word.updateGeometry()

    def _arrange(self) -> None:
        room = _NARROW * self._measure_type().averageCharWidth()
        is_narrow = self.width() < room
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            where = self._column if self._is_narrow else self._row
            where.addWidget(self.before)
            self.cause.set_narrow(is_narrow)
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """As high, however narrow."""
        return QSize(240, self.sizeHint().height())

    def apply_theme(self, theme: Theme) -> None:
        """Take the verdict colours of another theme."""
        self._theme = theme
        self._arrange()
        self._draw()
        self._fit_soon()

    def show_picture(self, picture: VerdictPicture | None) -> None:
        """Show a verdict; before the first pass there is none, and it says what is waited for."""
        if picture is not self._picture:
            self._picture = picture
            self._draw()

    def show_cause(self, picture: CausePicture | None) -> None:
        """Show the cause of the same pass; its room stays where there is none."""
        self.cause.show_picture(picture)

    def wait_for(self, sentence: str = _MEASURING) -> None:
        """Say this, quietly, until there is a verdict."""
        self.waiting.setText(sentence)
        self.waiting.setToolTip(sentence)

    def _draw(self) -> None:
        picture = self._picture
        self.waiting.setVisible(picture is None)
        for widget in (self.word, self.sentence, self.before):
            widget.setVisible(picture is not None)
        if picture is None:
            return
        colour = QColor(self._theme.verdict_colour(picture.kind))
        self.word.show_word(picture.shape, picture.word, colour)
        if self.sentence.text() != picture.sentence:
            self.sentence.setText(picture.sentence)
            # Another type lays out the whole window: it is not tried for every other number.
            is_dense = bool(self._label.property("is_dense"))
            if not is_dense or len(picture.sentence) < self._dense_from - _ALIKE:
                self._fit_sentence()
            self.sentence.setToolTip(f"{picture.sentence}\n{_HOW_TO_READ}")
        if self.before.text() != picture.before:
            self.before.setText(picture.before)
