"""Verdicts: every threshold on both sides, the order of the kinds, and the sentences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from engine.analysis.thresholds import classify, is_oscillating
from engine.analysis.verdict import diagnose, judge
from engine.analysis.verdict_words import name_verdict, tell_verdict
from engine.records.evidence import Carried, Evidence
from engine.records.frames import NonFinite
from engine.records.record import ValueKind, WeightMotion
from engine.wording import spell, spell_bytes
from tests.synthetic import make_trace
from tests.synthetic_time import make_time_trace


def evidence(
    ratio: float | None = 1.0,
    update: float = 1e-3,
    last: float = 0.02,
    *,
    largest: float | None = None,
    changed: int = 48,
    learning_rate: float = 0.1,
    dtype: str = "float32",
    loss: float = 0.7,
    **values: Any,
) -> Evidence:
    share = 0.0 if ratio is None else ratio
    gradients = np.array([share * last, share**0.5 * last, last])
    updates = np.array([update, update if largest is None else largest, update])
    return Evidence(
        "layer",
        gradients,
        0.1,
        loss,
        ratio,
        Carried("layers", 1, ratio),
        updates,
        WeightMotion(changed, 48, learning_rate, dtype),
        **values,
    )


THRESHOLDS = [
    (9.9e-4, 1e-3, "vanishing"),
    (1.8e-8, 4.8e-4, "vanishing"),
    (9.9e-4, 2.0, "vanishing"),
    (1.1e-3, 1e-3, "weak"),
    (9.9e-2, 0.9, "weak"),
    (9.9e-2, 1.01, "exploding"),
    (0.11, 1e-9, "healthy"),
    (29.0, 0.049, "healthy"),
    (31.0, 1e-3, "strong"),
    (1.0, 0.051, "strong"),
    (999.0, 1e-3, "strong"),
    (1_001.0, 1e-3, "exploding"),
    (1.0, 1.01, "exploding"),
]


@pytest.mark.parametrize(("ratio", "largest", "kind"), THRESHOLDS)
def test_thresholds_stand_where_the_science_puts_them(
    ratio: float, largest: float, kind: str
) -> None:
    assert classify(ratio, largest) == kind
    verdict = judge(evidence(ratio, largest=largest))
    assert verdict.kind == kind
    assert verdict.carried.ratio == verdict.first_last_ratio == ratio


@pytest.mark.parametrize(("ratio", "largest", "_kind"), THRESHOLDS)
def test_a_network_of_which_no_entry_changes_is_frozen_whatever_the_ratio(
    ratio: float, largest: float, _kind: str
) -> None:
    still = judge(evidence(ratio, largest=largest, changed=0))
    assert (still.kind, still.moved) == ("frozen", (0, 48))
    assert judge(evidence(ratio, largest=largest, changed=1)).kind != "frozen"


def test_a_frozen_network_names_what_is_so() -> None:
    told = tell_verdict(judge(evidence(1.8e-8, 3.4e-11, changed=0)))
    assert told == (
        "Layer 1 receives 1.8 × 10⁻⁸ of the last layer's gradient. None of its 48 weights "
        "changes: an update of 3.4 × 10⁻¹¹ of their size is too small for float32."
    )
    assert "too small for float64." in tell_verdict(judge(evidence(changed=0, dtype="float64")))
    none = tell_verdict(judge(evidence(1.8e-8, 0.0, changed=0)))
    assert none.endswith("what remains of the gradient makes an update of exactly 0.")
    cause = judge(evidence(0.0, 0.0, changed=0, stoppage="the weights of layer 2 are all 0"))
    assert tell_verdict(cause).endswith("weights changes: the weights of layer 2 are all 0.")


def test_a_small_update_is_said_and_never_judged() -> None:
    part = judge(evidence(7.1e-6, 4.9e-8, changed=42))
    assert part.kind == "vanishing"
    assert tell_verdict(part).endswith(
        "gradient, and an update changes 42 of its 48 weights, by only 4.9 × 10⁻⁸ of their size."
    )
    large = tell_verdict(judge(evidence(5e3, 12.0)))
    assert large.endswith("gradient, and an update changes its weights by 12 times their size.")
    small = judge(evidence(0.9, 2e-9))
    assert small.kind == "healthy"
    assert tell_verdict(small).endswith("changes its weights by only 2 × 10⁻⁹ of their size.")


@pytest.mark.parametrize(("ratio", "kind"), [(1e-9, "vanishing"), (0.5, "healthy"), (50, "strong")])
def test_at_a_learning_rate_of_0_the_update_is_not_judged(ratio: float, kind: str) -> None:
    verdict = judge(evidence(ratio, 0.0, changed=0, learning_rate=0.0))
    assert (verdict.kind, verdict.moved) == (kind, (0, 48))
    assert tell_verdict(verdict).endswith("; the learning rate is 0, so its update is not judged.")


def test_nan_comes_before_dead_and_names_the_first_place() -> None:
    halted = NonFinite(3, 7, "forward")
    verdict = judge(evidence(dead_layers=(2,)), halted=halted)
    assert verdict.kind == "nan"
    assert "in the forward pass of layer 7 at iteration 3" in tell_verdict(verdict)
    assert judge(evidence(dead_layers=(2,), loss=np.nan)).kind == "nan"
    told = tell_verdict(judge(evidence(dead_layers=(2,)), halted=NonFinite(0, None, "loss")))
    assert told.endswith("appeared in the loss at iteration 0, before any update.")
    for first in (NonFinite(0, 2, "update"), NonFinite(1, 2, "forward")):
        told = tell_verdict(judge(evidence(), halted=first))
        assert told.endswith("; the last good state is kept.")
    trace = make_trace(depth=6, nans=(1, 2))
    assert "from layer 2 on" in tell_verdict(diagnose(trace.share()))


def test_dead_comes_before_frozen() -> None:
    verdict = judge(evidence(0.0, 0.0, changed=0, dead_layers=(2, 3)))
    assert verdict.kind == "dead"
    assert "layer 2" in tell_verdict(verdict)


def test_a_zero_by_underflow_is_frozen_and_one_below_a_dead_layer_is_dead() -> None:
    trace = replace(
        make_trace(depth=5, zeros=(1, 2), kind=ValueKind.UNDERFLOW_ZERO),
        motion=WeightMotion(0, 48, 0.1, "float32"),
        g_W=np.array([0.0, 0.0, 1e-30, 1e-20, 1e-3]),
        update_ratio=np.zeros(5),
    )
    dead = diagnose(replace(trace, dead=np.array([0.0, 0.0, 1.0, 0.0, 0.0])).share())
    assert dead.kind == "dead"
    assert "layer 3" in tell_verdict(dead)
    frozen = diagnose(replace(trace, dead=np.zeros(5)).share())
    assert frozen.kind == "frozen"
    assert tell_verdict(frozen).endswith(
        "below layer 3 the gradient has become too small for a number: exactly 0."
    )
    assert "float32" not in tell_verdict(frozen)


def test_no_gradient_at_all_is_said() -> None:
    for changed, kind in ((0, "frozen"), (3, "vanishing")):
        verdict = judge(evidence(None, 0.0, last=0.0, changed=changed))
        assert (verdict.kind, name_verdict(verdict)) == (kind, "No gradient")
        assert "The loss gives no gradient" in tell_verdict(verdict)
        assert verdict.first_last_ratio is None


def test_the_output_stands_in_where_the_last_layer_receives_nothing() -> None:
    trace = make_trace(depth=3, zeros=(0, 1, 2, 3), kind=ValueKind.STRUCTURAL_ZERO, g_out=0.1)
    verdict = diagnose(replace(trace, g_W=np.zeros(3), dead=np.zeros(3)).share())
    assert verdict.first_last_ratio == 0.0
    assert verdict.kind == "vanishing"
    assert "the weights of the output layer are all 0" in tell_verdict(verdict)


def test_tiny_but_equal_gradients_are_told_with_their_size() -> None:
    verdict = judge(evidence(0.9, 2e-4, last=3e-9))
    assert verdict.kind == "healthy"
    assert "all of it tiny: the last one is 3 × 10⁻⁹" in tell_verdict(verdict)


def test_oscillation_needs_both_a_rise_and_a_fall() -> None:
    assert is_oscillating([0.2, 1.5] * 10)
    assert not is_oscillating(list(np.linspace(2.0, 0.1, 20)))
    assert not is_oscillating([0.70, 0.72] * 10)
    assert not is_oscillating([0.2, 1.5] * 9)
    for largest in (2.0, 1e-3):
        verdict = judge(evidence(1.0, largest=largest), [0.2, 1.5] * 10)
        assert verdict.is_oscillating
        assert "The loss is oscillating by more than half of its mean." in tell_verdict(verdict)
    assert "oscillating" not in tell_verdict(judge(evidence(1.0), [0.7] * 20))


def test_weights_that_are_all_zero_give_no_update_ratio() -> None:
    verdict = judge(evidence(1.0, np.nan, largest=1e-3))
    assert verdict.first_update is None
    assert verdict.kind == "healthy"
    assert tell_verdict(verdict).endswith("gradient, and its weights are all 0 now.")


def through_time(trace: Any, **values: Any) -> Any:
    return diagnose(replace(trace, **values).share())


def test_a_forgetting_network_is_told_to_vanish_though_its_weights_move() -> None:
    verdict = through_time(
        make_time_trace(time_steps=6, cell="rnn"),
        readout="last",
        g_hT=np.array([[1e-9, 1e-7, 1e-5, 1e-3, 0.1, 1.0]]),
        shares_W_hh=np.array([[0.0, 0.0, 0.005, 0.005, 0.2, 0.8]]),
        update_ratio=np.array([0.05]),
    )
    assert name_verdict(verdict) == "Vanishing"
    assert verdict.carried == Carried("h", 1, 1e-9)
    assert tell_verdict(verdict) == (
        "The hidden state carries 1 × 10⁻⁹ of the gradient to the first time step; 99 % of what "
        "moves the recurrent weights comes from the last 2 of 6 time steps."
    )
    trace = make_time_trace(time_steps=6, factor=1e-3, cell="rnn")
    assert "close to a loss" in tell_verdict(through_time(trace, readout="all"))
    still = through_time(trace, shares_W_hh=np.zeros((1, 6)))
    assert tell_verdict(still).endswith("no time step moves the recurrent weights.")


def test_the_path_that_carries_most_is_judged_and_named() -> None:
    trace = make_time_trace(time_steps=4, layers=2, factor=1e-3)
    one = np.array([[1e-3, 0.0, 0.0, 2.0], [4e-4, 0.0, 0.0, 8.0]])
    other = np.array([[0.3, 1.0, 1.0, 0.5], [1e-9, 1.0, 1.0, 1.0]])
    verdict = through_time(trace, g_hT=one, g_cT=other)
    assert verdict.kind == "healthy"
    assert verdict.carried == Carried("c", 1, 0.6)
    assert verdict.first_last_ratio == pytest.approx(5e-5)
    assert tell_verdict(verdict).startswith(
        "The cell state of layer 1 carries 0.60 of the gradient to"
    )
    swapped = through_time(trace, g_hT=other[::-1], g_cT=one)
    assert swapped.carried == Carried("h", 2, 0.6)
    assert tell_verdict(swapped).startswith(
        "The hidden state of layer 2 carries 0.60 of the gradient"
    )


def test_of_equal_paths_the_top_layers_hidden_state_is_named() -> None:
    verdict = diagnose(make_time_trace(time_steps=1, layers=3).share())
    assert verdict.carried == Carried("h", 3, 1.0)
    assert "nothing has to be carried through time" in tell_verdict(verdict)


def test_a_truncated_pass_is_judged_after_the_last_cut_which_is_named() -> None:
    g = np.array([[0.0, 0.0, 0.0, 0.0, 0.5, 0.7, 1.0]])
    trace = replace(make_time_trace(time_steps=7, cell="rnn", cuts=(2, 4, 6)), g_hT=g)
    last = diagnose(trace.share())
    assert (last.carried.ratio, last.cut_every, last.first_last_ratio) == (1.0, 2, 0.0)
    assert "every 2 time steps; after the cut at 6 only time step 7 is left" in tell_verdict(last)
    early = diagnose(replace(trace, loss_time=6, readout="all").share())
    assert early.carried.ratio == pytest.approx(0.5 / 0.7)
    assert tell_verdict(early).startswith(
        "The gradient is cut every 2 time steps; after the cut at 4 the hidden state carries "
        "0.71 of time step 6's gradient to time step 5, and an update"
    )


def test_a_learning_rate_of_0_is_said_through_time_too() -> None:
    trace = make_time_trace(time_steps=6, factor=1e-3)
    still = through_time(trace, motion=WeightMotion(0, 9, 0.0, "float32"), update_ratio=np.zeros(1))
    assert still.kind == "vanishing"
    assert tell_verdict(still).endswith("; the learning rate is 0, so its update is not judged.")


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


def test_a_verdict_is_values_that_compare_and_cannot_be_changed() -> None:
    assert judge(evidence(0.5)) == judge(evidence(0.5))
    assert judge(evidence(0.5)) != judge(evidence(0.4))
    with pytest.raises(AttributeError):
        setattr(judge(evidence()), "kind", "dead")  # noqa: B010 -- that it cannot be set
    verdict = judge(evidence(0.5, largest=0.06))
    assert (verdict.ground, verdict.most_moved_layer, verdict.largest_update) == (
        "strength",
        2,
        0.06,
    )
    assert judge(evidence(1.0, np.nan, largest=np.nan)).most_moved_layer is None


def test_what_a_kind_rests_on_is_the_first_that_applies() -> None:
    halted = NonFinite(3, 7, "forward")
    assert judge(evidence(loss=np.nan), halted=halted).ground == "halt"
    assert judge(evidence(loss=np.nan, dead_layers=(1,))).ground == "nonfinite_loss"
    nowhere = judge(evidence(np.inf, dead_layers=(1,)))
    assert (nowhere.ground, nowhere.nonfinite_place) == ("nonfinite_gradient", 2)
    assert judge(evidence(None, 0.0, changed=0, dead_layers=(1,))).ground == "dead_layers"
    assert judge(evidence(None, 0.0, last=0.0, changed=0)).ground == "no_gradient"
    assert judge(evidence(changed=0)).ground == "standstill"
