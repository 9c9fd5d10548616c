"""What helps a recurrent network against which cause, and what is only said to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from engine.document.experiment import Experiment
from engine.kinds.recurrent.spec import GATES_OF_CELL, CellName, network_of
from engine.kinds.remedies import (
    Advice,
    Proposal,
    clip,
    float64,
    learning_rate_tenfold,
    learning_rate_tenth,
    weight_decay,
)
from engine.records.cause import CauseKind
from engine.records.remedy import Remedy

_LEAST_BIAS = 4.0
_MOST_BIAS = 5.0
"""That a document may have."""
_USUAL_BIAS = 1.0
"""What is widely advised, whatever the length (Jozefowicz et al. 2015)."""
_MOST_UNITS = 1_024
_KEEPING: Mapping[CellName, str] = {"lstm": "forget", "gru": "update"}
"""The gate that keeps the state where it is 1."""
_ORTHOGONAL = {"scheme": "orthogonal", "spectral_radius": 1.0}
_IDENTITY = {"scheme": "identity"}


def list_remedies(experiment: Experiment, cause: CauseKind) -> tuple[Remedy, ...]:
    """What can be offered against a cause; what is in effect already is told apart elsewhere."""
    return _ADVICE[cause].list_remedies(experiment, cause)


def _choose_bias(experiment: Experiment) -> float:
    """max(4, ln T): a gate of sigma(ln T) keeps 1/e of the gradient over T time steps."""
    wanted = math.ceil(10.0 * math.log(max(1, experiment.task.time_steps))) / 10.0
    return min(_MOST_BIAS, max(_LEAST_BIAS, wanted))


def _set_bias(experiment: Experiment, bias: float) -> Proposal:
    network = network_of(experiment)
    name = f"Forget bias {bias:g}"
    if network.cell != "lstm" or network.forget_bias >= bias:
        return Proposal(name)
    changes: dict[str, object] = {"network.forget_bias": bias}
    if network.gates.forget is not None:
        changes["network.gates.forget"] = None
    return Proposal(name, changes)


def _forget_bias(experiment: Experiment) -> Proposal:
    return _set_bias(experiment, _choose_bias(experiment))


def _usual_forget_bias(experiment: Experiment) -> Proposal:
    return _set_bias(experiment, _USUAL_BIAS)


def _change_cell(experiment: Experiment, cell: CellName) -> dict[str, object]:
    """Another cell, with gates that it learns."""
    network = network_of(experiment)
    if network.cell == cell:
        return {}
    changes: dict[str, object] = {"network.cell": cell}
    for gate in GATES_OF_CELL[network.cell]:
        if getattr(network.gates, gate) is not None:
            changes[f"network.gates.{gate}"] = None
    return changes


def _lstm_with_bias(experiment: Experiment) -> Proposal:
    """With recurrent weights as torch draws them: with others the hidden state may explode."""
    bias, changes = _choose_bias(experiment), _change_cell(experiment, "lstm")
    network = network_of(experiment)
    if changes and network.forget_bias != bias:
        changes["network.forget_bias"] = bias
    if changes and network.recurrent_initialisation is not None:
        changes["network.recurrent_initialisation"] = None
    return Proposal(f"LSTM, forget bias {bias:g}", changes)


def _lstm(experiment: Experiment) -> Proposal:
    return Proposal("LSTM", _change_cell(experiment, "lstm"))


def _gru(experiment: Experiment) -> Proposal:
    return Proposal("GRU", _change_cell(experiment, "gru"))


def _orthogonal(experiment: Experiment) -> Proposal:
    del experiment
    return Proposal("Orthogonal, ρ = 1", {"network.recurrent_initialisation": dict(_ORTHOGONAL)})


def _identity(experiment: Experiment) -> Proposal:
    """An RNN that hands its state on as it is (Le et al. 2015)."""
    network = network_of(experiment)
    if network.cell != "rnn":
        return Proposal("ReLU + identity")
    changes: dict[str, object] = {"network.recurrent_initialisation": dict(_IDENTITY)}
    if network.activation != "relu":
        changes["network.activation"] = "relu"
    return Proposal("ReLU + identity", changes)


def _tanh(experiment: Experiment) -> Proposal:
    network = network_of(experiment)
    is_other = network.cell == "rnn" and network.activation != "tanh"
    return Proposal("tanh", {"network.activation": "tanh"} if is_other else {})


def _hold_gate(experiment: Experiment) -> Proposal:
    """The state is kept, but for the T-th part of it where it could not change otherwise."""
    network, time_steps = network_of(experiment), experiment.task.time_steps
    gate = _KEEPING.get(network.cell)
    if gate is None:
        return Proposal("Gate held open")
    value = 1.0 if gate == "forget" else round(1.0 - 1.0 / max(2, time_steps), 3)
    name = f"{gate.capitalize()} gate held at {value:g}"
    is_open = (getattr(network.gates, gate) or 0.0) >= value
    return Proposal(name, {} if is_open else {f"network.gates.{gate}": value})


def _learn_gates(experiment: Experiment) -> Proposal:
    network = network_of(experiment)
    changes: dict[str, object] = {
        f"network.gates.{gate}": None
        for gate in GATES_OF_CELL[network.cell]
        if getattr(network.gates, gate) is not None
    }
    return Proposal("Gates learned", changes)


def _open_path(experiment: Experiment) -> Proposal:
    """A cell that remembers, with nothing forced and nothing cut."""
    cell = _lstm_with_bias(experiment)
    if not cell.changes:
        cell = _forget_bias(experiment)
    parts = (_learn_gates, _no_truncation, _no_cut)
    freed = [change for part in parts for change in part(experiment).changes.items()]
    if not freed:
        return Proposal(cell.name)
    return Proposal(f"{cell.name}, nothing forced", {**cell.changes, **dict(freed)})


def _no_truncation(experiment: Experiment) -> Proposal:
    is_cut = network_of(experiment).truncation > 0
    return Proposal("No truncation", {"network.truncation": 0} if is_cut else {})


def _no_cut(experiment: Experiment) -> Proposal:
    is_cut = network_of(experiment).cut_h_to_gates
    return Proposal("h → gates open", {"network.cut_h_to_gates": False} if is_cut else {})


def _usual_weights(experiment: Experiment) -> Proposal:
    network = network_of(experiment)
    changes: dict[str, object] = {}
    if network.initialisation.scheme != "torch_default":
        changes["network.initialisation.scheme"] = "torch_default"
    if network.initialisation.gain != 1.0:
        changes["network.initialisation.gain"] = 1.0
    if network.recurrent_initialisation is not None:
        changes["network.recurrent_initialisation"] = None
    return Proposal("Weights of torch", changes)


def _more_units(experiment: Experiment) -> Proposal:
    hidden = network_of(experiment).hidden
    return Proposal("Units × 2", {"network.hidden": min(_MOST_UNITS, 2 * hidden)})


_OPEN = Advice(
    (_forget_bias, _lstm_with_bias, _hold_gate, _orthogonal),
    (_usual_forget_bias, _lstm, _gru, clip, _more_units),
)
"""Against a gate that closes."""
_CARRY = Advice(
    (_lstm_with_bias, _forget_bias, _orthogonal, _identity, _hold_gate),
    (_lstm, _gru, clip, _more_units, learning_rate_tenfold),
)
"""Against a state that fades."""
_TAME = Advice(
    (_orthogonal, _tanh, _lstm_with_bias, clip), (weight_decay, learning_rate_tenth, _gru)
)
"""Against a state that grows."""
_ADVICE: Mapping[CauseKind, Advice] = MappingProxyType(
    {
        "none": Advice(),
        "no_loss_gradient": Advice((_usual_weights, _orthogonal), (clip, float64)),
        "structural": Advice(
            (_learn_gates, _no_truncation, _no_cut, _open_path, _usual_weights),
            (clip, _more_units),
        ),
        "weights_too_large": _TAME,
        "dead_units": Advice((_tanh, _identity, _lstm_with_bias), (clip, learning_rate_tenth)),
        "underflow": Advice(_CARRY.helpful, (float64, _lstm, _gru, clip)),
        "within_noise": Advice((_more_units, _orthogonal), (clip,)),
        "saturated": _CARRY,
        "forget_gate_shut": _OPEN,
        "forget_gate_half_shut": _OPEN,
        "recurrent_weights_too_small": _CARRY,
        "recurrent_weights_too_large": _TAME,
        "unclear": Advice((_orthogonal, _forget_bias, _lstm_with_bias), (clip, float64)),
        # Of layers.
        "unscaled_skips": Advice(),
        "learning_rate": Advice((learning_rate_tenth,), (clip,)),
        "bounded_derivative": Advice(),
        "weights_too_small": Advice(),
        "batch_norm_growth": Advice(),
    }
)
