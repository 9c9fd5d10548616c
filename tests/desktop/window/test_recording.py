"""A scene of five beats made at the desk with clicks and keys, saved, reopened and checked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox, QMenu, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from desktop.model.preferences import Preferences
from desktop.panels.lecture_panel.beat_list import BeatList
from desktop.panels.lecture_panel.panel import LecturePanel
from engine import documents
from engine.document.lecture import Beat, Lecture
from engine.document.quantities import QuantityName
from engine.lecture.check import check_lecture
from engine.lecture.performance import Performance
from engine.records.beat import MeasuredQuantities
from tests.desktop.person import SMALL, Person, sit_down


@pytest.fixture
def panel(person: Person) -> LecturePanel:
    """The dock, opened as a person opens it."""
    dock = person.components.window.docks.lecture
    assert not dock.isVisible(), "who only shows, records nothing"
    dock.toggleViewAction().trigger()
    person.wait_for(dock.isVisible)
    return person.components.window.lecture


def find(person: Person, name: str) -> QWidget:
    found = person.components.window.lecture.findChild(QWidget, name)
    assert found is not None, name
    return found


def lecture(person: Person) -> Lecture:
    found = person.components.workspace.document.lecture
    assert found is not None
    return found


def beats(person: Person) -> tuple[Beat, ...]:
    return lecture(person).beats


def undo_text(person: Person) -> str:
    return person.components.workspace.undo_stack.undoText()


def click(person: Person, name: str) -> None:
    widget = find(person, name)
    assert widget.isEnabled()
    person.click(widget)


def write(person: Person, name: str, text: str) -> None:
    """Type into a field, and go elsewhere with Tab."""
    field = find(person, name)
    field.setFocus()
    person.wait_for(field.hasFocus)
    person.qtbot.keyClicks(field, text)
    person.qtbot.keyClick(field, Qt.Key.Key_Tab)


def choose(person: Person, name: str, key: str) -> None:
    """Choose with the keys, as somebody without a mouse does: in the list that opens."""
    box = find(person, name)
    assert isinstance(box, QComboBox)
    box.setFocus()
    box.showPopup()
    person.wait_for(box.view().isVisible)
    for _ in range(box.count()):
        person.qtbot.keyClick(box.view(), Qt.Key.Key_Up)
    for _ in range(box.findData(key)):
        person.qtbot.keyClick(box.view(), Qt.Key.Key_Down)
    person.qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert box.currentData() == key
    come_back(person)


def come_back(person: Person) -> None:
    """The window has the keys again, once a menu or a list has closed."""

    def is_back() -> bool:
        person.components.window.activateWindow()
        return person.components.window.isActiveWindow()

    person.wait_for(is_back)


def pick(person: Person, button: str, menu_name: str, name: str) -> None:
    """Open a menu of quantities and click an entry."""
    click(person, button)
    menu = person.components.window.findChild(QMenu, menu_name)
    assert menu is not None
    person.wait_for(menu.isVisible)
    action = next(each for each in menu.actions() if each.objectName() == f"{menu_name}_{name}")
    person.qtbot.mouseClick(
        menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center()
    )
    person.wait_for(lambda: not menu.isVisible())
    come_back(person)


def train_to(person: Person, iteration: int) -> None:
    person.components.window.training_bar.run_to_requested.emit(iteration)
    person.wait_idle_at(iteration)


def claim(person: Person, name: str, count: int) -> None:
    pick(person, "claim_quantity", "claim_quantity_menu", name)
    click(person, "claim_now")
    index = person.components.window.lecture.list.currentRow()
    person.wait_for(lambda: len(beats(person)[index].claims) == count)


def test_a_scene_of_five_beats_is_made_saved_reopened_and_holds(
    person: Person, panel: LecturePanel, tmp_path: Path
) -> None:
    click(person, "record_beat")
    assert [beat.kind for beat in beats(person)] == ["show"]
    person.wait_for(find(person, "beat_sentence").hasFocus)
    write(person, "beat_sentence", "Four layers learn to tell two moons apart.")
    assert beats(person)[0].sentence == "Four layers learn to tell two moons apart."
    write(person, "beat_notes", "Say what a moon is.")

    train_to(person, 20)
    click(person, "record_beat")
    write(person, "beat_sentence", "Trained: the loss is ")
    pick(person, "insert_quantity", "sentence_quantity", "loss")
    assert beats(person)[1].sentence == "Trained: the loss is {loss}"
    assert beats(person)[1].kind == "train"
    until = beats(person)[1].until
    assert until is not None
    assert until.iterations == 20
    claim(person, "loss", 1)
    claim(person, "verdict", 2)
    assert undo_text(person) == "Claim verdict"

    person.press(Qt.Key.Key_C)
    person.wait_for(lambda: person.components.frame_loop.display.variant is not None)
    person.press(Qt.Key.Key_3)
    person.wait_for(lambda: len(set(person.components.workspace.lanes.experiments.values())) == 2)
    person.press(Qt.Key.Key_B, control=True)
    assert beats(person)[2].kind == "compare"
    assert beats(person)[2].variant
    write(person, "beat_sentence", "With a skip around each layer, beside it.")

    person.press(Qt.Key.Key_B, control=True)
    assert beats(person)[3].kind == "show"
    write(person, "beat_sentence", "Which of them learns?")
    choose(person, "beat_kind", "question")
    choose(person, "beat_ask", "choice")
    assert beats(person)[3].choices == ("Yes", "No")
    for number, text in ((1, "Upper one"), (2, "Lower one")):
        field = find(person, f"beat_choice_{number}")
        field.setFocus()
        person.qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        write(person, f"beat_choice_{number}", text)
    choose(person, "beat_answer", "1")
    assert beats(person)[3].choices == ("Upper one", "Lower one")
    assert beats(person)[3].answer == 1

    train_to(person, 40)
    person.press(Qt.Key.Key_B, control=True)
    write(person, "beat_sentence", "The lower one: {variant.loss} and {loss}.")
    last = beats(person)[4]
    assert (last.kind, last.variant) != ("compare", None)
    assert last.until is not None
    click(person, "beat_role")
    write(person, "lecture_question", "Do skips help?")
    write(person, "lecture_chapter", "Mine")
    assert lecture(person).chapter == "Mine"
    assert panel.list.count() == 5

    person.press(Qt.Key.Key_S, control=True)
    workspace = person.components.workspace
    person.wait_for(lambda: not workspace.is_modified)
    file = workspace.file
    assert file is not None
    saved = documents.read(file)
    assert saved == workspace.document
    assert saved.lecture is not None
    found = check_lecture(saved, tmp_path)
    assert found["held"]
    (played,) = found["seeds"].values()
    assert [beat["iteration"] for beat in played["beats"]] == [0, 20, 20, 20, 40]
    assert len(played["beats"][1]["claims"]) == 2
    assert "{" not in played["beats"][4]["sentence"]

    before = workspace.document
    person.press(Qt.Key.Key_N, control=True)
    person.wait_for(lambda: workspace.document.lecture is None)
    assert panel.list.count() == 0
    person.components.document_commands.open_file(file)
    person.wait_for(lambda: workspace.document == before)
    assert panel.list.count() == 5
    assert panel.list.item(4).text() == "5  Train · The lower one: [variant.loss] and [loss]."


def test_every_edit_is_one_that_undo_takes_back(person: Person, panel: LecturePanel) -> None:
    click(person, "record_beat")
    assert undo_text(person) == "Add a beat"
    write(person, "beat_sentence", "One")
    field = find(person, "beat_sentence")
    field.setFocus()
    person.qtbot.keyClicks(field, " two")
    person.wait_for(lambda: beats(person)[0].sentence == "One two")  # typing has come to rest
    person.qtbot.keyClicks(field, " three")
    person.qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert beats(person)[0].sentence == "", "what was written in one go goes at once"
    assert panel.words.sentence.text() == ""
    person.qtbot.keyClick(
        field,
        Qt.Key.Key_Z,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    assert beats(person)[0].sentence == "One two three"
    click(person, "duplicate_beat")
    assert [beat.sentence for beat in beats(person)] == 2 * ["One two three"]
    write(person, "beat_notes", "The second")
    click(person, "beat_up")
    assert [beat.notes for beat in beats(person)] == ["The second", ""]
    assert undo_text(person) == "Move beat 2"
    click(person, "delete_beat")
    assert [beat.notes for beat in beats(person)] == [""]
    for _ in range(2):
        person.components.workspace.undo_stack.undo()
    assert [beat.notes for beat in beats(person)] == ["", "The second"]
    click(person, "beat_optional")
    assert undo_text(person) == "Change the optional mark of beat 1"


def test_the_last_beat_takes_the_lecture_along_and_undo_brings_it_back(
    person: Person, panel: LecturePanel
) -> None:
    click(person, "record_beat")
    write(person, "lecture_question", "Why?")
    click(person, "delete_beat")
    assert person.components.workspace.document == SMALL
    assert panel.hint.isVisible()
    person.components.workspace.undo_stack.undo()
    assert lecture(person).question == "Why?"


def test_what_is_refused_is_said_and_stays(person: Person, panel: LecturePanel) -> None:
    click(person, "record_beat")
    write(person, "beat_sentence", "So much: {los}")
    assert "did you mean loss?" in panel.words.sentence.problem
    assert beats(person)[0].sentence == ""
    click(person, "duplicate_beat")
    write(person, "beat_sentence", "Fine.")
    panel.list.setCurrentRow(0)
    assert panel.words.sentence.text() == "So much: {los}"
    assert panel.words.sentence.problem
    field = find(person, "beat_sentence")
    field.setFocus()
    person.qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (panel.words.sentence.text(), panel.words.sentence.problem) == ("", "")
    write(person, "lecture_seeds", "7, one")
    assert panel.whole.seeds.problem
    assert panel.whole.seeds.text() == "7, one"
    assert lecture(person).seeds is None
    choose(person, "beat_kind", "show")
    person.components.lecture_recording.edit_beat("kind", "predict")
    assert "predict needs a reveal" in panel.problem.text()
    assert panel.words.kind.currentData() == "show"
    write(person, "beat_select", "77")
    assert "no place 77" in panel.stage.select.problem


def test_a_claim_is_made_only_of_the_beat_that_the_desk_shows(
    person: Person, panel: LecturePanel
) -> None:
    click(person, "record_beat")
    train_to(person, 5)
    click(person, "claim_now")
    assert "ends at 0" in panel.claims.problem.text()
    click(person, "beat_to_desk")
    person.wait_idle_at(0)
    claim(person, "first_last_ratio", 1)
    (made,) = beats(person)[0].claims
    verdict = person.components.frame_loop.display.verdict
    assert verdict is not None
    assert made.at_least is not None
    assert made.at_most is not None
    assert made.at_most == pytest.approx(100.0 * made.at_least, rel=0.02)
    click(person, "remove_claim_0")
    assert beats(person)[0].claims == ()
    person.press(Qt.Key.Key_3)
    person.wait_for(lambda: person.experiment != SMALL)
    click(person, "claim_now")
    assert "another network" in panel.claims.problem.text()
    click(person, "beat_to_desk")
    person.wait_for(lambda: person.network == SMALL.network)
    assert undo_text(person) == "Bring beat 1 to the desk"


def test_values_stand_in_the_menu_as_sentences_say_them(
    person: Person, panel: LecturePanel
) -> None:
    click(person, "record_beat")
    click(person, "insert_quantity")
    menu = panel.words.menu
    action = next(each for each in menu.actions() if each.text().startswith("loss"))
    person.wait_for(lambda: "\t" in action.text())
    trace = person.trace
    assert trace is not None
    assert float(action.text().split("\t")[1]) == pytest.approx(trace.loss, rel=0.06)
    menu.close()


def test_the_desk_measures_what_the_lecture_does(person: Person, panel: LecturePanel) -> None:
    """Each quantity of both lanes, where the desk was trained with an edit on the way."""
    train_to(person, 30)
    click(person, "record_beat")
    person.press(Qt.Key.Key_C)
    person.wait_for(lambda: person.components.frame_loop.display.variant is not None)
    person.press(Qt.Key.Key_1)
    person.wait_for(lambda: len(set(person.components.workspace.lanes.experiments.values())) == 2)
    person.press(Qt.Key.Key_B, control=True)
    train_to(person, 55)
    person.press(Qt.Key.Key_B, control=True)
    answers: list[MeasuredQuantities] = []
    person.components.controller.answered.connect(
        lambda _question, answer: (
            answers.append(answer) if isinstance(answer, MeasuredQuantities) else None
        )
    )
    performance = Performance(person.components.workspace.document)
    performance.end(2)
    standing = performance.measure(2)

    def compare(*lanes: str) -> None:
        answers.clear()
        click(person, "insert_quantity")
        person.wait_for(lambda: bool(answers))
        panel.words.menu.close()
        come_back(person)
        (found,) = answers
        assert found.iteration == 55
        assert {"variant.loss", "changed.1", "verdict", "variant.g.2"} <= found.values.keys()
        for name, value in found.values.items():
            if QuantityName.of(name).lane in lanes:
                assert value == standing.look_up(QuantityName.of(name)), name

    compare("baseline")  # the variant went on with the weights of the baseline
    train_to(person, 70)
    train_to(person, 55)
    compare("baseline")
    train_to(person, 10)
    click(person, "beat_to_desk")
    person.wait_idle_at(55)
    compare("baseline", "variant")


def test_a_beat_is_dragged_to_another_place(person: Person, panel: LecturePanel) -> None:
    for text in ("First", "Second", "Third"):
        click(person, "record_beat")
        write(person, "beat_sentence", text)
    panel.list.setCurrentRow(0)
    rows = [panel.list.visualItemRect(panel.list.item(row)) for row in range(3)]
    for place, expected in (
        (rows[2].center() + QPoint(0, 12), ["Second", "Third", "First"]),
        (rows[1].center() - QPoint(0, 12), ["Second", "First", "Third"]),
    ):
        drop(panel.list, place)
        assert [beat.sentence for beat in beats(person)] == expected
        assert [panel.list.item(row).text() for row in range(3)] == [
            f"{row + 1}  Show · {text}" for row, text in enumerate(expected)
        ]
        assert panel.list.currentRow() == expected.index("First")


def drop(widget: BeatList, place: QPoint) -> None:
    """Drop the chosen row, as the end of a drag does."""
    data = widget.mimeData([widget.currentItem()])
    arguments = (
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    widget.dropEvent(QDropEvent(QPointF(place), *arguments))


def test_alt_and_the_arrows_move_a_beat(person: Person, panel: LecturePanel) -> None:
    for text in ("First", "Second"):
        click(person, "record_beat")
        write(person, "beat_sentence", text)
    panel.list.setFocus()
    person.qtbot.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [beat.sentence for beat in beats(person)] == ["Second", "First"]
    assert panel.list.currentRow() == 0
    person.qtbot.keyClick(panel.list, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [beat.sentence for beat in beats(person)] == ["Second", "Second", "First"]
    person.qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert [beat.sentence for beat in beats(person)] == ["Second", "First"]


@pytest.mark.usefixtures("panel")
def test_show_from_here_begins_at_the_beat(person: Person) -> None:
    for text in ("First", "Second"):
        click(person, "record_beat")
        write(person, "beat_sentence", text)
    click(person, "show_from_here")
    program = person.components.lecture_commands.program
    assert program is not None
    person.wait_for(lambda: program.session.index == 1)
    program.end()
    person.wait_for(lambda: person.components.lecture_commands.program is None)


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, preferences: Preferences) -> Iterator[Person]:
    """Someone before a built-in scene."""
    document = documents.load_scene("01-deeper-and-worse")
    with sit_down(qtbot, tmp_path, preferences, document) as person:
        yield person


def test_a_built_in_scene_is_shown_and_goes_on_behind_the_chosen_beat(scene: Person) -> None:
    scene.components.window.docks.show_lecture()
    panel = scene.components.window.lecture
    scene.wait_for(panel.isVisible)
    before = beats(scene)
    assert panel.list.count() == len(before)
    panel.list.setCurrentRow(1)
    assert panel.words.sentence.text() == before[1].sentence
    assert panel.stage.until.value == 2000
    click(scene, "record_beat")
    after = beats(scene)
    assert after[:2] == before[:2]
    assert after[3:] == before[2:]
    assert after[2].fresh, "the desk stands at iteration 0, after a training"
    scene.components.workspace.undo_stack.undo()
    assert beats(scene) == before


def test_words_are_typed_for_a_beat_and_those_behind_it(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    base = documents.load_scene("16-the-chatbot")
    assert base.lecture is not None
    document = structs.replace(base, lecture=None)
    with sit_down(qtbot, tmp_path, preferences, document) as person:
        person.components.window.docks.show_lecture()
        panel = person.components.window.lecture
        for _ in range(2):
            click(person, "record_beat")
        panel.list.setCurrentRow(0)
        assert panel.stage.words.isVisible()
        write(person, "beat_words", "I need help")
        write(person, "beat_watch", "2")
        assert [(beat.words, beat.watch) for beat in beats(person)] == [
            ("I need help", 2),
            (None, None),
        ]
        panel.list.setCurrentRow(1)
        assert "rank.swap" in panel.words.menu.names
        write(person, "beat_watch", "4")
        assert "no word 4" in panel.stage.watch.problem
        write(person, "beat_sentence", "It ranks {rank.swap}.")
        panel.list.setCurrentRow(0)
        click(person, "delete_beat")
        (left,) = beats(person)
        assert (left.words, left.watch) == ("I need help", 2), "it needs them"


def test_nothing_of_the_dock_is_cut_off_in_a_small_window(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    with sit_down(qtbot, tmp_path, preferences, size=(1280, 720)) as person:
        person.components.window.docks.show_lecture()
        click(person, "record_beat")
        panel = person.components.window.lecture
        area = panel.findChild(QScrollArea, "lecture_scroll")
        assert area is not None
        person.wait_for(lambda: area.widget().width() <= area.viewport().width())
        assert person.components.window.width() == 1280
        write(person, "beat_sentence", "So much: {los}")
        problem = panel.findChild(QWidget, "beat_sentence_problem")
        assert problem is not None
        assert problem.isVisible()
        seen = problem.visibleRegion().boundingRect()
        assert seen == problem.rect(), "the whole sentence is in sight"
