"""What the inspector is told of one layer: entries on the curve, and the spectrum of W."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.kinds.feedforward.network import FeedforwardNetwork
from engine.kinds.feedforward.records import LayerDetail
from engine.kinds.feedforward.spec import NORMALISATIONS, Layer
from engine.numerics.reductions import SHOWN_ENTRIES, pick_entries
from engine.parts import ACTIVATIONS
from engine.training.run import Run
from tests.engine.cases import ORDERS, make_dataset, make_experiment
from tests.engine.second_opinion import activate


def take_detail(layer: int, *, order: str = "post", **settings: object) -> tuple[Run, LayerDetail]:
    experiment = make_experiment(
        [{"units": 6, "repeat": 4, **settings}], {"every": 1, "order": order, "scale": 0.5}
    )
    run = Run(experiment, make_dataset())
    run.measure()
    assert isinstance(run.network, FeedforwardNetwork)
    detail = run.network.detail(layer)
    assert detail is not None
    return run, detail


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_entries_lie_on_the_curve_and_on_its_slope(activation: str, order: str) -> None:
    _, detail = take_detail(3, order=order, activation=activation, leaky_slope=0.2)
    u = torch.tensor(detail.arguments, requires_grad=True)
    value = activate(Layer(units=6, activation=activation, leaky_slope=0.2), u)  # type: ignore[arg-type]
    (slope,) = torch.autograd.grad(value.sum(), u)
    np.testing.assert_allclose(detail.values, value.detach(), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(detail.slopes, slope, rtol=1e-9, atol=1e-9)
    assert detail.argument_counts.sum() == 12 * 6
    assert len(detail.arguments) == 12 * 6, "a small layer is shown whole"


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_what_phi_receives_is_not_always_z(normalisation: str, order: str) -> None:
    run, detail = take_detail(3, order=order, activation="tanh", normalisation=normalisation)
    assert isinstance(run.network, FeedforwardNetwork)
    own = run.network.buffers.of(3)
    low, high = float(own.argument.min()), float(own.argument.max())
    assert detail.argument_edges[0] == pytest.approx(low)
    assert detail.argument_edges[-1] == pytest.approx(high)
    is_z = order == "post" and normalisation == "none"
    same = np.array_equal(detail.argument_edges, detail.pre_activation_edges)
    assert same == is_z


def test_singular_values_agree_with_the_eigenvalues_of_the_gram_matrix() -> None:
    run, detail = take_detail(2)
    weight = run.network.parameters["W.2"].value.numpy()
    expected = np.sqrt(np.linalg.eigvalsh(weight @ weight.T)[::-1])
    np.testing.assert_allclose(detail.singular_values, expected, rtol=1e-6)


@pytest.mark.parametrize("shape", [(64, 512), (64, 64), (100, 37), (4096, 3), (1, 513)])
def test_picked_entries_fall_on_all_columns_alike(shape: tuple[int, int]) -> None:
    picked = pick_entries(shape[0] * shape[1])
    assert len(np.unique(picked)) == len(picked) == min(SHOWN_ENTRIES, shape[0] * shape[1])
    per_column = np.bincount(picked % shape[1], minlength=shape[1])
    expected = len(picked) / shape[1]
    assert per_column.max() <= 2 * expected + 2
    assert pick_entries(7).tolist() == list(range(7))
