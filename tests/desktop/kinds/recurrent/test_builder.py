"""The builder and the switches of recurrent networks."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from desktop.kinds.feedforward.panel.all_layers import AllLayersSection
from desktop.kinds.feedforward.panel.layers import LayersSection
from desktop.kinds.recurrent.panel.cell import CellSection, RecurrentStartSection
from desktop.kinds.recurrent.panel.gates import GatesSection
from desktop.kinds.recurrent.panel.presets import RECURRENT_PRESETS
from desktop.kinds.recurrent.panel.switches import choose_recurrent_switches, cycle_forget_gate
from desktop.kinds.table import make_panels
from desktop.panels.builder.labels import SEQUENCE_TASKS, VECTOR_TASKS
from desktop.panels.builder.panel import BuilderPanel
from desktop.panels.switch_strip import SwitchStrip
from engine.document.experiment import Experiment, keeps_weights
from engine.kinds.feedforward.spec import Feedforward
from engine.kinds.recurrent.spec import CellName, Gates, Recurrent
from engine.tasks.autocomplete import Autocomplete
from engine.tasks.series import Series
from engine.tasks.text import Text
from tests.synthetic import make_experiment as make_feedforward

LEFT = Qt.MouseButton.LeftButton


def make_recurrent(network: Recurrent | None = None) -> Experiment:
    return Experiment(
        format="gradient-theatre/1",
        task=Autocomplete(),
        network=network or Recurrent(cell="lstm"),
    )


def cell_of(experiment: Experiment) -> Recurrent:
    assert isinstance(experiment.network, Recurrent)
    return experiment.network


@pytest.fixture
def builder(qtbot: QtBot) -> BuilderPanel:
    panel = BuilderPanel(make_panels())
    qtbot.addWidget(panel)
    panel.show_experiment(make_recurrent())
    panel.resize(296, 1400)
    panel.show()
    return panel


def choose_task(builder: BuilderPanel, name: str) -> None:
    box = builder.task.task
    box.activated.emit(box.findData(name))


def test_shows_a_recurrent_experiment_and_says_nothing(builder: BuilderPanel, qtbot: QtBot) -> None:
    network = Recurrent(cell="gru", hidden=24, layers=2, gates=Gates(update=0.25), truncation=5)
    with qtbot.assertNotEmitted(builder.experiment_edited):
        builder.show_experiment(make_recurrent(network))
    assert builder.findChild(CellSection).hidden.text() == "24"
    assert builder.findChild(CellSection).layers.text() == "2"
    gates = builder.findChild(GatesSection)
    assert gates.truncation.text() == "5"
    assert gates.gates["update"].value.field.text() == "0.25"
    assert [name for name, row in gates.gates.items() if row.isVisible()] == [
        "update",
        "reset",
    ]
    assert not builder.findChild(LayersSection).isVisible()
    assert not builder.findChild(AllLayersSection).isVisible()


@pytest.mark.parametrize("name", [*VECTOR_TASKS[:3], *SEQUENCE_TASKS[:-1]])
def test_any_task_can_follow_any_other(builder: BuilderPanel, qtbot: QtBot, name: str) -> None:
    for start in (make_recurrent(), make_feedforward()):
        if name == start.task.name:
            continue
        builder.show_experiment(start)
        with qtbot.waitSignal(builder.experiment_edited) as edit:
            choose_task(builder, name)
        assert edit.args[0].task.name == name
        is_other_kind = type(edit.args[0].network) is not type(start.network)
        assert is_other_kind == builder.task.note.isVisible()
        assert not is_other_kind or "rebuilt" in builder.task.note.text()


def test_a_sequence_task_is_learned_by_a_network_that_can(
    builder: BuilderPanel, qtbot: QtBot
) -> None:
    builder.show_experiment(make_feedforward())
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        choose_task(builder, "chatbot")
    assert cell_of(edit.args[0]).forget_bias == 3.0
    assert edit.args[0].training.optimiser == "adam"
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        choose_task(builder, "insurance")
    assert isinstance(edit.args[0].network, Feedforward)
    assert edit.args[0].training.optimiser == "sgd"


@pytest.mark.parametrize(
    ("button", "value"),
    [("gate_forget_0", 0.0), ("gate_forget_1", 1.0)],
)
def test_a_gate_is_forced_with_one_click_and_learned_with_another(
    builder: BuilderPanel, qtbot: QtBot, button: str, value: float
) -> None:
    before = make_recurrent()
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.mouseClick(builder.findChild(QPushButton, button), LEFT)
    assert cell_of(edit.args[0]).gates.forget == value
    assert edit.args[1] == f"Force forget gate to {value:g}"
    assert keeps_weights(before, edit.args[0])
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.mouseClick(builder.findChild(QPushButton, "gate_forget_learned"), LEFT)
    assert edit.args[0] == before


def test_the_slider_forces_any_value_between(builder: BuilderPanel, qtbot: QtBot) -> None:
    slider = builder.findChild(GatesSection).gates["input"].value.slider
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert cell_of(edit.args[0]).gates.input == pytest.approx(0.51)


def test_another_cell_learns_its_own_gates(builder: BuilderPanel, qtbot: QtBot) -> None:
    builder.show_experiment(make_recurrent(Recurrent(cell="lstm", gates=Gates(forget=1.0))))
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.mouseClick(builder.findChild(QPushButton, "cell_gru"), LEFT)
    assert cell_of(edit.args[0]).cell == "gru"
    assert cell_of(edit.args[0]).gates == Gates()


@pytest.mark.parametrize("scheme", ["orthogonal", "identity", "normal"])
def test_recurrent_weights_are_drawn_apart(
    builder: BuilderPanel, qtbot: QtBot, scheme: str
) -> None:
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.mouseClick(builder.findChild(QPushButton, f"recurrent_usual_{scheme}"), LEFT)
    own = cell_of(edit.args[0]).recurrent_initialisation
    assert own is not None
    assert own.scheme == scheme
    field = builder.findChild(RecurrentStartSection).radius
    field.selectAll()
    qtbot.keyClicks(field, "0.9")
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    own = cell_of(edit.args[0]).recurrent_initialisation
    assert own is not None
    assert own.spectral_radius == 0.9


@pytest.mark.parametrize("key", RECURRENT_PRESETS)
def test_every_recurrent_preset_can_be_loaded(
    builder: BuilderPanel, qtbot: QtBot, key: str
) -> None:
    builder.show_experiment(make_recurrent(Recurrent(cell="gru", hidden=20, forget_bias=2.0)))
    box = builder.task.preset
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        box.activated.emit(box.findData(key))
    assert box.currentData() == key
    assert cell_of(edit.args[0]).hidden == 20


def test_a_text_and_a_series_of_one_s_own_are_chosen(
    builder: BuilderPanel, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "tide.csv"
    table.write_text("day,height\n1,2\n", encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(table), ""))
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        choose_task(builder, "text")
    assert edit.args[0].task == Text(path=str(table))
    with qtbot.waitSignal(builder.experiment_edited):
        choose_task(builder, "series")
    box = builder.task.sequence.source
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        box.activated.emit(box.findData("csv"))
    assert edit.args[0].task == Series(source="csv", path=str(table), column="height")
    assert builder.task.sequence.column.currentText() == "height"
    with qtbot.waitSignal(builder.experiment_edited) as edit:
        box.activated.emit(box.findData("co2"))
    assert edit.args[0].task == Series(source="co2")


def test_a_refused_length_is_explained(builder: BuilderPanel, qtbot: QtBot) -> None:
    choose_task(builder, "adding")
    field = builder.task.sequence.length
    field.selectAll()
    qtbot.keyClicks(field, "9000")
    with qtbot.assertNotEmitted(builder.experiment_edited):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert builder.problem.text().startswith("The length must be a whole number from 2 to 5,000")


def test_the_forget_gate_goes_round() -> None:
    experiment = make_recurrent()
    seen = []
    for _ in range(3):
        cycled = cycle_forget_gate(experiment)
        assert cycled is not None
        experiment, _text = cycled
        seen.append(cell_of(experiment).gates.forget)
    assert seen == [1.0, 0.0, None]
    assert cycle_forget_gate(make_recurrent(Recurrent(cell="rnn"))) is None
    assert cycle_forget_gate(make_feedforward()) is None


@pytest.mark.parametrize("key", RECURRENT_PRESETS)
@pytest.mark.parametrize("number", range(1, 7))
def test_switches_lead_back(qtbot: QtBot, key: str, number: int) -> None:
    strip = SwitchStrip(make_panels())
    qtbot.addWidget(strip)
    start = replace(make_recurrent(), network=RECURRENT_PRESETS[key][1])
    seen, said = [start], []
    strip.experiment_edited.connect(lambda edited, _text: seen.append(edited))
    strip.experiment_edited.connect(lambda edited, _text: strip.show_experiment(edited))
    strip.explained.connect(said.append)
    strip.show_experiment(start)
    for _ in range(3 if number == 1 else 2):
        strip.press(number)
    if len(seen) == 1:
        assert all(sentence.endswith(".") for sentence in said)
        assert said[0].startswith(("An ", "A "))
        return
    assert seen[1] != start
    assert seen[-1] == start


def test_only_what_begins_anew_says_so() -> None:
    start = make_recurrent()
    switches = choose_recurrent_switches(start, start).by_key.values()
    rebuilds = {switch.name for switch in switches if not switch.keeps_weights}
    assert rebuilds == {"cell", "forget_bias", "recurrent_weights"}


TIME_STEPS = ("gate", "cell", "forget_bias", "clipping", "recurrent_weights", "activation")


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_number_means_the_same_for_every_cell(cell: CellName) -> None:
    start = make_recurrent(Recurrent(cell=cell))
    switches = choose_recurrent_switches(start, start)
    assert all(TIME_STEPS[key - 1] == switch.name for key, switch in switches.by_key.items())
    assert len(switches.shown) == 4
    assert switches.by_key.keys() | switches.missing.keys() == set(range(1, 7))
    labels = {"rnn": None, "lstm": "Forget gate", "gru": "Update gate"}
    gate = switches.by_key.get(1)
    assert (gate.label if gate else None) == labels[cell]


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_learned_open_and_closed_are_three_pictures(qtbot: QtBot, cell: CellName) -> None:
    strip = SwitchStrip(make_panels())
    qtbot.addWidget(strip)
    strip.experiment_edited.connect(lambda edited, _text: strip.show_experiment(edited))
    strip.show_experiment(make_recurrent(Recurrent(cell=cell)))
    gate, seen, pictures = strip.buttons[1], [], []
    for _ in range(3):
        seen.append((gate.setting(), gate.place))
        pictures.append(gate.grab().toImage())
        strip.press(1)
    assert seen == [("learned", None), ("open", 1.0), ("closed", 0.0)]
    knobs = [picture.copy(picture.width() - 48, 0, 48, picture.height()) for picture in pictures]
    assert knobs[0] != knobs[1] != knobs[2] != knobs[0]
    assert gate.setting() == "learned"
