"""The form of one beat: its words, what it shows, how far it trains."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.panels.lecture_panel.quantity_menu import QuantityMenu
from desktop.panels.lecture_panel.sheet import KIND_WORDS, LectureSheet
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.palette import TextButton
from desktop.widgets.sections import Section, caption, grid_of
from desktop.widgets.switches import ToggleRow
from desktop.widgets.text_fields import LineField, TextField
from engine.document.lecture import Beat

NONE = "none"
"""The key of a choice that stands for nothing at all."""


class BeatWords(Section):
    """Kind, sentence and notes."""

    edited = Signal(str, object)
    """The name of what was edited, and its value."""
    values_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("Beat", "beat_words_section")
        self.kind = ChoiceBox(
            "beat_kind", "Kind of beat", "What a press of the clicker does", KIND_WORDS.items()
        )
        self.sentence = TextField(
            "beat_sentence",
            "Sentence",
            "What the audience reads: 18 words at most is a good aim. "
            "{accuracy} stands for what is measured, {{ for a brace.",
            3,
        )
        self.insert = TextButton(
            "Insert a quantity",
            "insert_quantity",
            "Put a measured value into the sentence",
            icon="plus",
        )
        self.notes = TextField("beat_notes", "Notes", "What the lecturer alone reads", 4)
        self.menu = QuantityMenu("sentence_quantity", self)
        self.add_row("Kind", self.kind)
        self.rows.addWidget(caption("Sentence", "small"))
        self.rows.addWidget(self.sentence)
        self.rows.addWidget(self.insert)
        self.rows.addWidget(caption("Notes", "small"))
        self.rows.addWidget(self.notes)
        self.kind.chosen.connect(lambda key: self.edited.emit("kind", key))
        self.sentence.text_committed.connect(lambda text: self.edited.emit("sentence", text))
        self.notes.text_committed.connect(lambda text: self.edited.emit("notes", text))
        self.insert.clicked.connect(self._open_menu)
        self.menu.quantity_chosen.connect(lambda name: self.sentence.insert(f"{{{name}}}"))

    def show_sheet(self, sheet: LectureSheet, beat: Beat) -> None:
        """Show a beat without announcing it."""
        self.kind.show_key(beat.kind)
        self.menu.offer(sheet.quantities or {}, sheet.of_variant)
        if not self.sentence.problem:
            self.sentence.show_text(beat.sentence)
        if not self.notes.problem:
            self.notes.show_text(beat.notes)

    def _open_menu(self) -> None:
        self.menu.show_values({})
        self.values_wanted.emit()
        self.menu.open_under(self.insert)


class BeatStage(Section):
    """What stands on the stage, and how far is trained."""

    edited = Signal(str, object)

    def __init__(self) -> None:
        super().__init__("On the stage", "beat_stage_section")
        self.lower_view = ChoiceBox("beat_lower", "Lower view", "What stands under the gradients")
        self.select = self._number(
            "beat_select", "Selected", "Layer or time step that is selected", "none"
        )
        self.until = self._number(
            "beat_until", "Train to", "Up to this iteration since the weights were drawn", "no"
        )
        self.accuracy = NumberField(
            "beat_accuracy",
            "Or to accuracy",
            "Or until this share of held-out examples is right, such as 0.8",
            empty_text="any",
        )
        self.speed = NumberField("beat_speed", "Speed", "How fast the pass is played")
        self.fresh = ToggleRow(
            "New weights", "beat_fresh", "The weights are drawn anew, from iteration 0"
        )
        self.hidden = ToggleRow(
            "Hide the pass", "beat_hidden", "Nothing that gives the answer away is shown"
        )
        self.optional = ToggleRow(
            "Optional", "beat_optional", "Left out unless the lecturer asks for it"
        )
        self.take_home = ToggleRow(
            "Take-home sentence", "beat_role", "What the audience is to take home"
        )
        self.words = LineField("beat_words", "Typed sentence", "Words that the network reads")
        self.watch = self._number(
            "beat_watch", "Watched word", "The number of the word that claims are about", "none"
        )
        self.add_row("Lower view", self.lower_view)
        numbers = QWidget()
        numbers.setLayout(
            grid_of(
                [
                    ("Selected", self.select),
                    ("Speed", self.speed),
                    ("Train to iteration", self.until),
                    ("or to accuracy", self.accuracy),
                ]
            )
        )
        self.rows.addWidget(numbers)
        for toggle, name in (
            (self.fresh, "fresh"),
            (self.hidden, "pass_"),
            (self.optional, "optional"),
            (self.take_home, "role"),
        ):
            self.rows.addWidget(toggle)
            toggle.flipped.connect(lambda is_on, name=name: self.edited.emit(name, is_on))
        self._words_row = self.add_row("Typed", self.words)
        self._watch_row = self.add_row("Watched word", self.watch)
        self.lower_view.chosen.connect(
            lambda key: self.edited.emit("lower", None if key == NONE else key)
        )
        for field, name in (
            (self.select, "select"),
            (self.until, "until"),
            (self.accuracy, "accuracy"),
            (self.speed, "speed"),
            (self.watch, "watch"),
        ):
            field.value_committed.connect(lambda value, name=name: self.edited.emit(name, value))
        self.words.text_committed.connect(lambda text: self.edited.emit("words", text))

    @staticmethod
    def _number(name: str, label: str, tooltip: str, empty: str) -> NumberField:
        return NumberField(name, label, tooltip, is_integer=True, empty_text=empty)

    def show_sheet(self, sheet: LectureSheet, beat: Beat) -> None:
        """Show a beat without announcing it."""
        self.lower_view.set_choices(((NONE, "None"), *sheet.lower_views))
        self.lower_view.show_key(beat.lower or NONE)
        until = beat.until
        for field, value in (
            (self.select, beat.select),
            (self.until, None if until is None else until.iterations),
            (self.accuracy, None if until is None else until.accuracy),
            (self.speed, beat.speed),
            (self.watch, beat.watch),
        ):
            if not (field.problem or field.is_committing):
                field.show_value(value)
        self.fresh.show_state(beat.fresh)
        self.hidden.show_state(beat.has_hidden_pass)
        self.optional.show_state(beat.optional)
        self.take_home.show_state(beat.role is not None)
        self._words_row.setVisible(sheet.reads_words)
        self._watch_row.setVisible(sheet.reads_words)
        if not self.words.problem:
            self.words.show_text(beat.words or "")


class BeatGuess(Section):
    """What the audience is asked."""

    edited = Signal(str, object)

    def __init__(self) -> None:
        super().__init__("Guess", "beat_guess_section")
        self.ask = ChoiceBox(
            "beat_ask",
            "Asked for",
            "What the audience guesses: a curve over the layers, or one of some choices",
            [(NONE, "Nothing"), ("curve", "Curve"), ("choice", "Show of hands")],
        )
        self.choices = tuple(
            LineField(
                f"beat_choice_{number}", f"Choice {number}", f"The choice with the key {number}"
            )
            for number in range(1, 6)
        )
        self.answer = ChoiceBox("beat_answer", "Right choice", "The choice that is right")
        self.add_row("Asked for", self.ask)
        self._rows = [
            self.add_row(f"Choice {number}", field)
            for number, field in enumerate(self.choices, start=1)
        ]
        self._rows.append(self.add_row("Right", self.answer))
        self.ask.chosen.connect(lambda key: self.edited.emit("ask", None if key == NONE else key))
        self.answer.chosen.connect(lambda key: self.edited.emit("answer", int(key)))
        for field in self.choices:
            field.text_committed.connect(self._announce_choices)

    def show_sheet(self, beat: Beat) -> None:
        """Show a beat without announcing it."""
        self.setVisible(beat.kind in ("predict", "question"))
        self.ask.show_key(beat.ask or NONE)
        for row in self._rows:
            row.setVisible(beat.ask == "choice")
        if not any(field.problem for field in self.choices):
            for index, field in enumerate(self.choices):
                field.show_text(beat.choices[index] if index < len(beat.choices) else "")
        named = [(str(index), choice) for index, choice in enumerate(beat.choices)]
        self.answer.set_choices(named)
        self.answer.show_key(None if beat.answer is None else str(beat.answer))

    def _announce_choices(self) -> None:
        typed = (field.text() for field in self.choices)
        self.edited.emit("choices", tuple(text for text in typed if text.strip()))
