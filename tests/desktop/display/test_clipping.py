"""The clipping view: its data against a plain recomputation, and what it says."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from desktop.display.clipping import describe_iteration, resolve_clipping
from desktop.display.options import DisplayOptions
from desktop.display.pictures import ClippingPicture
from engine.document.experiment import Experiment
from engine.documents import with_values
from engine.numerics.losses import evaluate_loss
from engine.records.frames import TrainingFrame
from engine.training.history import History
from engine.training.run import ROW_ONLY, Run
from tests.engine.cases import make_dataset, make_experiment

LAYERS = [{"units": 8, "activation": "tanh", "repeat": 3}]


def clipped(kind: str, threshold: float) -> Experiment:
    values = [("training.clip.kind", kind), ("training.clip.threshold", threshold)]
    return with_values(make_experiment(LAYERS, training={"dtype": "float64"}), values)


def picture_of(history: History, experiment: Experiment) -> ClippingPicture:
    return resolve_clipping(history, history.overview(), experiment.training.clip, DisplayOptions())


def recompute(experiment: Experiment, count: int) -> tuple[list[float], list[float]]:
    """Norms before clipping, and the shares of entries beyond the threshold, all by hand."""
    run = Run(experiment, make_dataset())
    threshold = experiment.training.clip.threshold
    norms, shares = [], []
    for _ in range(count):
        x, y = run.draw_batch()
        network = run.network
        _, gradient = evaluate_loss(run.dataset.loss, network.forward(x), y)
        network.backward(gradient)
        entries = torch.cat([p.gradient.flatten() for p in network.parameters if p.is_active])
        norms.append(math.sqrt(sum(each * each for each in entries.tolist())))
        shares.append(sum(abs(each) > threshold for each in entries.tolist()) / len(entries))
        run.advance(ROW_ONLY)
    return norms, shares


@pytest.mark.parametrize(("kind", "threshold"), [("norm", 0.4), ("value", 0.05), ("none", 1.0)])
def test_norm_threshold_and_engagement_are_those_of_a_plain_recomputation(
    kind: str, threshold: float
) -> None:
    experiment = clipped(kind, threshold)
    norms, shares = recompute(experiment, 70)
    run, history = Run(experiment, make_dataset()), History()
    for _ in range(70):
        history.append(run.advance(ROW_ONLY))
    picture = picture_of(history, experiment)
    assert np.allclose(10.0**picture.norm.high, norms, rtol=1e-12)
    assert np.array_equal(picture.norm.x, np.arange(70))
    if kind == "none":
        assert np.isnan(picture.threshold.high).all()
        assert picture.threshold.name == "not clipped"
        wanted = [False] * 70
    else:
        assert np.allclose(10.0**picture.threshold.high, threshold)
        wanted = [n > threshold for n in norms] if kind == "norm" else [s > 0 for s in shares]
        assert 0 < sum(wanted) < 70
    assert picture.is_engaged.tolist() == wanted
    assert picture.engaged_text == f"clipped {sum(wanted[-50:])} of the last 50"
    assert np.allclose(
        history.between(0, 69).high("clipped_share"), shares if kind == "value" else 0.0
    )


def test_how_often_is_told_as_measure_tells_it() -> None:
    from engine.analysis.measure import measure

    experiment = with_values(
        clipped("norm", 0.3), [("task.name", "insurance"), ("training.iterations", 80)]
    )
    from desktop.worker.headless import rehearse

    told = measure(experiment)["final"]["clip"]
    shown = rehearse(experiment, None)
    assert shown.history.recent_clipping == (told["engaged"], told["of"])


def test_going_back_recalls_how_often_clipping_engaged() -> None:
    experiment = clipped("norm", 0.4)
    run, history, once = Run(experiment, make_dataset()), History(), History()
    for iteration in range(120):
        frame = run.advance(ROW_ONLY)
        history.append(frame)
        if iteration < 80:
            once.append(frame)
    history.truncate(80)
    assert history.recent_clipping == once.recent_clipping
    assert history.recent_clipping[1] == 50


def test_zeros_infinities_and_nan_lie_off_the_axis() -> None:
    history = History()
    row = np.ones(3, np.float32)
    for iteration, norm in enumerate((1.0, 0.0, math.inf, 2.0)):
        history.append(
            TrainingFrame(iteration, 0.5, None, 1.0, row, gradient_norm=norm, is_applied=True)
        )
    picture = picture_of(history, clipped("none", 1.0))
    assert picture.zeros.tolist() == [1.0]
    assert picture.not_finite.tolist() == [2.0]
    assert np.isfinite(picture.norm.high).tolist() == [True, False, False, True]
    assert "∞" in describe_iteration(picture, 2)[0]


def test_a_thousand_times_as_long_a_run_keeps_what_stands_out() -> None:
    history, row = History(), np.ones(3, np.float32)
    for iteration in range(30_000):
        norm = 50.0 if iteration == 12_345 else 0.5
        history.append(
            TrainingFrame(
                iteration,
                0.5,
                None,
                1.0,
                row,
                gradient_norm=norm,
                clip_threshold=1.0,
                clip_factor=min(1.0, 1.0 / norm),
                is_applied=True,
            )
        )
    picture = picture_of(history, clipped("norm", 1.0))
    assert len(picture.first) <= 2_000
    assert np.nanmax(picture.norm.high) == pytest.approx(math.log10(50.0))
    around = (picture.first <= 12_345) & (picture.end > 12_345)
    assert picture.is_engaged.tolist() == around.tolist()
