"""Whole networks to start from, each known for what its gradients do."""

from __future__ import annotations

from engine.document.initialisation import Initialisation
from engine.kinds.feedforward.spec import Feedforward, Layer, Skip

_HE = Initialisation(scheme="he_normal")

PRESETS: dict[str, tuple[str, Feedforward]] = {
    "deep_sigmoid": (
        "Deep sigmoid",
        Feedforward(layers=(Layer(units=16, activation="sigmoid", repeat=10),)),
    ),
    "deep_tanh": (
        "Deep tanh",
        Feedforward(layers=(Layer(units=32, activation="tanh", repeat=10),)),
    ),
    "relu_he": (
        "ReLU + He",
        Feedforward(layers=(Layer(units=16, activation="relu", repeat=10),), initialisation=_HE),
    ),
    "tanh_xavier": (
        "tanh + Xavier",
        Feedforward(
            layers=(Layer(units=32, activation="tanh", repeat=10),),
            initialisation=Initialisation(scheme="xavier_normal"),
        ),
    ),
    "sigmoid_xavier": (
        "Sigmoid + Xavier",
        Feedforward(
            layers=(Layer(units=32, activation="sigmoid", repeat=10),),
            initialisation=Initialisation(scheme="xavier_normal"),
        ),
    ),
    "selu_lecun": (
        "SELU + LeCun",
        Feedforward(
            layers=(Layer(units=32, activation="selu", repeat=10),),
            initialisation=Initialisation(scheme="lecun_normal"),
        ),
    ),
    "sigmoid_batch_norm": (
        "Sigmoid + batch norm",
        Feedforward(
            layers=(Layer(units=16, activation="sigmoid", normalisation="batch", repeat=10),)
        ),
    ),
    "sigmoid_layer_norm": (
        "Sigmoid + layer norm",
        Feedforward(
            layers=(Layer(units=16, activation="sigmoid", normalisation="layer", repeat=10),)
        ),
    ),
    "resnet": (
        "ResNet 50, skips 1/L",
        Feedforward(
            layers=(Layer(units=32, activation="relu", repeat=50),),
            skip=Skip(every=1, scale="1/L"),
        ),
    ),
    "resnet_unscaled": (
        "ResNet 50, skips × 1",
        Feedforward(layers=(Layer(units=32, activation="relu", repeat=50),), skip=Skip(every=1)),
    ),
    "resnet_pre": (
        "ResNet 50, pre-activation",
        Feedforward(
            layers=(Layer(units=32, activation="relu", normalisation="layer", repeat=50),),
            initialisation=_HE,
            skip=Skip(every=1, scale="1/sqrt(L)", order="pre"),
        ),
    ),
    "batch_norm_relu": (
        "Batch norm + ReLU, 30 layers",
        Feedforward(
            layers=(Layer(units=32, activation="relu", normalisation="batch", repeat=30),),
            initialisation=_HE,
        ),
    ),
    "exploding": (
        "Exploding ReLU, N(0, 0.5²)",
        Feedforward(
            layers=(Layer(units=32, activation="relu", repeat=10),),
            initialisation=Initialisation(scheme="normal", std=0.5),
        ),
    ),
    "dead_relu": (
        "Dead ReLU, bias −10",
        Feedforward(
            layers=(
                Layer(units=32, activation="relu"),
                Layer(
                    units=32,
                    activation="relu",
                    initialisation=Initialisation(scheme="he_normal", bias=-10.0),
                ),
                Layer(units=32, activation="relu"),
            ),
            initialisation=_HE,
        ),
    ),
    "thousand_sigmoids": (
        "1,000 sigmoid layers",
        Feedforward(layers=(Layer(units=32, activation="sigmoid", repeat=1_000),)),
    ),
}


def find_preset(network: object) -> str | None:
    """The key of the preset that is equal to this network, or None."""
    return next((key for key, (_, preset) in PRESETS.items() if preset == network), None)
