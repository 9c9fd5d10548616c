"""Verdicts: every threshold on both sides, the order of the kinds, and the sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.diagnosis import diagnose, diagnose_time, judge
from engine.evidence import Evidence, classify, classify_time, is_oscillating
from engine.frames import NonFinite
from engine.records import ValueKind
from engine.wording import spell, spell_bytes
from tests.synthetic import make_trace
from tests.synthetic_time import make_time_trace


def evidence(
    ratio: float = 1.0,
    update: float = 1e-3,
    last: float = 0.02,
    *,
    largest: float | None = None,
    dead: tuple[int, ...] = (),
    source: float = 0.1,
    loss: float = 0.7,
) -> Evidence:
    gradients = np.array([ratio * last, (ratio**0.5) * last, last])
    updates = np.array([update, update if largest is None else largest, update])
    return Evidence("layers", gradients, source, loss, updates, dead)


@pytest.mark.parametrize(
    ("ratio", "update", "largest", "kind"),
    [
        (1.8e-8, 3e-11, 1e-3, "frozen"),
        (9e-4, 5.9e-8, 1e-3, "frozen"),
        (9e-4, 6.1e-8, 1e-3, "vanishing"),
        (9.9e-4, 9e-6, 1e-3, "vanishing"),
        (1.1e-3, 9e-6, 1e-3, "weak"),
        (1.8e-8, 4.8e-4, 4.8e-4, "weak"),
        (9.9e-2, 1e-3, 1e-3, "weak"),
        (1.0, 9e-5, 1e-3, "weak"),
        (0.11, 1.1e-4, 1e-3, "healthy"),
        (29.0, 1e-3, 0.049, "healthy"),
        (31.0, 1e-3, 1e-3, "strong"),
        (1.0, 1e-3, 0.051, "strong"),
        (999.0, 1e-3, 1e-3, "strong"),
        (1_001.0, 1e-3, 1e-3, "exploding"),
        (1.0, 1e-3, 1.01, "exploding"),
        (1.8e-8, 3e-11, 2.0, "frozen"),
    ],
)
def test_thresholds_stand_where_the_science_puts_them(
    ratio: float, update: float, largest: float, kind: str
) -> None:
    assert classify(ratio, update, largest) == kind
    verdict = judge(evidence(ratio, update, largest=largest))
    assert verdict.kind == kind
    assert verdict.first_last_ratio == pytest.approx(ratio)


def test_a_vanished_gradient_is_told_with_its_numbers() -> None:
    verdict = judge(evidence(1.8e-8, 3.4e-11))
    assert verdict.word == "Frozen"
    assert verdict.sentence == (
        "Layer 1 receives 1.8 × 10⁻⁸ of the last layer's gradient. Its weights stay as they "
        "are: float32 loses an update of 3.4 × 10⁻¹¹."
    )


def test_nan_comes_before_dead_and_names_the_first_place() -> None:
    halted = NonFinite(3, 7, "forward")
    verdict = judge(evidence(dead=(2,)), halted=halted)
    assert verdict.kind == "nan"
    assert "in the forward pass of layer 7 at iteration 3" in verdict.sentence
    assert judge(evidence(dead=(2,), loss=np.nan)).kind == "nan"
    told = judge(evidence(dead=(2,)), halted=NonFinite(0, None, "loss")).sentence
    assert "appeared in the loss at iteration 0" in told
    trace = make_trace(depth=6, nans=(1, 2))
    assert "from layer 2 on" in diagnose(trace).sentence


def test_dead_comes_before_frozen() -> None:
    verdict = judge(evidence(0.0, 0.0, dead=(2, 3)))
    assert verdict.kind == "dead"
    assert "layer 2" in verdict.sentence


def test_a_zero_where_every_slope_is_zero_is_dead_and_one_by_underflow_is_frozen() -> None:
    trace = replace(make_trace(depth=5, zeros=(1, 2)), dead=np.zeros(5), update_ratio=np.zeros(5))
    zeros = trace.g_a_rms == 0.0
    dead = diagnose(replace(trace, kinds=np.where(zeros, ValueKind.DEAD_ZERO, 0)))
    assert dead.kind == "dead"
    underflow = diagnose(replace(trace, kinds=np.where(zeros, ValueKind.UNDERFLOW_ZERO, 0)))
    assert underflow.kind == "frozen"
    assert "receives nothing of" in underflow.sentence


def test_no_gradient_at_all_is_said() -> None:
    silent = Evidence("layers", np.zeros(3), 0.0, 0.0, np.zeros(3))
    verdict = judge(silent)
    assert (verdict.kind, verdict.word) == ("dead", "No gradient")
    assert "The loss gives no gradient" in verdict.sentence
    assert verdict.first_last_ratio is None


def test_the_output_stands_in_where_the_last_layer_receives_nothing() -> None:
    closed = Evidence("layers", np.zeros(3), 0.1, 0.7, np.zeros(3))
    assert judge(closed).first_last_ratio == 0.0
    assert judge(closed).kind == "frozen"


def test_tiny_but_equal_gradients_are_told_with_their_size() -> None:
    verdict = judge(evidence(0.9, 2e-4, last=3e-9))
    assert verdict.kind == "healthy"
    assert "3 × 10⁻⁹" in verdict.sentence
    weak = judge(evidence(0.9, 2e-9, last=3e-9))
    assert weak.kind == "weak"
    assert "at a gradient of 3 × 10⁻⁹ an update changes" in weak.sentence


def test_oscillation_needs_both_a_rise_and_a_fall() -> None:
    assert is_oscillating([0.2, 1.5] * 10)
    assert not is_oscillating(list(np.linspace(2.0, 0.1, 20)))
    assert not is_oscillating([0.70, 0.72] * 10)
    assert not is_oscillating([0.2, 1.5] * 9)
    verdict = judge(evidence(1.0, largest=2.0), [0.2, 1.5] * 10)
    assert verdict.is_oscillating
    assert "oscillating" in verdict.sentence


def test_weights_that_are_all_zero_give_no_update_ratio() -> None:
    nothing = Evidence("layers", np.array([1e-6, 1.0]), 1.0, 0.7, np.array([np.nan, 1e-3]))
    assert judge(nothing).first_update is None
    assert judge(nothing).kind == "weak"


def along_time(ratio: float, update: float = 0.05, **values: Any) -> Evidence:
    gradients = np.array([ratio * 0.02, 0.01, 0.02])
    return Evidence("time", gradients, 0.1, 0.7, np.array([update]), **values)


@pytest.mark.parametrize(
    ("ratio", "updates", "kind"),
    [
        (1e-21, [0.05], "vanishing"),
        (9.9e-4, [0.9], "vanishing"),
        (9.9e-4, [1e-9, 6.1e-8], "vanishing"),
        (9.9e-4, [np.nan], "vanishing"),
        (9.9e-4, [1e-9, 5.9e-8], "frozen"),
        (0.0, [0.0], "frozen"),
        (1.1e-3, [1e-6], "weak"),
        (0.099, [0.5], "weak"),
        (0.11, [1e-9], "weak"),
        (0.11, [1e-9, 1e-3], "healthy"),
        (0.11, [np.nan], "healthy"),
        (0.11, [0.06], "strong"),
        (29.0, [0.04], "healthy"),
        (31.0, [1e-3], "strong"),
        (1_001.0, [1e-3], "exploding"),
        (1.0, [1e-3, 1.01], "exploding"),
    ],
)
def test_along_time_a_small_ratio_alone_makes_it_vanish(
    ratio: float, updates: list[float], kind: str
) -> None:
    assert classify_time(ratio, np.array(updates)) == kind


def test_a_forgetting_network_is_told_to_vanish_though_its_weights_move() -> None:
    verdict = judge(along_time(2.3e-9, last="the last time step", moving=(9, 36)))
    assert verdict.word == "Vanishing"
    assert verdict.sentence == (
        "Time step 1 receives 2.3 × 10⁻⁹ of the last time step's gradient; 99 % of what moves "
        "the recurrent weights comes from the last 9 of 36 time steps."
    )
    last = judge(along_time(2.3e-9, moving=(1, 36))).sentence
    assert last.endswith("comes from the last time step.")
    everywhere = judge(along_time(2.3e-9, last="time step 12")).sentence
    assert "of time step 12's gradient; the recurrent weights are moved by the" in everywhere


def test_what_moves_the_recurrent_weights_is_counted_from_the_loss() -> None:
    trace = replace(
        make_time_trace(time_steps=6),
        readout="last",
        g_hT=np.array([[1e-9, 1e-7, 1e-5, 1e-3, 0.1, 1.0]]),
        shares_W_hh=np.array([[0.0, 0.0, 0.005, 0.005, 0.2, 0.8]]),
        update_ratio=np.array([0.05]),
    )
    verdict = diagnose_time(trace)
    assert verdict.kind == "vanishing"
    assert verdict.first_last_ratio == pytest.approx(1e-9)
    assert "comes from the last 2 of 6 time steps" in verdict.sentence
    assert "close to a loss" in diagnose_time(replace(trace, readout="all")).sentence
    still = diagnose_time(replace(trace, shares_W_hh=np.zeros((1, 6))))
    assert still.sentence.endswith("no time step moves the recurrent weights.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.14, "0.14"),
        (0.0123, "0.012"),
        (1.8e-8, "1.8 × 10⁻⁸"),
        (1.0, "1.0"),
        (12.3, "12"),
        (342.0, "342"),
        (1_352.0, "1,350"),
        (2e12, "2 × 10¹²"),
        (float("inf"), "∞"),
    ],
)
def test_numbers_are_spelled_with_two_or_three_digits(value: float, text: str) -> None:
    assert spell(value) == text


def test_amounts_of_memory_are_spelled_in_their_unit() -> None:
    assert spell_bytes(3.2e9) == "3.2 GB"
    assert spell_bytes(40_000) == "40 kB"
