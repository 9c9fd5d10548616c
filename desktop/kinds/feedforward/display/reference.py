"""What the gradients of a pass through layers are compared with: the last layer's."""

from __future__ import annotations

import numpy as np

from desktop.display.reference import Reference
from engine.kinds.feedforward.records import LayerTrace


def find_reference(trace: LayerTrace) -> Reference:
    """The loss end G_L, or what stands in for it.

    G_L = 0: dL/d(output). That 0 too: nothing. G_L not finite: the nearest finite layer
    towards the input.
    """
    end = float(trace.g_a_rms[-1])
    if np.isfinite(end):
        if end > 0:
            return Reference(end, "the last layer", "")
        if np.isfinite(trace.g_out) and trace.g_out > 0:
            return Reference(
                float(trace.g_out),
                "the output",
                "relative to ∂L/∂output, since the last layer’s gradient is 0",
            )
        return Reference(None, "the last layer", "the loss gives no gradient")
    for layer in range(trace.depth - 1, -1, -1):
        value = float(trace.g_a_rms[layer])
        if np.isfinite(value) and value > 0:
            place = f"layer {layer}" if layer else "the input"
            return Reference(value, place, f"relative to {place}, the nearest finite one")
    return Reference(None, "the last layer", "no gradient is finite")
