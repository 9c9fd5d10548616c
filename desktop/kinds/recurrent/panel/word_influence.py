"""Word influence: which word the gradient reaches, which word decides, and one's own sentence."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from desktop.kinds.recurrent.display.word_influence import (
    ABSENCE,
    NOT_YET,
    judge_typing,
    reads_words,
    resolve_influence,
)
from desktop.kinds.recurrent.panel.sentence import SentenceView
from desktop.panels.side_panel import SidePanel
from desktop.style.theme import Theme
from desktop.widgets.palette import TextButton, name_widget
from desktop.widgets.sections import caption, scrollable
from desktop.widgets.share_bars import ShareBars
from engine.document.experiment import Experiment
from engine.kinds.recurrent.questions import InfluenceQuestion
from engine.kinds.recurrent.records import WordInfluence

_TYPING_PAUSE_MS = 250


class WordInfluencePanel(SidePanel):
    """Shows one frozen measurement; asks for others, and for sentences that are typed."""

    title = "Word influence"
    heading = "Which word matters?"
    short_name = "influence"
    sentence_typed = Signal(str)
    """A sentence of words that the network knows."""
    influence_requested = Signal(int)
    """A held-out sentence by its number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("word_influence")
        self.setAccessibleName("Word influence")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._influence: WordInfluence | None = None
        self._example = 0
        self._typed: str | None = None
        self.hint = _wrapped(caption(""))
        self.gradient_line = _wrapped(caption("", "heading"))
        self.gradient = SentenceView("influence_gradient", "strength")
        self.gradient.setAccessibleName("What the gradient reaches")
        self.swap_line = _wrapped(caption("", "heading"))
        self.swap = SentenceView("influence_swap", "share")
        self.swap.setAccessibleName("What a swap changes")
        self.ranks = _wrapped(caption("", "small"))
        self.answers = ShareBars("influence_answers")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText("Your sentence")
        name_widget(
            self.edit,
            "influence_sentence",
            "Your own sentence",
            "Words of the vocabulary; the answer follows as you type.",
        )
        self.another = TextButton(
            "Another", "influence_another", "Measure another held-out sentence"
        )
        self.problem = _wrapped(caption("", "problem"))
        self.problem.setObjectName("influence_problem")
        self.completions = _wrapped(caption("", "small"))
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._announce)
        self.edit.textEdited.connect(self._judge)
        self.edit.returnPressed.connect(self._announce)
        self.another.clicked.connect(self._ask_another)
        self.sentence_typed.connect(self.asked)
        self.influence_requested.connect(self.asked)
        self._lay_out()
        self.show_influence(None, NOT_YET)

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 8, 16, 16)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.edit, 1)
        row.addWidget(self.another)
        column.addLayout(row)
        for widget in (
            self.completions,
            self.problem,
            self.hint,
            self.answers,
            self.gradient_line,
            self.gradient,
            self.swap_line,
            self.swap,
            self.ranks,
        ):
            column.addWidget(widget)
        self.gradient_line.setContentsMargins(0, 6, 0, 0)
        self.swap_line.setContentsMargins(0, 10, 0, 0)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrollable(content, "influence_scroll"))

    def question(self) -> InfluenceQuestion:
        """What to measure again after an update: the typed sentence, or one by its number."""
        return InfluenceQuestion(self._typed, self._example)

    def suits(self, experiment: Experiment) -> bool:
        """Whether there are words."""
        return reads_words(experiment)

    def begin(self, experiment: Experiment) -> None:
        """Begin with another text, or say why there are no words."""
        self.show_influence(None, NOT_YET if reads_words(experiment) else ABSENCE)

    def show_answer(self, answer: object) -> None:
        """Show what was measured."""
        assert isinstance(answer, WordInfluence)
        self.show_influence(answer)

    def sizeHint(self) -> QSize:
        """Wide enough for a sentence in a few lines."""
        return QSize(420, 480)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the inspector, as low as need be."""
        return QSize(264, 120)

    def apply_theme(self, theme: Theme) -> None:
        """Take the tones of another theme."""
        self.gradient.apply_theme(theme)
        self.swap.apply_theme(theme)

    def show_influence(self, influence: WordInfluence | None, hint: str = "") -> None:
        """Show a measurement; None with a hint says why there is none, and asks anew."""
        self._influence = influence
        self.hint.setText(hint)
        self.hint.setVisible(influence is None)
        for widget in (
            self.gradient_line,
            self.gradient,
            self.swap_line,
            self.swap,
            self.ranks,
            self.answers,
            self.edit,
            self.another,
        ):
            widget.setVisible(influence is not None)
        if influence is None:
            self._pause.stop()
            self.edit.clear()
            self._typed, self._example = None, 0
            self._say("", "")
            return
        picture = resolve_influence(influence)
        self.gradient_line.setText(picture.gradient_line)
        self.gradient.show_words(picture.gradient)
        self.swap_line.setText(picture.swap_line)
        self.swap.show_words(picture.swap)
        self.ranks.setText(picture.ranks)
        self.ranks.setVisible(bool(picture.ranks))
        self.answers.show_group(picture.answers)
        if not self.edit.text():
            self._judge()

    def show_problem(self, sentence: str) -> None:
        """Say why a sentence could not be measured."""
        self.hint.setVisible(False)
        self._say(sentence, "")

    def _judge(self) -> None:
        if self._influence is None:
            return
        typing = judge_typing(
            self.edit.text(), self._influence.vocabulary, self._influence.splits_characters
        )
        self._say(typing.problem, typing.hint)
        if typing.is_complete:
            self._pause.start()
        else:
            self._pause.stop()

    def _announce(self) -> None:
        self._pause.stop()
        if self._influence is None:
            return
        # A finished sentence, so that a word that was begun counts as a whole one.
        text = self.edit.text().strip()
        whole = text if self._influence.splits_characters else f"{text} "
        typing = judge_typing(whole, self._influence.vocabulary, self._influence.splits_characters)
        if typing.is_complete:
            self._say("", "")
            self._typed = text
            self.sentence_typed.emit(text)
        elif typing.problem:
            self._say(typing.problem, typing.hint)

    def _ask_another(self) -> None:
        self._pause.stop()
        self.edit.clear()
        self._judge()
        self._typed = None
        self._example += 1
        self.influence_requested.emit(self._example)

    def _say(self, problem: str, hint: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.completions.setText(hint)
        self.completions.setVisible(bool(hint))


def _wrapped(label: QLabel) -> QLabel:
    label.setWordWrap(True)
    return label
