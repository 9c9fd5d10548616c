"""What an experiment takes of memory: the estimate, the refusals, and what is really held."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from engine.documents import from_builtins
from engine.errors import TooLargeError, is_lack_of_memory
from engine.kinds.feedforward.network import FeedforwardNetwork
from engine.kinds.recurrent.cell import CellSettings, CellWeights
from engine.kinds.recurrent.parameters import CELLS
from engine.records.dataset import Dataset
from engine.training import memory
from engine.training.memory import available_bytes, estimate_bytes, refuse_too_large
from engine.training.run import Run


def make_experiment(readout="all", cell="lstm", time_steps=40, batch=16, **network):
    task = {"last": "adding", "mean": "adding", "all": "recall"}[readout]
    return from_builtins(
        {
            "format": "gradient-theatre/1",
            "task": {"name": task, "length": time_steps, "batch_size": batch},
            "network": {"kind": "recurrent", "cell": cell, "readout": readout, **network},
        }
    )


def make_words(readout, time_steps, vocabulary, rows=64):
    """Random words and answers out of the same vocabulary."""
    rng = np.random.default_rng(0)
    shape = (rows, time_steps) if readout == "all" else (rows,)
    return Dataset(
        train_x=rng.integers(0, vocabulary, (rows, time_steps)),
        train_y=rng.integers(0, vocabulary, shape),
        held_out_x=rng.integers(0, vocabulary, (rows, time_steps)),
        held_out_y=rng.integers(0, vocabulary, shape),
        loss="ce",
        inputs=vocabulary,
        outputs=vocabulary,
        input_names=("word",),
        class_names=tuple(map(str, range(vocabulary))),
        is_tokens=True,
        vocabulary=tuple(map(str, range(vocabulary))),
    )


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("keeps_gradients", [True, False])
def test_a_cell_counts_the_numbers_that_it_holds(cell, keeps_gradients):
    kind, units, inputs, time_steps, batch = CELLS[cell], 6, 5, 50, 4
    rows = kind.blocks * units
    weights = CellWeights(
        torch.zeros(rows, inputs), torch.zeros(rows, units), torch.zeros(rows), torch.zeros(rows)
    )
    made = kind(weights, CellSettings(), time_steps, batch, keeps_gradients)
    storages = {
        value.untyped_storage().data_ptr(): value.untyped_storage().nbytes() // 4
        for name, value in vars(made).items()
        if isinstance(value, torch.Tensor) and name != "weights"
    }
    held = sum(storages.values())
    counted = kind.count_numbers(units, inputs, time_steps, batch, keeps_gradients)
    assert held <= counted <= 1.1 * held


@pytest.mark.parametrize("order", ["post", "pre", "add_then_act"])
@pytest.mark.parametrize("normalisation", ["none", "batch"])
@pytest.mark.parametrize("every", [0, 1])
def test_the_count_of_a_dense_pass_covers_its_buffers(order, normalisation, every):
    layers = [{"units": 300, "repeat": 20, "normalisation": normalisation}]
    experiment = from_builtins(
        {
            "format": "gradient-theatre/1",
            "task": {"name": "insurance", "batch_size": 256},
            "network": {
                "kind": "feedforward",
                "layers": layers,
                "skip": {"every": every, "order": order},
            },
        }
    )
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(256, 3)).astype(np.float32), rng.integers(0, 2, 256)
    dataset = Dataset(x, y.astype(np.float32), x, y.astype(np.float32), "bce", 3, 1, ("a",) * 3)
    network = FeedforwardNetwork(experiment, dataset)
    network.forward(torch.from_numpy(x.copy()))
    banks = [bank for bank in vars(network.buffers).values() if hasattr(bank, "stacks")]
    held = 4 * sum(stack.numel() for bank in banks for stack in bank.stacks)
    weights = 4 * len(network.parameters.value)
    estimate = estimate_bytes(experiment, dataset)
    assert held + 5 * weights <= estimate
    # One bank for all layers beside what is counted, and the constant, at most.
    assert estimate <= 1.5 * (held + 5 * weights) + 16 * 2**20 + 16 * 300 * 300


_PEAK = """
import sys
from tests.engine.training.test_memory import make_experiment, make_words
from engine.training.memory import estimate_bytes
from engine.training.run import Run, use_one_thread

def read(key):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))

def forget_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")

