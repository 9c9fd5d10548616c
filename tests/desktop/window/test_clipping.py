"""The clipping view in the window: chosen by tab, menu and key, read, zoomed and exported."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.model.preferences import Preferences
from desktop.views.clipping import Clipping
from desktop.views.history import History
from engine.document.experiment import Clip
from tests.desktop.person import SMALL, Person, sit_down


def chart_of(person: Person) -> Clipping:
    theatre = person.components.window.theatre
    person.wait_for(lambda: isinstance(theatre.charts["lower"], Clipping))
    chart = theatre.charts["lower"]
    assert isinstance(chart, Clipping)
    return chart


def click(person: Person, point: QPointF) -> None:
    viewport = person.components.window.theatre.viewport()
    person.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=point.toPoint())


def test_a_click_on_its_tab_and_the_key_choose_it(person: Person) -> None:
    theatre = person.components.window.theatre
    history = theatre.charts["lower"]
    assert isinstance(history, History)
    tab = next(tab for tab in history._tabs() if tab.view == "clipping")  # noqa: SLF001
    click(person, tab.room.center())
    chart_of(person)
    person.press(Qt.Key.Key_V)
    person.wait_for(lambda: isinstance(theatre.charts["lower"], History))
    person.press(Qt.Key.Key_V)
    chart_of(person)
    actions = person.components.actions.lower_views.actions()
    assert [a.data() for a in actions if a.isChecked()] == ["clipping"]
    next(a for a in actions if a.data() == "history").trigger()
    person.wait_for(lambda: isinstance(theatre.charts["lower"], History))


def test_every_iteration_is_drawn_told_zoomed_and_copied(
    qtbot: QtBot, tmp_path: Path, preferences: Preferences
) -> None:
    clip = Clip("norm", 0.05)
    experiment = replace(SMALL, training=replace(SMALL.training, clip=clip))
    with sit_down(qtbot, tmp_path, preferences, experiment) as person:
        person.components.training_commands.run_to(60)
        person.wait_idle_at(60)
        person.press(Qt.Key.Key_V)
        chart = chart_of(person)
        picture = chart.picture
        assert picture is not None
        assert len(picture.norm.x) == 61
        stretches = person.components.frame_loop.run.history.between(0, 59)
        engaged = int((stretches.low("gradient_norm") > 0.05).sum())
        assert 0 < engaged < 60
        assert int(picture.is_engaged[:60].sum()) == engaged
        last = int((stretches.low("gradient_norm")[10:] > 0.05).sum())
        assert picture.engaged_text == f"clipped {last} of the last 50"
        target = chart.find_target(QPointF(chart.x_pixel(30.5), chart.area.center().y()))
        assert target is not None
        assert target.value == 30
        assert "gradient norm" in target.text
        assert "threshold 0.050" in target.text
        click(person, QPointF(chart.x_pixel(12.5), chart.area.center().y()))
        person.wait_for(lambda: person.components.frame_loop.watched_iteration == 12)
        curves = person.components.window.theatre.charts["curves_0"]
        chart.box.range_asked.emit(0, 20.0, 40.0)
        assert curves.x_range() == chart.x_range() == (20.0, 40.0)
        room = next(room for entry, room in chart.legend() if entry.name == "threshold")
        click(person, room.center())
        assert "threshold" in chart.hidden
        person.components.export_commands.copy_numbers("clipping")
        lines = QApplication.clipboard().text().splitlines()
        heading = "iteration last_iteration gradient_norm clip_threshold clip_factor clipped_share"
        assert lines[0].split("\t") == heading.split()
        assert len(lines) == 62
        first = float(lines[1].split("\t")[2])
        assert first == stretches.low("gradient_norm")[0]
        assert np.isclose(float(lines[1].split("\t")[4]), min(1.0, 0.05 / (first + 1e-6)))


def test_the_legend_says_that_nothing_is_clipped(person: Person) -> None:
    person.press(Qt.Key.Key_V)
    chart = chart_of(person)
    assert chart.picture is not None
    assert chart.picture.threshold.name == "not clipped"
    spot = QPoint(int(chart.area.center().x()), int(chart.area.center().y()))
    assert chart.outer.contains(QPointF(spot))
    assert "not clipped" in [entry.text for entry, _ in chart.legend()]
