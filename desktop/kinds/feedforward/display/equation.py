"""The backward equation of a layer, with the numbers of one pass.

Norms are Frobenius norms over batch and units: for them the factors of a line multiply exactly,
whatever the widths. Where a skip connection adds something the norms of a sum do not add up.
"""

from __future__ import annotations

import numpy as np

from desktop.display.equation import (
    CLOSE,
    EQUALS,
    OPEN,
    PLUS,
    TIMES,
    EquationPicture,
    Term,
    factor_term,
    norm_term,
)
from desktop.kinds.feedforward.display.captions import ACTIVATION_NAMES, name_slope
from engine.kinds.feedforward.records import FACTORS, LayerTrace
from engine.kinds.feedforward.spec import Feedforward, Layer

_BELOW = r"\frac{\partial L}{\partial a_{l-1}}"
_HERE = r"\frac{\partial L}{\partial a_l}"
_SLOPES = {
    "sigmoid": r"\sigma'",
    "tanh": r"\tanh'",
    "relu": r"\mathrm{ReLU}'",
    "sin": r"\sin'",
}
_NORMALISATIONS = {"batch": "BN", "layer": "LN", "rms": "RMS"}


def resolve_equation(network: Feedforward, trace: LayerTrace, layer: int) -> EquationPicture:
    """How layer l hands the gradient on to l − 1, and what its weights receive.

    Args:
        network: the document's.
        trace: the pass.
        layer: l, from 1 to L + 1; the last is the output layer.
    """
    if layer > trace.depth:
        return _write_head(trace)
    spec = network.unrolled()[layer - 1]
    row = dict(zip(FACTORS, trace.factors[layer - 1].tolist(), strict=True))
    line = [_norm_below(trace, layer), EQUALS]
    match network.skip.order:
        case "pre":
            line += _write_pre(network, trace, layer, spec, row)
        case "post":
            line += _write_post(network, trace, layer, spec, row)
        case "add_then_act":
            line += _write_add_then_act(network, trace, layer, spec, row)
    end = _find_end(trace, layer)
    skip = [] if end is None else _write_skip(network, trace, layer, end)
    lines = ((*line, *skip), _write_weights(trace, layer, is_pre=network.skip.order == "pre"))
    where = f"l = {layer}" if end is None else f"l = {layer}, m = {end}"
    return EquationPicture(
        f"Backward through layer {layer} ({where})", lines, _make_note(row, bool(skip))
    )


def _find_end(trace: LayerTrace, layer: int) -> int | None:
    """m: where the skip connection ends that starts at a_{l-1}; None without one."""
    started = np.flatnonzero(trace.skip_sources == layer - 1)
    return int(trace.skip_ends[started[0]]) if started.size else None


def _make_note(row: dict[str, float], has_skip: bool) -> str:
    if not np.isfinite(list(row.values())).all():
        return "Where nothing, or no finite number, arrives there is no factor to measure."
    sentence = "Under a gradient its norm over batch and units, under a factor how that changes it."
    return f"{sentence} The norms of a sum do not add up." if has_skip else sentence


def _norm_below(trace: LayerTrace, layer: int) -> Term:
    what = f"∂L/∂a of layer {layer - 1}" if layer > 1 else "∂L/∂a of the input"
    return norm_term(_BELOW, "∂L/∂a(l−1)", float(trace.g_a[layer - 1]), what)


def _norm_here(trace: LayerTrace, layer: int) -> Term:
    return norm_term(_HERE, "∂L/∂a(l)", float(trace.g_a[layer]), f"∂L/∂a of layer {layer}")


def _write_post(
    network: Feedforward, trace: LayerTrace, layer: int, spec: Layer, row: dict[str, float]
) -> list[Term]:
    """W^T [J^T] ( phi' * [alpha] dL/da )."""
    name = r"z_l" if spec.normalisation == "none" else r"\hat z_l"
    arriving = [*_write_scale(network, layer, row), _norm_here(trace, layer)]
    passed = _write_slope(spec, name, row, arriving)
    return [_write_matrix(row), *_write_normalisation(spec, row), *passed]


def _write_pre(
    network: Feedforward, trace: LayerTrace, layer: int, spec: Layer, row: dict[str, float]
) -> list[Term]:
    """[J^T] ( phi' * W^T [alpha] dL/da )."""
    name = r"a_{l-1}" if spec.normalisation == "none" else r"\hat a_{l-1}"
    arriving = [*_write_scale(network, layer, row), _norm_here(trace, layer)]
    passed = _write_slope(spec, name, row, [_write_matrix(row), *arriving])
    return [*_write_normalisation(spec, row), *passed]


def _write_add_then_act(
    network: Feedforward, trace: LayerTrace, layer: int, spec: Layer, row: dict[str, float]
) -> list[Term]:
    """W^T [J^T] [alpha] ( phi' * dL/da )."""
    name = _name_sum(network, layer, spec, "l")
    passed = _write_slope(spec, name, row, [_norm_here(trace, layer)])
    scale = _write_scale(network, layer, row)
    return [_write_matrix(row), *_write_normalisation(spec, row), *scale, *passed]


