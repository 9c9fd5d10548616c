"""What is said of a time step's factors, with every gate learned, shut or open."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from itertools import product

import numpy as np
import pytest

from desktop.kinds.recurrent.display.why import (
    list_time_factors,
    resolve_cell_why,
    resolve_time_why,
)
from engine.documents import from_builtins
from engine.kinds.recurrent.records import TimeTrace
from engine.kinds.recurrent.spec import GATES_OF_CELL
from engine.tasks.loading import load
from engine.training.run import Run
from tests.synthetic_time import make_time_trace

FORCED = [
    (cell, dict(zip(GATES_OF_CELL[cell], values, strict=True)))
    for cell in ("rnn", "lstm", "gru")
    for values in product((None, 0.0, 1.0), repeat=len(GATES_OF_CELL[cell]))
]


@cache
def dataset():
    return load(make_document("rnn"), None)


def make_document(cell: str, **network: object):
    return from_builtins(
        {
            "format": "gradient-theatre/1",
            "seed": 3,
            "task": {"name": "adding", "length": 5, "batch_size": 6},
            "network": {"kind": "recurrent", "cell": cell, "hidden": 5, **network},
            "training": {"dtype": "float64"},
        }
    )


def measure(cell: str, **network: object) -> TimeTrace:
    trace = Run(make_document(cell, **network), dataset()).measure().trace.own
    assert isinstance(trace, TimeTrace)
    return trace


@pytest.mark.parametrize(("cell", "gates"), FORCED)
@pytest.mark.parametrize("cuts", [False, True])
def test_a_waterfall_is_exact_or_a_sentence_stands_in_its_place(cell, gates, cuts):
    trace = measure(cell, gates=gates, cut_h_to_gates=cuts, layers=2)
    for layer, t in product((0, 1), range(2, 6)):
        why = resolve_time_why(trace, t, layer)
        assert why is not None
        assert f"layer {layer + 1} of 2" in why.title
        assert "nan" not in why.sentence
        if why.rows:
            ratio = trace.g_hT[layer, t - 2] / trace.g_hT[layer, t - 1]
            assert why.rows[-1].factor == pytest.approx(ratio, rel=1e-9)
            assert all(math.isfinite(row.start + row.end) for row in why.rows)
        else:
            assert why.sentence.startswith(("Nothing", "All that reaches"))
        along_c = resolve_cell_why(trace, t, layer)
        if along_c is not None and along_c.rows:
            ratio = trace.g_cT[layer, t - 2] / trace.g_cT[layer, t - 1]
            assert along_c.rows[-1].factor == pytest.approx(ratio, rel=1e-9)


def test_what_stops_the_gradient_is_named():
    def sentence(cell: str, t: int = 5, **network: object) -> str:
        why = resolve_time_why(measure(cell, **network), t)
        assert why is not None
        assert not why.rows
        return why.sentence

    assert sentence("rnn", cut_h_to_gates=True).endswith(
        "to time step 4: the way from h to the gates is cut."
    )
    assert sentence("lstm", gates={"output": 0}).endswith("the output gate is forced shut.")
    assert sentence("rnn", t=4, truncation=3).endswith("truncation cuts the gradient here.")
    assert sentence("rnn", t=3, truncation=3) == "Nothing arrives here, so nothing is handed on."


def test_a_shut_forget_gate_leaves_what_comes_through_h():
    trace = measure("lstm", gates={"forget": 0})
    why = resolve_cell_why(trace, 5)
    assert why is not None
    assert not why.rows
    assert why.sentence == (
        "Nothing goes along c to time step 4: the forget gate lets nothing through; "
        "what arrives there comes through h."
    )


def test_what_comes_from_the_layer_above_alone_is_said_below_the_top():
    trace = make_time_trace(layers=2)
    factors = np.full_like(trace.factors_h, np.nan)
    why = resolve_time_why(replace(trace, factors_h=factors), 5, layer=0)
    assert why is not None
    assert why.sentence == "All that reaches time step 4 comes from the layer above, not from here."
    assert resolve_time_why(replace(trace, factors_h=factors), 5) is None
    assert list_time_factors(replace(trace, factors_h=factors), 5) == ()
