"""The whole program with recurrent networks, driven by clicks and keys as a person would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.documents import write_document
from desktop.preferences import Preferences
from engine.experiment import Experiment
from engine.network_parts import Recurrent
from engine.task_parts import Autocomplete
from tests.desktop.person import SMALL, Person, sit_down

SENTENCES = Experiment(
    format="gradient-theatre/1",
    task=Autocomplete(fillers=3, batch_size=8),
    network=Recurrent(cell="lstm", hidden=6, embedding=4, forget_bias=3.0),
)


@pytest.fixture
def lecturer(qtbot: QtBot, tmp_path: Path, preferences: Preferences) -> Iterator[Person]:
    """Someone in front of a window of 1600 × 900 with an LSTM that reads sentences."""
    with sit_down(qtbot, tmp_path, preferences, SENTENCES, (1600, 900)) as person:
        person.parts.window.reset_layout()
        yield person


def answers(person: Person) -> str:
    return person.parts.window.influence.answers.accessibleName()


def shown_words(person: Person) -> list[str]:
    return [word.text for word in person.parts.window.influence.swap.words]


def test_a_typed_sentence_is_measured_and_follows_the_training(lecturer: Person) -> None:
    panel = lecturer.parts.window.influence
    lecturer.wait_for(lambda: len(shown_words(lecturer)) == 19)
    assert lecturer.parts.window.influence_dock.isVisible()
    lecturer.qtbot.keyClicks(panel.edit, "today due to my current job ")
    lecturer.wait_for(lambda: " ".join(shown_words(lecturer)) == "today due to my current job")
    assert [word.text for word in panel.gradient.words] == shown_words(lecturer)
    before = answers(lecturer)
    assert before.startswith("The network answers")
    lecturer.press(Qt.Key.Key_I)
    lecturer.wait_for(lambda: answers(lecturer) != before)
    assert shown_words(lecturer)[-1] == "job"


def test_an_unknown_word_gets_one_sentence(lecturer: Person) -> None:
    panel = lecturer.parts.window.influence
    lecturer.wait_for(lambda: len(shown_words(lecturer)) == 19)
    lecturer.qtbot.keyClicks(panel.edit, "today crocodile ")
    assert "does not know “crocodile”" in panel.problem.text()
    assert panel.problem.isVisible()


def test_a_gate_that_is_toggled_is_weighed_at_once(lecturer: Person) -> None:
    panel = lecturer.parts.window.influence
    lecturer.wait_for(lambda: len(shown_words(lecturer)) == 19)
    before = [word.strength for word in panel.gradient.words]
    lecturer.press(Qt.Key.Key_G)
    lecturer.wait_for(lambda: [word.strength for word in panel.gradient.words] != before)


def test_a_task_without_words_says_so(lecturer: Person, tmp_path: Path) -> None:
    window = lecturer.parts.window
    lecturer.wait_for(lambda: len(shown_words(lecturer)) == 19)
    other = tmp_path / "layers.gtheatre"
    write_document(other, SMALL)
    lecturer.parts.filing.open_file(other)
    assert window.influence_dock.isHidden()
    assert not window.influence_rail.isVisible()
    window.influence_dock.toggleViewAction().trigger()
    assert "no words" in window.influence.hint.text()
    assert window.influence.edit.isHidden()


def test_the_folded_panel_leaves_a_rail(lecturer: Person) -> None:
    window = lecturer.parts.window
    cross = window.influence_title.findChild(QWidget, "influence_title_close")
    assert cross is not None
    lecturer.click(cross)
    lecturer.wait_for(window.influence_rail.isVisible)
    lecturer.click(window.influence_rail)
    assert window.influence_dock.isVisible()
    assert not window.influence_rail.isVisible()
