"""Training from the tool bar and by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt

from engine.documents import with_values
from tests.desktop.person import SMALL, Person


def test_it_trains_pauses_advances_and_rewinds(person: Person) -> None:
    bar = person.components.window.training_bar
    person.click(bar.train)
    person.wait_for(lambda: person.iteration > 20)
    person.wait_for(lambda: bar.train.text() == "Pause")
    person.click(bar.train)
    person.wait_for(lambda: not person.components.controller.is_training)
    person.wait_for(lambda: bar.train.text() == "Train")
    here = person.iteration
    person.click(bar.once)
    person.wait_idle_at(here + 1)
    person.click(bar.rewind)
    person.wait_idle_at(0)
    person.wait_for(lambda: bar.iteration.text() == "0")


def test_keys_train_and_pause(person: Person) -> None:
    person.press(Qt.Key.Key_T)
    person.wait_for(lambda: person.iteration > 5)
    person.press(Qt.Key.Key_T)
    person.wait_for(lambda: not person.components.controller.is_training)
    here = person.iteration
    person.press(Qt.Key.Key_I)
    person.wait_idle_at(here + 1)


def test_it_runs_to_an_iteration_and_back(person: Person) -> None:
    field = person.components.window.training_bar.run_to
    for iteration in (30, 10):
        field.setFocus()
        person.qtbot.keyClicks(field, str(iteration))
        person.qtbot.keyClick(field, Qt.Key.Key_Return)
        person.wait_idle_at(iteration)
    assert person.components.frame_loop.display.history.stretches.last.max() == 10


def test_a_switch_works_while_training(person: Person) -> None:
    person.press(Qt.Key.Key_T)
    person.wait_for(lambda: person.iteration > 5)
    person.press(Qt.Key.Key_K)
    person.wait_for(lambda: person.trace is not None and len(person.trace.skip_ends) > 0)
    assert person.components.controller.is_training
    person.press(Qt.Key.Key_T)
    person.wait_for(lambda: not person.components.controller.is_training)


def test_a_recurrent_scene_is_trained_and_played(person: Person) -> None:
    person.components.document_commands.open_scene("16-adding-rnn")
    frame_loop = person.components.frame_loop
    person.wait_for(lambda: frame_loop.display.experiment is person.experiment)
    person.wait_for(lambda: frame_loop.display.verdict is not None)
    person.click(person.components.window.training_bar.once)
    person.wait_idle_at(1)
    person.press(Qt.Key.Key_R)
    person.wait_for(lambda: not person.components.player.is_playing)
    assert person.components.player.playhead.at_end()


OFFER = "{} iterations done. “Train on” (Shift+T) makes 12 more."


def test_at_the_planned_end_only_an_explicit_choice_trains_on(person: Person) -> None:
    bar, workspace = person.components.window.training_bar, person.components.workspace
    workspace.edit(with_values(SMALL, [("training.iterations", 12)]), "Iterations")
    person.type_key(Qt.Key.Key_T)
    person.wait_idle_at(12)
    person.wait_for(lambda: workspace.notice == OFFER.format(12))
    person.wait_for(lambda: bar.train.text() == "Train on +12")
    assert bar.goal.text() == "of 12"
    workspace.notify("")
    for _ in range(3):
        person.type_key(Qt.Key.Key_T)
        assert workspace.notice == OFFER.format(12)
        assert not person.components.controller.is_training
    person.click(bar.train)
    person.wait_idle_at(24)
    person.wait_for(lambda: workspace.notice == OFFER.format(24))
    person.type_key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    person.wait_idle_at(36)
    person.click(bar.once)
    person.wait_idle_at(37)
    person.type_key(Qt.Key.Key_T)
    assert not person.components.controller.is_training
    person.click(bar.rewind)
    person.wait_idle_at(0)
    person.wait_for(lambda: bar.train.text() == "Train")
    person.type_key(Qt.Key.Key_T)
    person.wait_idle_at(12)


def test_a_pause_on_the_way_on_does_not_forget_where_it_ends(person: Person) -> None:
    bar, workspace = person.components.window.training_bar, person.components.workspace
    workspace.edit(with_values(SMALL, [("training.iterations", 20)]), "Iterations")
    person.click(bar.train)
    person.wait_idle_at(20)
    person.components.controller.limit_speed(10)
    person.wait_for(lambda: bar.train.text() == "Train on +20")
    person.click(bar.train)
    person.wait_for(lambda: person.iteration > 22)
    person.wait_for(lambda: bar.goal.text() == "of 40")
    person.type_key(Qt.Key.Key_T)
    person.wait_for(lambda: not person.components.controller.is_training)
    assert person.iteration < 40
    person.wait_for(lambda: bar.train.text() == "Train")
    assert bar.goal.text() == "of 40"
    person.components.controller.limit_speed(None)
    person.wait_for(lambda: bar.train.text() == "Train")
    person.type_key(Qt.Key.Key_T)
    person.wait_idle_at(40)


def test_what_only_measures_trains_after_an_explicit_choice(person: Person) -> None:
    bar, workspace = person.components.window.training_bar, person.components.workspace
    workspace.edit(with_values(SMALL, [("training.iterations", 0)]), "Iterations")
    person.wait_for(lambda: bar.train.text() == "Train on +2,000")
    person.type_key(Qt.Key.Key_T)
    assert workspace.notice.startswith("This experiment only measures.")
    assert not person.components.controller.is_training


def test_what_was_said_at_the_end_is_gone_once_training_has_gone_elsewhere(
    person: Person,
) -> None:
    person.components.workspace.edit(with_values(SMALL, [("training.iterations", 6)]), "Shorter")
    bar, notice = (
        person.components.window.training_bar,
        person.components.window.status_strip.notice,
    )
    for go, iteration in ((bar.once, 7), (bar.rewind, 0)):
        person.wait_for(lambda: not person.components.controller.is_training)
        person.components.training_commands.run_to(6)
        person.wait_idle_at(6)
        person.wait_for(lambda: notice.text().startswith("6 iterations done."))
        person.click(go)
        person.wait_idle_at(iteration)
        person.wait_for(lambda: "iterations done" not in notice.text())
