"""The lecture: the beats of the document, recorded, written and put in order."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.panels.lecture_panel.beat_form import BeatGuess, BeatStage, BeatWords
from desktop.panels.lecture_panel.beat_list import BeatList
from desktop.panels.lecture_panel.claims import ClaimsSection
from desktop.panels.lecture_panel.sheet import (
    LectureSheet,
    own_words,
    read_sentence,
    say_beat,
)
from desktop.panels.lecture_panel.whole import WholeSection
from desktop.widgets.fields import NumberField
from desktop.widgets.palette import IconButton, TextButton
from desktop.widgets.sections import caption, scrollable
from desktop.widgets.text_fields import LineField, TextField
from engine.document.lecture import Beat

_WIDTH = 304
_SCROLL_BAR = 10
_ROOM = 96
"""Pixels in sight under a field, for the sentence that says what is wrong with it."""
_EMPTY = (
    "No beats yet. Put the network, the selection and the lower view as the audience is to see "
    "them, then add that state as a beat."
)
_Words = TextField | LineField


@dataclass(frozen=True, slots=True)
class _Draft:
    """What was refused of a beat that is not chosen now."""

    beat: Beat
    index: int
    """Where it stood."""
    field: str
    """The object name of the field."""
    text: str
    reason: str


class LecturePanel(QWidget):
    """Shows a `LectureSheet` and announces what is wanted; it changes nothing itself."""

    record_requested = Signal()
    beat_chosen = Signal(int)
    beat_moved = Signal(int, int)
    duplication_requested = Signal()
    removal_requested = Signal()
    show_requested = Signal()
    """Begin the lecture at the chosen beat."""
    desk_requested = Signal()
    """Bring the chosen beat to the desk."""
    beat_edited = Signal(str, object)
    """The name of what was edited of the chosen beat, and its value."""
    lecture_edited = Signal(str, object)
    claim_requested = Signal(str, float, str)
    claim_removed = Signal(int)
    values_wanted = Signal()
    """A menu of quantities opens: what are they now?"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("lecture")
        self.setAccessibleName("Lecture")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sheet = LectureSheet(document=-1)
        self._drafts: list[_Draft] = []
        self.record = TextButton(
            "Add this state as a beat",
            "record_beat",
            "Add what the desk shows as a beat behind the chosen one (Ctrl+B)",
            kind="primary",
            icon="plus",
        )
        self.list = BeatList()
        self.hint = caption(_EMPTY)
        self.hint.setWordWrap(True)
        self.problem = caption("", "problem")
        self.problem.setObjectName("lecture_problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.show_from_here = TextButton(
            "Show from here", "show_from_here", "Begin the lecture at this beat", icon="play"
        )
        self.to_desk = TextButton(
            "To the desk",
            "beat_to_desk",
            "Bring the networks of this beat to the desk, and train them as far as it does",
        )
        self.up = IconButton("chevron-up", "beat_up", "Move the beat up (Alt+↑)")
        self.down = IconButton("chevron-down", "beat_down", "Move the beat down (Alt+↓)")
        self.copy = IconButton("copy", "duplicate_beat", "Duplicate the beat (Ctrl+D)")
        self.remove = IconButton("trash-2", "delete_beat", "Delete the beat (Delete)")
        self.words, self.stage, self.guess = BeatWords(), BeatStage(), BeatGuess()
        self.claims, self.whole = ClaimsSection(), WholeSection()
        self._sections = (self.words, self.stage, self.guess, self.claims, self.whole)
        self._lay_out()
        self._connect()
        self.show_sheet(self._sheet)

    def _lay_out(self) -> None:
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(2)
        for button in (self.up, self.down, self.copy, self.remove):
            tools.addWidget(button)
        tools.addStretch(1)
        self._places = QWidget()
        places = QHBoxLayout(self._places)
        places.setContentsMargins(0, 0, 0, 0)
        places.setSpacing(8)
        places.addWidget(self.show_from_here)
        places.addWidget(self.to_desk)
        self._content = content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 4, 16, 16)
        column.setSpacing(8)
        for widget in (
            self.record,
            self.hint,
            self.list,
            self._tools,
            self._places,
            *self._sections,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._area = scrollable(content, "lecture_scroll")
        whole.addWidget(self._area, 1)
        whole.addWidget(self.problem)

    def _connect(self) -> None:
        self.record.clicked.connect(self.record_requested)
        self.list.beat_chosen.connect(self.beat_chosen)
        self.list.beat_moved.connect(self.beat_moved)
        self.list.removal_requested.connect(self.removal_requested)
        self.list.duplication_requested.connect(self.duplication_requested)
        self.up.clicked.connect(lambda: self._move_by(-1))
        self.down.clicked.connect(lambda: self._move_by(1))
        self.copy.clicked.connect(self.duplication_requested)
        self.remove.clicked.connect(self.removal_requested)
        self.show_from_here.clicked.connect(self.show_requested)
        self.to_desk.clicked.connect(self.desk_requested)
        for section in (self.words, self.stage, self.guess):
            section.edited.connect(self.beat_edited)
        self.whole.edited.connect(self.lecture_edited)
        self.words.values_wanted.connect(self.values_wanted)
        self.claims.values_wanted.connect(self.values_wanted)
        self.claims.claim_requested.connect(self.claim_requested)
        self.claims.removal_requested.connect(self.claim_removed)

    def sizeHint(self) -> QSize:
        """Wide enough for its inputs; the height scrolls."""
        return QSize(_WIDTH, 400)

    def minimumSizeHint(self) -> QSize:
        """Never so narrow that an input is cut off."""
        width = self._content.minimumSizeHint().width() + _SCROLL_BAR
        return QSize(width, super().minimumSizeHint().height())

    def commit(self) -> None:
        """Announce what is being typed."""
        for field in self._list_words():
            field.commit()

    def show_sheet(self, sheet: LectureSheet) -> None:
        """Show the lecture, and one beat of it, without announcing anything.

        What was typed and refused stays: in its field, or until its beat is chosen again.
        """
        self.problem.hide()
        self._change_beat(self._sheet, sheet)
        self._sheet = sheet
        beats, beat = sheet.beats, sheet.beat
        self.hint.setVisible(not beats)
        for widget in (self.list, self._tools, self._places, self.whole):
            widget.setVisible(bool(beats))
        lines = [say_beat(number, each) for number, each in enumerate(beats, start=1)]
        tips = [
            read_sentence(each.sentence) or line for each, line in zip(beats, lines, strict=True)
        ]
        self.list.show_beats(lines, tips, sheet.chosen)
        self.up.setEnabled(sheet.chosen > 0)
        self.down.setEnabled(0 <= sheet.chosen < len(beats) - 1)
        for section in (self.words, self.stage, self.guess, self.claims):
            section.setVisible(beat is not None)
        if beat is not None:
            self.words.show_sheet(sheet, beat)
            self.stage.show_sheet(sheet, beat)
            self.guess.show_sheet(beat)
            self.claims.show_sheet(sheet, beat)
            self._bring_back(sheet, beat)
        if sheet.lecture is not None:
            self.whole.show_lecture(sheet.lecture)
        self.updateGeometry()  # what is shown now may need more width

    def _change_beat(self, old: LectureSheet, new: LectureSheet) -> None:
        """Where another beat is chosen, keep what was refused of the old one apart."""
        is_another = new.document != old.document
        if is_another:
            self._drafts.clear()
        was, now = old.beat, new.beat
        if not is_another and was is not None and now is not None:
            if new.chosen == old.chosen and len(old.beats) == len(new.beats):
                return
            stays = _stands_at(new, old.chosen, own_words(was))
            if own_words(was) == own_words(now) and (new.chosen == old.chosen or not stays):
                return  # it has moved
        for field in self._list_words():
            if field.problem and was is not None and not is_another:
                draft = _Draft(
                    own_words(was), old.chosen, field.objectName(), field.text(), field.problem
                )
                self._drafts.append(draft)
            field.show_text("")
        for number in self.stage.findChildren(NumberField):
            number.show_value(number.value)
        self.claims.say("")

    def _bring_back(self, sheet: LectureSheet, beat: Beat) -> None:
        """What was refused of a beat, also where it stands at another place by now."""
        own = own_words(beat)
        fields = {field.objectName(): field for field in self._list_words()}
        for draft in list(self._drafts):
            is_elsewhere = draft.index != sheet.chosen and _stands_at(sheet, draft.index, own)
            if draft.beat == own and not is_elsewhere:
                fields[draft.field].object_to(draft.reason, draft.text)
                self._drafts.remove(draft)

    def _list_words(self) -> list[_Words]:
        fields: list[_Words] = []
        for section in (self.words, self.stage, self.guess):
            fields += section.findChildren(TextField)
            fields += section.findChildren(LineField)
        return fields

    def object_to(self, name: str, sentence: str) -> None:
        """Say under a field why what was typed into it is not taken.

        Args:
            name: of what was edited, as `beat_edited` and `lecture_edited` announce it.
            sentence: the reason.
        """
        fields: dict[str, TextField | LineField | NumberField] = {
            "sentence": self.words.sentence,
            "notes": self.words.notes,
            "words": self.stage.words,
            "watch": self.stage.watch,
            "select": self.stage.select,
            "until": self.stage.until,
            "accuracy": self.stage.accuracy,
            "speed": self.stage.speed,
            "choices": self.guess.choices[0],
            "chapter": self.whole.chapter,
            "question": self.whole.question,
            "take_home": self.whole.take_home,
            "minutes": self.whole.minutes,
            "seeds": self.whole.seeds,
            "sources": self.whole.sources,
        }
        if name in fields:
            fields[name].object_to(sentence)
            self._area.ensureWidgetVisible(fields[name], 0, _ROOM)
        else:
            self.show_sheet(self._sheet)  # a choice goes back to what holds
            self.complain(sentence)

    def complain(self, sentence: str) -> None:
        """Say why something was not done; "" takes it away."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def write_sentence(self) -> None:
        """Give the keys to the sentence of the chosen beat."""
        self.words.sentence.setFocus()

    def _move_by(self, by: int) -> None:
        self.beat_moved.emit(self._sheet.chosen, self._sheet.chosen + by)


def _stands_at(sheet: LectureSheet, index: int, own: Beat) -> bool:
    return 0 <= index < len(sheet.beats) and own_words(sheet.beats[index]) == own
