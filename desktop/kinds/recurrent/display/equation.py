"""The backward equations of a cell at one time step, gate by gate, with the numbers of one pass.

All numbers belong to the loss as it is: the gradient that trains the weights. The norms of a sum
do not add up: its terms are vectors, and may cancel.
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
    divide,
    factor_term,
    norm_term,
)
from desktop.display.scales import format_number
from engine.kinds.recurrent.records import TimeDetail, TimeTrace

_H = r"\frac{\partial L}{\partial h_t}"
_H_BEFORE = r"\frac{\partial L}{\partial h_{t-1}}"
_C = r"\frac{\partial L}{\partial c_t}"
_C_BEFORE = r"\frac{\partial L}{\partial c_{t-1}}"
_LETTERS = {"rnn": ("",), "lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n")}
_GATES = {
    "rnn": (None,),
    "lstm": ("input", "forget", None, "output"),
    "gru": ("reset", "update", None),
}
"""The document's name of each block that is a gate."""
_SLOPES = {"tanh": r"\tanh'(z_t)", "relu": r"\mathrm{ReLU}'(z_t)"}
_PLAIN_SLOPES = {"tanh": "tanh′(z(t))", "relu": "ReLU′(z(t))"}

_Pair = tuple[str, str]


def resolve_time_equation(
    trace: TimeTrace, detail: TimeDetail, row: int, activation: str
) -> EquationPicture:
    """What goes from h_t, and c_t, to the time step before.

    Args:
        trace: the pass.
        detail: of the time step.
        row: of the arrays: the recurrent layer.
        activation: of an RNN; the gated cells use tanh.
    """
    t = detail.time_step
    match trace.cell:
        case "lstm":
            lines = _write_lstm(trace, detail, row)
        case "gru":
            lines = _write_gru(trace, detail, row)
        case _:
            lines = _write_rnn(trace, detail, row, activation)
    heading = f"Backward through time step {t} (t = {t:,})"
    return EquationPicture(heading, lines, _make_note(trace, t))


def resolve_readout_equation(trace: TimeTrace) -> EquationPicture | None:
    """How the loss enters at the last hidden state; None where it enters at every time step."""
    if trace.readout != "last":
        return None
    last = float(trace.g_h[-1, -1])
    line = (
        norm_term(r"\frac{\partial L}{\partial h_T}", "∂L/∂h(T)", last, "∂L/∂h where it enters"),
        EQUALS,
        factor_term(
            r"W_\mathrm{out}^\top", "W(out)ᵀ", divide(last, trace.g_out), "Wᵀ of the read-out"
        ),
        norm_term(r"\frac{\partial L}{\partial o}", "∂L/∂o", trace.g_out, "∂L/∂o of the output"),
    )
    note = "Under a gradient its norm over batch and units, under a factor how that changes it."
    return EquationPicture("Backward through the read-out", (line,), note)


def _make_note(trace: TimeTrace, t: int) -> str:
    if t - 1 in trace.truncation_cuts:
        return "Truncation cuts here: nothing is carried to the time step before."
    norms = "Under each term its norm over batch and units, of the loss as it is."
    if trace.cuts_hidden_to_gates:
        return f"The way from h to the gates is cut: their terms bring nothing. {norms}"
    return f"{norms} The norms of a sum do not add up."


def _norm_h(trace: TimeTrace, detail: TimeDetail, row: int) -> Term:
    t = detail.time_step
    return norm_term(_H, "∂L/∂h(t)", float(trace.g_h[row, t - 1]), f"∂L/∂h at time step {t}")


def _norm_before(detail: TimeDetail, row: int) -> Term:
    where = detail.time_step - 1
    what = f"∂L/∂h at time step {where}" if where else "∂L/∂h before the first time step"
    return norm_term(_H_BEFORE, "∂L/∂h(t−1)", float(detail.handed_on[row]), what)


def _write_outside(trace: TimeTrace, detail: TimeDetail, row: int) -> list[Term]:
    """What arrives at h_{t-1} beside what this time step hands on; nothing where nothing does."""
    arriving = float(detail.outside[row])
    if not arriving > 0.0:  # nor where it is not a number, as a difference of such
        return []
    is_top = row == len(trace.layer_names) - 1
    short, source = ("out", "the read-out") if is_top else ("above", "the layer above")
    formula = rf"r_{{t-1}}^{{\mathrm{{{short}}}}}"
    return [PLUS, norm_term(formula, f"r({short})", arriving, f"What {source} brings to h(t−1)")]


def _write_rnn(
    trace: TimeTrace, detail: TimeDetail, row: int, activation: str
) -> tuple[tuple[Term, ...], ...]:
    t = detail.time_step
    arriving, delta = float(trace.g_h[row, t - 1]), float(trace.g_blocks[row, t - 1, 0])
    handed = float(detail.paths[row, 0])
    matrix = factor_term(
        r"W_{hh}^\top", "W(hh)ᵀ", divide(handed, delta), "Wᵀ, the recurrent weights"
    )
    passed = [_norm_h(trace, detail, row)]
    if activation in _SLOPES:
        slope = factor_term(
            _SLOPES[activation],
            _PLAIN_SLOPES[activation],
            divide(delta, arriving),
            f"The slope of {activation}",
        )
        passed = [OPEN, slope, TIMES, *passed, CLOSE]
    outside = _write_outside(trace, detail, row)
    return ((_norm_before(detail, row), EQUALS, matrix, *passed, *outside),)


