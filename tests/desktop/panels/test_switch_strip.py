"""The switches that matter, what a press changes, and the way back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.kinds.feedforward.panel.presets import PRESETS
from desktop.kinds.feedforward.panel.switches import choose_switches, rank_switches
from desktop.kinds.table import make_panels
from desktop.panels.switch_strip import SwitchStrip
from desktop.panels.switches import SWITCH_KEYS
from engine.document.experiment import Clip, Experiment, Training, keeps_weights
from tests.synthetic import make_experiment


def with_preset(key: str, training: Training | None = None) -> Experiment:
    return replace(make_experiment(), network=PRESETS[key][1], training=training or Training())


def shown_labels(strip: SwitchStrip) -> dict[int, str]:
    return {key: button.label() for key, button in strip.buttons.items() if button.isVisible()}


def test_shows_how_each_switch_stands(qtbot: QtBot) -> None:
    strip = SwitchStrip(make_panels())
    qtbot.addWidget(strip)
    with qtbot.assertNotEmitted(strip.experiment_edited):
        strip.show_experiment(make_experiment(skip_every=2))
    strip.show()
    shown = {button.label(): button for button in strip.buttons.values() if button.isVisible()}
    assert shown["Skip connections"].is_on
    assert not shown["Normalisation"].is_on
    assert shown["Activation"].setting() == "sigmoid"
    assert shown["Initialisation"].setting() == "torch · rebuilds"
    assert "cannot be kept" in shown["Initialisation"].toolTip()
    assert all(button.height() >= 44 for button in shown.values())


def test_a_click_announces_the_changed_experiment(qtbot: QtBot) -> None:
    strip = SwitchStrip(make_panels())
    qtbot.addWidget(strip)
    experiment = make_experiment()
    strip.show_experiment(experiment)
    assert strip.buttons[3].label() == "Skip connections"
    with qtbot.waitSignal(strip.experiment_edited) as edit:
        qtbot.mouseClick(strip.buttons[3], Qt.MouseButton.LeftButton)
    assert edit.args[0].network.skip.every == 1
    assert edit.args[1] == "Turn skip connections on"
    assert keeps_weights(experiment, edit.args[0])


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("number", SWITCH_KEYS)
def test_two_presses_lead_back(qtbot: QtBot, key: str, number: int) -> None:
    strip = SwitchStrip(make_panels())
    qtbot.addWidget(strip)
    experiment = with_preset(key)
    strip.experiment_edited.connect(lambda edited, _text: strip.show_experiment(edited))
    strip.show_experiment(experiment)
    labels = shown_labels(strip)
    seen: list[Experiment] = []
    strip.experiment_edited.connect(lambda edited, _text: seen.append(edited))
    strip.press(number)
    strip.press(number)
    assert seen[0] != experiment
    assert seen[1] == experiment
    assert shown_labels(strip) == labels


def test_an_explosion_is_offered_clipping_and_an_initialisation() -> None:
    switches = choose_switches(*[with_preset("exploding")] * 2)
    names = {switches.by_key[key].name for key in switches.shown}
    assert names >= {"clipping", "l2", "initialisation"}


def test_a_clipped_experiment_keeps_its_clipping_in_reach() -> None:
    clipped = with_preset("deep_sigmoid", Training(clip=Clip(kind="norm")))
    assert rank_switches(clipped)[0] == "clipping"


def test_all_six_switches_are_ranked_in_every_experiment() -> None:
    for key in PRESETS:
        assert len(set(rank_switches(with_preset(key)))) == 6


LAYERS = ("activation", "initialisation", "skips", "normalisation", "clipping", "l2")


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("training", [Training(), Training(clip=Clip("norm"), weight_decay=0.1)])
def test_a_number_means_the_same_in_every_experiment(preset: str, training: Training) -> None:
    experiment = with_preset(preset, training)
    switches = choose_switches(experiment, experiment)
    assert all(LAYERS[key - 1] == switch.name for key, switch in switches.by_key.items())
    assert all(switch.key == key for key, switch in switches.by_key.items())
    assert len(switches.shown) <= 4
    assert list(switches.shown) == sorted(switches.shown)
    assert switches.by_key.keys() | switches.missing.keys() == set(range(1, 7))


def test_the_key_of_a_switch_that_is_not_shown_acts_and_says_so(qtbot: QtBot) -> None:
    strip = SwitchStrip(make_panels())
    qtbot.addWidget(strip)
    strip.experiment_edited.connect(lambda edited, _text: strip.show_experiment(edited))
    strip.show_experiment(make_experiment())
    assert 6 not in shown_labels(strip)
    said: list[str] = []
    strip.explained.connect(said.append)
    with qtbot.waitSignal(strip.experiment_edited) as edit:
        strip.press(6)
    assert edit.args[0].training.weight_decay == 0.01
    assert said == ["Turn L2 on: key 6 takes it back."]


def test_a_key_without_a_switch_says_why(qtbot: QtBot) -> None:
    strip = SwitchStrip(make_panels())
    qtbot.addWidget(strip)
    strip.show_experiment(make_experiment(depth=1))
    with (
        qtbot.assertNotEmitted(strip.experiment_edited),
        qtbot.waitSignal(strip.explained) as said,
    ):
        strip.press(3)
    assert said.args == ["A skip connection needs a second layer."]
    assert ("3", said.args[0]) in strip.list_keys()
    assert ("6", "Turn L2 on") in strip.list_keys()