def _name_sum(network: Feedforward, layer: int, spec: Layer, index: str) -> str:
    """What phi is applied to in this order: s, the sum with the skip, where there is one."""
    if network.skip_source(layer) is not None:
        return f"s_{{{index}}}"
    return f"z_{{{index}}}" if spec.normalisation == "none" else rf"\hat z_{{{index}}}"


def _write_matrix(row: dict[str, float]) -> Term:
    return factor_term(r"W_l^\top", "W(l)ᵀ", row["weights"], "Wᵀ, the weights")


def _write_normalisation(spec: Layer, row: dict[str, float]) -> list[Term]:
    if spec.normalisation == "none":
        return []
    short = _NORMALISATIONS[spec.normalisation]
    what = f"The transposed Jacobian of the {spec.normalisation} normalisation"
    return [factor_term(rf"J_\mathrm{{{short}}}^\top", f"J({short})ᵀ", row["normalisation"], what)]


def _write_scale(network: Feedforward, layer: int, row: dict[str, float]) -> list[Term]:
    if network.skip_source(layer) is None:
        return []
    return [factor_term(r"\alpha", "α", row["scale"], "The scale of the branch")]


def _write_slope(spec: Layer, name: str, row: dict[str, float], arriving: list[Term]) -> list[Term]:
    """( phi'(name) * arriving ); the identity has no slope worth writing."""
    if spec.activation == "linear":
        return arriving
    symbol = name_slope(spec)
    formula = f"{_name_formula(spec)}({name})"
    plain = f"{symbol}({_to_plain(name)})"
    what = f"The slope of {ACTIVATION_NAMES[spec.activation]}"
    slope = factor_term(formula, plain, row["activation"], what)
    return [OPEN, slope, TIMES, *arriving, CLOSE]


def _name_formula(spec: Layer) -> str:
    return _SLOPES.get(spec.activation, r"\varphi'")


def _to_plain(name: str) -> str:
    plain = name.replace(r"\hat ", "normalised ").replace("{", "").replace("}", "")
    return plain.replace("_l-1", "(l−1)").replace("_l", "(l)").replace("_m", "(m)")


def _write_skip(network: Feedforward, trace: LayerTrace, layer: int, end: int) -> list[Term]:
    """What a skip connection that starts at a_{l-1} brings back from its end, layer m."""
    below = layer - 1
    spec = network.unrolled()[end - 1]
    formula, plain = r"\frac{\partial L}{\partial a_m}", "∂L/∂a(m)"
    if network.skip.order == "add_then_act" and spec.activation != "linear":
        name = _name_sum(network, end, spec, "m")
        formula = rf"\left({_name_formula(spec)}({name})\odot {formula}\right)"
        plain = f"({name_slope(spec)}({_to_plain(name)}) · {plain})"
    if trace.widths[below] != trace.widths[end]:
        formula, plain = rf"P_m^\top {formula}", f"P(m)ᵀ {plain}"
    what = f"What the skip connection brings from layer {end} (m = {end})"
    return [PLUS, norm_term(formula, plain, float(trace.skip[below]), what)]


def _write_weights(trace: LayerTrace, layer: int, *, is_pre: bool) -> tuple[Term, ...]:
    """dL/dW = (dL/dz)^T times what W is applied to."""
    below, plain = (r"h_l", "h(l)") if is_pre else (r"a_{l-1}", "a(l−1)")
    what = "What W is applied to: φ’s output" if is_pre else "What W is applied to"
    return (
        norm_term(
            r"\frac{\partial L}{\partial W_l}",
            "∂L/∂W(l)",
            float(trace.g_W[layer - 1]),
            "∂L/∂W, summed over the batch",
        ),
        EQUALS,
        norm_term(
            r"\left(\frac{\partial L}{\partial z_l}\right)^{\!\top}",
            "(∂L/∂z(l))ᵀ",
            float(trace.g_z[layer - 1]),
            "∂L/∂z",
        ),
        Term(below, plain, "", what),
    )


def _write_head(trace: LayerTrace) -> EquationPicture:
    depth = trace.depth
    factor = float(trace.factors[depth, FACTORS.index("weights")])
    arriving = float(trace.g_a[depth]) / factor if factor > 0.0 else float(trace.g_out)
    line = (
        norm_term(
            r"\frac{\partial L}{\partial a_L}",
            "∂L/∂a(L)",
            float(trace.g_a[depth]),
            f"∂L/∂a of layer {depth}",
        ),
        EQUALS,
        factor_term(r"W_\mathrm{out}^\top", "W(out)ᵀ", factor, "Wᵀ of the output layer"),
        norm_term(r"\frac{\partial L}{\partial o}", "∂L/∂o", arriving, "∂L/∂o of the output"),
    )
    row = {"weights": factor}
    return EquationPicture("Backward through the output layer", (line,), _make_note(row, False))
