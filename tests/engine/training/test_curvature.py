"""The largest eigenvalue of the Hessian, against the whole Hessian of torch's autograd."""

from __future__ import annotations

import pytest
import torch

from engine import documents
from engine.document.experiment import Experiment
from engine.tasks.loading import load
from engine.training.curvature import measure_largest_eigenvalue
from engine.training.run import Run


def make(**changes: object) -> Experiment:
    network = {
        "kind": "feedforward",
        "layers": [{"units": 4, "activation": changes.pop("activation", "tanh"), "repeat": 3}],
        "initialisation": changes.pop("initialisation", {"scheme": "xavier_normal"}),
    }
    document = {
        "format": "gradient-theatre/1",
        "seed": changes.pop("seed", 1),
        "task": {"name": changes.pop("task", "insurance"), "batch_size": 32},
        "network": network,
        "training": {"learning_rate": 0.1, "iterations": 50},
    }
    assert not changes
    return documents.from_builtins(document)


def eigenvalues(run: Run) -> torch.Tensor:
    """All of the Hessian, by autograd in float64: an implementation of its own."""
    named = [p for p in run.network.parameters if p.is_active]
    sizes = [p.value.numel() for p in named]
    flat = torch.cat([p.value.double().flatten() for p in named])
    x, y = run.draw_batch()
    activation = run.experiment.network.unrolled()[0].activation

    def loss(vector: torch.Tensor) -> torch.Tensor:
        parts = vector.split(sizes)
        values = {p.name: q.view(p.value.shape) for p, q in zip(named, parts, strict=True)}
        a = x.double()
        for layer in range(1, 4):
            z = a @ values[f"W.{layer}"].t() + values[f"b.{layer}"]
            a = torch.relu(z) if activation == "relu" else torch.tanh(z)
        out = a @ values["W.out"].t() + values["b.out"]
        if run.dataset.loss == "bce":
            return torch.nn.functional.binary_cross_entropy_with_logits(
                out, y.double().view_as(out)
            )
        return torch.nn.functional.cross_entropy(out, y)

    hessian = torch.autograd.functional.hessian(loss, flat)
    return torch.linalg.eigvalsh(hessian)


@pytest.mark.parametrize("task", ["insurance", "spirals", "digits"])
@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_the_largest_eigenvalue_of_the_whole_hessian(task: str, seed: int) -> None:
    experiment = make(task=task, seed=seed)
    run = Run(experiment, load(experiment, None))
    wanted = float(eigenvalues(run)[-1])
    assert measure_largest_eigenvalue(run) == pytest.approx(wanted, rel=5e-3)


@pytest.mark.parametrize("scheme", ["he_normal", "identity", "orthogonal"])
@pytest.mark.parametrize("task", ["insurance", "spirals"])
def test_kinks_where_slopes_jump_are_not_taken_for_curvature(task: str, scheme: str) -> None:
    """With biases of 0 whole samples lie on them, as soon as all units before are off."""
    for seed in range(4):
        experiment = make(
            task=task, seed=seed, activation="relu", initialisation={"scheme": scheme}
        )
        run = Run(experiment, load(experiment, None))
        wanted = float(eigenvalues(run)[-1])
        assert measure_largest_eigenvalue(run) == pytest.approx(wanted, rel=5e-3)


def test_where_a_negative_eigenvalue_is_larger_in_size_the_largest_is_still_found() -> None:
    experiment = make(seed=5, initialisation={"scheme": "normal", "std": 1.5})
    run = Run(experiment, load(experiment, None))
    every = eigenvalues(run)
    assert float(every[0]) < -2.0 * float(every[-1])
    assert measure_largest_eigenvalue(run) == pytest.approx(float(every[-1]), rel=1e-3)


def test_it_leaves_no_mark_and_gives_the_same_number_again() -> None:
    experiment = make(task="spirals")
    run, other = (Run(experiment, load(experiment, None)) for _ in range(2))
    for _ in range(3):
        run.advance()
        other.advance()
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first = measure_largest_eigenvalue(run)
    assert torch.equal(before, torch.get_rng_state())
    assert first == measure_largest_eigenvalue(run)
    assert torch.equal(run.network.parameters.value, other.network.parameters.value)
    assert torch.equal(run.network.parameters.gradient, other.network.parameters.gradient)
    assert [run.advance().loss for _ in range(5)] == [other.advance().loss for _ in range(5)]


def test_running_statistics_stay_as_they_are() -> None:
    document = documents.load_scene("13-sigmoid-batch-norm")
    run = Run(document, load(document, None))
    run.advance()
    before = run.network.statistics.clone()
    assert measure_largest_eigenvalue(run) is not None
    assert torch.equal(before, run.network.statistics)


def test_weights_that_are_no_numbers_have_none() -> None:
    experiment = make()
    run = Run(experiment, load(experiment, None))
    run.network.parameters["W.2"].value.fill_(float("nan"))
    assert measure_largest_eigenvalue(run) is None
