"""The switches that matter, what a press changes, and the way back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.panels.presets import PRESETS
from desktop.panels.switch_choices import choose_switches, rank_switches
from desktop.panels.switch_strip import SwitchStrip
from engine.experiment import Clip, Experiment, Training, keeps_weights
from tests.synthetic import make_experiment


def with_preset(key: str, training: Training | None = None) -> Experiment:
    return replace(make_experiment(), network=PRESETS[key][1], training=training or Training())


def test_shows_how_each_switch_stands(qtbot: QtBot) -> None:
    strip = SwitchStrip()
    qtbot.addWidget(strip)
    with qtbot.assertNotEmitted(strip.experiment_edited):
        strip.show(make_experiment(skip_every=2))
    shown = {button.label(): button for button in strip.buttons if button.isVisible()}
    assert shown["Skip connections"].is_on
    assert not shown["Normalisation"].is_on
    assert shown["Activation"].setting() == "sigmoid"
    assert shown["Initialisation"].setting() == "torch · rebuilds"
    assert "cannot be kept" in shown["Initialisation"].toolTip()
    assert all(button.height() >= 44 for button in shown.values())


def test_a_click_announces_the_changed_experiment(qtbot: QtBot) -> None:
    strip = SwitchStrip()
    qtbot.addWidget(strip)
    experiment = make_experiment()
    strip.show(experiment)
    index = next(i for i, b in enumerate(strip.buttons) if b.label() == "Skip connections")
    with qtbot.waitSignal(strip.experiment_edited) as edit:
        qtbot.mouseClick(strip.buttons[index], Qt.MouseButton.LeftButton)
    assert edit.args[0].network.skip.every == 1
    assert edit.args[1] == "Turn skip connections on"
    assert keeps_weights(experiment, edit.args[0])


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("index", range(4))
def test_two_presses_lead_back(qtbot: QtBot, key: str, index: int) -> None:
    strip = SwitchStrip()
    qtbot.addWidget(strip)
    experiment = with_preset(key)
    strip.experiment_edited.connect(lambda edited, _text: strip.show(edited))
    strip.show(experiment)
    labels = [button.label() for button in strip.buttons]
    seen: list[Experiment] = []
    strip.experiment_edited.connect(lambda edited, _text: seen.append(edited))
    strip.press(index)
    strip.press(index)
    assert seen[0] != experiment
    assert seen[1] == experiment
    assert [button.label() for button in strip.buttons] == labels


def test_an_explosion_is_offered_clipping_and_an_initialisation() -> None:
    names = [switch.name for switch in choose_switches(*[with_preset("exploding")] * 2)]
    assert set(names) >= {"clipping", "decay", "initialisation"}


def test_a_clipped_experiment_keeps_its_clipping_in_reach() -> None:
    clipped = with_preset("deep_sigmoid", Training(clip=Clip(kind="norm")))
    assert rank_switches(clipped)[0] == "clipping"


def test_all_six_switches_are_ranked_in_every_experiment() -> None:
    for key in PRESETS:
        assert len(set(rank_switches(with_preset(key)))) == 6
