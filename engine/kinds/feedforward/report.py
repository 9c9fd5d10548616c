"""What `measure` says about a feed-forward network."""

from __future__ import annotations

from typing import Any

from engine.kinds.feedforward.records import LayerTrace


def describe_layers(trace: LayerTrace) -> list[dict[str, Any]]:
    """One entry per layer, layer 1 first; norms of raw gradients."""
    return [
        {
            "name": name,
            "g_a_rms": float(trace.g_a_rms[index + 1]),
            "g_z": float(trace.g_z[index]),
            "g_W": float(trace.g_W[index]),
            "update_ratio": float(trace.update_ratio[index]),
            "saturated": float(trace.saturated[index]),
            "dead": float(trace.dead[index]),
        }
        for index, name in enumerate(trace.layer_names)
    ]
