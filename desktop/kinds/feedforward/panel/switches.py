"""Which switches matter in an experiment, and what each of them changes: pure functions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from engine.document.experiment import Experiment, keeps_weights
from engine.document.initialisation import Initialisation, SchemeName
from engine.documents import with_values
from engine.kinds.feedforward.spec import Feedforward

SWITCH_KEYS = range(1, 7)
MOST_SWITCHES = 4
"""Of the six so many are shown; the keys of the others act as well."""
_NUMBERS = {
    "activation": 1,
    "initialisation": 2,
    "skips": 3,
    "normalisation": 4,
    "clipping": 5,
    "decay": 6,
}
_EXPLOSIVE = 1.6
"""Spread of a weight times √fan_in from which the gradient grows on its way, ReLU or not."""
_SATURATING = frozenset({"sigmoid", "tanh", "softsign", "hardtanh", "softplus"})
_RECTIFYING = frozenset({"relu", "leaky_relu", "elu", "gelu", "gelu_tanh", "silu"})
_CAREFUL = frozenset(
    {
        "xavier_uniform",
        "xavier_normal",
        "he_uniform",
        "he_normal",
        "lecun_normal",
        "orthogonal",
    }
)
_SHORT_ACTIVATIONS = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "gelu": "GELU", "elu": "ELU"}
SHORT_SCHEMES: dict[SchemeName, str] = {
    "torch_default": "torch",
    "xavier_uniform": "Xavier",
    "xavier_normal": "Xavier",
    "he_uniform": "He",
    "he_normal": "He",
    "lecun_normal": "LeCun",
    "orthogonal": "orthogonal",
    "identity": "identity",
    "normal": "N(0, σ²)",
    "uniform": "uniform",
    "zeros": "zeros",
}


@dataclass(frozen=True, slots=True)
class Switch:
    """One large switch: what it is called, how it stands, and the experiment after it."""

    name: str
    key: int
    """1 ... 6, the same in every experiment of its kind."""
    label: str
    setting: str
    """How it stands: "off", "ReLU", "1/L"."""
    is_on: bool
    result: Experiment
    edit_text: str
    keeps_weights: bool
    place: float | None
    """Where its knob stands, from 0 (off, closed) to 1 (on, open); None: learned."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What the keys 1 ... 6 do in an experiment."""

    by_key: dict[int, Switch]
    shown: tuple[int, ...]
    """The keys of the switches that matter, ascending: at most four."""
    missing: dict[int, str]
    """Keys that do nothing here: why, in one sentence."""


def pick_shown(ranked: Sequence[str], numbers: Mapping[str, int]) -> tuple[int, ...]:
    """The numbers of the first four of these names, ascending."""
    return tuple(sorted(numbers[name] for name in ranked[:MOST_SWITCHES]))


def choose_switches(experiment: Experiment, origin: Experiment) -> Switches:
    """All six switches of a feed-forward network, and which of them matter.

    Args:
        experiment: what holds now.
        origin: what held before the first switch was thrown. It decides which switches
            are shown and what "off" means, so that they stay in their places.
    """
    if not isinstance(origin.network, Feedforward):
        origin = experiment
    makers = {
        "activation": _activation,
        "initialisation": _initialisation,
        "skips": _skips,
        "normalisation": _normalisation,
        "clipping": make_clipping_switch,
        "decay": _decay,
    }
    missing = {}
    if _network(experiment).depth < 2:
        missing[_NUMBERS["skips"]] = "A skip connection needs a second layer."
    by_key = {
        _NUMBERS[name]: make(experiment, origin)
        for name, make in makers.items()
        if _NUMBERS[name] not in missing
    }
    ranked = [name for name in rank_switches(origin) if _NUMBERS[name] in by_key]
    return Switches(by_key, pick_shown(ranked, _NUMBERS), missing)


