"""Which cause is named for networks that were built to have one."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from engine.analysis.cause_question import settle_cause
from engine.records.cause import Cause, CauseKind
from engine.tasks.loading import load
from engine.training.run import Run, use_one_thread
from tests.engine.analysis.causes import Built, list_built

BUILT = list_built()
TEN = (
    "He ReLU 1",
    "tanh default 20",
    "sigmoid xavier_normal",
    "tanh biased",
    "ReLU twice",
    "pre 30",
    "dead 2 of 3",
    "30",
    "truncation",
    "LSTM, bias 0",
)


def name_cause_of(built: Built) -> Cause:
    use_one_thread()
    run = Run(built.experiment, load(built.experiment, None))
    for _ in range(built.iterations):
        run.advance()
    trace = run.measure().trace
    assert trace is not None
    return settle_cause(run, trace)


@pytest.mark.parametrize(
    "built", [b for b in BUILT if b.name in TEN], ids=[b.name for b in BUILT if b.name in TEN]
)
def test_ten_networks_are_explained(built: Built) -> None:
    assert name_cause_of(built).kind in built.kinds


@pytest.mark.long
def test_nine_of_ten_networks_are_explained_and_no_wrong_cause_is_certain() -> None:
    assert len(BUILT) >= 60
    assert {kind for built in BUILT for kind in built.kinds} == set(get_args(CauseKind)) - {
        "unclear"
    }
    wrong = [(b.name, b.kinds, c) for b in BUILT if (c := name_cause_of(b)).kind not in b.kinds]
    told = [f"{name}: {cause.kind} for {kinds}" for name, kinds, cause in wrong]
    assert len(wrong) <= 0.1 * len(BUILT), told
    assert not [line for line, (_, _, c) in zip(told, wrong, strict=True) if c.is_certain]


def test_every_network_has_a_name_of_its_own() -> None:
    assert not [name for name, n in Counter(b.name for b in BUILT).items() if n > 1]
