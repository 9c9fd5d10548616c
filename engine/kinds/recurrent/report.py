"""What `measure` says about a recurrent network."""

from __future__ import annotations

from typing import Any

from engine.kinds.recurrent.records import TimeTrace


def describe_layers(trace: TimeTrace) -> list[dict[str, Any]]:
    """One entry per recurrent layer, the lowest first; norms of raw gradients."""
    return [
        {
            "name": name,
            "g_Whh": float(trace.g_Whh[k]),
            "g_Wih": float(trace.g_Wih[k]),
            "update_ratio": float(trace.update_ratio[k]),
        }
        for k, name in enumerate(trace.layer_names)
    ]


def describe_time(trace: TimeTrace) -> dict[str, list[float]]:
    """Norms over the time steps of the top layer; lists about c are empty for other cells."""
    return {
        "g_h": trace.g_h[-1].tolist(),
        "g_hT": trace.g_hT[-1].tolist(),
        "g_c": trace.g_c[-1].tolist(),
        "cell_direct": trace.cell_direct[-1].tolist(),
    }