def _write_lstm(trace: TimeTrace, detail: TimeDetail, row: int) -> tuple[tuple[Term, ...], ...]:
    t = detail.time_step
    total = norm_term(_C, "∂L/∂c(t)", float(trace.g_c[row, t - 1]), "∂L/∂c, all together")
    later = norm_term(
        r"f_{t+1}\odot\frac{\partial L}{\partial c_{t+1}}",
        "f(t+1) · ∂L/∂c(t+1)",
        float(trace.g_c_carry[row, t - 1]),
        "What the next time step hands on along c",
    )
    through = norm_term(
        rf"o_t\odot\tanh'(c_t)\odot {_H}",
        "o(t) · tanh′(c(t)) · ∂L/∂h(t)",
        float(detail.around[row]),
        "What comes to c through h",
    )
    cell = (_C, "∂L/∂c(t)")
    sources: tuple[tuple[_Pair, _Pair], ...] = (
        (("g_t", "g(t)"), cell),
        (("c_{t-1}", "c(t−1)"), cell),
        (("i_t", "i(t)"), cell),
        ((r"\tanh(c_t)", "tanh(c(t))"), (_H, "∂L/∂h(t)")),
    )
    deltas = [_write_delta(trace, detail, row, b, *pairs) for b, pairs in enumerate(sources)]
    carried = (
        norm_term(
            rf"f_t\odot {_C}",
            "f(t) · ∂L/∂c(t)",
            float(detail.handed_on_c[row]),
            "What goes on along c to the time step before",
        ),
        Term(r"\longrightarrow", "goes to"),
        Term(_C_BEFORE, "∂L/∂c(t−1)"),
    )
    return (
        (_norm_h(trace, detail, row), Term(r"\text{arrives}", "arrives")),
        (total, EQUALS, later, PLUS, through),
        *deltas,
        _write_sum(trace, detail, row, []),
        carried,
    )


def _write_gru(trace: TimeTrace, detail: TimeDetail, row: int) -> tuple[tuple[Term, ...], ...]:
    kept = norm_term(
        rf"z_t\odot {_H}", "z(t) · ∂L/∂h(t)", float(detail.around[row]), "What z keeps of it"
    )
    here = (_H, "∂L/∂h(t)")
    slope = r"(1-z_t)\odot(1-n_t^2)\odot "
    plain_slope = "(1 − z(t)) · (1 − n(t)²) · "
    candidate = (slope + _H, plain_slope + here[1])
    sources: tuple[tuple[_Pair, _Pair], ...] = (
        ((r"(W_n h_{t-1}+b_n)", "(W(n) h(t−1) + b(n))"), candidate),
        ((r"(h_{t-1}-n_t)", "(h(t−1) − n(t))"), here),
        ((r"(1-z_t)\odot r_t", "(1 − z(t)) · r(t)"), here),
    )
    deltas = [_write_delta(trace, detail, row, b, *pairs) for b, pairs in enumerate(sources)]
    arriving = (_norm_h(trace, detail, row), Term(r"\text{arrives}", "arrives"))
    return (arriving, *deltas, _write_sum(trace, detail, row, [kept]))


def _write_delta(
    trace: TimeTrace, detail: TimeDetail, row: int, block: int, times: _Pair, source: _Pair
) -> tuple[Term, ...]:
    """Delta = slope * what it multiplies * what arrives; 0 for a forced gate."""
    t = detail.time_step
    letter = _LETTERS[trace.cell][block]
    gate = _GATES[trace.cell][block]
    name = trace.block_names[block]
    delta = norm_term(
        rf"\delta_{letter}",
        f"δ({letter})",
        float(trace.g_blocks[row, t - 1, block]),
        f"The gradient of the pre-activation of the {name}",
    )
    forced = None if gate is None else trace.forced_gates[trace.gate_names.index(gate)]
    if forced is not None:
        what = f"The {name} is forced to {format_number(forced)}: it has no slope"
        return delta, EQUALS, Term("0", "0", "forced", what)
    if gate is None:
        slope, plain = rf"(1-{letter}_t^2)", f"(1 − {letter}(t)²)"
    else:
        slope, plain = rf"{letter}_t(1-{letter}_t)", f"{letter}(t) (1 − {letter}(t))"
    mean = float(np.mean(detail.slopes[row, block]))
    return (
        delta,
        EQUALS,
        Term(
            slope, plain, f"mean {format_number(mean)}", f"The slope of the {name}: mean {mean!r}"
        ),
        TIMES,
        Term(*times),
        TIMES,
        Term(*source),
    )


def _write_sum(
    trace: TimeTrace, detail: TimeDetail, row: int, first: list[Term]
) -> tuple[Term, ...]:
    """dL/dh_{t-1}: what each gate brings through its block of W_hh."""
    terms = list(first)
    for block, letter in enumerate(_LETTERS[trace.cell]):
        what = f"What the {trace.block_names[block]} hands on through its block of W_hh"
        norm = float(detail.paths[row, block])
        part = norm_term(
            rf"W_{letter}^\top\delta_{letter}", f"W({letter})ᵀ δ({letter})", norm, what
        )
        terms += [PLUS, part] if terms else [part]
    outside = _write_outside(trace, detail, row)
    return (_norm_before(detail, row), EQUALS, *terms, *outside)
