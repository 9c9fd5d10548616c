"""What a recurrent network is where the one of another lane differs, in short words."""

from __future__ import annotations

from collections.abc import Sequence

from desktop.display.lane_words import word_initialisation
from engine.kinds.recurrent.spec import GATES_OF_CELL, Recurrent

_GROUPS = ("network.initialisation.", "network.recurrent_initialisation")
_READOUTS = {
    "last": "read at the last time step",
    "mean": "read at the mean of all time steps",
    "all": "read at every time step",
}


def word_network(network: Recurrent, other: Recurrent, paths: Sequence[str]) -> dict[str, str]:
    """Words by path; of the two initialisations the first path has the words, the others none."""
    words: dict[str, str] = {}
    for path in paths:
        group = next((start for start in _GROUPS if path.startswith(start)), None)
        if group is None:
            words[path] = _word(network, path.removeprefix("network."))
            continue
        names = [p.removeprefix(group).strip(".") for p in paths if p.startswith(group)]
        has_said = any(each.startswith(group) for each in words)
        words[path] = "" if has_said else _word_weights(network, other, group, names)
    return words


def _word_weights(network: Recurrent, other: Recurrent, group: str, names: Sequence[str]) -> str:
    recurrent = network.recurrent_initialisation
    if group == "network.initialisation.":
        return word_initialisation(network.initialisation, names)
    if recurrent is None:
        return "recurrent weights as the others"
    radius = recurrent.spectral_radius
    told = word_initialisation(recurrent, names if other.recurrent_initialisation else ())
    return f"recurrent {told}" + ("" if radius is None else f", ρ = {radius:g}")


def _word(network: Recurrent, name: str) -> str:
    every = network.truncation
    has_forget_gate = "forget" in GATES_OF_CELL[network.cell]
    words = {
        "cell": network.cell.upper(),
        "activation": {"relu": "ReLU"}.get(network.activation, network.activation),
        "hidden": _count(network.hidden, "unit"),
        "layers": _count(network.layers, "layer"),
        "readout": _READOUTS[network.readout],
        "embedding": f"embedding {network.embedding:,}",
        "forget_bias": f"forget bias {network.forget_bias:g}" if has_forget_gate else "",
        "cut_h_to_gates": "h to gates cut" if network.cut_h_to_gates else "h to gates open",
        "truncation": f"cut every {_count(every, 'time step')}" if every else "not truncated",
    }
    return words[name] if name in words else _word_gate(network, name.removeprefix("gates."))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _word_gate(network: Recurrent, gate: str) -> str:
    if gate not in GATES_OF_CELL[network.cell]:
        return ""  # another cell's, of which this one has nothing
    forced = getattr(network.gates, gate)
    words = {None: "learned", 0.0: "closed", 1.0: "open"}
    return f"{gate} gate {words.get(forced, f'{forced or 0:g}')}"
