"""Runs: replay bit for bit, measuring without a mark, and halting at what is not finite."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from engine.documents import with_values
from engine.kinds.feedforward.records import LayerTrace
from engine.training.run import ROW_ONLY, Record, Run, train
from tests.engine.cases import make_dataset, make_experiment

LAYERS = [{"units": 8, "normalisation": "batch", "repeat": 2}, {"units": 6, "activation": "relu"}]
ADAM = {"optimiser": "adam", "learning_rate": 0.01, "dtype": "float32"}


def state_of(run: Run) -> torch.Tensor:
    kept = run.snapshot()
    parts = [kept.value, kept.statistics, *kept.optimiser.vectors]
    return torch.cat([part.flatten() for part in parts])


def test_the_same_experiment_gives_the_same_numbers() -> None:
    experiment = make_experiment(LAYERS, {"every": 1}, ADAM)
    first, second = Run(experiment, make_dataset()), Run(experiment, make_dataset())
    for _ in range(15):
        one, other = first.advance(ROW_ONLY), second.advance()
        assert one.loss == other.loss
        assert one.row.tolist() == other.row.tolist()
    assert torch.equal(state_of(first), state_of(second))


def test_a_snapshot_is_replayed_bit_for_bit() -> None:
    run = Run(make_experiment(LAYERS, training=ADAM), make_dataset())
    for _ in range(7):
        run.advance()
    kept = run.snapshot()
    losses = [run.advance(ROW_ONLY).loss for _ in range(9)]
    after = state_of(run)
    run.restore(kept)
    assert run.iteration == 7
    assert [run.advance().loss for _ in range(9)] == losses
    assert torch.equal(state_of(run), after)
    assert kept.byte_count > 0


def test_measuring_leaves_no_mark_and_tells_the_update_that_follows() -> None:
    experiment = make_experiment(LAYERS, training=ADAM)
    watched, plain = Run(experiment, make_dataset()), Run(experiment, make_dataset())
    for _ in range(6):
        before = state_of(watched)
        measured = watched.measure(detail_layer=2)
        assert torch.equal(before, state_of(watched))
        assert watched.iteration == measured.iteration
        frame = watched.advance()
        plain.advance()
        assert isinstance(measured.trace.own, LayerTrace)
        assert isinstance(frame.trace.own, LayerTrace)
        np.testing.assert_array_equal(measured.trace.own.update_ratio, frame.trace.own.update_ratio)
        assert measured.loss == frame.loss
    assert torch.equal(state_of(watched), state_of(plain))


def test_settings_change_between_iterations_and_others_are_refused() -> None:
    experiment = make_experiment(LAYERS)
    run = Run(experiment, make_dataset())
    run.advance()
    weights = run.network.parameters.value.clone()
    run.change(with_values(experiment, [("training.learning_rate", 0.0)]))
    run.advance()
    assert torch.equal(weights, run.network.parameters.value)
    with pytest.raises(ValueError, match="network of their own"):
        run.change(with_values(experiment, [("network.layers.0.units", 9)]))


def test_training_yields_frames_for_ever_or_for_so_many_iterations() -> None:
    experiment = make_experiment(LAYERS, training={"learning_rate": 0.1})
    frames = list(train(experiment, make_dataset(), 5))
    assert [frame.iteration for frame in frames] == list(range(5))
    assert len(list(itertools.islice(train(experiment, make_dataset(), None, ROW_ONLY), 12))) == 12


def test_training_lowers_the_loss_and_scores_held_out_data() -> None:
    experiment = make_experiment([{"units": 8, "repeat": 2}], training={"learning_rate": 0.5})
    dataset = make_dataset()
    frames = list(train(experiment, dataset, 300, Record(has_trace=False, has_score=True)))
    losses = [frame.loss for frame in frames]
    assert np.mean(losses[-40:]) < 0.9 * np.mean(losses[:40])
    score = frames[-1].held_out
    assert score is not None
    assert score.majority == dataset.majority
    assert score.r2 is None


@pytest.mark.parametrize("has_trace", [True, False])
def test_an_explosion_halts_with_its_place_and_keeps_the_last_good_state(has_trace: bool) -> None:
    layers = [{"units": 16, "activation": "relu", "repeat": 10}]
    experiment = make_experiment(
        layers,
        training={"dtype": "float32", "learning_rate": 0.5},
        initialisation={"scheme": "normal", "std": 2.0},
        batch_size=32,
    )
    run = Run(experiment, make_dataset())
    record = Record(has_trace=has_trace)
    before = state_of(run)
    frame = run.advance(record)
    for _ in range(50):
        if frame.halted:
            break
        before = state_of(run)
        frame = run.advance(record)
    halted = frame.halted
    assert halted is not None
    assert run.halted == halted
    assert halted.iteration == run.iteration
    assert torch.isfinite(before).all()
    assert torch.equal(before, state_of(run))
    assert halted.phase in {"forward", "loss", "backward", "update"}
    assert run.advance(record).halted == halted
    run.change(with_values(experiment, [("training.learning_rate", 0.0)]))
    assert run.halted is None


def test_each_phase_of_a_failure_is_named() -> None:
    layers = [{"units": 4, "activation": "linear", "repeat": 3}]

    def make(**training: object) -> Run:
        return Run(
            make_experiment(layers, training={"dtype": "float32", **training}), make_dataset()
        )

    run = make()
    run.network.parameters["W.2"].value.fill_(3e38)
    halted = run.advance().halted
    assert halted is not None
    assert (halted.phase, halted.layer) == ("forward", 2)

    run = make()
    run.network.parameters["W.out"].value.fill_(1e30)
    run.network.parameters["W.3"].value.mul_(1e20)
    run.network.parameters["b.3"].value.zero_()
    run.network.parameters["W.1"].value.mul_(1e-20)
    run.network.parameters["b.1"].value.zero_()
    run.network.parameters["b.2"].value.zero_()
    halted = run.advance().halted
    assert halted is not None
    assert halted.phase == "backward"

    run = make(learning_rate=1e6, optimiser="adam")
    run.network.parameters["W.out"].value.fill_(3e22)
    before = state_of(run)
    halted = run.advance(ROW_ONLY).halted
    assert halted is not None
    assert halted.phase == "update"
    assert torch.equal(before, state_of(run))

    # The square of a gradient of 1e22 is infinite, though the update itself would be finite.
    for optimiser in ("rmsprop", "adam"):
        run = make(learning_rate=1e-3, optimiser=optimiser)
        run.network.parameters["W.out"].value.fill_(3e22)
        run.network.parameters["W.3"].value.zero_()
        halted = run.advance().halted
        assert halted is not None
        assert (halted.phase, halted.layer) == ("update", 3)


def test_vanished_gradients_stay_the_same_with_and_without_clipping() -> None:
    layers = [{"units": 16, "activation": "sigmoid", "repeat": 10}]
    plain = Run(make_experiment(layers), make_dataset()).measure()
    clip = {"clip": {"kind": "norm", "threshold": 1.0}}
    clipped = Run(make_experiment(layers, training=clip), make_dataset()).measure()
    np.testing.assert_array_equal(plain.row, clipped.row)
