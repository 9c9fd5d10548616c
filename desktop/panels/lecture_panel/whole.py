"""What the lecture says as a whole: title card, take-home sentence, seeds, switches."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from desktop.widgets.fields import NumberField
from desktop.widgets.palette import TextButton
from desktop.widgets.sections import Section, caption
from desktop.widgets.text_fields import LineField, TextField
from engine.document.lecture import Lecture, SwitchName

_SWITCHES: dict[str, str] = {
    name: name.replace("_", " ").capitalize() for name in get_args(SwitchName)
} | {"l2": "L2"}


class WholeSection(Section):
    """The fields of the lecture itself."""

    edited = Signal(str, object)

    def __init__(self) -> None:
        super().__init__("Lecture", "lecture_section")
        self.chapter = LineField("lecture_chapter", "Chapter", "The title of the chapter")
        self.question = TextField(
            "lecture_question", "Question", "The student's question: shown first, as a title", 2
        )
        self.take_home = TextField(
            "lecture_take_home", "Take-home sentence", "Of the gallery and the hand-out", 2
        )
        self.minutes = NumberField(
            "lecture_minutes", "Minutes", "How long it takes", bounds=(0.0, 1e6)
        )
        self.sources = TextField("lecture_sources", "Sources", "Where it is from, one a line", 2)
        self.seeds = LineField(
            "lecture_seeds",
            "Seeds",
            "For which every claim must hold, such as 7, 1, 2; empty: the seed of the experiment",
        )
        self.switches = TextButton(
            "", "lecture_switches", "Which switches the hall shows", icon="chevron-down"
        )
        self.menu = QMenu(self)
        self.menu.setObjectName("lecture_switches_menu")
        self._chosen: tuple[str, ...] | None = None
        self._make_menu()
        self.add_row("Chapter", self.chapter)
        self.rows.addWidget(caption("Question", "small"))
        self.rows.addWidget(self.question)
        self.rows.addWidget(caption("Take-home sentence", "small"))
        self.rows.addWidget(self.take_home)
        self.add_row("Minutes", self.minutes)
        self.rows.addWidget(caption("Sources, one a line", "small"))
        self.rows.addWidget(self.sources)
        self.add_row("Seeds", self.seeds)
        self.add_row("Switches", self.switches)
        for field, name in (
            (self.chapter, "chapter"),
            (self.question, "question"),
            (self.take_home, "take_home"),
            (self.seeds, "seeds"),
            (self.sources, "sources"),
        ):
            field.text_committed.connect(lambda text, name=name: self.edited.emit(name, text))
        self.minutes.value_committed.connect(lambda value: self.edited.emit("minutes", value))
        self.switches.clicked.connect(
            lambda: self.menu.popup(self.switches.mapToGlobal(self.switches.rect().bottomLeft()))
        )

    def _make_menu(self) -> None:
        free = self.menu.addAction("The program's choice")
        free.setObjectName("lecture_switch_free")
        free.setCheckable(True)
        free.triggered.connect(lambda _checked: self.edited.emit("switches", None))
        self.menu.addSeparator()
        for name, words in _SWITCHES.items():
            action = self.menu.addAction(words)
            action.setObjectName(f"lecture_switch_{name}")
            action.setCheckable(True)
            action.triggered.connect(lambda is_on, name=name: self._turn(name, is_on=is_on))

    def _turn(self, name: str, *, is_on: bool) -> None:
        others = [each for each in self._chosen or () if each != name]
        self.edited.emit("switches", tuple([*others, name] if is_on else others))

    def show_lecture(self, lecture: Lecture) -> None:
        """Show the fields without announcing them."""
        seeds = ", ".join(map(str, lecture.seeds or ()))
        for field, text in (
            (self.chapter, lecture.chapter),
            (self.question, lecture.question),
            (self.take_home, lecture.take_home),
            (self.seeds, seeds),
        ):
            if not field.problem:
                field.show_text(text)
        if split_lines(self.sources.text()) != lecture.sources and not self.sources.problem:
            self.sources.show_text("\n".join(lecture.sources))
        if not (self.minutes.problem or self.minutes.is_committing):
            self.minutes.show_value(lecture.minutes)
        self._chosen = lecture.switches
        named = [_SWITCHES[name] for name in lecture.switches or ()]
        free = "The program's choice" if lecture.switches is None else "None"
        self.switches.setText(", ".join(named) or free)
        for action in self.menu.actions():
            name = action.objectName().removeprefix("lecture_switch_")
            is_free = name == "free" and lecture.switches is None
            action.setChecked(is_free or name in (lecture.switches or ()))


def split_lines(text: str) -> tuple[str, ...]:
    """The lines in which something stands."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())
