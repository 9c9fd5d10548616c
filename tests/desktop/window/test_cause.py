"""The cause in the running window: with the verdict, of the same pass, completed at rest."""

from __future__ import annotations

from engine import documents
from tests.desktop.person import Person


def test_the_cause_stands_under_the_verdict_and_is_completed_at_rest(person: Person) -> None:
    window, run = person.components.window, person.components.frame_loop.run
    person.wait_for(lambda: window.verdict.cause.sentence.text().startswith("Why: "))
    assert [part.letter for part in window.verdict.cause.shares.parts] == ["A", "N", "W", "S"]
    person.wait_for(lambda: run.is_cause_complete)
    cause = run.cause
    assert cause is not None
    assert not cause.is_open
    if cause.kind in {"none", "learning_rate", "unclear"}:
        assert cause.evidence.lambda_max is not None


def test_a_learning_rate_that_is_too_large_is_named_once_the_curvature_is_known(
    person: Person,
) -> None:
    workspace, window = person.components.workspace, person.components.window

    def change(path: str, value: float) -> None:
        workspace.edit(documents.with_values(workspace.experiment, [(path, value)]), "Change")

    person.components.document_commands.open_scene("3-tanh-xavier-depth-10")
    person.wait_for(lambda: person.components.frame_loop.display.cause is not None)
    change("training.learning_rate", 50.0)
    person.wait_for(lambda: "learning rate" in window.verdict.cause.sentence.text())
    assert "50" in window.verdict.cause.sentence.text()
    change("training.learning_rate", 0.001)
    person.wait_for(lambda: "Nothing" in window.verdict.cause.sentence.text())


def test_verdict_and_cause_change_in_the_same_moment(person: Person) -> None:
    """Whenever words are drawn, both are of the pass that is drawn."""
    seen: list[tuple[object, object, object]] = []
    person.components.frame_loop.details_changed.connect(
        lambda display: seen.append((display.verdict, display.cause, display.trace))
    )
    person.click(person.components.window.training_bar.once)
    person.wait_idle_at(1)
    person.click(person.components.window.training_bar.once)
    person.wait_idle_at(2)
    assert seen
    for verdict, cause, trace in seen:
        assert (verdict is None) == (cause is None) == (trace is None)


def test_training_goes_on_while_nothing_is_asked_of_it(person: Person) -> None:
    person.components.training_commands.run_to(40)
    person.wait_idle_at(40)
    run = person.components.frame_loop.run
    person.wait_for(lambda: run.is_cause_complete)
    assert run.iteration == 40
