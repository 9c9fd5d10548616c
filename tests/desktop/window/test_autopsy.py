"""From a NaN to a network that learns, by what the window says and offers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.model.preferences import Preferences, ScreenTheme
from desktop.views.history import History
from engine import documents
from engine.document.experiment import Clip, Experiment
from engine.tasks.loading import load
from engine.training.history import History as Rows
from engine.training.run import FULL, Run
from tests.desktop.person import Person, sit_down

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def explosion(iterations: int = 300) -> Experiment:
    scene = documents.load_scene("10-explosion")
    return replace(scene, training=replace(scene.training, iterations=iterations))


def slow_explosion() -> Experiment:
    """L2 multiplies every weight by -1.05: it takes a hundred iterations."""
    scene = documents.load_scene("2-relu-he-depth-10")
    values = [
        ("training.learning_rate", 1e-4),
        ("training.weight_decay", 20_500.0),
        ("network.layers.0.repeat", 4),
        ("network.layers.0.units", 8),
    ]
    return documents.with_values(scene, values)


@pytest.fixture
def halted(qtbot: QtBot, tmp_path: Path, preferences: Preferences) -> Iterator[Person]:
    with sit_down(qtbot, tmp_path, preferences, slow_explosion()) as person:
        person.press(Qt.Key.Key_T)
        wait_for_bar(person)
        yield person


def wait_for_bar(person: Person) -> None:
    bar, controller = person.components.window.autopsy_bar, person.components.controller
    person.wait_for(lambda: bar.isVisible() and not controller.is_training)


def edit(person: Person, **training: object) -> None:
    experiment = person.experiment
    edited = replace(experiment, training=replace(experiment.training, **training))
    person.components.workspace.edit(edited, "Edit")


def test_from_a_nan_to_a_network_that_learns_by_what_the_screen_says(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    with sit_down(qtbot, tmp_path, preferences, explosion()) as person:
        window = person.components.window
        bar = window.autopsy_bar
        assert not bar.isVisible()
        person.click(window.training_bar.train)
        wait_for_bar(person)
        assert "iteration 2 in the forward pass of layer 6" in bar.sentence.toolTip()
        assert "layer 7 led" in bar.sentence.text()
        assert not bar.start_again.isEnabled()
        assert "First change" in bar.advice.text()
        person.press(Qt.Key.Key_5)
        person.wait_for(bar.start_again.isEnabled)
        assert "Settings changed" in bar.advice.text()
        person.click(bar.start_again)
        person.wait_idle_at(300)
        assert not bar.isVisible()
        held_out = person.components.frame_loop.run.held_out
        assert held_out is not None
        assert held_out.accuracy is not None
        assert held_out.majority is not None
        assert held_out.accuracy > held_out.majority
        fresh = Run(person.experiment, load(person.experiment, None))
        losses = [fresh.advance().loss for _ in range(300)]
        rows = person.components.frame_loop.run.history.between(0, 299)
        assert rows.low("loss").tolist() == losses


@pytest.mark.parametrize("theme", ["dark", "projector"])
def test_the_bar_fits_on_a_small_screen(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences, theme: ScreenTheme
) -> None:
    with sit_down(qtbot, tmp_path, preferences, explosion(), (1280, 720)) as person:
        window = person.components.window
        person.components.display_commands.set_theme(theme)
        usual = window.theatre.minimumHeight()
        person.press(Qt.Key.Key_T)
        wait_for_bar(person)
        person.wait_for(lambda: window.minimumSizeHint().height() <= 720 - 28)
        bar = window.autopsy_bar
        for button in (bar.go_on, bar.start_again, bar.play):
            assert button.isVisible()
            person.wait_for(lambda b=button: b.width() >= b.minimumSizeHint().width())
        words = bar.sentence.fontMetrics().horizontalAdvance(bar.sentence.text())
        assert words <= bar.sentence.width()
        person.press(Qt.Key.Key_5)
        person.wait_for(bar.start_again.isEnabled)
        person.click(bar.start_again)
        person.wait_for(lambda: not bar.isVisible())
        assert window.theatre.minimumHeight() == usual
        person.components.controller.pause()


def test_going_on_begins_at_the_last_good_state(halted: Person) -> None:
    bar, run = halted.components.window.autopsy_bar, halted.components.frame_loop.run
    assert run.autopsy is not None
    good = run.autopsy.last_good
    assert good == halted.iteration - 1
    assert bar.go_on.text() == f"Go on from iteration {good:,}"
    assert not bar.go_on.isEnabled()
    edit(halted, learning_rate=0.0, weight_decay=0.0, iterations=good + 7)
    halted.wait_for(bar.go_on.isEnabled)
    halted.type_key(Qt.Key.Key_G, CONTROL)
    halted.wait_idle_at(good + 7)
    assert not bar.isVisible()
    assert run.newest is not None
    assert run.newest.halted is None
    halted.components.workspace.undo_stack.undo()
    assert halted.experiment == slow_explosion()


def test_a_restart_goes_on_where_the_document_has_ended(halted: Person) -> None:
    run = halted.components.frame_loop.run
    edit(halted, learning_rate=0.0, weight_decay=0.0, iterations=5)
    halted.wait_for(halted.components.window.autopsy_bar.go_on.isEnabled)
    assert run.autopsy is not None
    good = run.autopsy.last_good
    assert good is not None
    halted.click(halted.components.window.autopsy_bar.go_on)
    halted.wait_idle_at(good + 5)


def test_undo_comes_back_to_the_halt_and_redo_leaves_it(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    wild = documents.with_values(
        explosion(),
        [
            ("network.layers", [{"units": 8, "activation": "tanh"}]),
            ("training.learning_rate", 1e6),
            ("training.weight_decay", 1e6),
        ],
    )
    with sit_down(qtbot, tmp_path, preferences, wild) as person:
        frame_loop, bar = person.components.frame_loop, person.components.window.autopsy_bar
        person.press(Qt.Key.Key_T)
        wait_for_bar(person)

        def kind() -> str:
            verdict = frame_loop.display.verdict
            return "" if verdict is None else verdict.kind

        assert kind() == "nan"
        at = person.iteration
        assert bar.go_on.text() == f"Go on from iteration {at}"
        edit(person, weight_decay=0.0)
        person.wait_for(lambda: kind() != "nan" and bar.start_again.isEnabled())
        person.components.workspace.undo_stack.undo()
        person.wait_for(lambda: kind() == "nan" and not bar.start_again.isEnabled())
        person.components.workspace.undo_stack.redo()
        person.wait_for(lambda: kind() != "nan" and bar.start_again.isEnabled())
        person.type_key(Qt.Key.Key_G, CONTROL | SHIFT)
        person.wait_idle_at(300)
        assert not bar.isVisible()


def test_r_replays_the_last_fifty_iterations_over_the_same_views(halted: Person) -> None:
    components = halted.components
    film, frame_loop = components.autopsy_commands.film, components.frame_loop
    bar, theatre = components.window.autopsy_bar, components.window.theatre
    last = halted.iteration
    assert film.film is None
    halted.press(Qt.Key.Key_R)
    halted.wait_for(lambda: film.is_playing)
    assert film.film is not None
    frames = film.film.frames
    assert [frame.iteration for frame in frames] == list(range(last - 49, last + 1))
    fresh = Run(slow_explosion(), load(slow_explosion(), None))
    along = [fresh.advance(FULL) for _ in range(last + 1)][-50:]
    for one, other in zip(frames, along, strict=True):
        assert one.row.tobytes() == other.row.tobytes()
        assert one.halted == other.halted
        assert one.trace is not None
        assert other.trace is not None
        assert one.trace.strength.values.tobytes() == other.trace.strength.values.tobytes()
    seen: list[int] = []
    frame_loop.display_changed.connect(lambda display: seen.append(display.iteration))
    film.set_speed(4.0)
    halted.wait_for(lambda: not film.is_playing)
    assert len(set(seen)) > 20
    assert seen == sorted(seen)
    assert frame_loop.watched_iteration is None
    verdict = frame_loop.display.verdict
    assert verdict is not None
    assert verdict.kind == "nan"
    bar.slider.setFocus()
    halted.qtbot.keyClick(bar.slider, Qt.Key.Key_Left)
    halted.wait_for(lambda: frame_loop.watched_iteration == last - 1)
    display = frame_loop.display
    assert display.trace is frames[-2].trace
    assert int(display.history.stretches.last[-1]) == last - 1
    assert (display.history.begin, display.history.last) == (last - 49, last)
    chart = theatre.charts["lower"]
    assert isinstance(chart, History)
    halted.wait_for(lambda: chart.x_range() == (float(last - 49), float(last + 1)))
    assert theatre.charts["curves_0"].x_range() == chart.x_range()
    halted.press(Qt.Key.Key_Escape)
    halted.wait_for(lambda: chart.x_range()[0] == 0.0)
    assert frame_loop.watched_iteration is None


def test_the_film_is_paused_and_goes_on_and_an_edit_leaves_it(halted: Person) -> None:
    film, bar = halted.components.autopsy_commands.film, halted.components.window.autopsy_bar
    frame_loop = halted.components.frame_loop
    halted.click(bar.play)
    halted.wait_for(lambda: film.is_playing and frame_loop.watched_iteration is not None)
    halted.click(bar.play)
    assert not film.is_playing
    stood = film.frame
    halted.click(bar.play)
    halted.wait_for(lambda: film.frame is not stood)
    edit(halted, clip=Clip("norm", 1.0))
    halted.wait_for(lambda: not film.is_playing and frame_loop.watched_iteration is None)
    assert bar.isVisible()


def test_training_that_moves_plays_the_film_by_itself(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    preferences.reduces_motion = False
    with sit_down(qtbot, tmp_path, preferences, slow_explosion()) as person:
        person.press(Qt.Key.Key_T)
        film = person.components.autopsy_commands.film
        person.wait_for(lambda: film.is_playing)
        assert person.components.window.autopsy_bar.isVisible()


def test_history_up_to_an_iteration_is_the_history_that_stood_there() -> None:
    rows, once = Rows(), Rows()
    run = Run(slow_explosion(), load(slow_explosion(), None))
    for iteration in range(60):
        frame = run.advance()
        rows.append(frame)
        if iteration <= 40:
            once.append(frame)
    cut, wanted = rows.up_to(40, 30), once.overview()
    assert np.array_equal(cut.first, wanted.first)
    assert np.array_equal(cut.rows_low, wanted.rows_low)
    assert np.array_equal(cut.scalars_high, wanted.scalars_high, equal_nan=True)
