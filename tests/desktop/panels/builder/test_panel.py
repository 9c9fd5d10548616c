"""The builder shows an experiment without a word, and announces each edit once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from desktop.kinds.feedforward.panel.layers import LayersSection
from desktop.kinds.feedforward.panel.presets import PRESETS
from desktop.kinds.feedforward.panel.skips import SkipsSection
from desktop.kinds.table import make_panels
from desktop.panels.builder.panel import BuilderPanel
from engine.document.experiment import Clip, Experiment, Training
from engine.document.initialisation import Initialisation
from engine.kinds.feedforward.spec import Feedforward, Layer, Skip
from engine.tasks.csv import Csv
from tests.synthetic import make_experiment
from tests.typed_numbers import TYPED, WITH_UNITS

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def builder(qtbot: QtBot) -> BuilderPanel:
    panel = BuilderPanel(make_panels())
    qtbot.addWidget(panel)
    panel.show_experiment(make_experiment())
    panel.resize(296, 1400)
    panel.show()
    return panel


def layers_of(experiment: Experiment) -> tuple[Layer, ...]:
    assert isinstance(experiment.network, Feedforward)
    return experiment.network.layers


def test_shows_an_experiment_and_says_nothing(builder: BuilderPanel, qtbot: QtBot) -> None:
    network = Feedforward(
        layers=(Layer(units=24, activation="relu"), Layer(units=8, activation="leaky_relu")),
        initialisation=Initialisation(scheme="normal", std=0.5),
        skip=Skip(every=1, scale="1/L"),
    )
    experiment = replace(
        make_experiment(),
        network=network,
        seed=11,
        training=Training(
            optimiser="adam", learning_rate=0.005, clip=Clip(kind="value"), weight_decay=0.1
        ),
    )
    with qtbot.assertNotEmitted(builder.experiment_edited):
        builder.show_experiment(experiment)
    assert builder.findChild(LayersSection).list.count() == 2
    assert builder.training.optimiser.currentText() == "Adam"
    assert builder.start.seed.text() == "11"
    assert builder.start.form.spread.text() == "0.5"
    assert builder.findChild(SkipsSection).skips.switch.isChecked()
    assert builder.gradient_flow.clipping.switch.isChecked()
    assert builder.gradient_flow.decay.switch.isChecked()
    assert builder.gradient_flow.threshold.text() == "1"


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_is_a_network_that_the_builder_can_show(
    builder: BuilderPanel, key: str
) -> None:
    builder.show_experiment(replace(make_experiment(), network=PRESETS[key][1]))
    assert builder.task.preset.currentData() == key


def test_a_preset_replaces_the_whole_network(builder: BuilderPanel, qtbot: QtBot) -> None:
    box = builder.task.preset
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        box.setFocus()
        box.setCurrentIndex(box.findData("relu_he"))
        box.activated.emit(box.currentIndex())
    assert edit.args[0].network == PRESETS["relu_he"][1]
    assert edit.args[1] == "Load preset ReLU + He"


def test_a_number_typed_into_units_is_announced_at_enter(
    builder: BuilderPanel, qtbot: QtBot
) -> None:
    qtbot.mouseClick(
        builder.findChild(LayersSection).list.viewport(),
        LEFT,
        pos=builder.findChild(LayersSection)
        .list.visualItemRect(builder.findChild(LayersSection).list.item(0))
        .center(),
    )
    field = builder.findChild(LayersSection).units
    assert field.isVisible()
    field.selectAll()
    qtbot.keyClicks(field, "32")
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert layers_of(edit.args[0])[0].units == 32
    assert edit.args[1] == "Change units"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0", "The number of units must be a whole number from 1 to 4,096, not 0."),
        ("many", "“many” is not a whole number."),
    ],
)
def test_a_refused_number_is_explained_beside_its_field_and_the_old_one_is_kept(
    builder: BuilderPanel, qtbot: QtBot, text: str, sentence: str
) -> None:
    field = builder.findChild(LayersSection).units
    field.selectAll()
    qtbot.keyClicks(field, text)
    with qtbot.assertNotEmitted(builder.experiment_edited):
        qtbot.keyClick(field, Qt.Key.Key_Return)
        builder.setFocus()
    shown = builder.findChild(QLabel, "layer_units_problem")
    assert shown is not None
    assert shown.isVisible()
    assert shown.text() == field.problem == sentence
    assert shown.mapTo(builder, QPoint(0, 0)).y() >= field.mapTo(builder, QPoint(0, 0)).y()
    assert not builder.problem.isVisible()
    assert (field.text(), field.value) == (text, 16)
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), field.problem) == ("16", "")
    assert not shown.isVisible()


def test_what_only_the_whole_document_forbids_is_said_at_the_number_too(
    builder: BuilderPanel, qtbot: QtBot
) -> None:
    layers = (Layer(units=4, repeat=1_999), Layer(units=4))
    builder.show_experiment(replace(make_experiment(), network=Feedforward(layers=layers)))
    click_row(builder, qtbot, 1)
    field = builder.findChild(LayersSection).repeat
    field.selectAll()
    qtbot.keyClicks(field, "2")
    with qtbot.assertNotEmitted(builder.experiment_edited):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert "2,001 layers are too many" in field.problem
    assert field.value == 1
    with qtbot.waitSignal(builder.experiment_edited):
        qtbot.mouseClick(builder.findChild(SkipsSection).skips.switch, LEFT)
    assert (field.text(), field.problem) == ("1", "")


@pytest.mark.parametrize(("text", "number", "whole"), TYPED)
def test_whatever_is_typed_into_the_builder_is_read_or_refused(
    builder: BuilderPanel, qtbot: QtBot, text: str, number: float | None, whole: int | None
) -> None:
    edits: list[Experiment] = []
    builder.experiment_edited.connect(lambda experiment, _text: edits.append(experiment))
    for field, expected, path in (
        (builder.training.learning_rate.field, number, lambda e: e.training.learning_rate),
        (builder.training.iterations, whole, lambda e: e.training.iterations),
    ):
        edits.clear()
        old = field.value
        field.setText(text)  # QTest types ASCII only
        qtbot.keyClick(field, Qt.Key.Key_Return)
        if expected is None:
            assert field.problem.endswith(".")
            assert (edits, field.value, field.text()) == ([], old, text)
        else:
            assert field.problem == ""
            assert [path(edit) for edit in edits] == [expected]
            assert field.value == expected


@pytest.mark.parametrize(("text", "value"), WITH_UNITS)
def test_a_unit_may_stand_behind_a_number_in_the_builder(
    builder: BuilderPanel, qtbot: QtBot, text: str, value: int
) -> None:
    builder.findChild(LayersSection).units.setText(text)
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.keyClick(builder.findChild(LayersSection).units, Qt.Key.Key_Return)
    assert layers_of(edit.args[0])[0].units == value
    assert builder.findChild(LayersSection).units.text() == str(value)


def click_row(builder: BuilderPanel, qtbot: QtBot, row: int) -> None:
    rows = builder.findChild(LayersSection).list
    centre = rows.visualItemRect(rows.item(row)).center()
    qtbot.mouseClick(rows.viewport(), LEFT, pos=centre)


def test_width_and_depth_stand_open_from_the_start(builder: BuilderPanel, qtbot: QtBot) -> None:
    layers = builder.findChild(LayersSection)
    assert layers.list.selected_rows() == [0]
    for field, text in ((layers.units, "24"), (layers.repeat, "3")):
        assert field.isVisible()
        field.selectAll()
        qtbot.keyClicks(field, text)
        with qtbot.waitSignal(builder.experiment_edited):
            qtbot.keyClick(field, Qt.Key.Key_Return)
    assert layers.list.item(0).text().startswith("Dense 24")
    assert layers.list.item(0).text().endswith("× 3")


def test_a_click_on_the_selected_row_opens_the_rest_of_its_fields(
    builder: BuilderPanel, qtbot: QtBot
) -> None:
    assert builder.findChild(LayersSection).list.selected_rows() == [0]
    assert not builder.findChild(LayersSection).activation.isVisible()
    click_row(builder, qtbot, 0)
    assert builder.findChild(LayersSection).activation.isVisible()
    with qtbot.waitSignal(builder.findChild(LayersSection).list.edit_requested):
        qtbot.keyClick(builder.findChild(LayersSection).list, Qt.Key.Key_Return)


def test_another_network_has_a_selected_row_too(builder: BuilderPanel, qtbot: QtBot) -> None:
    layers = tuple(Layer(units=units) for units in (4, 8, 16))
    builder.show_experiment(replace(make_experiment(), network=Feedforward(layers=layers)))
    click_row(builder, qtbot, 2)
    assert builder.findChild(LayersSection).units.text() == "16"
    builder.show_experiment(make_experiment())
    assert builder.findChild(LayersSection).list.selected_rows() == [0]
    assert builder.findChild(LayersSection).units.isVisible()


@pytest.mark.parametrize("optimiser", ["adam", "adamw"])
def test_an_optimiser_without_momentum_takes_it_away_in_the_same_edit(
    builder: BuilderPanel, qtbot: QtBot, optimiser: str
) -> None:
    momentum = builder.training.momentum
    builder.show_experiment(replace(make_experiment(), training=Training("rmsprop", momentum=0.9)))
    assert momentum.isVisible()
    box = builder.training.optimiser
    box.setFocus()
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        box.setCurrentIndex(box.findData(optimiser))
        box.activated.emit(box.currentIndex())
    changed = edit.args[0].training
    assert (changed.optimiser, changed.momentum) == (optimiser, 0.0)
    assert not momentum.isVisible()
    assert builder.problem.isHidden()


def test_a_momentum_is_kept_between_optimisers_that_have_one(
    builder: BuilderPanel, qtbot: QtBot
) -> None:
    builder.show_experiment(replace(make_experiment(), training=Training("sgd", momentum=0.9)))
    box = builder.training.optimiser
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        box.setCurrentIndex(box.findData("rmsprop"))
        box.activated.emit(box.currentIndex())
    assert edit.args[0].training.momentum == 0.9


def test_layers_are_added_duplicated_removed_and_moved(builder: BuilderPanel, qtbot: QtBot) -> None:
    builder.show_experiment(
        replace(make_experiment(), network=Feedforward(layers=(Layer(units=4), Layer(units=8))))
    )
    rows = builder.findChild(LayersSection).list
    rows.item(0).setSelected(True)
    add = builder.findChild(QPushButton, "add_layer")
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.mouseClick(add, LEFT)
    assert [layer.units for layer in layers_of(edit.args[0])] == [4, 4, 8]
    assert rows.selected_rows() == [1]
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.keyClick(rows, Qt.Key.Key_Delete)
    assert [layer.units for layer in layers_of(edit.args[0])] == [4, 8]
    rows.select_rows([1])
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.keyClick(rows, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [layer.units for layer in layers_of(edit.args[0])] == [8, 4]
    assert rows.selected_rows() == [0]
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.keyClick(rows, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [layer.units for layer in layers_of(edit.args[0])] == [8, 8, 4]


def test_the_last_layer_cannot_be_removed(builder: BuilderPanel, qtbot: QtBot) -> None:
    builder.findChild(LayersSection).list.item(0).setSelected(True)
    with qtbot.assertNotEmitted(builder.experiment_edited):
        qtbot.keyClick(builder.findChild(LayersSection).list, Qt.Key.Key_Delete)
    assert builder.problem.text() == "A network needs at least one layer."


def test_several_layers_change_together_and_differing_values_say_so(
    builder: BuilderPanel, qtbot: QtBot
) -> None:
    layers = (Layer(units=4), Layer(units=8, activation="relu"), Layer(units=2))
    builder.show_experiment(replace(make_experiment(), network=Feedforward(layers=layers)))
    rows = builder.findChild(LayersSection).list
    for row in (0, 1):
        rows.item(row).setSelected(True)
    assert builder.findChild(LayersSection).units.placeholderText() == "mixed"
    assert builder.findChild(LayersSection).activation.currentIndex() == -1
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        box = builder.findChild(LayersSection).activation
        box.activated.emit(box.findData("selu"))
    assert [la.activation for la in layers_of(edit.args[0])] == ["selu", "selu", "tanh"]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("skips", lambda e: e.network.skip.every > 0),
        ("clipping", lambda e: e.training.clip.kind != "none"),
        ("decay", lambda e: e.training.weight_decay > 0),
    ],
)
def test_a_toggle_is_one_click(
    builder: BuilderPanel, qtbot: QtBot, name: str, read: Callable[[Experiment], bool]
) -> None:
    row = getattr(
        builder.findChild(SkipsSection) if name == "skips" else builder.gradient_flow, name
    )
    for is_on in (True, False):
        with qtbot.waitSignal(builder.experiment_edited) as edit:
            qtbot.mouseClick(row.switch, LEFT)
        assert read(edit.args[0]) is is_on


@pytest.mark.parametrize(
    ("button", "read", "value"),
    [
        ("all_activation_relu", lambda e: e.network.layers[0].activation, "relu"),
        ("all_normalisation_batch", lambda e: e.network.layers[0].normalisation, "batch"),
        ("all_initialisation_he_normal", lambda e: e.network.initialisation.scheme, "he_normal"),
    ],
)
def test_a_segment_is_one_click(
    builder: BuilderPanel,
    qtbot: QtBot,
    button: str,
    read: Callable[[Experiment], object],
    value: str,
) -> None:
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.mouseClick(builder.findChild(QPushButton, button), LEFT)
    assert read(edit.args[0]) == value


def test_a_single_arc_is_switched_off(builder: BuilderPanel, qtbot: QtBot) -> None:
    builder.show_experiment(make_experiment(depth=6, skip_every=2))
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.mouseClick(builder.findChild(QPushButton, "skip_arc_4"), LEFT)
    assert edit.args[0].network.skip.off == (4,)


def test_a_normal_initialisation_gets_the_deviation_that_it_needs(
    builder: BuilderPanel, qtbot: QtBot
) -> None:
    box = builder.start.form.scheme
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        box.activated.emit(box.findData("normal"))
    assert edit.args[0].network.initialisation == Initialisation(scheme="normal", std=0.5)


def test_the_learning_rate_slider_moves_over_decades(builder: BuilderPanel, qtbot: QtBot) -> None:
    handle = builder.training.learning_rate.findChild(QSlider, "learning_rate_slider")
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.keyClick(handle, Qt.Key.Key_PageDown)
    assert edit.args[0].training.learning_rate == pytest.approx(0.01)


def test_a_table_is_chosen_with_its_last_column_as_target(
    builder: BuilderPanel, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "flowers.csv"
    table.write_text("length;width;kind\n1;2;a\n", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(table), ""))
    box = builder.task.task
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        box.activated.emit(box.findData("csv"))
    assert edit.args[0].task == Csv(path=str(table), target="kind")
    assert builder.task.target.currentText() == "kind"
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        builder.task.columns.menu().actions()[1].trigger()
    assert edit.args[0].task.columns == ("length",)
    assert builder.task.columns.text() == "1 of 2"
    with qtbot.assertNotEmitted(builder.experiment_edited):
        builder.task.columns.menu().actions()[0].trigger()
    assert builder.problem.text() == "The network needs at least one input column."
    assert builder.task.columns.text() == "1 of 2"


def test_a_row_selects_its_first_layer_and_a_layer_its_row(
    builder: BuilderPanel, qtbot: QtBot
) -> None:
    layers = (Layer(units=4, repeat=3), Layer(units=8, repeat=2))
    builder.show_experiment(replace(make_experiment(), network=Feedforward(layers=layers)))
    with qtbot.waitSignal(builder.layer_selected) as selection:
        click_row(builder, qtbot, 1)
    assert selection.args == [4]
    with qtbot.assertNotEmitted(builder.layer_selected):
        builder.select_layer(2)
    assert builder.findChild(LayersSection).list.selected_rows() == [0]
