"""Learning another task: with the network where it can, with another one where it must."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.kinds.table import make_panels
from desktop.panels.builder.change_task import edit_task
from desktop.panels.builder.panel import BuilderPanel
from engine.document.experiment import Experiment
from engine.documents import with_values
from engine.errors import RequestError
from engine.kinds.recurrent.spec import Recurrent
from tests.synthetic import make_experiment


def learn(experiment: Experiment, name: str) -> tuple[Experiment, str]:
    edit = edit_task(make_panels(), experiment, {"name": name})
    return with_values(experiment, edit.changes.items()), edit.note


def test_a_network_that_can_read_the_task_stays() -> None:
    now = make_experiment()
    after, note = learn(now, "digits")
    assert (after.network, after.training, note) == (now.network, now.training, "")


def test_one_that_cannot_is_replaced_and_that_is_said() -> None:
    after, note = learn(make_experiment(), "adding")
    assert isinstance(after.network, Recurrent)
    assert (after.network.cell, after.network.forget_bias) == ("lstm", 1.0)
    assert (after.training.optimiser, after.training.clip.kind) == ("adam", "norm")
    assert note == (
        "This task is a sequence: the network was rebuilt as an LSTM 32, trained with Adam, "
        "at iteration 0."
    )
    back, note = learn(after, "spirals")
    assert back.network.kind == "feedforward"
    assert back.training.optimiser == "sgd"
    assert note == (
        "This task is no sequence: the network was rebuilt as 10 layers, ReLU + He, at iteration 0."
    )


@pytest.mark.parametrize(("name", "bias"), [("chatbot", 3.0), ("autocomplete", 3.0), ("text", 1.0)])
def test_far_words_need_gates_that_begin_open(name: str, bias: float) -> None:
    plain = {"name": name, **({"path": "a.txt"} if name == "text" else {})}
    network = edit_task(make_panels(), make_experiment(), plain).changes["network"]
    assert isinstance(network, dict)
    assert network["forget_bias"] == bias


def test_a_read_out_that_the_task_does_not_allow_is_replaced() -> None:
    now, _ = learn(make_experiment(), "autocomplete")
    assert now.network.readout_name() == "last"
    after, note = learn(now, "recall")
    assert (after.network.readout_name(), note) == ("all", "")
    assert after.network.kind == now.network.kind


def test_where_no_kind_can_learn_it_the_panel_says_so(qtbot: QtBot) -> None:
    kinds = {name: kind for name, kind in make_panels().items() if name == "feedforward"}
    now = make_experiment()
    with pytest.raises(RequestError, match="No network here can learn the task “Adding problem”"):
        edit_task(kinds, now, {"name": "adding"})
    builder = BuilderPanel(kinds)
    qtbot.addWidget(builder)
    builder.show_experiment(now)
    builder.show()
    box = builder.task.task
    box.setCurrentIndex(box.findData("adding"))
    with qtbot.assertNotEmitted(builder.experiment_edited):
        box.activated.emit(box.currentIndex())
    assert builder.problem.isVisible()
    assert builder.problem.text() == "No network here can learn the task “Adding problem”."
    assert box.currentData(Qt.ItemDataRole.UserRole) == now.task.name
