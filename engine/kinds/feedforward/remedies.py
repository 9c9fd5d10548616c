"""What helps a chain of layers against which cause, and what is only said to.

Source: the table of causes and remedies that was measured on networks made for each cause, 300
iterations each; what did not help in it, and is popular all the same, is offered as that.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from engine.document.experiment import Experiment
from engine.document.initialisation import Initialisation, SchemeName
from engine.kinds.feedforward.spec import Feedforward, NormalisationName, network_of
from engine.kinds.remedies import (
    Advice,
    Proposal,
    clip,
    float64,
    learning_rate_hundredth,
    learning_rate_tenfold,
    learning_rate_tenth,
    weight_decay,
)
from engine.parts import MAX_UNITS, ActivationName
from engine.records.cause import CauseKind
from engine.records.remedy import Remedy

_SHALLOWER = 4
_WIDER = 4
_RECTIFIED: tuple[ActivationName, ...] = ("relu", "leaky_relu")
_BENT: tuple[ActivationName, ...] = ("gelu", "gelu_tanh", "silu", "softplus")
"""Their slope is 1/2 at 0, so that weights must be twice as large as a linear layer's."""


def list_remedies(experiment: Experiment, cause: CauseKind) -> tuple[Remedy, ...]:
    """What can be offered against a cause; what is in effect already is told apart elsewhere."""
    return _ADVICE[cause].list_remedies(experiment, cause)


def _normalise(experiment: Experiment, kind: NormalisationName) -> dict[str, object]:
    layers = network_of(experiment).layers
    is_void = experiment.task.batch_size == 1 if kind == "batch" else _has_single(layers)
    if is_void:
        return {}
    return {
        f"network.layers.{index}.normalisation": kind
        for index, layer in enumerate(layers)
        if layer.normalisation != kind
    }


def _has_single(layers: Iterable[object]) -> bool:
    """Whether a layer has one unit alone, of which a normalisation over units leaves nothing."""
    return any(getattr(layer, "units", 0) == 1 for layer in layers)


def _batch_norm(experiment: Experiment) -> Proposal:
    return Proposal("Batch norm", _normalise(experiment, "batch"))


def _layer_norm(experiment: Experiment) -> Proposal:
    return Proposal("Layer norm", _normalise(experiment, "layer"))


def _scale_skips(experiment: Experiment, scale: str) -> dict[str, object]:
    network = network_of(experiment)
    if network.depth < 2:
        return {}
    skip = network.skip
    changes: dict[str, object] = {}
    if skip.every == 0 or not any(map(network.skip_source, range(1, network.depth + 1))):
        changes["network.skip.every"] = 1
    if skip.off:
        changes["network.skip.off"] = []
    if skip.scale != scale:
        changes["network.skip.scale"] = scale
    return changes


def _skips(experiment: Experiment) -> Proposal:
    """The general remedy: it trained nearly every network on which it was tried."""
    return Proposal("Skips, 1/L", _scale_skips(experiment, "1/L"))


def _skips_by_root(experiment: Experiment) -> Proposal:
    return Proposal("Skips, 1/√L", _scale_skips(experiment, "1/sqrt(L)"))


def _activate(experiment: Experiment, activation: ActivationName) -> dict[str, object]:
    return {
        f"network.layers.{index}.activation": activation
        for index, layer in enumerate(network_of(experiment).layers)
        if layer.activation != activation
    }


def _relu(experiment: Experiment) -> Proposal:
    return Proposal("ReLU", _activate(experiment, "relu"))


def _tanh(experiment: Experiment) -> Proposal:
    return Proposal("tanh", _activate(experiment, "tanh"))


def _leaky_relu(experiment: Experiment) -> Proposal:
    changes: dict[str, object] = {
        f"network.layers.{index}.activation": "leaky_relu"
        for index, layer in enumerate(network_of(experiment).layers)
        if layer.activation == "relu"
    }
    return Proposal("Leaky ReLU", changes)


def _initialise(experiment: Experiment, scheme: SchemeName, gain: float = 1.0) -> dict[str, object]:
    """The same scheme everywhere, with its own biases."""
    network = network_of(experiment)
    own = network.initialisation
    changes: dict[str, object] = {}
    if _family(own.scheme) != _family(scheme):
        changes["network.initialisation.scheme"] = scheme
    if own.gain != gain:
        changes["network.initialisation.gain"] = gain
    if own.bias:
        changes["network.initialisation.bias"] = None
    for index, layer in enumerate(network.layers):
        if layer.initialisation is not None:
            changes[f"network.layers.{index}.initialisation"] = None
    return changes


