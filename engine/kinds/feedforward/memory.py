"""How many numbers a feed-forward network in training holds."""

from __future__ import annotations

from engine.kinds.feedforward.spec import Feedforward
from engine.records.dataset import Dataset


def count_numbers(
    network: Feedforward, widths: tuple[int, ...], dataset: Dataset, batch: int
) -> int:
    """Numbers of a pass (`PassBuffers` has the banks), and of what follows it."""
    is_pre = network.skip.order == "pre"
    units = 0
    for end, layer in enumerate(network.unrolled(), 1):
        copies = 5  # a, z, phi', and the gradients of a and z
        if layer.normalisation != "none":
            copies += 3  # argument, normalised, gradient before it
        source = network.skip_source(end)
        if is_pre:
            copies += 2  # value and weighted
        if source is not None:
            copies += 2  # value or argument, and the gradient after the sum
            units += widths[source] * (2 if widths[source] != widths[end] else 1)
        units += copies * widths[end]
    beside = 7 * max(widths) + 4 * dataset.outputs
    return batch * (units + 2 * dataset.inputs + beside)