readout, cell, vocabulary = sys.argv[1], sys.argv[2], int(sys.argv[3])
use_one_thread()
small = Run(make_experiment(readout, cell, 4, 2), make_words(readout, 4, 8))
small.advance(), small.score()
experiment = make_experiment(readout, cell, 150, 64, hidden=96, layers=2)
dataset = make_words(readout, 150, vocabulary, rows=400)
before = read("VmRSS:")
run = Run(experiment, dataset)
forget_peak()
run.measure(1), run.advance(), run.measure(1)
trained = read("VmHWM:") - before
forget_peak()
run.score()
print(estimate_bytes(experiment, dataset), trained, read("VmHWM:") - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peaks are read from /proc")
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize(("readout", "vocabulary"), [("all", 900), ("last", 900), ("mean", 20)])
def test_the_estimate_holds_what_is_measured_and_scoring_takes_no_more(readout, cell, vocabulary):
    code = [sys.executable, "-c", _PEAK, readout, cell, str(vocabulary)]
    answer = subprocess.run(code, capture_output=True, text=True, check=True, timeout=120)
    estimate, trained, scored = map(int, answer.stdout.split())
    assert max(trained, scored) <= estimate <= 1.6 * max(trained, scored)
    # The allocator's arenas come and go by some megabytes between two equal runs.
    assert scored <= trained + 16e6


@pytest.mark.parametrize("readout", ["last", "mean", "all"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_what_does_not_fit_into_free_memory_is_refused_in_a_sentence(monkeypatch, readout, cell):
    experiment = make_experiment(readout, cell, 400, 64, hidden=64)
    dataset = make_words(readout, 400, 2_001)
    needed = estimate_bytes(experiment, dataset)
    monkeypatch.setattr(memory, "available_bytes", lambda: int(needed / 0.79))
    refuse_too_large(experiment, dataset)
    monkeypatch.setattr(memory, "available_bytes", lambda: int(needed / 0.81))
    with pytest.raises(TooLargeError) as refusal:
        Run(experiment, dataset)
    sentence = str(refusal.value)
    assert sentence.startswith("Recording 400 time steps")
    assert "1 × 64 units for a batch of 64" in sentence
    assert "make the batch, the sequence or the network smaller" in sentence
    assert ("each answered out of 2,001" in sentence) == (readout == "all")


@pytest.mark.parametrize("axis", ["time_steps", "batch", "hidden", "layers", "vocabulary"])
def test_whatever_grows_makes_the_estimate_grow(axis):
    sizes = {"time_steps": 100, "batch": 64, "hidden": 32, "layers": 1, "vocabulary": 500}
    estimates = []
    for factor in (1, 2):
        now = sizes | {axis: factor * sizes[axis]}
        vocabulary = now.pop("vocabulary")
        dataset = make_words("all", now["time_steps"], vocabulary)
        estimates.append(estimate_bytes(make_experiment("all", **now), dataset))
    assert estimates[1] > 1.1 * estimates[0]


def test_a_refusal_of_the_allocator_is_answered_in_the_same_sentence(monkeypatch):
    run = Run(make_experiment(), make_words("all", 40, 12))
    for error in (
        MemoryError(),
        RuntimeError(
            "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate "
            "memory: you tried to allocate 3201600000 bytes."
        ),
    ):

        def refuse(_x, error=error):
            raise error

        monkeypatch.setattr(run.network, "forward", refuse)
        monkeypatch.setattr(run.network, "predict_in_parts", refuse)
        for ask in (run.advance, run.measure, run.score):
            with pytest.raises(TooLargeError, match=r"^Recording 40 time steps.* than the system"):
                ask()


def test_other_errors_are_not_taken_for_a_lack_of_memory():
    assert not is_lack_of_memory(RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    assert not is_lack_of_memory(ValueError("DefaultCPUAllocator"))


def test_a_container_may_leave_less_than_the_machine_has(monkeypatch, tmp_path):
    (tmp_path / "memory.max").write_text("1000000000\n")
    (tmp_path / "memory.stat").write_text("anon 400000000\nfile 500000000\n")
    monkeypatch.setattr(memory, "_list_control_groups", lambda: [tmp_path])
    monkeypatch.setattr(memory, "_free_here", lambda: 64 * 10**9)
    assert available_bytes() == 600_000_000
    (tmp_path / "memory.max").write_text("max\n")
    assert available_bytes() == 64 * 10**9
    monkeypatch.setattr(memory, "_free_here", lambda: None)
    assert available_bytes() > 0