def rank_switches(experiment: Experiment) -> tuple[str, ...]:
    """The names of all six switches, those that matter most in this experiment first."""
    network, training = experiment.network, experiment.training
    assert isinstance(network, Feedforward)
    unrolled = network.unrolled()
    names = {layer.activation for layer in unrolled}
    score = {
        "skips": 3.0 if network.depth >= 20 or network.skip.every else 2.0,
        "activation": 2.5 if names & _SATURATING else 1.5,
        "initialisation": 2.4,
        "normalisation": 2.3,
        "clipping": 1.0,
        "decay": 0.9,
    }
    if network.depth < 2:
        score["skips"] = 0.0
    if any(layer.normalisation != "none" for layer in unrolled):
        score["normalisation"] += 1.0
    if training.clip.kind != "none":
        score["clipping"] += 3.0
    if training.weight_decay > 0:
        score["decay"] += 3.0
    if _may_explode(network):
        score["clipping"] += 3.0
        score["decay"] += 2.5
        score["initialisation"] += 1.0
    if any(layer.initialisation and (layer.initialisation.bias or 0) < 0 for layer in unrolled):
        score["activation"] += 2.0
    return tuple(sorted(score, key=lambda name: -score[name]))


def _may_explode(network: Feedforward) -> bool:
    start = network.initialisation
    width = max(layer.units for layer in network.layers)
    if start.scheme == "normal" and start.std is not None:
        return start.std * abs(start.gain) * math.sqrt(width) > _EXPLOSIVE
    if start.scheme == "uniform" and start.bound is not None:
        return start.bound * abs(start.gain) * math.sqrt(width / 3) > _EXPLOSIVE
    return network.skip.every == 1 and network.branch_scale() == 1.0 and network.depth >= 20


def make_switch(
    experiment: Experiment,
    changes: Mapping[str, object],
    *,
    name: str,
    label: str,
    setting: str,
    is_on: bool,
    edit_text: str,
    key: int | None = None,
    is_learned: bool = False,
    place: float | None = None,
) -> Switch:
    """A switch that changes the values at these paths.

    Args:
        experiment: what holds now.
        changes: paths and values.
        name: of the switch.
        label: on screen.
        setting: how it stands, in words.
        is_on: how it stands.
        edit_text: for undo.
        key: None: that of this name in a feed-forward network.
        is_learned: whether training decides, so that it is neither on nor off.
        place: of its knob, where it can stand between.
    """
    result = with_values(experiment, changes.items())
    if not is_learned and place is None:
        place = float(is_on)
    return Switch(
        name=name,
        key=_NUMBERS[name] if key is None else key,
        label=label,
        setting=setting,
        is_on=is_on,
        result=result,
        edit_text=edit_text,
        keeps_weights=keeps_weights(experiment, result),
        place=place,
    )


def _skips(experiment: Experiment, origin: Experiment) -> Switch:
    skip = _network(experiment).skip
    is_on = skip.every > 0
    distance = _network(origin).skip.every or 1
    scale = f"{skip.scale:g}" if isinstance(skip.scale, float) else skip.scale
    return make_switch(
        experiment,
        {"network.skip.every": 0 if is_on else distance},
        name="skips",
        label="Skip connections",
        setting=f"on, branch × {scale.replace('sqrt(L)', '√L')}" if is_on else "off",
        is_on=is_on,
        edit_text=f"Turn skip connections {'off' if is_on else 'on'}",
    )


def _activation(experiment: Experiment, origin: Experiment) -> Switch:
    layers, first = _network(experiment).layers, _network(origin).layers
    other = "leaky_relu" if first[0].activation == "relu" else "relu"
    if first[0].activation == "leaky_relu":
        other = "relu"
    is_on = all(layer.activation == other for layer in layers)
    if is_on and len(layers) == len(first):
        wanted: list[str] = [layer.activation for layer in first]
    else:
        wanted = [first[0].activation if is_on else other] * len(layers)
    names = {layer.activation for layer in layers}
    shown = _SHORT_ACTIVATIONS.get(layers[0].activation, layers[0].activation)
    return make_switch(
        experiment,
        {f"network.layers.{i}.activation": value for i, value in enumerate(wanted)},
        name="activation",
        label="Activation",
        setting=shown if len(names) == 1 else "mixed",
        is_on=is_on,
        edit_text=f"Change activation to {_SHORT_ACTIVATIONS.get(wanted[0], wanted[0])}",
    )


