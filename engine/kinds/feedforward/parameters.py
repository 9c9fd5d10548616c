"""The parameters of a feed-forward network: their shapes, and how they are drawn."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import torch
from torch import Tensor

from engine.document.initialisation import Initialisation
from engine.kinds.feedforward.spec import Feedforward
from engine.numerics.initialisers import draw_bias, draw_weight, make_generator
from engine.numerics.parameters import Parameters, Shape


def list_shapes(widths: tuple[int, ...], outputs: int) -> Iterator[Shape]:
    """All that a switch could ever need, in stacks of one kind."""
    every = range(1, len(widths))
    yield from (Shape(f"W.{end}", (widths[end], widths[end - 1]), end) for end in every)
    yield Shape("W.out", (outputs, widths[-1]))
    yield from (Shape(f"b.{end}", (widths[end],), end) for end in every)
    yield Shape("b.out", (outputs,))
    for kind in ("gamma", "beta"):
        yield from (Shape(f"{kind}.{end}", (widths[end],), end) for end in every)
        yield from (Shape(f"{kind}_pre.{end}", (widths[end - 1],), end) for end in every)
    for end in every:
        divisors = [k for k in range(1, end // 2 + 1) if end % k == 0]
        for source in sorted({widths[end - k] for k in divisors} - {widths[end]}):
            yield Shape(f"W.skip.{end}.{source}", (widths[end], source), end)


def lay_out_statistics(
    widths: tuple[int, ...], dtype: torch.dtype
) -> tuple[dict[str, tuple[Tensor, Tensor]], Tensor]:
    """Running means 0 and variances 1 of all layers, for both places of a normalisation."""
    flat = torch.zeros(2 * (2 * sum(widths) - widths[0] - widths[-1]), dtype=dtype)
    running: dict[str, tuple[Tensor, Tensor]] = {}
    start = 0
    for suffix, own in (("", widths[1:]), ("_pre", widths[:-1])):
        for index, width in enumerate(own, 1):
            mean, variance = flat[start : start + width], flat[start + width : start + 2 * width]
            variance.fill_(1.0)
            running[f"{suffix}.{index}"] = mean, variance
            start += 2 * width
    return running, flat


def draw_parameters(parameters: Parameters, seed: int, network: Feedforward) -> None:
    """Fill in the initial values, each from the seed and its own name.

    The output layer takes the network's scheme, but torch_default where that is zeros
    or identity; a projection takes the network's.
    """
    common = network.initialisation
    for index, layer in enumerate(network.unrolled(), 1):
        _draw_layer(parameters, seed, str(index), layer.initialisation or common)
    head = common
    if common.scheme in {"zeros", "identity"}:
        head = msgspec.structs.replace(common, scheme="torch_default")
    _draw_layer(parameters, seed, "out", head)
    for parameter in parameters:
        if parameter.name.startswith("gamma"):
            parameter.value.fill_(1.0)
        elif parameter.name.startswith("W.skip."):
            _draw_matrix(parameters, seed, parameter.name, common)


def _draw_layer(parameters: Parameters, seed: int, suffix: str, how: Initialisation) -> None:
    _draw_matrix(parameters, seed, f"W.{suffix}", how)
    units, fan_in = parameters[f"W.{suffix}"].value.shape
    bias = parameters[f"b.{suffix}"]
    drawn = draw_bias(how, units, fan_in, make_generator(seed, bias.name))
    bias.value.copy_(torch.from_numpy(drawn))


def _draw_matrix(parameters: Parameters, seed: int, name: str, how: Initialisation) -> None:
    value = parameters[name].value
    size = (value.shape[0], value.shape[1])
    value.copy_(torch.from_numpy(draw_weight(how, size, make_generator(seed, name))))
