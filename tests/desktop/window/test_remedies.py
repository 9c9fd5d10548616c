"""Chips under the verdict: that they say what is so, and what a click on one does."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from desktop.model.preferences import Preferences, ScreenTheme
from desktop.panels.remedies import RemedyRow
from desktop.panels.trial_dialog import TrialDialog
from desktop.widgets.chip import Chip
from engine.analysis.remedies import apply_remedy, measure_effects
from engine.analysis.trial import run_trial
from engine.document.experiment import Experiment
from engine.documents import load_scene, with_values
from engine.records.remedy import Remedy
from engine.tasks.loading import load
from engine.training.run import Run
from tests.desktop.person import Person, sit_down
from tests.desktop.window.test_small_screens import SIZES, give_size
from tests.synthetic import make_experiment

SIGMOID = load_scene("1-sigmoid-depth-10")


def row_of(person: Person) -> RemedyRow:
    return person.components.window.remedies


def wait_until_measured(person: Person) -> None:
    row = row_of(person)
    person.wait_for(
        lambda: bool(row.remedies) and all(row.effect_of(each) for each in row.remedies)
    )


def find_chip(person: Person, name: str) -> Chip:
    return next(chip for chip in row_of(person).chips if chip.isVisible() and chip.text() == name)


def carried(person: Person) -> float | None:
    verdict = person.components.frame_loop.run.verdict
    assert verdict is not None
    return verdict.carried.ratio


def notice(person: Person) -> str:
    return person.components.window.status_strip.notice.text()


def wait_for_outcome(person: Person) -> str:
    person.wait_for(lambda: "measured" in notice(person))
    return notice(person)


def test_every_chip_says_what_the_verdict_says_after_a_click(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    with sit_down(qtbot, tmp_path, preferences, SIGMOID) as person:
        wait_until_measured(person)
        row = row_of(person)
        names = [chip.text() for chip in row.chips if chip.isVisible()]
        assert names == ["ReLU + He", "tanh + Xavier", "Batch norm", "Skips, 1/L"]
        before = carried(person)
        for name in names:
            wait_until_measured(person)
            remedy = next(each for each in row.helpful if each.name == name)
            effect = row.effect_of(remedy)
            assert effect is not None
            assert effect.before == before
            chip = find_chip(person, name)
            note = chip.note()
            assert note.startswith("1.9 × 10⁻⁸ → ")
            person.click(chip)
            assert person.experiment == apply_remedy(SIGMOID, remedy)
            told = wait_for_outcome(person)
            assert told.startswith(f"“{name}” helped: measured, {note};")
            assert carried(person) == effect.after
            person.press(Qt.Key.Key_Z, control=True)
            assert person.experiment == SIGMOID
            person.wait_for(lambda: carried(person) == before)


def test_chips_of_a_trained_network_are_measured_with_its_weights(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    short = with_values(SIGMOID, [("training.iterations", 30)])
    with sit_down(qtbot, tmp_path, preferences, short) as person:
        wait_until_measured(person)
        row = row_of(person)
        skips = next(each for each in row.helpful if each.name == "Skips, 1/L")
        first = row.effect_of(skips)
        person.press(Qt.Key.Key_T)
        person.wait_idle_at(30)
        person.wait_for(lambda: row.effect_of(skips) != first)
        person.wait_for(lambda: row.effect_of(skips).before == carried(person))  # type: ignore[union-attr]
        effect = row.effect_of(skips)
        assert effect is not None
        person.click(find_chip(person, "Skips, 1/L"))
        told = wait_for_outcome(person)
        assert person.iteration == 30
        assert "began anew" not in told
        assert carried(person) == effect.after


def test_popular_advice_is_tried_from_the_menu_and_measured_not_to_help(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sit_down(qtbot, tmp_path, preferences, SIGMOID) as person:
        wait_until_measured(person)
        row = row_of(person)
        opened: list[QPoint] = []
        monkeypatch.setattr(QMenu, "popup", lambda _menu, place: opened.append(place))
        person.click(row.more)
        assert opened == [row.more.mapToGlobal(QPoint(0, row.more.height()))]
        row.menu.aboutToShow.emit()
        entries = {action.text().split(" (")[0]: action for action in row.menu.actions()}
        clip = entries["Clip at 1"]
        assert "(popular)" in clip.text()
        assert "1.9 × 10⁻⁸ → 1.9 × 10⁻⁸" in clip.text()
        assert "training.clip.kind = norm" in clip.toolTip()
        clip.trigger()
        assert person.experiment.training.clip.kind == "norm"
        assert wait_for_outcome(person) == (
            "“Clip at 1” did not help here: measured, 1.9 × 10⁻⁸ → 1.9 × 10⁻⁸."
        )
        wait_until_measured(person)
        assert "Clip at 1" not in [remedy.name for remedy in row.remedies]


def test_a_shift_click_opens_the_remedy_as_the_variant_of_a_comparison(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    with sit_down(qtbot, tmp_path, preferences, SIGMOID) as person:
        wait_until_measured(person)
        row, workspace = row_of(person), person.components.workspace
        remedy = next(each for each in row.helpful if each.name == "Batch norm")
        effect = row.effect_of(remedy)
        assert effect is not None
        qtbot.mouseClick(
            find_chip(person, "Batch norm"),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.ShiftModifier,
        )
        assert workspace.lanes.baseline.experiment == SIGMOID
        assert workspace.lanes.variant is not None
        assert workspace.lanes.variant.experiment == apply_remedy(SIGMOID, remedy)
        person.wait_for(lambda: person.components.frame_loop.run.verdict is not None)
        run = person.components.frame_loop.run
        assert run.verdict is not None
        assert run.verdict.carried.ratio == effect.after
        person.press(Qt.Key.Key_Z, control=True)
        assert not workspace.is_comparing
        assert person.experiment == SIGMOID


def test_nothing_is_offered_where_nothing_is_wrong(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    with sit_down(qtbot, tmp_path, preferences, SIGMOID) as person:
        wait_until_measured(person)
        person.click(find_chip(person, "Skips, 1/L"))
        person.wait_for(lambda: not row_of(person).isVisible())
        person.press(Qt.Key.Key_Z, control=True)
        person.wait_for(row_of(person).isVisible)


def test_chips_stand_still_while_training_goes_on(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sit_down(qtbot, tmp_path, preferences, SIGMOID) as person:
        wait_until_measured(person)
        draws: list[str] = []
        show = Chip.show_choice

        def count(chip: Chip, name: str, note: str, tooltip: str) -> None:
            draws.append(name)
            show(chip, name, note, tooltip)

        monkeypatch.setattr(Chip, "show_choice", count)
        person.press(Qt.Key.Key_T)
        person.wait_for(lambda: person.iteration > 300)
        assert not draws
        person.press(Qt.Key.Key_T)
        person.wait_for(lambda: not person.components.controller.is_training)
        person.wait_for(lambda: len(draws) >= 4)


def test_after_a_nan_the_chips_tell_of_the_weights_of_the_seed_and_training_starts_again(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    explosion = load_scene("10-explosion")
    with sit_down(qtbot, tmp_path, preferences, explosion) as person:
        person.press(Qt.Key.Key_T)
        frame_loop = person.components.frame_loop
        person.wait_for(lambda: frame_loop.run.autopsy is not None)
        person.wait_for(lambda: not person.components.controller.is_training)
        wait_until_measured(person)
        row = row_of(person)
        fresh = Run(explosion, load(explosion, None))
        expected = {one.remedy.name: one.after for one in measure_effects(fresh, row.remedies)}

        def read_chips() -> dict[str, float | None]:
            effects = [row.effect_of(remedy) for remedy in row.remedies]
            return {one.remedy.name: one.after for one in effects if one is not None}

        person.wait_for(lambda: read_chips() == expected)
        person.click(find_chip(person, "Clip at 1"))
        assert notice(person).startswith("“Clip at 1” is set: go on")
        assert person.experiment.training.clip.kind == "norm"
        person.click(person.components.window.autopsy_bar.start_again)
        person.wait_for(lambda: person.iteration > 20)


@pytest.mark.parametrize("theme", ["projector", "light"])
def test_every_chip_is_whole_and_large_enough(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences, theme: ScreenTheme
) -> None:
    with sit_down(qtbot, tmp_path, preferences, SIGMOID) as person:
        wait_until_measured(person)
        window = person.components.window
        for width, height in SIZES:
            give_size(person, theme, width, height)
            person.wait_for(lambda: not list_faults(person))
            assert window.minimumSizeHint().height() <= height - 28
            assert width < 1_280 or window.theatre.height() >= 0.35 * height


def list_faults(person: Person) -> list[str]:
    window, row = person.components.window, row_of(person)
    inside = QRect(QPoint(0, 0), window.size())
    shown = [each for each in (*row.chips, row.more, row.trial) if each.isVisible()]
    rooms = [QRect(each.mapTo(window, QPoint(0, 0)), each.size()) for each in shown]
    faults = [] if len(shown) == 6 else ["a chip is missing"]
    for index, (each, room) in enumerate(zip(shown, rooms, strict=True)):
        others = rooms[:index] + rooms[index + 1 :]
        if not inside.contains(room) or any(room.intersects(one) for one in others):
            faults.append(f"{each.text()} is cut")
        if room.height() < 44 or room.width() < 44:
            faults.append(f"{each.text()} is small")
        if each.whole_width() > room.width():
            faults.append(f"{each.text()} is elided")
    return faults


def find_dialog(person: Person) -> TrialDialog:
    dialog = person.components.window.findChild(TrialDialog)
    assert dialog is not None
    return dialog


def read_rows(dialog: TrialDialog) -> list[list[str]]:
    table = dialog.table
    items = [table.topLevelItem(index) for index in range(table.topLevelItemCount())]
    return [[item.text(column) for column in range(table.columnCount())] for item in items if item]


def is_over(dialog: TrialDialog) -> Callable[[], bool]:
    return lambda: not dialog.cancel.isEnabled()


def try_one(experiment: Experiment, remedy: Remedy) -> float | None:
    changed = apply_remedy(experiment, remedy)
    return run_trial(changed, load(changed, None), 300).accuracy


def test_the_table_says_which_remedy_learns_and_a_row_is_applied(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    with sit_down(qtbot, tmp_path, preferences, SIGMOID) as person:
        wait_until_measured(person)
        row = row_of(person)
        offered = row.remedies
        person.click(row.trial)
        dialog = find_dialog(person)
        person.wait_for(is_over(dialog))
        rows = read_rows(dialog)
        assert [each[0] for each in rows[:3]] == ["As it is", "ReLU + He", "tanh + Xavier"]
        assert len(rows) == 1 + len(offered)
        assert all(each[1] == "300" for each in rows)
        expected = try_one(SIGMOID, offered[3])
        assert expected is not None
        assert rows[4][0] == "Skips, 1/L"
        assert rows[4][4] == f"{100 * expected:.1f} %"
        assert expected > 0.75
        assert float(rows[0][4].removesuffix(" %")) < 55.0
        assert not dialog.apply.isEnabled()
        item = dialog.table.topLevelItem(4)
        assert item is not None
        place = dialog.table.visualItemRect(item).center()
        qtbot.mouseClick(dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        person.click(dialog.apply)
        assert person.experiment == apply_remedy(SIGMOID, offered[3])
        assert not multiprocessing.active_children()


def test_a_trial_can_be_cancelled_and_the_window_closed_meanwhile(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    wide = make_experiment(depth=30, units=256)
    with sit_down(qtbot, tmp_path, preferences, wide) as person:
        wait_until_measured(person)
        person.click(row_of(person).trial)
        dialog = find_dialog(person)
        assert multiprocessing.active_children()
        person.wait_for(lambda: dialog.progress.value() > 0)
        person.click(dialog.cancel)
        assert not multiprocessing.active_children()
        assert read_rows(dialog)[-1][1] == "cancelled"
        person.click(row_of(person).trial)
        assert multiprocessing.active_children()
        dialog.close()
        assert not multiprocessing.active_children()
        person.click(row_of(person).trial)
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()


def test_a_chip_asks_for_room_for_both_of_its_lines(qtbot: QtBot) -> None:
    chip = Chip("chip")
    qtbot.addWidget(chip)
    chip.show_choice("ReLU", "…", "")
    waiting = chip.sizeHint()
    chip.show_choice("ReLU", "1.9 × 10⁻⁸ → 0.8", "")
    assert chip.sizeHint() == waiting
    assert chip.accessibleName() == "ReLU: 1.9 × 10⁻⁸ → 0.8"
    chip.show_choice("A remedy with a name that is a good deal longer", "…", "")
    assert chip.sizeHint().width() > waiting.width()
    assert isinstance(chip.sizeHint(), QSize)