def _initialisation(experiment: Experiment, origin: Experiment) -> Switch:
    now, first = _network(experiment).initialisation, _network(origin).initialisation
    is_on, was_on = now.scheme in _CAREFUL, first.scheme in _CAREFUL
    if is_on:
        wanted = Initialisation() if was_on else first
    else:
        wanted = first if was_on else Initialisation(scheme=_matching_scheme(experiment))
    return make_switch(
        experiment,
        {"network.initialisation": msgspec.to_builtins(wanted)},
        name="initialisation",
        label="Initialisation",
        setting=SHORT_SCHEMES[now.scheme],
        is_on=is_on,
        edit_text=f"Initialise with {SHORT_SCHEMES[wanted.scheme]}",
    )


def _matching_scheme(experiment: Experiment) -> SchemeName:
    names = {layer.activation for layer in _network(experiment).layers}
    return "he_normal" if names & _RECTIFYING else "xavier_normal"


def _normalisation(experiment: Experiment, origin: Experiment) -> Switch:
    layers = _network(experiment).layers
    before = (layer.normalisation for layer in _network(origin).layers)
    used = next((name for name in before if name != "none"), "batch")
    now = {layer.normalisation for layer in layers}
    is_on = now != {"none"}
    wanted = "none" if is_on else used
    shown = next(iter(now)) if len(now) == 1 else "mixed"
    return make_switch(
        experiment,
        {f"network.layers.{i}.normalisation": wanted for i in range(len(layers))},
        name="normalisation",
        label="Normalisation",
        setting={"none": "off", "rms": "RMS"}.get(shown, shown),
        is_on=is_on,
        edit_text=f"Turn normalisation {'off' if is_on else 'on'}",
    )


def make_clipping_switch(
    experiment: Experiment, origin: Experiment, key: int | None = None
) -> Switch:
    """Clipping on or off; it matters for any network."""
    clip, first = experiment.training.clip, origin.training.clip
    is_on = clip.kind != "none"
    kind = "none" if is_on else (first.kind if first.kind != "none" else "norm")
    return make_switch(
        experiment,
        {"training.clip.kind": kind},
        name="clipping",
        label="Gradient clipping",
        setting=f"{clip.kind} ≤ {clip.threshold:g}" if is_on else "off",
        is_on=is_on,
        edit_text=f"Turn clipping {'off' if is_on else 'on'}",
        key=key,
    )


def _decay(experiment: Experiment, origin: Experiment) -> Switch:
    now = experiment.training.weight_decay
    is_on = now > 0
    return make_switch(
        experiment,
        {"training.weight_decay": 0.0 if is_on else (origin.training.weight_decay or 0.01)},
        name="decay",
        label="L2",
        setting=f"{now:g}" if is_on else "off",
        is_on=is_on,
        edit_text=f"Turn L2 {'off' if is_on else 'on'}",
    )


def _network(experiment: Experiment) -> Feedforward:
    assert isinstance(experiment.network, Feedforward)
    return experiment.network


def is_only_switched(old: Experiment, new: Experiment) -> bool:
    """Whether nothing but what a switch can change differs, so that its origin still holds."""
    return _without_switches(old) == _without_switches(new)


def _without_switches(experiment: Experiment) -> object:
    network = experiment.network
    if not isinstance(network, Feedforward):
        return network
    layers = [(layer.units, layer.repeat, layer.initialisation) for layer in network.layers]
    return experiment.title, experiment.seed, type(experiment.task), layers
