"""A new kind of network is a folder and one line in the table: the engine needs no more.

"blocks" is known to the tests alone (`tests.blocks`).
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import documents
from engine.analysis.measure import measure
from engine.analysis.verdict import diagnose
from engine.analysis.verdict_words import tell_verdict
from engine.document.experiment import Experiment
from engine.errors import DocumentError, TooLargeError
from engine.kinds import table
from engine.tasks.loading import load
from engine.training import memory
from engine.training.history import History
from engine.training.run import Run
from engine.training.timeline import Timeline
from tests.blocks.kind import BLOCKS, Blocks, BlocksKind

DOCUMENT = """{
  "format": "gradient-theatre/1",
  "task": {"name": "spirals", "batch_size": 16},
  "network": {"kind": "blocks", "width": 6, "gain": 0.25},
  "training": {"iterations": 20, "dtype": "float64"}
}"""


@pytest.fixture(autouse=True)
def with_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "KINDS", (*table.KINDS, BlocksKind()))


@pytest.fixture
def experiment() -> Experiment:
    return documents.parse(DOCUMENT)


def test_a_document_is_read_and_written(experiment: Experiment) -> None:
    assert experiment.network == Blocks(width=6, gain=0.25)
    assert documents.with_values(experiment, [("network.gain", 2)]).network == Blocks(gain=2.0)


@pytest.mark.parametrize(
    ("network", "where"),
    [
        ({"kind": "blocks", "width": 0}, "network.width"),
        ({"kind": "blocks", "height": 3}, "height"),
        ({"kind": "bricks"}, "network.kind"),
    ],
)
def test_a_wrong_document_is_refused_at_its_place(network: dict[str, object], where: str) -> None:
    plain = {**json.loads(DOCUMENT), "network": network}
    with pytest.raises(DocumentError, match=where.replace(".", r"\.")):
        documents.from_builtins(plain)


def test_what_it_cannot_read_is_refused() -> None:
    plain = {**json.loads(DOCUMENT), "task": {"name": "adding"}}
    with pytest.raises(
        DocumentError, match=r"is a sequence and needs a network of another kind\.$"
    ):
        documents.from_builtins(plain)


def test_the_schema_describes_it() -> None:
    schema = documents.describe_document()
    (own,) = [
        each
        for each in schema["$defs"].values()
        if each.get("properties", {}).get("kind", {}).get("const") == "blocks"
        or each.get("properties", {}).get("kind", {}).get("enum") == ["blocks"]
    ]
    assert own["properties"]["width"]["maximum"] == 64


def test_its_gradients_are_those_of_autograd(experiment: Experiment) -> None:
    run = Run(experiment, load(experiment, None))
    x, y = run.draw_batch()
    run.measure()
    leaves = {p.name: p.value.clone().requires_grad_() for p in run.network.parameters}
    a = x @ leaves["V"].t()
    for b in range(1, BLOCKS + 1):
        a = torch.tanh(0.25 * a @ leaves[f"W.{b}"].t())
    output = (a @ leaves["U"].t()).squeeze(-1)
    torch.nn.functional.binary_cross_entropy_with_logits(output, y.double()).backward()
    for parameter in run.network.parameters:
        assert torch.allclose(parameter.gradient, leaves[parameter.name].grad, rtol=1e-9)


def test_it_is_trained_changed_and_taken_back(experiment: Experiment) -> None:
    run = Run(experiment, load(experiment, None))
    history = History()
    timeline = Timeline(run)
    for _ in range(5):
        history.append(timeline.advance())
    assert run.iteration == 5
    weights = run.network.parameters.value.clone()
    run.change(documents.with_values(experiment, [("network.gain", 1.0)]))
    other = run.measure()
    run.change(experiment)
    assert torch.equal(run.network.parameters.value, weights)
    assert other.trace is not None
    same = run.measure()
    assert same.trace is not None
    assert other.trace.strength.values[0] > 10 * same.trace.strength.values[0]
    timeline.go_to(2)
    assert run.iteration == 2
    assert history.overview().rows_low.shape[1] == BLOCKS


def test_it_is_judged_by_what_its_blocks_carry(experiment: Experiment) -> None:
    frame = Run(experiment, load(experiment, None)).measure()
    assert frame.trace is not None
    verdict = diagnose(frame.trace)
    strengths = frame.trace.strength.values
    assert verdict.first_last_ratio == pytest.approx(strengths[0] / strengths[-1])
    assert verdict.kind == "vanishing"
    told = tell_verdict(verdict)
    assert told.startswith("Block 1 receives ")
    assert "the last block's gradient" in told


def test_its_blocks_are_named_where_an_update_is_too_large() -> None:
    plain = {**json.loads(DOCUMENT), "training": {"learning_rate": 1e4}}
    plain["network"] = {"kind": "blocks", "gain": 1.0, "initialisation": {"scheme": "orthogonal"}}
    experiment = documents.from_builtins(plain)
    frame = Run(experiment, load(experiment, None)).measure()
    assert frame.trace is not None
    verdict = diagnose(frame.trace)
    assert verdict.kind == "exploding"
    told = tell_verdict(verdict)
    assert re.search(r"an update of block [1-5] is .* times as large as its weights", told)


def test_the_block_of_the_first_number_that_is_not_finite_is_named(experiment: Experiment) -> None:
    run = Run(experiment, load(experiment, None))
    run.network.parameters["W.3"].value[0, 0] = float("nan")
    frame = run.advance()
    assert frame.halted is not None
    assert (frame.halted.layer, frame.halted.phase, run.iteration) == (3, "forward", 0)
    assert frame.trace is not None
    assert tell_verdict(diagnose(frame.trace, halted=frame.halted)) == (
        "The first number that is not finite appeared in the forward pass of block 3 at "
        "iteration 0, before any update."
    )


def test_it_is_measured_and_dumped(experiment: Experiment, tmp_path: Path) -> None:
    said = measure(experiment, iterations=3, dump=tmp_path / "dump")
    assert [layer["name"] for layer in said["final"]["layers"]] == [
        f"block {b}" for b in range(1, BLOCKS + 1)
    ]
    assert said["final"]["iteration"] == 3
    assert said["final"]["verdict"]["carried"]["path"] == "blocks"
    described = json.loads((tmp_path / "dump.json").read_text())
    assert described["kind"] == "blocks"
    arrays = np.load(tmp_path / "dump.npz")
    strengths = [layer["g"] for layer in said["final"]["layers"]]
    np.testing.assert_array_equal(arrays["claim/g"], strengths)


def test_what_is_too_large_is_refused_in_its_words(
    experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "available_bytes", lambda: 2**20)
    with pytest.raises(TooLargeError, match=r"^Five blocks needs? about .*: take narrower ones\.$"):
        Run(experiment, load(experiment, None))
