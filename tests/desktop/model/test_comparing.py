"""Two lanes in the workspace: what each command does, and that undo takes all of it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from desktop.model.document_files import write_document
from desktop.model.workspace import Workspace
from engine import documents
from engine.document.experiment import Experiment
from engine.documents import with_values
from tests.synthetic import make_experiment, make_trace

START = make_experiment()
FASTER = with_values(START, [("training.learning_rate", 0.2)])
WITH_SKIPS = with_values(START, [("network.skip.every", 1)])
WIDER = with_values(START, [("network.layers.0.units", 32)])
AS_SCENE = documents.load_scene("6-autocomplete-lstm")


@pytest.fixture
def workspace(qapp: object) -> Workspace:  # noqa: ARG001
    return Workspace(START)


def lanes(workspace: Workspace) -> tuple[Experiment, Experiment | None]:
    variant = workspace.lanes.variant
    return workspace.lanes.baseline.experiment, None if variant is None else variant.experiment


def test_lanes_open_with_the_present_network_in_both_and_the_next_edit_goes_to_the_variant(
    workspace: Workspace,
) -> None:
    workspace.open_lanes()
    assert lanes(workspace) == (START, START)
    assert workspace.lanes.edited == "variant"
    workspace.edit(WITH_SKIPS, "Skips on")
    assert lanes(workspace) == (START, WITH_SKIPS)
    assert workspace.experiment == WITH_SKIPS
    assert workspace.document.variant == {"network.skip.every": 1}
    assert workspace.undo_stack.undoText() == "Skips on (variant)"


def test_which_lane_is_edited_is_no_edit(workspace: Workspace, qtbot: QtBot) -> None:
    workspace.open_lanes()
    workspace.edit(WITH_SKIPS, "Skips on")
    count = workspace.undo_stack.count()
    with (
        qtbot.waitSignal(workspace.lane_chosen) as told,
        qtbot.assertNotEmitted(workspace.experiment_changed),
    ):
        workspace.choose_lane("baseline")
    assert told.args == [START]
    assert workspace.undo_stack.count() == count
    with qtbot.assertNotEmitted(workspace.lane_chosen):
        workspace.choose_lane("baseline")
    workspace.edit(FASTER, "Learning rate")
    assert lanes(workspace) == (FASTER, WITH_SKIPS)


@pytest.mark.parametrize(
    ("command", "result"),
    [
        (Workspace.swap_lanes, (WITH_SKIPS, FASTER)),
        (lambda w: w.copy_to("variant"), (FASTER, FASTER)),
        (lambda w: w.copy_to("baseline"), (WITH_SKIPS, WITH_SKIPS)),
        (Workspace.promote_variant, (WITH_SKIPS, None)),
        (Workspace.leave_comparison, (FASTER, None)),
        (lambda w: w.open_variant(WIDER, "Wider"), (FASTER, WIDER)),
    ],
)
def test_every_command_is_one_edit_that_undo_takes_back(
    workspace: Workspace,
    command: Callable[[Workspace], None],
    result: tuple[Experiment, Experiment | None],
) -> None:
    workspace.edit(FASTER, "Learning rate")
    workspace.open_variant(WITH_SKIPS, "Skips")
    before, runs = lanes(workspace), workspace.lanes
    assert before == (FASTER, WITH_SKIPS)
    count = workspace.undo_stack.count()
    command(workspace)
    assert lanes(workspace) == result
    assert workspace.undo_stack.count() == count + 1
    after = workspace.lanes
    workspace.undo_stack.undo()
    assert workspace.lanes == runs
    workspace.undo_stack.redo()
    assert workspace.lanes == after
    while workspace.undo_stack.canUndo():
        workspace.undo_stack.undo()
    assert lanes(workspace) == (START, None)
    assert not workspace.is_modified


def test_a_network_takes_its_run_along(workspace: Workspace) -> None:
    workspace.open_lanes()
    baseline, variant = workspace.lanes.experiments
    assert baseline != variant
    workspace.swap_lanes()
    assert tuple(workspace.lanes.experiments) == (variant, baseline)
    workspace.promote_variant()
    assert tuple(workspace.lanes.experiments) == (baseline,)
    workspace.undo_stack.undo()
    workspace.copy_to("variant")
    assert workspace.lanes.baseline.run == variant
    assert workspace.run not in (baseline, variant), "a copy is a run of its own"


def test_without_two_lanes_nothing_happens(workspace: Workspace) -> None:
    workspace.swap_lanes()
    workspace.copy_to("baseline")
    workspace.promote_variant()
    workspace.leave_comparison()
    workspace.choose_lane("variant")
    assert workspace.undo_stack.count() == 0
    assert workspace.lanes.edited == "baseline"


def test_what_both_share_follows_an_edit_of_one(workspace: Workspace) -> None:
    workspace.open_variant(WITH_SKIPS, "Skips")
    edited = with_values(
        WITH_SKIPS, [("seed", 3), ("training.iterations", 50), ("training.dtype", "float64")]
    )
    workspace.edit(replace(edited, title="Ours"), "Several")
    baseline, variant = lanes(workspace)
    assert (baseline.seed, baseline.title, baseline.training) == (3, "Ours", edited.training)
    assert baseline.network == START.network
    assert variant == replace(edited, title="Ours")
    assert workspace.document.variant == {"network.skip.every": 1}
    assert "both lanes begin anew" in workspace.notice
    workspace.undo_stack.undo()
    assert lanes(workspace) == (START, WITH_SKIPS)


def test_another_task_is_learned_in_both_lanes(workspace: Workspace) -> None:
    workspace.open_variant(WITH_SKIPS, "Skips")
    workspace.edit(with_values(WITH_SKIPS, [("task", {"name": "spirals"})]), "Task")
    baseline, variant = lanes(workspace)
    assert variant is not None
    assert baseline.task == variant.task
    assert workspace.document.variant == {"network.skip.every": 1}
    workspace.undo_stack.undo()
    assert lanes(workspace) == (START, WITH_SKIPS)


def test_another_kind_of_network_stands_in_both_lanes(workspace: Workspace) -> None:
    workspace.open_variant(WITH_SKIPS, "Skips")
    workspace.edit(replace(AS_SCENE, title=""), "Preset")
    assert lanes(workspace) == (replace(AS_SCENE, title=""), replace(AS_SCENE, title=""))
    workspace.undo_stack.undo()
    assert lanes(workspace) == (START, WITH_SKIPS)


def test_a_network_of_another_kind_is_no_variant(workspace: Workspace) -> None:
    workspace.open_variant(AS_SCENE, "Remedy")
    assert lanes(workspace) == (START, None)
    assert "can be compared" in workspace.notice


def test_a_drag_in_one_lane_is_one_edit_and_not_mixed_with_the_other(workspace: Workspace) -> None:
    workspace.open_lanes()
    for rate in (0.2, 0.3, 0.4):
        workspace.edit(with_values(START, [("training.learning_rate", rate)]), "Learning rate")
    assert workspace.undo_stack.count() == 2
    workspace.choose_lane("baseline")
    workspace.edit(FASTER, "Learning rate")
    assert workspace.undo_stack.count() == 3
    workspace.undo_stack.undo()
    workspace.undo_stack.undo()
    assert lanes(workspace) == (START, START)
    assert workspace.lanes.edited == "variant", "undo shows the lane in which it acts"


def test_marks_are_of_the_lane_that_was_edited(workspace: Workspace) -> None:
    workspace.open_lanes()
    first, second = make_trace().share(), make_trace().share()
    baseline, variant = workspace.lanes.experiments
    workspace.note_measured(first, baseline)
    workspace.note_measured(second, variant)
    workspace.edit(WITH_SKIPS, "Skips on")
    assert (workspace.before_of(baseline), workspace.before_of(variant)) == (None, second)
    workspace.edit(replace(WITH_SKIPS, seed=3), "Seed")
    assert (workspace.before_of(baseline), workspace.before_of(variant)) == (first, second)
    workspace.swap_lanes()
    assert workspace.before_of(baseline) is first, "what was measured has not changed"


def test_lost_weights_are_said_for_the_lane_that_loses_them(workspace: Workspace) -> None:
    workspace.open_lanes()
    workspace.edit(WIDER, "Units")
    assert "the variant begins anew and is trained to where the baseline stands" in workspace.notice
    workspace.undo_stack.undo()
    assert workspace.notice == "The variant goes on with the weights of the baseline."
    workspace.choose_lane("baseline")
    workspace.edit(WIDER, "Units")
    assert "the baseline begins anew" in workspace.notice


def test_a_document_with_two_lanes_opens_them_and_is_not_modified(
    workspace: Workspace, tmp_path: Path
) -> None:
    by_hand = replace(START, variant={"network.skip": {"every": 1, "scale": 1, "order": "post"}})
    workspace.open(by_hand, tmp_path / "two.gtheatre")
    assert lanes(workspace) == (START, WITH_SKIPS)
    assert workspace.lanes.edited == "variant"
    assert not workspace.is_modified
    workspace.edit(WIDER, "Units")
    assert workspace.is_modified
    workspace.undo_stack.undo()
    assert not workspace.is_modified


def test_what_is_saved_is_opened_again(workspace: Workspace, tmp_path: Path) -> None:
    workspace.open_variant(WIDER, "Wider")
    assert workspace.is_modified
    file = tmp_path / "two.gtheatre"
    write_document(file, workspace.document)
    workspace.note_saved(file)
    assert not workspace.is_modified
    again = Workspace(documents.read(file))
    assert lanes(again) == (START, WIDER)
    workspace.leave_comparison()
    assert workspace.is_modified
    workspace.undo_stack.undo()
    assert not workspace.is_modified


def test_equal_lanes_are_kept_too(workspace: Workspace, tmp_path: Path) -> None:
    workspace.open_lanes()
    file = tmp_path / "equal.gtheatre"
    write_document(file, workspace.document)
    assert lanes(Workspace(documents.read(file))) == (START, START)


def test_undo_returns_from_another_document_to_both_lanes(workspace: Workspace) -> None:
    workspace.open_variant(WITH_SKIPS, "Skips")
    workspace.open(FASTER, None, is_own=False)
    assert lanes(workspace) == (FASTER, None)
    workspace.undo_stack.undo()
    assert lanes(workspace) == (START, WITH_SKIPS)
    assert workspace.is_modified
