"""All the memory of one recorded pass of a feed-forward network, laid out by its settings."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch

from engine.kinds.feedforward.banks import Bank
from engine.kinds.feedforward.layers import LayerBuffers
from engine.kinds.feedforward.spec import Feedforward


@dataclass(frozen=True, slots=True)
class Plan:
    """What the settings ask of every layer."""

    network: Feedforward
    widths: tuple[int, ...]
    """n_0 ... n_L."""
    sources: tuple[int | None, ...]
    """(L) the layer from which a skip connection ends at layer l, or None."""
    scale: float
    """alpha."""

    @staticmethod
    def of(network: Feedforward, inputs: int) -> Plan:
        """Read it off the document."""
        layers = network.unrolled()
        return Plan(
            network,
            (inputs, *(layer.units for layer in layers)),
            tuple(network.skip_source(end) for end in range(1, len(layers) + 1)),
            network.branch_scale(),
        )

    @property
    def depth(self) -> int:
        """L."""
        return len(self.widths) - 1

    @property
    def has_pre_order(self) -> bool:
        """Whether normalisation and activation come before W, on a_{l-1}."""
        return self.network.skip.order == "pre"

    @property
    def argument_widths(self) -> tuple[int, ...]:
        """(L) the widths of what the activation of each layer is applied to."""
        return self.widths[:-1] if self.has_pre_order else self.widths[1:]

    def list_runs(self) -> list[tuple[int, int]]:
        """First and last layer of every run whose W have one shape."""
        shapes = list(itertools.pairwise(self.widths))
        firsts = [
            end
            for end in range(1, self.depth + 1)
            if end == 1 or shapes[end - 1] != shapes[end - 2]
        ]
        return list(zip(firsts, [*(first - 1 for first in firsts[1:]), self.depth], strict=True))

    def ends(self) -> dict[int, int]:
        """Of every layer at which a skip connection starts, the layer at which it ends."""
        return {source: end for end, source in enumerate(self.sources, 1) if source is not None}

    def needs_projection(self, end: int) -> bool:
        """Whether the skip connection that ends here joins different widths."""
        source = self.sources[end - 1]
        return source is not None and self.widths[source] != self.widths[end]


class PassBuffers:
    """The banks of one pass, and each layer's own view of them.

    Banks that hold only some layers exist where a part exists: `argument` where
    something stands between z (or a_{l-1}) and phi, `value` where phi's output is not
    the layer's, `activated` where the gradient after phi' is not yet dL/dz or complete,
    `branch` where skip connections start, `skip` where they carry a learned matrix.
    """

    def __init__(self, plan: Plan, batch: int, dtype: torch.dtype) -> None:
        self.plan = plan
        self.batch = batch
        self._dtype = dtype
        every = range(1, plan.depth + 1)
        layers = plan.network.unrolled()
        order = plan.network.skip.order
        is_normed = [layer.normalisation != "none" for layer in layers]
        has_skip = [source is not None for source in plan.sources]
        changes_argument = [
            normed or (order == "add_then_act" and skips)
            for normed, skips in zip(is_normed, has_skip, strict=True)
        ]
        keeps_value = {
            "post": has_skip,
            "pre": [True] * plan.depth,
            "add_then_act": [False] * plan.depth,
        }[order]
        changes_output = [order == "pre" and skips for skips in has_skip]
        starts = sorted(plan.ends())
        self.output = self._bank([0, *every])
        self.pre_activation = self._bank(
            list(every)
            if not plan.has_pre_order
            else [end for end in every if changes_output[end - 1]]
        )
        self.argument = self._argument_bank(_pick(changes_argument))
        self.value = self._argument_bank(_pick(keeps_value))
        self.derivative = self._argument_bank(list(every))
        self.output_gradient = self._bank([0, *every])
        self.pre_activation_gradient = self._bank(list(every))
        self.weighted = self._argument_bank(list(every) if plan.has_pre_order else [])
        self.activated = self._argument_bank(_pick(changes_argument))
        self.branch = self._bank(starts)
        self.skip = self._bank(
            [start for start in starts if plan.needs_projection(plan.ends()[start])]
        )

    def _bank(self, layers: list[int]) -> Bank:
        widths = [self.plan.widths[layer] for layer in layers]
        return Bank(layers, widths, self.batch, self._dtype)

    def _argument_bank(self, layers: list[int]) -> Bank:
        widths = [self.plan.argument_widths[layer - 1] for layer in layers]
        return Bank(layers, widths, self.batch, self._dtype)

    def of(self, layer: int) -> LayerBuffers:
        """One layer's view."""
        below = layer - 1
        output = self.output[layer]
        before = self.output[below]
        gradient = self.pre_activation_gradient[layer]
        branch = self.branch.get(below, self.output_gradient[below])
        source = self.plan.sources[layer - 1]
        product = self.pre_activation.get(layer, output)
        is_pre = self.plan.has_pre_order
        default = before if is_pre else product
        unchanged = branch if is_pre else gradient
        return LayerBuffers(
            input=before,
            pre_activation=product,
            argument=self.argument.get(layer, default),
            value=self.value.get(layer, output),
            derivative=self.derivative[layer],
            output=output,
            output_gradient=self.output_gradient[layer],
            activated=self.activated.get(layer, unchanged),
            pre_activation_gradient=gradient,
            weighted=self.weighted[layer] if is_pre else branch,
            branch=branch,
            skip_input=None if source is None else self.output[source],
            skip_gradient=self.skip[source] if source is not None and source in self.skip else None,
        )

    @property
    def weight_input(self) -> Bank:
        """What each W_l multiplies: `value`, layer l at l, in the order pre; else `output`."""
        return self.value if self.plan.has_pre_order else self.output


def _pick(conditions: list[bool]) -> list[int]:
    return [layer for layer, holds in enumerate(conditions, 1) if holds]
