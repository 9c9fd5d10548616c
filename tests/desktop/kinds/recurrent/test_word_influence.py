"""Word influence: both views of a sentence, and a sentence of one's own."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.display.shares import list_answers, tell_apart
from desktop.kinds.recurrent.display.word_influence import judge_typing, resolve_influence
from desktop.kinds.recurrent.panel.word_influence import WordInfluencePanel
from engine.kinds.recurrent.questions import InfluenceQuestion
from engine.kinds.recurrent.records import WordInfluence
from engine.tasks.chatbot import TOPICS, Chatbot, load_chatbot

WORDS = ("today", "my", "job", "really", "soon", "loan")
VOCABULARY = (",", "job", "just", "loan", "my", "really", "soon", "today")


def make_influence(
    words: tuple[str, ...] = WORDS, deciding: tuple[int, ...] = (3,)
) -> WordInfluence:
    count = len(words)
    swap = np.zeros(count)
    swap[min(2, count - 1)] = 0.8
    return WordInfluence(
        words=words,
        answer="loan",
        gradient=0.1 * 10.0 ** np.linspace(-2, 0, count),
        swap=swap,
        predicted=(("loan", 0.9), ("visa", 0.1)),
        deciding=deciding,
        vocabulary=VOCABULARY,
        splits_characters=False,
    )


@pytest.fixture
def panel(qtbot: QtBot) -> WordInfluencePanel:
    shown = WordInfluencePanel()
    qtbot.addWidget(shown)
    shown.resize(420, 600)
    shown.show_influence(make_influence())
    shown.show()
    return shown


def test_the_gradient_is_relative_to_the_last_word_and_the_swap_is_a_share() -> None:
    picture = resolve_influence(make_influence())
    assert picture.gradient[0].strength == pytest.approx(-2.0)
    assert picture.gradient[-1].strength == pytest.approx(0.0)
    assert picture.swap[2].strength == pytest.approx(0.8)
    assert math.isnan(picture.swap[0].strength)
    assert picture.gradient[2].is_deciding


def test_the_two_rankings_are_named() -> None:
    picture = resolve_influence(make_influence())
    assert "“job” ranks 4th of 6 by its gradient and 1st by the swap" in picture.ranks
    assert "80 %" in picture.ranks
    assert not resolve_influence(make_influence(deciding=())).ranks


def test_a_gradient_of_zero_leaves_the_ground_empty() -> None:
    influence = dataclasses.replace(make_influence(), gradient=np.zeros(6))
    assert all(math.isnan(word.strength) for word in resolve_influence(influence).gradient)


def test_a_very_long_sentence_is_shortened_in_the_middle() -> None:
    picture = resolve_influence(make_influence(("soon",) * 5_000, ()))
    assert len(picture.gradient) == len(picture.swap) < 300
    assert any("4,760 more" in word.text for word in picture.gradient)


@pytest.mark.parametrize(
    ("text", "is_complete", "problem"),
    [
        ("today my job", True, ""),
        ("Today, my job ", True, ""),
        ("today ju", False, ""),
        ("today ju ", False, "“ju”"),
        ("today crocodile", False, "“crocodile”"),
        ("", False, ""),
    ],
)
def test_a_typed_sentence_is_judged_word_by_word(
    text: str, is_complete: bool, problem: str
) -> None:
    typing = judge_typing(text, VOCABULARY, splits_characters=False)
    assert typing.is_complete == is_complete
    assert (problem in typing.problem) if problem else not typing.problem


def test_a_begun_word_is_completed_from_the_vocabulary() -> None:
    assert judge_typing("my j", VOCABULARY, splits_characters=False).completions == ("job", "just")


def test_characters_are_judged_one_by_one() -> None:
    assert judge_typing("ab", ("a", "b"), splits_characters=True).is_complete
    assert "“c”" in judge_typing("abc", ("a", "b"), splits_characters=True).problem


def test_shows_both_sentences_and_the_answers(panel: WordInfluencePanel) -> None:
    assert [word.text for word in panel.gradient.words] == list(WORDS)
    assert [word.text for word in panel.swap.words] == list(WORDS)
    assert panel.answers.group.rows[0].text == "90 %"
    assert not panel.grab().isNull()
    panel.show_influence(None, "This task has no words.")
    assert panel.hint.isVisible()
    assert not panel.gradient.isVisible()


def test_a_sentence_is_announced_once_it_can_be_read(
    panel: WordInfluencePanel, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(panel.sentence_typed) as typed:
        qtbot.keyClicks(panel.edit, "my job")
    assert typed.args == ["my job"]
    panel.edit.clear()
    with qtbot.waitSignal(panel.sentence_typed) as typed:
        qtbot.keyClicks(panel.edit, "my loan")
        qtbot.keyClick(panel.edit, Qt.Key.Key_Return)
    assert typed.args == ["my loan"]
    assert panel.question() == InfluenceQuestion("my loan", 0)


def test_an_unknown_word_is_named_in_one_sentence(panel: WordInfluencePanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.sentence_typed):
        qtbot.keyClicks(panel.edit, "my crocodile")
        qtbot.keyClick(panel.edit, Qt.Key.Key_Return)
    assert panel.problem.isVisible()
    assert panel.problem.text() == ("The network does not know “crocodile”: it knows 8 words.")
    assert panel.completions.isVisible()
    assert panel.completions.text() == ("It knows job, just, loan, my, really, soon, today, “,”.")


def test_what_is_counted_is_what_is_listed_or_said_to_be_left_out() -> None:
    large = (*(f"word{i}" for i in range(2_000)), "(other)")
    typing = judge_typing("wort1999 ", large, splits_characters=False)
    assert "it knows 2,000 words" in typing.problem
    assert "“word1999”" in typing.problem
    assert typing.more == 2_000 - len(typing.completions)
    assert typing.hint.endswith(f" and {typing.more:,} more.")
    assert "(other)" not in typing.completions
    begun = judge_typing("word19", (*large, "word 19"), splits_characters=False)
    assert begun.is_complete
    begun = judge_typing("word19", tuple(w for w in large if w != "word19"), False)
    assert len(begun.completions) + begun.more == 110


def test_characters_that_can_be_typed_are_named() -> None:
    typing = judge_typing("é", ("a", " ", ","), splits_characters=True)
    assert typing.problem == "The network does not know “é”: it knows 3 characters."
    assert typing.hint == "It knows a, space, “,”."


def test_answers_are_told_apart_by_the_words_they_do_not_share() -> None:
    names = load_chatbot(Chatbot(), 0).class_names
    assert tell_apart(names) == {
        **{f"a new password for your {topic}": f"password {topic}" for topic in TOPICS},
        **{f"we will block your {topic}": f"block {topic}" for topic in TOPICS},
    }
    group = list_answers("Answers", tuple((name, 1 / 8) for name in names))
    assert len({row.name for row in group.rows}) == len(group.rows)
    assert all(row.tooltip.startswith("“") and " your " in row.tooltip for row in group.rows)


@pytest.mark.parametrize("names", [("loan", "leave", "visa"), ("a b", "b a"), ("one",), ()])
def test_answers_that_share_nothing_stay_whole(names: tuple[str, ...]) -> None:
    assert tell_apart(names) == {name: name for name in names}


def test_another_sentence_is_asked_for(panel: WordInfluencePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.influence_requested) as asked:
        qtbot.mouseClick(panel.another, Qt.MouseButton.LeftButton)
    assert asked.args == [1]
    assert panel.question() == InfluenceQuestion(None, 1)
