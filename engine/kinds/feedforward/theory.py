"""What theory predicts of a gradient's way through layers, and where it holds.

Arrays over layers have length L, index l - 1 is layer l; a line is log10 of G_l / G_L. Layer l
takes the mean square of G_l to that of G_{l-1} by chi_l = n_l v_l E φ′², v_l the variance of an
entry of W_l; sigma_w² = n_{l-1} v_l goes the other way, forward. See `engine.numerics.mean_field`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.document.experiment import Experiment
from engine.document.initialisation import Initialisation
from engine.kinds.feedforward.records import LayerTrace
from engine.kinds.feedforward.spec import Feedforward, Layer, network_of
from engine.numerics.initialisers import find_bias_variance, find_weight_variance
from engine.numerics.mean_field import (
    BATCH_NORM_RELU_FACTOR,
    Averages,
    average,
    find_band,
    find_fixed_point,
)
from engine.parts import ActivationName
from engine.records.record import F64
from engine.records.theory import Theory, TheoryRow, WeightSizes
from engine.wording import spell

LEAST_WIDTH = 32
"""Of the layers for which the band was checked."""
LEAST_BATCH = 64
"""For batch normalisation: at 8 samples a layer multiplies by 1.33."""
FIRST_MIDDLE_LAYER = 5
"""Under it the activations still have the geometry of the data, and factors are larger."""
_SIGMOID_STEEPEST = 0.25
_SMALL = 0.01
_MOST_WANDERING = 0.6
"""Of the band's standard deviation: beyond it the band no longer covers what is measured."""
_ODD: tuple[ActivationName, ...] = ("tanh", "softsign", "hardtanh", "sin", "linear")
"""Activations whose outputs have mean 0, so that what skip connections add up has no direction."""
_ABOUT = "layers"