def _family(scheme: SchemeName) -> str:
    return scheme.removesuffix("_normal").removesuffix("_uniform")


def _xavier(experiment: Experiment) -> Proposal:
    return Proposal("Xavier", _initialise(experiment, "xavier_normal"))


def _orthogonal(experiment: Experiment) -> Proposal:
    return Proposal("Orthogonal", _initialise(experiment, "orthogonal"))


def _relu_with_he(experiment: Experiment) -> Proposal:
    return _join(
        ("ReLU", _activate(experiment, "relu")), ("He", _initialise(experiment, "he_normal"))
    )


def _tanh_with_xavier(experiment: Experiment) -> Proposal:
    return _join(
        ("tanh", _activate(experiment, "tanh")),
        ("Xavier", _initialise(experiment, "xavier_normal")),
    )


def _join(*parts: tuple[str, Mapping[str, object]]) -> Proposal:
    """Several changes at once, named by those that change something."""
    changing = [(name, changes) for name, changes in parts if changes]
    joined = {path: value for _, changes in changing for path, value in changes.items()}
    return Proposal(" + ".join(name for name, _ in changing), joined)


def _fit_weights(experiment: Experiment) -> Proposal:
    """Weights of the size that the activation of most layers needs.

    A sigmoid has none that keeps a gradient over many layers, so it becomes a tanh.
    """
    activation = _most_frequent(network_of(experiment))
    if activation == "sigmoid":
        return _tanh_with_xavier(experiment)
    if activation in _RECTIFIED:
        return Proposal("He", _initialise(experiment, "he_normal"))
    if activation in _BENT:
        return Proposal("Xavier × 2", _initialise(experiment, "xavier_normal", 2.0))
    if activation == "selu":
        return Proposal("LeCun", _initialise(experiment, "lecun_normal"))
    return _xavier(experiment)


def _most_frequent(network: Feedforward) -> ActivationName:
    counts: Counter[ActivationName] = Counter()
    for layer in network.layers:
        counts[layer.activation] += layer.repeat
    return counts.most_common(1)[0][0]


def _xavier_for_sigmoid(experiment: Experiment) -> Proposal:
    is_sigmoid = _most_frequent(network_of(experiment)) == "sigmoid"
    return _xavier(experiment) if is_sigmoid else Proposal("Xavier")


def _layer_norm_for_sigmoid(experiment: Experiment) -> Proposal:
    is_sigmoid = _most_frequent(network_of(experiment)) == "sigmoid"
    return _layer_norm(experiment) if is_sigmoid else Proposal("Layer norm")


def _layer_norm_for_others(experiment: Experiment) -> Proposal:
    is_sigmoid = _most_frequent(network_of(experiment)) == "sigmoid"
    return Proposal("Layer norm") if is_sigmoid else _layer_norm(experiment)


def _zero_biases(experiment: Experiment) -> Proposal:
    """The biases that the document gives as a number."""
    network = network_of(experiment)
    changes: dict[str, object] = {}
    if network.initialisation.bias:
        changes["network.initialisation.bias"] = 0.0
    for index, layer in enumerate(network.layers):
        if layer.initialisation is not None and layer.initialisation.bias:
            changes[f"network.layers.{index}.initialisation.bias"] = 0.0
    return Proposal("Biases 0", changes)


def _mend_start(experiment: Experiment) -> Proposal:
    """Biases of 0 where the document gives others, else weights that fit."""
    biases = _zero_biases(experiment)
    return biases if biases.changes else _fit_weights(experiment)


