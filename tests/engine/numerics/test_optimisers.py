"""Optimisers against torch's own over 20 iterations; clipping and decay, phase by phase."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.document.experiment import Clip, Training
from engine.kinds.feedforward.records import LayerTrace
from engine.numerics.optimisers import Optimiser, clip_gradient, decay_gradient
from engine.numerics.parameters import Parameters, Shape
from engine.training.run import Run
from tests.engine.cases import make_dataset, make_experiment

RULES: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    ({"optimiser": "sgd"}, torch.optim.SGD, {}),
    ({"optimiser": "sgd", "momentum": 0.9}, torch.optim.SGD, {"momentum": 0.9}),
    (
        {"optimiser": "nesterov", "momentum": 0.8},
        torch.optim.SGD,
        {"momentum": 0.8, "nesterov": True},
    ),
    ({"optimiser": "nesterov"}, torch.optim.SGD, {}),
    ({"optimiser": "rmsprop"}, torch.optim.RMSprop, {}),
    ({"optimiser": "rmsprop", "momentum": 0.9}, torch.optim.RMSprop, {"momentum": 0.9}),
    ({"optimiser": "adam"}, torch.optim.Adam, {}),
    ({"optimiser": "adamw"}, torch.optim.AdamW, {}),
]


@pytest.mark.parametrize("decay", [0.0, 0.03])
@pytest.mark.parametrize(("ours", "kind", "theirs"), RULES)
def test_twenty_iterations_are_those_of_torch(
    ours: dict[str, Any], kind: Any, theirs: dict[str, Any], decay: float
) -> None:
    torch.manual_seed(0)
    parameters = Parameters([Shape("W", (4, 5)), Shape("b", (4,))], torch.float64)
    training = Training(**ours, learning_rate=0.05, weight_decay=decay)
    optimiser = Optimiser(parameters, training)
    mirrors = []
    for parameter in parameters:
        parameter.value.copy_(torch.randn(parameter.value.shape))
        mirrors.append(parameter.value.clone().requires_grad_(True))
    rule = kind(mirrors, lr=0.05, weight_decay=decay, **theirs)
    update = torch.zeros_like(parameters.value)
    for _ in range(20):
        for parameter, mirror in zip(parameters, mirrors, strict=True):
            gradient = torch.randn(parameter.value.shape, dtype=torch.float64)
            parameter.gradient.copy_(gradient)
            mirror.grad = gradient.clone()
        decay_gradient(parameters, training)
        optimiser.compute_update(update)
        if optimiser.is_plain:
            parameters.value.sub_(parameters.gradient, alpha=0.05)
        else:
            parameters.value.sub_(update)
        rule.step()
        for parameter, mirror in zip(parameters, mirrors, strict=True):
            torch.testing.assert_close(parameter.value, mirror.detach(), rtol=1e-11, atol=1e-13)


def test_rmsprop_goes_on_with_its_squares_when_momentum_is_switched() -> None:
    """As torch does when `momentum` of a parameter group is changed between two updates."""
    parameters = Parameters([Shape("W", (4, 5))], torch.float64)
    parameters["W"].value.copy_(torch.linspace(-1, 1, 20).view(4, 5))
    mirror = parameters["W"].value.clone().requires_grad_(True)
    rule = torch.optim.RMSprop([mirror], lr=0.05, momentum=0.9)
    optimiser = Optimiser(parameters, Training(optimiser="rmsprop"))
    update = torch.zeros_like(parameters.value)
    generator = torch.Generator().manual_seed(1)
    for number in range(12):
        momentum = (0.9, 0.0, 0.5)[number // 4]
        optimiser.training = Training("rmsprop", learning_rate=0.05, momentum=momentum)
        rule.param_groups[0]["momentum"] = momentum
        gradient = torch.randn((4, 5), dtype=torch.float64, generator=generator)
        parameters["W"].gradient.copy_(gradient)
        mirror.grad = gradient.clone()
        optimiser.compute_update(update)
        parameters.value.sub_(update)
        rule.step()
        torch.testing.assert_close(parameters["W"].value, mirror.detach(), rtol=1e-12, atol=1e-13)


def test_clipping_by_norm_is_torchs_and_only_scales_down() -> None:
    parameters = Parameters([Shape("W", (3, 3)), Shape("b", (3,))], torch.float64)
    training = Training(clip=Clip("norm", 1.0))
    for size in (1e-8, 0.1, 5.0, 1e6):
        for parameter in parameters:
            parameter.gradient.fill_(size)
        mirror = torch.zeros(12, dtype=torch.float64, requires_grad=True)
        mirror.grad = torch.full((12,), size, dtype=torch.float64)
        norm = parameters.total_norm(parameters.norms(parameters.gradient))
        assert norm == pytest.approx(size * 12**0.5)
        result = clip_gradient(parameters, training, norm)
        torch.nn.utils.clip_grad_norm_([mirror], 1.0)
        assert float(parameters["b"].gradient[0]) == pytest.approx(float(mirror.grad[0]), rel=1e-12)
        assert result.factor <= 1.0
        if size < 0.2:
            assert result.factor == 1.0
            assert float(parameters["W"].gradient[0, 0]) == size


def test_clipping_by_value_counts_what_it_cuts() -> None:
    parameters = Parameters([Shape("W", (2, 5))], torch.float32)
    parameters["W"].gradient.copy_(torch.arange(10.0).view(2, 5) - 5.0)
    result = clip_gradient(parameters, Training(clip=Clip("value", 3.0)), 0.0)
    assert result.share == pytest.approx(3 / 10)
    assert float(parameters.gradient.abs().max()) == 3.0


def test_a_trace_keeps_raw_clipped_and_decayed_gradients_apart() -> None:
    training = {
        "clip": {"kind": "norm", "threshold": 0.01},
        "weight_decay": 0.5,
        "optimiser": "adam",
        "learning_rate": 0.001,
    }
    layers = [{"units": 6, "repeat": 3}]
    run = Run(make_experiment(layers, training=training), make_dataset())
    trace = run.measure().trace.own
    plain = Run(make_experiment(layers), make_dataset()).measure().trace.own
    assert isinstance(trace, LayerTrace)
    assert isinstance(plain, LayerTrace)
    np.testing.assert_allclose(trace.g_W, plain.g_W, rtol=1e-12)
    np.testing.assert_allclose(trace.clipped_g_W, trace.g_W * trace.clip_factor, rtol=1e-12)
    assert trace.clip_factor == pytest.approx(0.01 / (trace.gradient_norm + 1e-6))
    before = {p.name: p.value.clone() for p in run.network.parameters}
    run.advance()
    for end in (1, 2, 3):
        value = run.network.parameters[f"W.{end}"].value
        moved = float((value - before[f"W.{end}"]).norm() / before[f"W.{end}"].norm())
        assert trace.update_ratio[end - 1] == pytest.approx(moved, rel=1e-9)
    assert np.all(trace.decayed_g_W > trace.clipped_g_W)
