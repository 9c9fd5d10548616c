"""Which switches matter in an experiment, and what each of them changes: pure functions."""

from __future__ import annotations

import math

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
from engine.document.initialisation import Initialisation, SchemeName
from engine.kinds.feedforward.spec import Feedforward

_NUMBERS = {
    "activation": 1,
    "initialisation": 2,
    "skips": 3,
    "normalisation": 4,
    "clipping": 5,
    "l2": 6,
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
        "clipping": _clipping,
        "l2": _decay,
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
        "l2": 0.9,
    }
    if network.depth < 2:
        score["skips"] = 0.0
    if any(layer.normalisation != "none" for layer in unrolled):
        score["normalisation"] += 1.0
    if training.clip.kind != "none":
        score["clipping"] += 3.0
    if training.weight_decay > 0:
        score["l2"] += 3.0
    if _may_explode(network):
        score["clipping"] += 3.0
        score["l2"] += 2.5
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


def _skips(experiment: Experiment, origin: Experiment) -> Switch:
    skip = _network(experiment).skip
    is_on = skip.every > 0
    distance = _network(origin).skip.every or 1
    scale = f"{skip.scale:g}" if isinstance(skip.scale, float) else skip.scale
    return make_switch(
        experiment,
        {"network.skip.every": 0 if is_on else distance},
        name="skips",
        key=_NUMBERS["skips"],
        label="Skip connections",
        short_label="Skips",
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
        key=_NUMBERS["activation"],
        label="Activation",
        short_label="Activ.",
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
        key=_NUMBERS["initialisation"],
        label="Initialisation",
        short_label="Init",
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
        key=_NUMBERS["normalisation"],
        label="Normalisation",
        short_label="Norm",
        setting={"none": "off", "rms": "RMS"}.get(shown, shown),
        is_on=is_on,
        edit_text=f"Turn normalisation {'off' if is_on else 'on'}",
    )


def _clipping(experiment: Experiment, origin: Experiment) -> Switch:
    return make_clipping_switch(experiment, origin, _NUMBERS["clipping"])


def _decay(experiment: Experiment, origin: Experiment) -> Switch:
    now = experiment.training.weight_decay
    is_on = now > 0
    return make_switch(
        experiment,
        {"training.weight_decay": 0.0 if is_on else (origin.training.weight_decay or 0.01)},
        name="l2",
        key=_NUMBERS["l2"],
        label="L2",
        short_label="L2",
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