def _shallower(experiment: Experiment) -> Proposal:
    changes: dict[str, object] = {
        f"network.layers.{index}.repeat": max(1, layer.repeat // _SHALLOWER)
        for index, layer in enumerate(network_of(experiment).layers)
        if layer.repeat >= _SHALLOWER
    }
    return Proposal(f"Depth ÷ {_SHALLOWER}", changes)


def _wider(experiment: Experiment) -> Proposal:
    """A gradient varies less from seed to seed where layers are wide.

    Weights whose size the document gives as a number become as much smaller as sums get longer.
    """
    network = network_of(experiment)
    changes: dict[str, object] = {
        f"network.layers.{index}.units": _WIDER * layer.units
        for index, layer in enumerate(network.layers)
        if _WIDER * layer.units <= MAX_UNITS
    }
    if changes:
        changes |= _shrink(network.initialisation, "network.initialisation")
        for index, layer in enumerate(network.layers):
            if layer.initialisation is not None:
                where = f"network.layers.{index}.initialisation"
                changes |= _shrink(layer.initialisation, where)
    return Proposal(f"Units × {_WIDER}", changes)


def _shrink(initialisation: Initialisation, path: str) -> dict[str, object]:
    """The weights of a layer that is wider: their sizes go with 1 / sqrt(n)."""
    factor = 1.0 / math.sqrt(_WIDER)
    if initialisation.scheme == "normal":
        return {f"{path}.std": factor * (initialisation.std or 0.0)}
    if initialisation.scheme == "uniform":
        return {f"{path}.bound": factor * (initialisation.bound or 0.0)}
    return {}


def _free(experiment: Experiment) -> Proposal:
    """Let go of what the document forces to be 0."""
    network = network_of(experiment)
    changes: dict[str, object] = {}
    if network.skip.every and network.branch_scale() == 0.0:
        changes["network.skip.scale"] = "1/L"
    if _is_zero(network.initialisation):
        changes |= _fit_weights(experiment).changes
    for index, layer in enumerate(network.layers):
        if layer.initialisation is not None and _is_zero(layer.initialisation):
            changes[f"network.layers.{index}.initialisation"] = None
        is_void = experiment.task.batch_size == 1 and layer.normalisation == "batch"
        if is_void or (layer.units == 1 and layer.normalisation in {"layer", "rms"}):
            changes[f"network.layers.{index}.normalisation"] = "none"
    return Proposal("Nothing forced to 0", changes)


def _is_zero(initialisation: Initialisation) -> bool:
    return (
        initialisation.scheme == "zeros"
        or initialisation.gain == 0.0
        or (initialisation.scheme == "normal" and initialisation.std == 0.0)
        or (initialisation.scheme == "uniform" and initialisation.bound == 0.0)
    )


_UNKNOWN = Advice((_fit_weights, _batch_norm, _skips), (clip, weight_decay, float64))
_ADVICE: Mapping[CauseKind, Advice] = MappingProxyType(
    {
        "none": Advice(),
        "no_loss_gradient": Advice((_fit_weights, _batch_norm, _skips), (clip, float64)),
        "structural": Advice((_free, _skips, _fit_weights), (clip, learning_rate_tenfold)),
        "weights_too_large": Advice(
            (_fit_weights, _batch_norm, _skips, clip, _layer_norm),
            (clip, weight_decay, learning_rate_tenth),
        ),
        "unscaled_skips": Advice(
            (_skips, _batch_norm, _layer_norm, _tanh),
            (_fit_weights, learning_rate_tenth, weight_decay, clip),
        ),
        "dead_units": Advice(
            (_mend_start, _leaky_relu, _skips, _layer_norm),
            (learning_rate_tenth, clip),
        ),
        "underflow": Advice((_skips, _batch_norm, _skips_by_root, _fit_weights), (float64, clip)),
        "within_noise": Advice((_wider, _skips), (clip, learning_rate_tenth)),
        "learning_rate": Advice(
            (learning_rate_tenth, learning_rate_hundredth, _skips),
            (_fit_weights, clip, _batch_norm),
        ),
        "saturated": Advice(
            (_batch_norm, _skips, _fit_weights, _zero_biases),
            (_relu, _layer_norm, clip, learning_rate_tenth),
        ),
        "bounded_derivative": Advice(
            (_relu_with_he, _tanh_with_xavier, _batch_norm, _skips),
            (_xavier, _relu, _layer_norm, _orthogonal, clip, float64),
        ),
        "weights_too_small": Advice(
            (_fit_weights, _batch_norm, _skips, _shallower, _layer_norm_for_others),
            (_xavier_for_sigmoid, _layer_norm_for_sigmoid, _relu, clip, learning_rate_tenfold),
        ),
        "batch_norm_growth": Advice(
            (_skips, _tanh), (_fit_weights, _layer_norm, learning_rate_tenth, clip)
        ),
        # Of cells.
        "forget_gate_shut": Advice(),
        "forget_gate_half_shut": Advice(),
        "recurrent_weights_too_small": Advice(),
        "recurrent_weights_too_large": Advice(),
        "unclear": _UNKNOWN,
    }
)
