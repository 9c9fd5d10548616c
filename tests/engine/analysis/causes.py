"""Networks whose cause is known, because each was built to have it.

How each was built is said beside it, in the words of the mathematics that makes it so; no
threshold of the table of causes was looked at. Most are at iteration 0, some are trained.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine import documents
from engine.document.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Built:
    """A network and the cause it was built to have."""

    name: str
    kinds: tuple[str, ...]
    """The right answer; more than one where two causes are built in."""
    experiment: Experiment
    iterations: int = 0
    """Updates made before it is looked at."""


def layers(
    units: int, depth: int, activation: str, normalisation: str = "none", **more: Any
) -> list[dict[str, Any]]:
    own = {"units": units, "activation": activation, "normalisation": normalisation}
    return [own | {"repeat": depth} | more]


def chain(
    stack: list[dict[str, Any]],
    initialisation: str | dict[str, Any] = "torch_default",
    seed: int = 1,
    task: dict[str, Any] | None = None,
    skip: dict[str, Any] | None = None,
    **training: Any,
) -> Experiment:
    scheme = {"scheme": initialisation} if isinstance(initialisation, str) else initialisation
    return documents.from_builtins(
        {
            "format": "gradient-theatre/1",
            "seed": seed,
            "task": task or {"name": "insurance", "batch_size": 64},
            "network": {
                "kind": "feedforward",
                "layers": stack,
                "initialisation": scheme,
                "skip": skip or {},
            },
            "training": {"learning_rate": 1e-4} | training,
        }
    )


def cell(
    name: str, time_steps: int, seed: int = 1, task: str = "adding", **network: Any
) -> Experiment:
    source = {"name": task, "batch_size": 32, "length": time_steps}
    return documents.from_builtins(
        {
            "format": "gradient-theatre/1",
            "seed": seed,
            "task": source,
            "network": {"kind": "recurrent", "cell": name, "hidden": 32} | network,
            "training": {"learning_rate": 1e-3},
        }
    )


def scaled(sigma: float, units: int) -> dict[str, Any]:
    """Weights of variance sigma^2 / n."""
    return {"scheme": "normal", "std": sigma / units**0.5}


def list_healthy() -> Iterator[Built]:
    """At criticality, or with branches scaled so that their sum stays bounded in depth."""
    for seed in (1, 2):
        yield Built(f"He ReLU {seed}", ("none",), chain(layers(64, 12, "relu"), "he_normal", seed))
    yield Built("Xavier tanh", ("none",), chain(layers(64, 10, "tanh"), "xavier_normal"))
    yield Built("orthogonal linear", ("none",), chain(layers(32, 40, "linear"), "orthogonal"))
    skip = {"every": 1, "scale": "1/L"}
    yield Built("skips 1/L", ("none",), chain(layers(32, 40, "relu"), skip=skip))
    skip = {"every": 2, "scale": "1/sqrt(L)", "order": "pre"}
    yield Built("skips 1/sqrt L", ("none",), chain(layers(32, 30, "relu"), "he_normal", skip=skip))
    batch = layers(32, 8, "sigmoid", "batch")
    yield Built("batch norm sigmoid", ("none",), chain(batch))
    yield Built("selu", ("none",), chain(layers(64, 12, "selu"), "lecun_normal"))
    open_gate = cell("lstm", 40, forget_bias=4.0)
    yield Built("LSTM, open forget gate", ("none",), open_gate)
    keeping = {"scheme": "orthogonal"}
    kept = cell("rnn", 40, recurrent_initialisation=keeping, initialisation={
        "scheme": "normal", "std": 0.02})  # fmt: skip
    yield Built("RNN, orthogonal", ("none",), kept)
    irnn = cell("rnn", 60, activation="relu", recurrent_initialisation={"scheme": "identity"})
    yield Built("IRNN", ("none",), irnn)


def list_small() -> Iterator[Built]:
    """Weights below criticality, of an activation whose slope at 0 is not the limit."""
    kinds = ("weights_too_small",)
    yield Built("ReLU default 15", kinds, chain(layers(32, 15, "relu")))
    yield Built("ReLU default 40", kinds, chain(layers(64, 40, "relu"), seed=3))
    yield Built("tanh default 20", kinds, chain(layers(32, 20, "tanh")))
    yield Built("linear half", kinds, chain(layers(32, 20, "linear"), scaled(0.5, 32)))
    yield Built("leaky half", kinds, chain(layers(32, 20, "leaky_relu"), scaled(0.7, 32)))
    yield Built("elu third", kinds, chain(layers(48, 12, "elu"), scaled(0.33, 48)))
    yield Built("softsign half", kinds, chain(layers(32, 15, "softsign"), scaled(0.5, 32)))
    yield Built("gelu third", kinds, chain(layers(32, 12, "gelu"), scaled(0.5, 32)))
    yield Built("hardtanh half", kinds, chain(layers(32, 16, "hardtanh"), scaled(0.5, 32)))
    yield Built("silu", kinds, chain(layers(32, 12, "silu"), scaled(0.6, 32)))
    tiny = chain(layers(32, 6, "sigmoid"), scaled(0.05, 32))
    yield Built("sigmoid tiny", kinds, tiny)
    digits = {"name": "digits", "batch_size": 32}
    yield Built("digits ReLU", kinds, chain(layers(48, 15, "relu"), scaled(0.6, 48), task=digits))


def list_bounded() -> Iterator[Built]:
    """Sigmoids at weights of order 1: their slope, at most a quarter, is what shrinks."""
    for depth, scheme in ((8, "torch_default"), (10, "xavier_normal"), (14, "he_normal")):
        own = chain(layers(32, depth, "sigmoid"), scheme, depth)
        yield Built(f"sigmoid {scheme}", ("bounded_derivative",), own)
    orthogonal = chain(layers(64, 9, "sigmoid"), "orthogonal")
    yield Built("sigmoid orthogonal", ("bounded_derivative",), orthogonal)
    spirals = {"name": "spirals", "batch_size": 64}
    own = chain(layers(24, 12, "sigmoid"), "xavier_uniform", 5, spirals)
    yield Built("sigmoid spirals", ("bounded_derivative",), own)
    # Layer normalisation undoes the size of the weights, whatever it is.
    for scheme in ("torch_default", scaled(0.2, 32)):
        normed = chain(layers(32, 12, "sigmoid", "layer"), scheme)
        name = f"sigmoid layer norm {'default' if scheme == 'torch_default' else 'tiny'}"
        yield Built(name, ("bounded_derivative",), normed)


def list_saturated() -> Iterator[Built]:
    """Biases or weights so large that most arguments lie on the flat parts."""
    kinds = ("saturated",)
    biased = {"scheme": "xavier_normal", "bias": 3.5}
    yield Built("tanh biased", kinds, chain(layers(32, 8, "tanh"), biased))
    biased = {"scheme": "xavier_normal", "bias": -4.0}
    yield Built("tanh biased down", kinds, chain(layers(32, 12, "tanh"), biased, 4))
    biased = {"scheme": "he_normal", "bias": 7.0}
    yield Built("sigmoid biased", kinds, chain(layers(32, 8, "sigmoid"), biased))
    biased = {"scheme": "xavier_normal", "bias": 8.0}
    yield Built("sigmoid biased more", kinds, chain(layers(16, 6, "sigmoid"), biased, 2))
    biased = {"scheme": "xavier_normal", "bias": 6.0}
    yield Built("softsign biased", kinds, chain(layers(32, 8, "softsign"), biased))
    own = {"scheme": "normal", "std": 0.02}
    steep = {"scheme": "normal", "std": 3.0}
    big = cell("rnn", 40, initialisation=steep, recurrent_initialisation=own)
    # W_hh small too: of the two the smaller factor is either; both answers are right.
    yield Built("RNN, loud input", ("saturated", "recurrent_weights_too_small"), big)
    turning = {"scheme": "orthogonal"}
    loud = cell("rnn", 40, initialisation={"scheme": "normal", "std": 2.0},
                recurrent_initialisation=turning)  # fmt: skip
    yield Built("RNN, orthogonal and loud input", kinds, loud)


def list_large() -> Iterator[Built]:
    """Weights above criticality, of an activation that cannot saturate."""
    kinds = ("weights_too_large",)
    yield Built("ReLU twice", kinds, chain(layers(32, 12, "relu"), scaled(2.83, 32)))
    yield Built("linear twice", kinds, chain(layers(32, 12, "linear"), scaled(2.0, 32), 2))
    yield Built("leaky thrice", kinds, chain(layers(32, 10, "leaky_relu"), scaled(4.2, 32), 3))
    own = chain(layers(64, 30, "relu"), scaled(2.2, 64), 4)
    yield Built("ReLU 30", kinds, own)
    over = chain(layers(32, 40, "relu"), {"scheme": "normal", "std": 5.0})
    yield Built("ReLU, overflow", kinds, over)
    digits = {"name": "digits", "batch_size": 32}
    yield Built("digits", kinds, chain(layers(48, 12, "relu"), scaled(3.5, 48), task=digits))


def list_skips() -> Iterator[Built]:
    """Branches of a gain near 1 added unscaled: the square of the norm doubles at each."""
    kinds = ("unscaled_skips",)
    post = {"every": 1, "scale": 1.0}
    pre = post | {"order": "pre"}
    yield Built("pre 30", kinds, chain(layers(32, 30, "relu"), "he_normal", skip=pre))
    yield Built("post 50 default", kinds, chain(layers(32, 50, "relu"), skip=post))
    yield Built("post tanh", kinds, chain(layers(64, 80, "tanh"), "xavier_normal", skip=post))
    far = pre | {"every": 2}
    yield Built("pre every 2", kinds, chain(layers(32, 40, "relu"), "he_normal", 7, skip=far))
    over = chain(layers(32, 600, "relu"), "he_normal", skip=pre)
    yield Built("pre 600, overflow", kinds, over)


def list_dead() -> Iterator[Built]:
    """A layer whose bias holds every unit below 0, where a ReLU has no slope."""
    for depth, place, bias in ((3, 2, -10.0), (6, 1, -50.0), (8, 5, -20.0)):
        stack = [{"units": 32, "activation": "relu"} for _ in range(depth)]
        own = {"scheme": "he_normal", "bias": bias}
        stack[place - 1]["initialisation"] = own  # type: ignore[assignment]
        yield Built(f"dead {place} of {depth}", ("dead_units",), chain(stack, "he_normal"))
    held = {"scheme": "normal", "std": 0.01, "bias": -1.0}
    relu = cell("rnn", 20, activation="relu", initialisation=held)
    yield Built("RNN, dead", ("dead_units",), relu)


def list_underflow() -> Iterator[Built]:
    """So many factors below 1 that the product leaves the range of float32."""
    kinds = ("underflow",)
    yield Built("sigmoid 120", kinds, chain(layers(16, 120, "sigmoid")))
    yield Built("tanh 60", kinds, chain(layers(16, 60, "tanh"), scaled(0.05, 16)))
    own = {"scheme": "normal", "std": 0.002}
    yield Built("RNN 80", kinds, cell("rnn", 80, recurrent_initialisation=own))


def list_batch_norm() -> Iterator[Built]:
    """ReLU after batch normalisation: 1.21 a layer, whatever the weights (Yang 2019)."""
    kinds = ("batch_norm_growth",)
    yield Built("30", kinds, chain(layers(32, 32, "relu", "batch"), "he_normal"))
    yield Built("45 default", kinds, chain(layers(32, 45, "relu", "batch"), seed=2))
    task = {"name": "insurance", "batch_size": 128}
    yield Built("40 large", kinds, chain(layers(24, 40, "relu", "batch"), scaled(9.0, 24), 3, task))


def list_learning_rates() -> Iterator[Built]:
    """A gradient that is carried well, and steps that are far too long."""
    kinds = ("learning_rate",)
    he, xavier = layers(64, 5, "relu"), layers(32, 4, "tanh")
    yield Built("ReLU", kinds, chain(he, "he_normal", learning_rate=50.0))
    yield Built("tanh", kinds, chain(xavier, "xavier_normal", learning_rate=80.0))
    spirals = {"name": "spirals", "batch_size": 64}
    fast = chain(xavier, "xavier_normal", 3, spirals, learning_rate=100.0)
    yield Built("spirals", kinds, fast)
    own = chain(he, "he_normal", 2, learning_rate=50.0, optimiser="nesterov")
    yield Built("nesterov", kinds, own)


def list_structural() -> Iterator[Built]:
    """What the document cuts, forces, or leaves unconnected."""
    kinds = ("structural",)
    yield Built("truncation", kinds, cell("rnn", 30, truncation=7))
    yield Built("truncation, LSTM", kinds, cell("lstm", 30, truncation=10, forget_bias=3.0))
    yield Built("cut", kinds, cell("rnn", 20, cut_h_to_gates=True))
    yield Built("forget 0", kinds, cell("lstm", 30, gates={"forget": 0.0}))
    yield Built("forget half", kinds, cell("lstm", 60, gates={"forget": 0.5}))
    yield Built("update 0", kinds, cell("gru", 40, gates={"update": 0.0}))
    stack = [*layers(16, 2, "tanh"), *layers(16, 1, "tanh"), *layers(16, 2, "tanh")]
    stack[1]["initialisation"] = {"scheme": "zeros"}
    yield Built("weights 0", kinds, chain(stack, "xavier_normal"))
    closed = {"every": 2, "scale": 0.0}
    yield Built("branches by 0", kinds, chain(layers(16, 9, "tanh"), "xavier_normal", skip=closed))
    one = {"name": "insurance", "batch_size": 1}
    norm = chain(layers(16, 4, "tanh", "batch"), task=one)
    yield Built("batch of one, normalised", kinds, norm)


def list_gates() -> Iterator[Built]:
    """Forget and update gates at sigma(bias): their product over time is the direct path."""
    half, shut = ("forget_gate_half_shut",), ("forget_gate_shut",)
    yield Built("LSTM, bias 0", half, cell("lstm", 60))
    yield Built("LSTM, bias 1", half, cell("lstm", 80, 2, forget_bias=1.0))
    yield Built("LSTM, recall", half, cell("lstm", 60, 3, task="recall", readout="all"))
    yield Built("LSTM, bias -2", shut, cell("lstm", 40, forget_bias=-2.0))
    yield Built("LSTM, bias -3", shut, cell("lstm", 25, 2, forget_bias=-3.0))
    yield Built("GRU", half, cell("gru", 60))
    yield Built("GRU, two layers", half, cell("gru", 50, 2, layers=2))


def list_recurrent_weights() -> Iterator[Built]:
    """W_hh of a spectral radius below or above 1, with little input so that tanh stays linear."""
    quiet = {"scheme": "normal", "std": 0.02}
    small, large = ("recurrent_weights_too_small",), ("recurrent_weights_too_large",)

    def turned(radius: float) -> dict[str, Any]:
        return {"scheme": "orthogonal", "spectral_radius": radius}

    for radius, time_steps in ((0.9, 80), (0.7, 30), (0.5, 20)):
        own = cell("rnn", time_steps, initialisation=quiet,
                   recurrent_initialisation=turned(radius))  # fmt: skip
        yield Built(f"RNN {radius}", small, own)
    yield Built("RNN default", small, cell("rnn", 40))
    for radius, time_steps in ((1.3, 30), (1.1, 80)):
        own = cell("rnn", time_steps, activation="linear", initialisation=quiet,
                   recurrent_initialisation=turned(radius))  # fmt: skip
        yield Built(f"linear RNN {radius}", large, own)
    own = cell("lstm", 60, forget_bias=3.0, initialisation=quiet,
               recurrent_initialisation={"scheme": "normal", "std": 0.9})  # fmt: skip
    yield Built("LSTM, loud W_hh", large, own)


def list_trained() -> Iterator[Built]:
    """After some updates, of networks whose weights these hardly move, or keep in order."""
    slow = chain(layers(32, 10, "sigmoid"), "xavier_normal", 9, learning_rate=0.1)
    yield Built("sigmoid, trained", ("bounded_derivative",), slow, 150)
    small = chain(layers(32, 12, "relu"), scaled(0.5, 32), 9, learning_rate=0.05)
    yield Built("small weights, trained", ("weights_too_small",), small, 150)
    healthy = chain(layers(32, 6, "tanh"), "xavier_normal", 9, learning_rate=0.01)
    yield Built("tanh, trained", ("none",), healthy, 150)
    skip = {"every": 1, "scale": "1/L"}
    scaled_down = chain(layers(32, 30, "relu"), seed=9, skip=skip, learning_rate=0.02)
    yield Built("skips 1/L, trained", ("none",), scaled_down, 100)
    norm = chain(layers(32, 40, "relu", "batch"), "he_normal", 9)
    yield Built("batch norm, trained", ("batch_norm_growth",), norm, 30)
    gates = cell("lstm", 60, 9)
    yield Built("LSTM, trained", ("forget_gate_half_shut",), gates, 30)


SURE_SEEDS = (1, 2, 4)
"""Of the first seeds, those whose single customer is answered rightly."""
CHANCE_SEEDS = (6, 9, 14, 21, 32)
"""Of the first seeds, some that draw a T beyond two decades: every seventh does."""


def list_others() -> Iterator[Built]:
    """No gradient at all; and narrow networks at their criticality, whose T is chance."""
    one = {"name": "insurance", "batch_size": 1}
    for seed in SURE_SEEDS:
        # So large a logit on the right side that its loss is exactly 0 in float32.
        own = chain(layers(16, 3, "linear"), scaled(20.0, 16), seed, one)
        yield Built(f"sure {seed}", ("no_loss_gradient",), own)
    for seed in CHANCE_SEEDS:
        # 10^(2 / (4 n ln 10)) is what a layer of n units needs to keep the mean of the logs at 0.
        own = chain(layers(3, 60, "linear"), scaled(1.18, 3), seed)
        yield Built(f"narrow {seed}", ("within_noise",), own)


def list_built() -> list[Built]:
    """All of them."""
    families = (
        list_healthy(),
        list_small(),
        list_bounded(),
        list_saturated(),
        list_large(),
        list_skips(),
        list_dead(),
        list_underflow(),
        list_batch_norm(),
        list_learning_rates(),
        list_structural(),
        list_gates(),
        list_recurrent_weights(),
        list_trained(),
        list_others(),
    )
    return [built for family in families for built in family]
