"""The backward equations of a cell: their numbers are those of the pass, gate by gate."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from desktop.display.equation import EquationPicture, Term
from desktop.display.scales import format_number
from desktop.kinds.recurrent.display.equation import resolve_readout_equation, resolve_time_equation
from engine.kinds.recurrent.lstm import LstmCell
from engine.kinds.recurrent.network import RecurrentNetwork
from engine.kinds.recurrent.records import TimeTrace, time_trace_of
from engine.training.run import Run
from tests.engine.recurrent_cases import make_dataset, make_experiment

T = 4


def measure(cell: str, **network: object) -> tuple[RecurrentNetwork, TimeTrace, EquationPicture]:
    readout = str(network.get("readout", "last"))
    run = Run(make_experiment(cell=cell, **network), make_dataset(7, readout))
    trace = run.measure(T).trace
    assert trace is not None
    own = time_trace_of(trace)
    assert own.detail is not None
    assert isinstance(run.network, RecurrentNetwork)
    row = len(own.layer_names) - 1
    activation = str(network.get("activation", "tanh"))
    return run.network, own, resolve_time_equation(own, own.detail, row, activation)


def find(picture: EquationPicture, plain: str) -> Term:
    found = [term for line in picture.lines for term in line if term.plain == plain]
    assert found, f"{plain} is not in {picture.spoken}"
    return found[0]


def full(term: Term) -> float:
    return float(term.tooltip.replace("×", " ").split()[-1])


@pytest.mark.parametrize("readout", ["last", "mean", "all"])
@pytest.mark.parametrize(
    ("cell", "letters"), [("lstm", "ifgo"), ("gru", "rzn")], ids=["lstm", "gru"]
)
def test_each_gate_s_part_is_its_block_of_the_weights_times_its_delta(
    cell: str, letters: str, readout: str
) -> None:
    network, trace, picture = measure(cell, readout=readout)
    own = network.stack.cells[0]
    parts = []
    for block, letter in enumerate(letters):
        weight = own.weights.w_hh.chunk(own.blocks)[block]
        delta = own.hidden_delta[T - 1].chunk(own.blocks)[block]
        assert full(find(picture, f"δ({letter})")) == pytest.approx(float(delta.norm()), rel=1e-12)
        parts.append(weight.T @ delta)
        term = find(picture, f"W({letter})ᵀ δ({letter})")
        assert full(term) == pytest.approx(float(parts[-1].norm()), rel=1e-12)
        assert term.number == format_number(full(term))
    total = torch.stack(parts).sum(0)
    if cell == "gru":
        kept = own.gate("update")[T - 1] * own.state_gradient[T]
        assert full(find(picture, "z(t) · ∂L/∂h(t)")) == pytest.approx(float(kept.norm()))
        total = total + kept
    before = own.state_gradient[T - 1]
    assert full(find(picture, "∂L/∂h(t−1)")) == pytest.approx(float(before.norm()), rel=1e-12)
    assert full(find(picture, "∂L/∂h(t)")) == trace.g_h[0, T - 1]
    if readout == "last":
        torch.testing.assert_close(total, before)
        assert "r(out)" not in picture.spoken
    else:
        outside = full(find(picture, "r(out)"))
        assert outside == pytest.approx(float((before - total).norm()), rel=1e-9)


def test_along_the_cell_state_of_an_lstm() -> None:
    network, trace, picture = measure("lstm")
    own = network.stack.cells[0]
    assert isinstance(own, LstmCell)
    later = own.gate("forget")[T] * own.cell_gradient[T + 1]
    here = own.gate("forget")[T - 1] * own.cell_gradient[T]
    assert full(find(picture, "f(t+1) · ∂L/∂c(t+1)")) == pytest.approx(float(later.norm()))
    assert full(find(picture, "f(t) · ∂L/∂c(t)")) == pytest.approx(float(here.norm()))
    through = own.cell_gradient[T] - later
    term = find(picture, "o(t) · tanh′(c(t)) · ∂L/∂h(t)")
    assert full(term) == pytest.approx(float(through.norm()))
    assert full(find(picture, "∂L/∂c(t)")) == trace.g_c[0, T - 1]


@pytest.mark.parametrize("activation", ["tanh", "relu", "linear"])
def test_the_factors_of_an_rnn_multiply(activation: str) -> None:
    _, _, picture = measure("rnn", activation=activation)
    (line,) = picture.lines
    product = full(find(picture, "W(hh)ᵀ")) * full(find(picture, "∂L/∂h(t)"))
    slopes = [term for term in line if "′(z(t))" in term.plain]
    assert bool(slopes) == (activation != "linear")
    for slope in slopes:
        product *= full(slope)
    assert math.isclose(full(line[0]), product, rel_tol=1e-9)


def test_a_forced_gate_and_a_cut_say_so() -> None:
    _, _, forced = measure("lstm", gates={"forget": 0.5})
    (line,) = [line for line in forced.lines if line[0].plain == "δ(f)"]
    assert [term.number for term in line] == ["0", "", "forced"]
    assert "0.50" in line[2].tooltip
    _, _, cut = measure("gru", cut_h_to_gates=True)
    assert full(find(cut, "W(n)ᵀ δ(n)")) == 0.0
    assert cut.note.startswith("The way from h to the gates is cut")
    _, _, truncated = measure("lstm", truncation=3)
    assert truncated.note.startswith("Truncation cuts here")
    assert full(find(truncated, "∂L/∂h(t−1)")) == 0.0


def test_the_read_out_hands_over_a_product_where_the_loss_enters_once() -> None:
    network, trace, _ = measure("gru")
    picture = resolve_readout_equation(trace)
    assert picture is not None
    (line,) = picture.lines
    assert full(line[0]) == pytest.approx(network.stack.cells[0].norms_h[-1])
    assert full(line[3]) == pytest.approx(float(network.output_gradient.norm()))
    assert math.isclose(full(line[0]), full(line[2]) * full(line[3]), rel_tol=1e-12)
    assert resolve_readout_equation(measure("gru", readout="all")[1]) is None


def test_what_is_no_number_is_not_taken_for_something_from_outside() -> None:
    _, trace, _ = measure("rnn")
    assert trace.detail is not None
    wild = replace(trace.detail, outside=np.array([math.nan]))
    assert "r(out)" not in resolve_time_equation(trace, wild, 0, "tanh").spoken
