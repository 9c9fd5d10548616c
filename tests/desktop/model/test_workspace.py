"""The workspace: commands compare before they announce; every edit can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from desktop.model.undo import changed_number
from desktop.model.workspace import Workspace
from engine import documents
from engine.documents import with_values
from tests.synthetic import make_experiment, make_trace

START = make_experiment()
FASTER = with_values(START, [("training.learning_rate", 0.2)])
FASTEST = with_values(START, [("training.learning_rate", 0.4)])
WITH_SKIPS = with_values(START, [("network.skip.every", 1)])
WIDER = with_values(START, [("network.layers.0.units", 32)])


class Clock:
    """Time that passes when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workspace(qapp: object, clock: Clock) -> Workspace:  # noqa: ARG001
    return Workspace(START, clock)


def test_an_equal_experiment_is_not_announced(workspace: Workspace, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(workspace.experiment_changed):
        workspace.edit(make_experiment(), "Nothing")
    assert workspace.undo_stack.count() == 0


def test_an_edit_is_announced_once_and_undone(workspace: Workspace, qtbot: QtBot) -> None:
    seen: list[object] = []
    workspace.experiment_changed.connect(seen.append)
    with qtbot.waitSignal(workspace.modified_changed):
        workspace.edit(WITH_SKIPS, "Skips on")
    workspace.undo_stack.undo()
    assert seen == [WITH_SKIPS, START]
    assert not workspace.is_modified
    workspace.undo_stack.redo()
    assert workspace.experiment == WITH_SKIPS
    assert workspace.is_modified


def test_a_dragged_number_is_one_edit(workspace: Workspace, clock: Clock) -> None:
    workspace.edit(FASTER, "Learning rate")
    clock.now = 0.2
    workspace.edit(FASTEST, "Learning rate")
    assert workspace.undo_stack.count() == 1
    workspace.undo_stack.undo()
    assert workspace.experiment == START


def test_the_same_number_later_is_another_edit(workspace: Workspace, clock: Clock) -> None:
    workspace.edit(FASTER, "Learning rate")
    clock.now = 5.0
    workspace.edit(FASTEST, "Learning rate")
    assert workspace.undo_stack.count() == 2


def test_a_drag_back_to_its_start_leaves_no_edit(workspace: Workspace) -> None:
    workspace.edit(FASTER, "Learning rate")
    workspace.edit(START, "Learning rate")
    assert workspace.undo_stack.count() == 0
    assert not workspace.is_modified


def test_switches_never_merge(workspace: Workspace) -> None:
    workspace.edit(WITH_SKIPS, "Skips on")
    workspace.edit(START, "Skips off")
    assert workspace.undo_stack.count() == 2


def test_the_pass_before_an_edit_stays_until_the_next(workspace: Workspace) -> None:
    first, second = make_trace().share(), make_trace(skip_every=1).share()
    workspace.note_measured(first, workspace.run)
    workspace.edit(WITH_SKIPS, "Skips on")
    assert workspace.before is first
    workspace.note_measured(second, workspace.run)
    assert workspace.before is first
    workspace.edit(replace(WITH_SKIPS, title="A title"), "Title")
    assert workspace.before is first
    workspace.edit(with_values(WITH_SKIPS, [("network.skip.scale", 0.5)]), "Scale")
    assert workspace.before is second
    workspace.forget_before()
    assert workspace.before is None


def test_a_drag_keeps_the_marks_of_its_beginning(workspace: Workspace) -> None:
    first, second = make_trace().share(), make_trace(iteration=38).share()
    workspace.note_measured(first, workspace.run)
    workspace.edit(FASTER, "Learning rate")
    workspace.note_measured(second, workspace.run)
    workspace.edit(FASTEST, "Learning rate")
    assert workspace.before is first


def test_a_rebuilt_network_is_said(workspace: Workspace) -> None:
    workspace.edit(WIDER, "Units")
    assert "iteration 0" in workspace.notice
    workspace.edit(with_values(WIDER, [("training.learning_rate", 0.3)]), "Learning rate")
    assert workspace.notice == ""


def test_saving_cleans(workspace: Workspace, tmp_path: Path) -> None:
    workspace.edit(WIDER, "Units")
    workspace.note_saved(tmp_path / "a.gtheatre")
    assert not workspace.is_modified
    assert workspace.folder == tmp_path
    workspace.undo_stack.undo()
    assert workspace.is_modified, "the file holds what was undone"


def test_undo_returns_from_another_document_to_the_edited_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.gtheatre"
    workspace.open(START, mine)
    workspace.edit(WIDER, "Units")
    number = workspace.document_number
    workspace.open(FASTER, None, is_own=False)
    assert (workspace.experiment, workspace.file, workspace.is_own) == (FASTER, None, False)
    assert not workspace.is_modified
    workspace.undo_stack.undo()
    assert (workspace.experiment, workspace.file, workspace.is_own) == (WIDER, mine, True)
    assert workspace.document_number == number
    assert workspace.is_modified
    workspace.undo_stack.undo()
    assert workspace.experiment == START
    assert not workspace.is_modified
    workspace.undo_stack.redo()
    workspace.undo_stack.redo()
    assert (workspace.experiment, workspace.file) == (FASTER, None)


def test_one_undo_returns_over_several_documents(workspace: Workspace) -> None:
    workspace.edit(WIDER, "Units")
    for experiment in (FASTER, WITH_SKIPS, replace(FASTEST, title="R&D")):
        workspace.open(experiment, None, is_own=False)
    assert workspace.undo_stack.undoText() == "Open R&&D"
    workspace.undo_stack.undo()
    assert workspace.experiment == WIDER
    workspace.undo_stack.redo()
    assert workspace.experiment.title == "R&D"


def test_recovered_work_is_not_skipped_by_undo(workspace: Workspace) -> None:
    workspace.edit(WIDER, "Units")
    workspace.open(WITH_SKIPS, None, is_recovered=True)
    workspace.open(FASTER, None)
    workspace.undo_stack.undo()
    assert workspace.experiment == WITH_SKIPS
    assert workspace.is_modified


def test_where_nothing_was_edited_undo_stays(workspace: Workspace) -> None:
    workspace.open(FASTER, None)
    workspace.open(WIDER, None)
    assert not workspace.undo_stack.canUndo()


def test_a_saved_document_is_known_as_saved_when_undo_returns_to_it(
    workspace: Workspace, tmp_path: Path
) -> None:
    workspace.edit(WIDER, "Units")
    workspace.note_saved(tmp_path / "a.gtheatre")
    workspace.open(START, None)
    workspace.undo_stack.undo()
    assert workspace.file == tmp_path / "a.gtheatre"
    assert not workspace.is_modified


def test_an_opened_document_is_announced_once(workspace: Workspace, tmp_path: Path) -> None:
    facts: list[str] = []
    workspace.document_opened.connect(lambda opened: facts.append(f"opened {opened.seed}"))
    workspace.experiment_changed.connect(lambda _: facts.append("edited"))
    workspace.file_changed.connect(lambda: facts.append("filed"))
    workspace.open(WIDER, tmp_path / "a.gtheatre")
    assert facts == [f"opened {WIDER.seed}"]


def test_recovered_work_is_modified_until_it_is_saved(workspace: Workspace, tmp_path: Path) -> None:
    workspace.open(WIDER, tmp_path / "a.gtheatre", is_recovered=True)
    assert workspace.is_recovered
    assert workspace.is_modified
    workspace.edit(START, "Units")
    workspace.undo_stack.undo()
    assert workspace.is_modified
    workspace.note_saved(tmp_path / "a.gtheatre")
    assert not workspace.is_modified
    assert not workspace.is_recovered


def test_selection_is_announced_when_it_changes(workspace: Workspace, qtbot: QtBot) -> None:
    with qtbot.waitSignal(workspace.selection_changed):
        workspace.select(4)
    with qtbot.assertNotEmitted(workspace.selection_changed):
        workspace.select(4)


def test_one_changed_number_has_a_path() -> None:
    assert changed_number(START, FASTER) == "training.learning_rate"
    assert changed_number(START, WITH_SKIPS) is None
    assert changed_number(START, START) is None


def test_an_edit_that_is_undone_leaves_no_marks(workspace: Workspace) -> None:
    workspace.note_measured(make_trace().share(), workspace.run)
    workspace.edit(WITH_SKIPS, "Skips")
    workspace.note_measured(make_trace().share(), workspace.run)
    assert workspace.before is not None
    workspace.undo_stack.undo()
    assert workspace.before is None
    workspace.undo_stack.redo()
    assert workspace.before is not None


def test_a_lecture_stays_what_it_was_while_the_desk_edits_and_undo_brings_beats_back() -> None:
    scene = documents.load_scene("02-a-product")
    workspace = Workspace(scene)
    assert workspace.document == scene
    assert workspace.experiment.lecture is None
    workspace.edit(
        documents.with_values(workspace.experiment, [("network.layers.0.repeat", 3)]), "Depth 3"
    )
    played = [cue.baseline for cue in documents.read_script(workspace.document)]
    assert played == [cue.baseline for cue in documents.read_script(scene)]
    workspace.undo_stack.undo()
    assert workspace.document == scene
    workspace.edit_lecture(None, "Remove the lecture")
    assert workspace.document.lecture is None
    workspace.undo_stack.undo()
    assert workspace.document == scene
