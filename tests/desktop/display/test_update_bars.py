"""Slow mode's bars are the norms of the recorded pass, recomputed here entry by entry."""

from __future__ import annotations

import math

import pytest
import torch

from desktop.display.options import Playhead
from desktop.display.pictures import UpdateBarsPicture
from desktop.display.update_bars import resolve_update_bars
from engine.document.experiment import OPTIMISERS, Experiment
from engine.documents import with_values
from engine.numerics.losses import evaluate_loss
from engine.records.record import Phase
from engine.training.run import FULL, Run
from tests.engine.cases import make_dataset, make_experiment

LAYERS = [{"units": 8, "activation": "tanh", "repeat": 3}]
AFTERWARDS: tuple[Phase, ...] = ("clip", "decay", "update")


def bars_of(experiment: Experiment, run: Run, phase: Phase | None) -> UpdateBarsPicture | None:
    trace = run.measure().trace
    assert trace is not None
    playhead = Playhead(float(trace.places + 1), trace.places + 2, phase=phase)
    return resolve_update_bars(experiment, trace, playhead)


@pytest.mark.parametrize("clip", ["none", "norm", "value"])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_the_bars_are_the_norms_of_all_parameters(clip: str, optimiser: str) -> None:
    values = [
        ("training.clip.kind", clip),
        ("training.clip.threshold", 0.05),
        ("training.weight_decay", 0.02),
        ("training.optimiser", optimiser),
    ]
    experiment = with_values(make_experiment(LAYERS, training={"dtype": "float64"}), values)
    run = Run(experiment, make_dataset())
    for _ in range(3):
        run.advance(FULL)
    picture = bars_of(experiment, run, "clip")
    assert picture is not None
    shown = {bar.name: bar for bar in picture.bars}
    x, y = run.draw_batch()
    network = run.network
    network.backward(evaluate_loss(run.dataset.loss, network.forward(x), y)[1])
    raw = network.parameters.gradient.clone()
    active = [p for p in network.parameters if p.is_active]
    before = torch.cat([p.value.flatten() for p in active]).clone()
    norm = math.sqrt(sum(each * each for each in raw.tolist()))
    left = raw.clone()
    if clip == "norm":
        left *= min(1.0, 0.05 / norm)
    if clip == "value":
        left = left.clamp(-0.05, 0.05)
    assert shown["raw gradient"].value == pytest.approx(norm)
    assert shown["after clipping"].value == pytest.approx(float(left.norm()), rel=1e-4)
    term = shown["decay term" if optimiser == "adamw" else "L2 term"]
    assert term.value == pytest.approx(0.02 * float(before.norm()))
    assert shown["learning rate"].value == experiment.training.learning_rate
    run.advance(FULL)
    moved = float((torch.cat([p.value.flatten() for p in active]) - before).norm())
    assert shown["update"].value == pytest.approx(moved, rel=1e-6)
    threshold = shown["threshold"]
    assert threshold.text == ("off" if clip == "none" else "0.050")
    assert (picture.threshold is None) == (clip != "norm")
    assert torch.isfinite(before).all()


def test_zeros_have_no_place_on_the_axis() -> None:
    values = [("training.weight_decay", 0.0), ("training.learning_rate", 0.0)]
    experiment = with_values(make_experiment(LAYERS), values)
    picture = bars_of(experiment, Run(experiment, make_dataset()), "update")
    assert picture is not None
    shown = {bar.name: bar for bar in picture.bars}
    for name in ("L2 term", "learning rate", "update"):
        assert shown[name].text == "0"
        assert math.isnan(shown[name].place)
    assert math.isfinite(shown["raw gradient"].place)


def test_they_stand_in_the_phases_after_the_backward_pass_alone() -> None:
    experiment = make_experiment(LAYERS)
    run = Run(experiment, make_dataset())
    for phase in (None, "forward", "loss", "backward"):
        assert bars_of(experiment, run, phase) is None  # type: ignore[arg-type]
    strong = []
    for phase in AFTERWARDS:
        picture = bars_of(experiment, run, phase)
        assert picture is not None
        strong.append([bar.name for bar in picture.bars if bar.is_of_phase])
    assert strong == [
        ["raw gradient", "threshold", "after clipping"],
        ["after clipping", "L2 term"],
        ["learning rate", "update"],
    ]