ROWS = (
    TheoryRow(
        "mean_field",
        "Mean field",
        "log₁₀ G_l/G_L = ½ Σ log₁₀ χ(q_k) over the layers k above l, χ(q) = σ_w² E[φ′(√q z)²]; "
        "q ← σ_w² E[φ(√q z)²] + σ_b², from the data’s own q₁. Band: line − m ± 2 sd, its upper "
        "edge line + 2 sd; sd = √(Σ (3κ − 1)/n) / (2 ln 10), m = Σ (3κ − 1)/(4 n ln 10), "
        "κ = E φ′⁴ / (E φ′²)²",
        "Poole et al. 2016; Schoenholz et al. 2017; Hanin and Nica 2018",
        _ABOUT,
    ),
    TheoryRow(
        "relu",
        "ReLU",
        "f = √(σ_w²/2) a layer: 1 for He, 0.71 for Xavier, 0.41 for the default",
        "He et al. 2015",
        _ABOUT,
    ),
    TheoryRow(
        "sigmoid",
        "Sigmoid",
        "f = √χ(q*) a layer, q* the fixed point of q; whatever the weights are, "
        "‖J‖ ≤ σ_max(W)/4, since φ′ ≤ ¼",
        "Schoenholz et al. 2017; Glorot and Bengio 2010",
        _ABOUT,
        needs_weights=True,
    ),
    TheoryRow(
        "residual",
        "Residual",
        "log₁₀ G_l/G_L = ½ Σ log₁₀(1 + α² χ(q_k)), χ layer by layer from the data’s own q₁",
        "Hanin 2018; Yang and Schoenholz 2017",
        _ABOUT,
    ),
    TheoryRow(
        "batch_norm",
        "Batch norm and ReLU",
        "f = √(π/(π − 1)) = 1.211 a layer towards the input",
        "Yang et al. 2019",
        _ABOUT,
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class LayerSizes:
    """What the weights of a pass are, beside their norms."""

    spectral_norm: F64
    """(L) σ_max of W_l."""


@dataclass(frozen=True, slots=True)
class _Chain:
    """A random network as theory sees it."""

    network: Feedforward
    layers: tuple[Layer, ...]
    widths: tuple[int, ...]
    """n_0 ... n_L."""
    trace: LayerTrace

    @property
    def depth(self) -> int:
        return len(self.layers)

    @property
    def has_skips(self) -> bool:
        return any(self.network.skip_source(end) for end in range(2, self.depth + 1))

    def variance(self, layer: int) -> float:
        """Of an entry of W_l."""
        size = (self.widths[layer], self.widths[layer - 1])
        return find_weight_variance(self._initialisation(layer), size) or math.nan

    def bias_variance(self, layer: int) -> float:
        found = find_bias_variance(self._initialisation(layer), self.widths[layer - 1])
        return math.nan if found is None else found

    def _initialisation(self, layer: int) -> Initialisation:
        return self.layers[layer - 1].initialisation or self.network.initialisation

    def sigma_w(self, layer: int) -> float:
        return math.sqrt(self.widths[layer - 1] * self.variance(layer))

    def average(self, layer: int, q: float) -> Averages:
        own = self.layers[layer - 1]
        return average(own.activation, q, own.leaky_slope)

    def backward_square(self, layer: int, slope: float) -> float:
        """chi_l of the average slope."""
        return self.widths[layer] * self.variance(layer) * slope


def theorise(
    row: TheoryRow, experiment: Experiment, trace: LayerTrace, sizes: WeightSizes | None
) -> Theory:
    """One of `ROWS` held against a pass."""
    network = network_of(experiment)
    chain = _Chain(network, network.unrolled(), trace.widths, trace)
    return _THEORIES[row.name](row, chain, sizes)


def _mean_field(row: TheoryRow, chain: _Chain, sizes: WeightSizes | None) -> Theory:
    del sizes
    reason = _refuse_norms(chain) or _refuse_skips(chain)
    reason = reason or _refuse_narrow(chain) or _refuse_start(chain)
    if reason:
        return row.refuse(reason)
    walked = _walk(chain)
    found = [each for _, _, each in walked]
    squares = [chain.backward_square(i, each.slope) for i, each in enumerate(found, 2)]
    line = _sum_up(np.array(squares))
    predicted = _with_band(row, chain, line, [each.kurtosis for each in found])
    if _measure_wandering(chain, walked) > _MOST_WANDERING * _half_width(predicted):
        return row.refuse(
            "It holds where the size of the pre-activations settles: at this width it wanders "
            f"from layer to layer, and with it the slope of {_name(chain.layers[-1])}."
        )
    return predicted


def _relu(row: TheoryRow, chain: _Chain, sizes: WeightSizes | None) -> Theory:
    del sizes
    reason = _refuse_activation(chain, "relu", "ReLU") or _refuse_norms(chain)
    reason = reason or _refuse_skips(chain) or _refuse_start(chain)
    if reason:
        return row.refuse(reason)
    half = average("relu", 1.0)
    squares = [chain.backward_square(i, half.slope) for i in range(2, chain.depth + 1)]
    line, kurtoses = _sum_up(np.array(squares)), [half.kurtosis] * len(squares)
    return _with_band(row, chain, line, kurtoses, _name_factor("ReLU", squares))


def _sigmoid(row: TheoryRow, chain: _Chain, sizes: WeightSizes | None) -> Theory:
    reason = _refuse_activation(chain, "sigmoid", "sigmoid") or _refuse_norms(chain)
    reason = reason or _refuse_skips(chain)
    if reason:
        return row.refuse(reason)
    if reason := _refuse_start(chain):
        return _bound_sigmoid(row, chain, sizes, reason)
    found = []
    for i in range(2, chain.depth + 1):
        q = find_fixed_point("sigmoid", chain.sigma_w(i), math.sqrt(chain.bias_variance(i)))
        found.append(average("sigmoid", q))
    squares = [chain.backward_square(i, each.slope) for i, each in enumerate(found, 2)]
    line, kurtoses = _sum_up(np.array(squares)), [each.kurtosis for each in found]
    return _with_band(row, chain, line, kurtoses, _name_factor("Sigmoid", squares))


def _bound_sigmoid(row: TheoryRow, chain: _Chain, sizes: WeightSizes | None, reason: str) -> Theory:
    """What holds for any weights: the largest that each layer can make of a gradient."""
    if sizes is None or sizes.iteration != chain.trace.iteration:
        return row.refuse(reason, is_open=True)
    assert isinstance(sizes.own, LayerSizes)
    squares = (_SIGMOID_STEEPEST * sizes.own.spectral_norm[1:]) ** 2
    widths = np.array(chain.widths[1:], dtype=np.float64)
    bound = _sum_up(squares) + 0.5 * np.log10(widths[-1] / widths)
    told = f"{reason} What is drawn is the upper bound σ_max(W)/4 a layer, which always holds."
    return row.predict(high=bound, reason=told, bound_label="At most σ_max/4 a layer")


def _residual(row: TheoryRow, chain: _Chain, sizes: WeightSizes | None) -> Theory:
    del sizes
    skip = chain.network.skip
    if not chain.has_skips:
        return row.refuse("This network has no skip connections.")
    if skip.order == "add_then_act":
        return row.refuse(
            "It holds where a skip connection ends after the activation or before the next one, "
            "and in the order add_then_act every activation lies on its way."
        )
    skewed = [layer for layer in chain.layers if layer.activation not in _ODD]
    if skip.order == "post" and skewed:
        return row.refuse(
            f"It holds in the order pre only: in the order post {_name(skewed[0])}’s outputs have "
            "a mean that adds up over the blocks, and the measured curve is steeper."
        )
    if any(chain.widths[source] != chain.widths[end] for source, end in _list_skips(chain)):
        return row.refuse("It holds where skip connections join layers of the same width.")
    if reason := _refuse_norms(chain) or _refuse_start(chain):
        return row.refuse(reason)
    alpha = chain.network.branch_scale() ** 2
    logs = np.zeros(chain.depth + 1)  # of the squares; the last is G_L's
    squares = {layer: own for layer, _, own in _walk(chain)}
    ends = dict(_list_skips(chain))
    for layer in range(chain.depth, 1, -1):
        through = chain.backward_square(layer, squares[layer].slope)
        if layer in ends.values():
            through *= alpha
        with np.errstate(divide="ignore"):
            logs[layer - 1] = logs[layer] + np.log(through)
        if layer - 1 in ends:
            logs[layer - 1] = np.logaddexp(logs[layer - 1], logs[ends[layer - 1]])
    return row.predict(_finite(0.5 * logs[1:] / math.log(10.0)))


def _batch_norm(row: TheoryRow, chain: _Chain, sizes: WeightSizes | None) -> Theory:
    del sizes
    if any(layer.normalisation != "batch" for layer in chain.layers):
        return row.refuse("It is about networks with batch normalisation in every layer.")
    reason = _refuse_activation(chain, "relu", "ReLU") or _refuse_skips(chain)
    if reason:
        return row.refuse(reason)
    batch = chain.trace.batch_size
    if batch < LEAST_BATCH:
        return row.refuse(
            f"It holds for batches of {LEAST_BATCH} and more, not of {batch}: a smaller batch "
            "makes a gradient grow faster."
        )
    if chain.depth <= FIRST_MIDDLE_LAYER:
        return row.refuse(
            f"It holds for the middle layers, from layer {FIRST_MIDDLE_LAYER} on, and this network "
            f"has {chain.depth} in all."
        )
    if reason := _refuse_updates(chain.trace.iteration) or _refuse_fixed_weights(chain):
        return row.refuse(reason)
    line = _sum_up(np.full(chain.depth - 1, BATCH_NORM_RELU_FACTOR**2))
    line[: FIRST_MIDDLE_LAYER - 1] = np.nan
    return row.predict(line, label="Batch norm × 1.21 a layer")


_THEORIES = {
    "mean_field": _mean_field,
    "relu": _relu,
    "sigmoid": _sigmoid,
    "residual": _residual,
    "batch_norm": _batch_norm,
}


def _walk(chain: _Chain) -> list[tuple[int, float, Averages]]:
    """Layers 2 ... L, each with the q that the recursion finds, and its activation's averages.

    It starts from what was measured in layer 1: its pre-activations, or in the order pre its
    output, which is what the activation of layer 2 reads.
    """
    trace, skip = chain.trace, chain.network.skip
    is_pre = skip.order == "pre"
    alpha = chain.network.branch_scale() ** 2
    measured = (trace.a_mean, trace.a_std) if is_pre else (trace.z_mean, trace.z_std)
    start = float(measured[0][0] ** 2 + measured[1][0] ** 2)
    squares = {1: start if is_pre else chain.average(1, start).value}  # E a_l²
    found = []
    for layer in range(2, chain.depth + 1):
        variance = chain.widths[layer - 1] * chain.variance(layer)
        if is_pre:
            q = squares[layer - 1]
            own = chain.average(layer, q)
            branch = variance * own.value + chain.bias_variance(layer)
        else:
            q = variance * squares[layer - 1] + chain.bias_variance(layer)
            own = chain.average(layer, q)
            branch = own.value
        source = chain.network.skip_source(layer)
        squares[layer] = branch if source is None else squares[source] + alpha * branch
        found.append((layer, q, own))
    return found


def _measure_wandering(chain: _Chain, walked: list[tuple[int, float, Averages]]) -> float:
    """Standard deviation in decades that fluctuations of q add to the line; the band has no term.

    A layer of n units measures E φ² with the relative variance (E φ⁴ / (E φ²)² - 1) / n. What it
    is off by the next layers pass on, by d log q' / d log q each, and slopes follow q.
    """
    total, felt = 0.0, 0.0
    for layer, q, own in reversed(walked):
        near = chain.average(layer, q * math.exp(_SMALL))
        if not (own.value > 0.0 and own.slope > 0.0):
            return 0.0
        bent = math.log(near.slope / own.slope) / _SMALL
        handed_on = math.log(near.value / own.value) / _SMALL
        drawn = (own.value_kurtosis - 1.0) / chain.widths[layer]
        total += drawn * felt**2
        share = chain.widths[layer] * chain.variance(min(layer + 1, chain.depth)) * own.value
        share /= share + chain.bias_variance(min(layer + 1, chain.depth))
        felt = 0.5 * bent + share * handed_on * felt
    return math.sqrt(total) / math.log(10.0)


def _half_width(theory: Theory) -> float:
    """Standard deviation of a band at layer 1, in decades."""
    assert theory.line is not None
    assert theory.high is not None
    return 0.5 * float(theory.high[0] - theory.line[0])


def _list_skips(chain: _Chain) -> list[tuple[int, int]]:
    """(source, end) of every skip connection."""
    ends = range(2, chain.depth + 1)
    found = [(chain.network.skip_source(end), end) for end in ends]
    return [(source, end) for source, end in found if source is not None]


def _sum_up(squares: F64) -> F64:
    """(L) log10 of the norms from chi_2 ... chi_L."""
    with np.errstate(divide="ignore"):
        halves = 0.5 * np.log10(squares)
    return _finite(np.append(np.cumsum(halves[::-1])[::-1], 0.0))


def _finite(values: F64) -> F64:
    return np.where(np.isfinite(values), values, np.nan)


def _with_band(
    row: TheoryRow, chain: _Chain, line: F64, kurtoses: list[float], label: str = ""
) -> Theory:
    """With its band, where the layers are wide enough for it."""
    if min(chain.widths[1:]) < LEAST_WIDTH:
        return row.predict(line, label=label)
    shift, sd = (np.append(each, 0.0) for each in find_band(kurtoses, chain.widths[2:]))
    low, high = line - shift - 2.0 * sd, line + 2.0 * sd
    return row.predict(line, low, high, label=label)


def _name_factor(name: str, squares: list[float]) -> str:
    """The factor of a layer in the legend, where all layers have the same."""
    if not squares or max(squares) > 1.001 * min(squares):
        return name
    return f"{name} × {spell(math.sqrt(squares[0]))} a layer"


def _refuse_activation(chain: _Chain, activation: str, name: str) -> str:
    other = next((i for i in chain.layers if i.activation != activation), None)
    if other is None:
        return ""
    return f"It is about {name} layers, and this network has {_name(other)}."


def _name(layer: Layer) -> str:
    return layer.activation.replace("_", " ")


def _refuse_norms(chain: _Chain) -> str:
    for i, layer in enumerate(chain.layers, 1):
        if layer.normalisation != "none":
            return f"It holds without normalisation, and layer {i} has {layer.normalisation} norm."
    return ""


def _refuse_skips(chain: _Chain) -> str:
    if not chain.has_skips:
        return ""
    return "It holds without skip connections; with them the residual theory is the one to look at."


def _refuse_narrow(chain: _Chain) -> str:
    for i, units in enumerate(chain.widths[1:], 1):
        if units < LEAST_WIDTH:
            return (
                f"It holds for layers of {LEAST_WIDTH} units and more, and layer {i} has {units}."
            )
    return ""


def _refuse_start(chain: _Chain) -> str:
    """Why the weights are not the random ones that the theory is about."""
    return _refuse_updates(chain.trace.iteration) or _refuse_fixed_weights(chain)


def _refuse_fixed_weights(chain: _Chain) -> str:
    for i in range(2, chain.depth + 1):
        if math.isnan(chain.variance(i)):
            return f"It holds for random weights, and those of layer {i} are set, not drawn."
    for i in range(1, chain.depth + 1):
        if math.isnan(chain.bias_variance(i)):
            return f"It holds for biases around 0, and those of layer {i} are set to another value."
    return ""


def _refuse_updates(iteration: int) -> str:
    if iteration == 0:
        return ""
    made = "one update has" if iteration == 1 else f"{iteration:,} updates have"
    return f"It holds at initialisation, and {made} been made since."
