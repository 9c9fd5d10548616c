"""The backward equation's numbers are those of the pass, in every order of a block."""

from __future__ import annotations

import math

import pytest

from desktop.display.equation import EquationPicture, Term
from desktop.display.scales import format_factor, format_number
from desktop.kinds.feedforward.display.equation import resolve_equation
from engine.kinds.feedforward.records import FACTORS, LayerTrace, layer_trace_of
from engine.kinds.feedforward.spec import NORMALISATIONS, Feedforward
from engine.training.run import Run
from tests import synthetic
from tests.engine.cases import ORDERS, make_dataset, make_experiment


def measure(**settings: object) -> tuple[Feedforward, LayerTrace]:
    skip = {key: settings.pop(key) for key in ("every", "order", "scale") if key in settings}
    layers = [{"units": 6, "repeat": 5, "activation": "tanh", **settings}]
    experiment = make_experiment(layers, skip)
    trace = Run(experiment, make_dataset()).measure().trace
    assert trace is not None
    assert isinstance(experiment.network, Feedforward)
    return experiment.network, layer_trace_of(trace)


def full(term: Term) -> float:
    """The number of a tool tip, with all its digits."""
    return float(term.tooltip.replace("×", " ").split()[-1])


def named(picture: EquationPicture, plain: str, line: int = 0) -> Term:
    return next(term for term in picture.lines[line] if plain in term.plain)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("normalisation", NORMALISATIONS)
@pytest.mark.parametrize("every", [0, 1])
def test_numbers_are_those_of_the_trace(order: str, normalisation: str, every: int) -> None:
    network, trace = measure(order=order, normalisation=normalisation, every=every, scale=0.5)
    layer = 3
    picture = resolve_equation(network, trace, layer)
    terms = {
        "∂L/∂a(l−1)": trace.g_a[2],
        "∂L/∂a(l)": trace.g_a[3],
    }
    for plain, norm in terms.items():
        term = next(term for term in picture.lines[0] if term.plain == plain)
        assert full(term) == norm
        assert term.number == format_number(float(norm))
    factors = dict(zip(FACTORS, trace.factors[2].tolist(), strict=True))
    shown = {"weights": "W(l)ᵀ", "activation": "tanh′"}
    if normalisation != "none":
        shown["normalisation"] = "J("
    if every:
        shown["scale"] = "α"
    product = 1.0
    for part, plain in shown.items():
        term = named(picture, plain)
        assert full(term) == factors[part]
        assert term.number == format_factor(factors[part])
        product *= full(term)
    branch = product * float(trace.g_a[3])
    assert math.isclose(branch, float(trace.branch[2]), rel_tol=1e-9)
    if every:
        skip = picture.lines[0][-1]
        assert "a(m)" in skip.plain
        assert full(skip) == trace.skip[2]
        assert picture.heading == "Backward through layer 3 (l = 3, m = 3)", "from a₂, k = 1"
    else:
        assert picture.heading == "Backward through layer 3 (l = 3)"


def test_the_order_of_the_terms_is_that_of_the_block() -> None:
    def write(order: str) -> str:
        network, trace = measure(order=order, normalisation="layer", every=2, scale="1/L")
        return " ".join(term.plain for term in resolve_equation(network, trace, 4).lines[0])

    slope = "tanh′(normalised z(l))"
    assert write("post").startswith(f"∂L/∂a(l−1) = W(l)ᵀ J(LN)ᵀ ( {slope} · α ∂L/∂a(l) )")
    assert write("pre").startswith(
        "∂L/∂a(l−1) = J(LN)ᵀ ( tanh′(normalised a(l−1)) · W(l)ᵀ α ∂L/∂a(l) )"
    )
    assert write("add_then_act").startswith(
        "∂L/∂a(l−1) = W(l)ᵀ J(LN)ᵀ α ( tanh′(s(l)) · ∂L/∂a(l) )"
    )


def test_the_identity_has_no_slope_and_the_head_is_a_product() -> None:
    network, trace = measure(activation="linear")
    line = resolve_equation(network, trace, 2).lines[0]
    assert [term.plain for term in line] == ["∂L/∂a(l−1)", "=", "W(l)ᵀ", "∂L/∂a(l)"]
    (head,) = resolve_equation(network, trace, 6).lines
    assert math.isclose(full(head[0]), full(head[2]) * full(head[3]), rel_tol=1e-12)


def test_the_weights_receive_the_outer_product() -> None:
    network, trace = measure()
    line = resolve_equation(network, trace, 2).lines[1]
    assert full(line[0]) == trace.g_W[1]
    assert full(line[2]) == trace.g_z[1]


@pytest.mark.parametrize(
    "trace",
    [synthetic.dead(), synthetic.with_nan(3), synthetic.without_gradient(3)],
    ids=["dead", "nan", "no gradient"],
)
def test_where_nothing_arrives_no_factor_is_invented(trace: LayerTrace) -> None:
    network = synthetic.make_experiment(trace.depth).network
    assert isinstance(network, Feedforward)
    for layer in range(1, trace.depth + 2):
        picture = resolve_equation(network, trace, layer)
        assert picture.note
        assert "nan" not in " ".join(term.number for line in picture.lines for term in line)
