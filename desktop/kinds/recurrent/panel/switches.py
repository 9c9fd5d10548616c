"""Which switches matter for a recurrent network, and what each changes: pure functions."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from desktop.panels.switches import (
    SHORT_SCHEMES,
    Switch,
    Switches,
    make_clipping_switch,
    make_switch,
    pick_shown,
)
from engine.document.experiment import Experiment
from engine.documents import with_values
from engine.kinds.recurrent.spec import Gates, Recurrent, RecurrentInitialisation

_NUMBERS = {
    "gate": 1,
    "cell": 2,
    "forget_bias": 3,
    "clipping": 4,
    "recurrent_weights": 5,
    "activation": 6,
}
_OPEN_BIAS = 3.0
_OPEN_FROM = 1.0
_ORTHOGONAL = RecurrentInitialisation(scheme="orthogonal", spectral_radius=1.0)


def choose_recurrent_switches(experiment: Experiment, origin: Experiment) -> Switches:
    """The switches of a recurrent network, and which of them matter; see `choose_switches`."""
    if not isinstance(origin.network, Recurrent):
        origin = experiment
    makers = {
        "gate": _gate,
        "cell": _cell,
        "forget_bias": _forget_bias,
        "clipping": _clipping,
        "recurrent_weights": _recurrent_weights,
        "activation": _activation,
    }
    missing = _find_missing(_network(experiment).cell)
    by_key = {
        _NUMBERS[name]: make(experiment, origin)
        for name, make in makers.items()
        if _NUMBERS[name] not in missing
    }
    return Switches(by_key, pick_shown(rank_recurrent_switches(experiment), _NUMBERS), missing)


def _find_missing(cell: str) -> dict[int, str]:
    """Keys of what a cell has not, and why."""
    name = f"{'A' if cell == 'gru' else 'An'} {cell.upper()}"
    missing = {}
    if cell == "rnn":
        missing["gate"] = f"{name} has no gates."
    if cell != "lstm":
        missing["forget_bias"] = f"{name} has no forget gate whose bias could be set."
    if cell != "rnn":
        missing["activation"] = f"{name} always uses sigmoid and tanh."
    return {_NUMBERS[switch]: sentence for switch, sentence in missing.items()}


def rank_recurrent_switches(experiment: Experiment) -> tuple[str, ...]:
    """The names of all switches of this cell, those that matter most first."""
    return {
        "lstm": ("gate", "cell", "forget_bias", "clipping", "recurrent_weights"),
        "gru": ("gate", "cell", "clipping", "recurrent_weights"),
        "rnn": ("recurrent_weights", "cell", "activation", "clipping"),
    }[_network(experiment).cell]


def cycle_forget_gate(experiment: Experiment) -> tuple[Experiment, str] | None:
    """The experiment after its forget gate went on from learned to open to closed to learned.

    A GRU's update gate stands for it: where it is 1 the state is kept. None where there is
    no such gate. The text is the name of the edit for undo.
    """
    if not isinstance(experiment.network, Recurrent) or experiment.network.cell == "rnn":
        return None
    name = _keeping_gate(experiment.network)
    now = getattr(experiment.network.gates, name)
    wanted = 1.0 if now is None else 0.0 if now == 1.0 else None
    result = with_values(experiment, [(f"network.gates.{name}", wanted)])
    return result, describe_force(name, wanted)


def describe_force(name: str, value: float | None) -> str:
    """What the edit is called: "Force forget gate to 1"."""
    return f"Learn {name} gate" if value is None else f"Force {name} gate to {value:g}"


def is_only_switched_in_time(old: Experiment, new: Experiment) -> bool:
    """Whether nothing but what a switch can change differs, so that its origin still holds."""
    if not isinstance(old.network, Recurrent) or not isinstance(new.network, Recurrent):
        return False
    return _without_switches(old) == _without_switches(new)


def _without_switches(experiment: Experiment) -> object:
    network = _network(experiment)
    size = (network.hidden, network.layers, network.embedding, network.readout)
    return experiment.title, experiment.seed, experiment.task, size


def _gate(experiment: Experiment, _origin: Experiment) -> Switch:
    name = _keeping_gate(_network(experiment))
    now = getattr(_network(experiment).gates, name)
    found = cycle_forget_gate(experiment)
    assert found is not None
    if now is None:
        setting = "learned"
    else:
        setting = {0.0: "closed", 1.0: "open"}.get(now, f"held at {now:g}")
    path = f"network.gates.{name}"
    return make_switch(
        experiment,
        {path: getattr(_network(found[0]).gates, name)},
        name="gate",
        key=_NUMBERS["gate"],
        label=f"{name.capitalize()} gate",
        short_label="Gate",
        setting=setting,
        is_on=now == 1.0,
        edit_text=found[1],
        is_learned=now is None,
        place=now,
    )


def _cell(experiment: Experiment, origin: Experiment) -> Switch:
    now, first = _network(experiment).cell, _network(origin).cell
    other = first if first != "rnn" else "lstm"
    wanted = other if now == "rnn" else "rnn"
    changes: dict[str, object] = {"network.cell": wanted, "network.gates": _gates_of(None)}
    if wanted == first:
        changes["network.gates"] = _gates_of(_network(origin).gates)
    elif wanted == "lstm" and _network(experiment).forget_bias < _OPEN_FROM:
        changes["network.forget_bias"] = _OPEN_BIAS
    if wanted == first:
        changes["network.forget_bias"] = _network(origin).forget_bias
    return make_switch(
        experiment,
        changes,
        name="cell",
        key=_NUMBERS["cell"],
        label="Cell",
        short_label="Cell",
        setting=now.upper(),
        is_on=now != "rnn",
        edit_text=f"Change to {wanted.upper()}",
    )


def _forget_bias(experiment: Experiment, origin: Experiment) -> Switch:
    now, first = _network(experiment).forget_bias, _network(origin).forget_bias
    is_on = now >= _OPEN_FROM
    was_on = first >= _OPEN_FROM
    wanted = (0.0 if was_on else first) if is_on else (first if was_on else _OPEN_BIAS)
    return make_switch(
        experiment,
        {"network.forget_bias": wanted},
        name="forget_bias",
        key=_NUMBERS["forget_bias"],
        label="Forget bias",
        short_label="Bias",
        setting=f"{now:g}".replace("-", "−"),
        is_on=is_on,
        edit_text=f"Start with forget bias {wanted:g}",
    )


def _clipping(experiment: Experiment, origin: Experiment) -> Switch:
    return make_clipping_switch(experiment, origin, _NUMBERS["clipping"])


def _recurrent_weights(experiment: Experiment, origin: Experiment) -> Switch:
    now = _network(experiment).recurrent_initialisation
    first = _network(origin).recurrent_initialisation
    is_on = now is not None
    wanted = None if is_on else first or _ORTHOGONAL
    setting = "as the others"
    if now is not None:
        radius = "" if now.spectral_radius is None else f", ρ = {now.spectral_radius:g}"
        setting = f"{SHORT_SCHEMES[now.scheme]}{radius}"
    name = "torch’s default" if wanted is None else SHORT_SCHEMES[wanted.scheme]
    return make_switch(
        experiment,
        {"network.recurrent_initialisation": msgspec.to_builtins(wanted)},
        name="recurrent_weights",
        key=_NUMBERS["recurrent_weights"],
        label="Recurrent weights",
        short_label="W_hh",
        setting=setting,
        is_on=is_on,
        edit_text=f"Start recurrent weights with {name}",
    )


def _activation(experiment: Experiment, origin: Experiment) -> Switch:
    now, first = _network(experiment).activation, _network(origin).activation
    other = "tanh" if first == "relu" else "relu"
    is_on = now == other
    wanted = first if is_on else other
    names = {"relu": "ReLU"}
    return make_switch(
        experiment,
        {"network.activation": wanted},
        name="activation",
        key=_NUMBERS["activation"],
        label="Activation",
        short_label="Activ.",
        setting=names.get(now, now),
        is_on=is_on,
        edit_text=f"Change activation to {names.get(wanted, wanted)}",
    )


def _keeping_gate(network: Recurrent) -> str:
    """The gate that keeps the state where it is 1."""
    return "forget" if network.cell == "lstm" else "update"


def _gates_of(gates: Gates | None) -> Mapping[str, float | None]:
    plain: dict[str, float | None] = msgspec.to_builtins(gates or Gates())
    return plain


def _network(experiment: Experiment) -> Recurrent:
    assert isinstance(experiment.network, Recurrent)
    return experiment.network
