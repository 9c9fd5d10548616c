"""The recurrent scenes show the figures that they promise, for three seeds where so said."""

from __future__ import annotations

import numpy as np
import pytest

from engine.analysis.verdict import diagnose
from engine.analysis.verdict_words import tell_verdict
from engine.documents import load_scene, with_values
from engine.kinds.recurrent.word_influence import (
    measure_gradient_influence,
    measure_swap_influence,
    predict_answers,
)
from engine.tasks.loading import load
from engine.training.run import ROW_ONLY, Run

SEEDS = (0, 1, 2)
DECIDING = 6
"""Time step of the word that decides, in the autocomplete sentences."""


def start(name, seed=0, **values):
    """A run of a scene; values by dotted path, "__" for the dot."""
    changed = [("seed", seed), *((path.replace("__", "."), v) for path, v in values.items())]
    experiment = with_values(load_scene(name), changed)
    return Run(experiment, load(experiment, None))


def train(run, iterations):
    while run.iteration < iterations and run.halted is None:
        run.advance(ROW_ONLY)
    return run


def first_last(run):
    frame = run.measure()
    return float(frame.row[0]) / frame.reference


RADIUS = "network__recurrent_initialisation__spectral_radius"


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("radius", "low", "high"), [(0.9, 2.7e-5, 3.1e-5), (1.0, 0.88, 1.0), (1.1, 30.0, 90.0)]
)
def test_spectral_radius(seed, radius, low, high):
    """0.9^99 = 2.9e-5; at 1.1 tanh saturates far below 1.1^99 = 1.25e4."""
    assert low < first_last(start("4-spectral-radius", seed, **{RADIUS: radius})) < high


def test_a_linear_network_explodes_as_the_radius_says():
    ratio = first_last(start("4-spectral-radius", **{RADIUS: 1.1, "network__activation": "linear"}))
    assert ratio == pytest.approx(1.1**99, rel=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_forget_gate(seed):
    def ratio(**values):
        return first_last(start("5-forget-gate", seed, **values))

    assert ratio() < 1e-18
    assert 1e-9 < ratio(network__forget_bias=1.0) < 1e-6
    assert 0.05 < ratio(network__forget_bias=3.0) < 5.0
    assert ratio(network__gates__forget=0) == 0.0
    assert 0.5 < ratio(network__gates__forget=1) < 30.0


@pytest.mark.parametrize("seed", SEEDS)
def test_autocomplete(seed):
    """The LSTM completes every sentence after 100 updates; the RNN guesses after 400."""
    assert train(start("6-autocomplete-lstm", seed), 100).score().accuracy == 1.0
    guessing = train(start("6-autocomplete-rnn", seed), 400).score()
    assert guessing.accuracy < 0.35
    assert guessing.majority < 0.35


@pytest.mark.parametrize("seed", SEEDS)
def test_autocomplete_with_a_closed_forget_gate_guesses(seed):
    run = train(start("6-autocomplete-lstm", seed, network__gates__forget=0), 150)
    assert run.score().accuracy < 0.35
    frame = run.measure()
    assert float(frame.row[DECIDING - 1]) / frame.reference < 1e-8


@pytest.mark.parametrize("seed", SEEDS)
def test_chatbot(seed):
    """The LSTM gives all eight replies after 150 updates; the RNN knows only the last sentence."""
    assert train(start("7-chatbot-lstm", seed), 150).score().accuracy > 0.995
    assert train(start("7-chatbot-rnn", seed), 400).score().accuracy < 0.32


@pytest.mark.parametrize("seed", SEEDS)
def test_word_influence(seed):
    """A swap finds the deciding word at once; the gradient ranks several others above it."""
    run = train(start("9-word-influence", seed), 200)
    for example in range(3):
        sentence = run.dataset.held_out_x[example]
        answer = int(run.dataset.held_out_y[example])
        name, probability = predict_answers(run.network, sentence)[0]
        assert name == run.dataset.class_names[answer]
        assert probability > 0.9
        swap = measure_swap_influence(run.network, sentence, answer)
        gradient = measure_gradient_influence(run.network, sentence, answer)
        assert int(np.argmax(swap)) + 1 == DECIDING
        assert int((gradient > gradient[DECIDING - 1]).sum()) >= 4


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("5-forget-gate", "vanishing"),
        ("6-autocomplete-rnn", "vanishing"),
        ("6-autocomplete-lstm", "healthy"),
        ("7-chatbot-rnn", "vanishing"),
        ("7-chatbot-lstm", "healthy"),
        ("16-adding-rnn", "vanishing"),
        ("16-adding-irnn", "healthy"),
    ],
)
def test_verdict_on_the_untrained_network(name, kind):
    verdict = diagnose(start(name).measure().trace)
    assert verdict.kind == kind
    assert (kind == "vanishing") == (
        "moves the recurrent weights comes from" in tell_verdict(verdict)
    )


@pytest.mark.parametrize(
    ("name", "iterations", "low", "high"),
    [
        ("16-adding-rnn", 400, 0.14, 0.2),
        ("16-adding-irnn", 600, 0.0, 0.06),
        ("16-adding-lstm", 600, 0.0, 0.002),
        ("16-adding-gru", 300, 0.0, 0.004),
    ],
)
def test_adding(name, iterations, low, high):
    """Guessing 1 has the squared error 1/6: the RNN stays there."""
    assert low < train(start(name), iterations).score().loss < high


def test_the_same_document_gives_the_same_numbers():
    runs = [train(start("7-chatbot-lstm"), 5) for _ in range(2)]
    assert runs[0].measure().row.tobytes() == runs[1].measure().row.tobytes()
    assert runs[0].network.parameters.value.equal(runs[1].network.parameters.value)


def test_a_snapshot_returns_exactly():
    run = train(start("6-autocomplete-lstm"), 3)
    kept = run.snapshot()
    first = [run.advance(ROW_ONLY).loss for _ in range(3)]
    run.restore(kept)
    assert [run.advance(ROW_ONLY).loss for _ in range(3)] == first
