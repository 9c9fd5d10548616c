"""A run that was written to disk goes on as if it had never been interrupted, bit for bit."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.document.experiment import Experiment
from engine.documents import from_builtins, parse, with_values
from engine.errors import CheckpointError, WritingError
from engine.tasks.loading import load
from engine.training.checkpoints import FORMAT, Checkpoint, read_checkpoint, write_checkpoint
from engine.training.run import ROW_ONLY, Run
from engine.training.timeline import Timeline
from tests.desktop.disks import full_disk
from tests.engine.cases import make_dataset

DENSE = {"kind": "feedforward", "layers": [{"units": 6, "activation": "tanh", "repeat": 3}]}
NORMED = {
    "kind": "feedforward",
    "layers": [{"units": 6, "activation": "relu", "normalisation": "batch", "repeat": 3}],
    "skip": {"every": 1, "order": "pre"},
}
LSTM = {"kind": "recurrent", "cell": "lstm", "hidden": 6, "layers": 2}
ADAM = {"optimiser": "adam", "learning_rate": 0.01}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "sgd": (DENSE, {"optimiser": "sgd"}),
    "momentum": (DENSE, {"optimiser": "sgd", "momentum": 0.9, "weight_decay": 0.01}),
    "nesterov": (DENSE, {"optimiser": "nesterov", "momentum": 0.9}),
    "adam": (DENSE, ADAM),
    "adamw": (DENSE, {**ADAM, "optimiser": "adamw", "weight_decay": 0.1}),
    "rmsprop": (DENSE, {"optimiser": "rmsprop", "learning_rate": 0.01, "momentum": 0.5}),
    "batch_normalisation": (NORMED, ADAM),
    "lstm": (LSTM, {**ADAM, "clip": {"kind": "norm", "threshold": 0.5}}),
    "float64": (NORMED, {**ADAM, "dtype": "float64"}),
    "lstm_float64": (LSTM, {"momentum": 0.9, "dtype": "float64"}),
}


def make_experiment(network: dict[str, Any], training: dict[str, Any]) -> Experiment:
    is_recurrent = network["kind"] == "recurrent"
    task = {"name": "adding", "length": 8} if is_recurrent else {"name": "insurance"}
    return from_builtins(
        {
            "format": "gradient-theatre/1",
            "seed": 11,
            "task": {**task, "batch_size": 8},
            "network": network,
            "training": training,
        }
    )


def begin(experiment: Experiment) -> Timeline:
    return Timeline(Run(experiment, load(experiment, None)))


def resume(checkpoint: Checkpoint) -> Timeline:
    return Timeline.resume(checkpoint, load(checkpoint.experiment, None))


def train(timeline: Timeline, count: int) -> list[float]:
    """The losses of so many iterations."""
    return [timeline.advance(ROW_ONLY).loss for _ in range(count)]


def bits(run: Run) -> list[torch.Tensor]:
    state = run.snapshot()
    counts = torch.tensor([state.iteration, state.optimiser.updates])
    return [counts, state.value, state.statistics, *state.optimiser.vectors]


def are_equal(left: Run, right: Run) -> bool:
    one, other = bits(left), bits(right)
    return len(one) == len(other) and all(map(torch.equal, one, other))


def write(timeline: Timeline, file: Path) -> Checkpoint:
    write_checkpoint(timeline.make_checkpoint(), file)
    return read_checkpoint(file)


@pytest.mark.parametrize("name", CASES)
def test_a_fresh_run_goes_on_as_one_that_was_never_interrupted(name: str, tmp_path: Path) -> None:
    experiment = make_experiment(*CASES[name])
    straight, broken = begin(experiment), begin(experiment)
    train(straight, 23)
    train(broken, 23)
    checkpoint = write(broken, tmp_path / "run.npz")
    fresh = Run(checkpoint.experiment, load(experiment, None))
    fresh.restore(checkpoint.snapshot_for(fresh))
    assert fresh.iteration == 23
    assert are_equal(fresh, straight.run)
    resumed = resume(checkpoint)
    losses = train(straight, 40)
    assert [fresh.advance(ROW_ONLY).loss for _ in range(40)] == losses
    assert train(resumed, 40) == losses
    assert are_equal(fresh, straight.run)
    assert are_equal(resumed.run, straight.run)
    assert fresh.score().loss == straight.run.score().loss


def test_settings_that_changed_on_the_way_are_kept_and_every_iteration_can_be_gone_back_to(
    tmp_path: Path,
) -> None:
    experiment = make_experiment(NORMED, ADAM)
    straight = begin(experiment)
    train(straight, 30)
    straight.change(with_values(experiment, [("training.optimiser", "rmsprop")]))
    train(straight, 30)
    straight.change(with_values(straight.run.experiment, [("network.skip.every", 0)]))
    train(straight, 10)
    resumed = resume(write(straight, tmp_path / "run.npz"))
    assert resumed.run.experiment == straight.run.experiment
    assert resumed.furthest == straight.furthest == 70
    for iteration in (0, 29, 30, 31, 60, 61, 70, 12):
        assert straight.go_to(iteration) == resumed.go_to(iteration) == iteration
        assert are_equal(resumed.run, straight.run)
        pass_then = straight.trace_at(65).loss if iteration == 70 else None
        assert pass_then is None or resumed.trace_at(65).loss == pass_then
    assert train(straight, 30) == train(resumed, 30)


def test_a_checkpoint_in_the_past_knows_nothing_of_what_lay_ahead(tmp_path: Path) -> None:
    experiment = make_experiment(DENSE, ADAM)
    timeline = begin(experiment)
    train(timeline, 20)
    slower = with_values(experiment, [("training.learning_rate", 0.001)])
    timeline.change(slower)
    train(timeline, 20)
    timeline.go_to(7)
    checkpoint = write(timeline, tmp_path / "run.npz")
    assert checkpoint.log == ((0, experiment), (7, slower))
    resumed = resume(checkpoint)
    assert (resumed.run.iteration, resumed.furthest) == (7, 7)
    assert train(resumed, 9) == train(timeline, 9)


def test_a_state_that_has_grown_large_is_watched_in_a_fresh_run_too() -> None:
    """Its velocity alone, at gradients below 1, carries a bias beyond float32."""
    timeline = begin(make_experiment(DENSE, {"momentum": 0.9, "learning_rate": 1.0}))
    train(timeline, 2)
    checkpoint = timeline.make_checkpoint()
    arrays = {**checkpoint.arrays, "optimiser/vectors/0/b.1": np.full(6, 3e38, np.float32)}
    run = resume(replace(checkpoint, arrays=arrays)).run
    for _ in range(3):
        run.advance(ROW_ONLY)
    assert run.halted is not None
    assert (run.halted.phase, run.halted.iteration, run.iteration) == ("update", 3, 3)
    assert all(bool(torch.isfinite(vector).all()) for vector in bits(run))


def test_the_file_is_what_it_says_and_needs_no_pickle(tmp_path: Path) -> None:
    experiment = make_experiment(NORMED, ADAM)
    timeline = begin(experiment)
    train(timeline, 5)
    file = tmp_path / "run.npz"
    write(timeline, file)
    with np.load(file, allow_pickle=False) as arrays:
        assert str(arrays["format"]) == FORMAT
        assert parse(str(arrays["document"])) == experiment
        assert [start for start, _ in json.loads(str(arrays["settings"]))] == [0]
        assert int(arrays["iteration"]) == int(arrays["optimiser/updates"]) == 5
        assert str(arrays["optimiser/owner"]) == "adam"
        for parameter in timeline.run.network.parameters:
            own = parameter.value.numpy()
            assert np.array_equal(arrays[f"parameters/{parameter.name}"], own)
            for k in (0, 1):
                assert arrays[f"optimiser/vectors/{k}/{parameter.name}"].shape == own.shape
        running = timeline.run.network.statistics.numpy()
        assert running.size
        assert np.array_equal(arrays["running/statistics"], running)


def test_a_checkpoint_is_a_copy_that_training_does_not_touch() -> None:
    timeline = begin(make_experiment(NORMED, ADAM))
    train(timeline, 5)
    checkpoint = timeline.make_checkpoint()
    kept = {name: array.copy() for name, array in checkpoint.arrays.items()}
    train(timeline, 5)
    assert all(np.array_equal(checkpoint.arrays[name], kept[name]) for name in kept)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    timeline = begin(make_experiment(DENSE, ADAM))
    train(timeline, 3)
    write_checkpoint(timeline.make_checkpoint(), tmp_path / "run.npz")
    return tmp_path / "run.npz"


def is_one_sentence(error: Exception) -> bool:
    told = str(error)
    return told.startswith("“run.npz” ") and told.endswith(".") and "\n" not in told


def try_to_use(file: Path) -> None:
    resume(read_checkpoint(file))


def use_or_refuse(file: Path) -> Run | CheckpointError:
    try:
        return resume(read_checkpoint(file)).run
    except CheckpointError as error:
        return error


def test_a_file_that_breaks_off_anywhere_is_refused(written: Path) -> None:
    whole = written.read_bytes()
    for length in [0, 1, 2, 30, *range(50, len(whole), len(whole) // 40), len(whole) - 1]:
        written.write_bytes(whole[:length])
        with pytest.raises(CheckpointError) as caught:
            try_to_use(written)
        assert is_one_sentence(caught.value)


def test_a_flipped_bit_is_refused_or_changes_nothing(written: Path) -> None:
    """Where a date or a permission stands in the archive, a flip does not matter."""
    whole = written.read_bytes()
    wanted = resume(read_checkpoint(written)).run
    refused = 0
    rng = np.random.default_rng(3)
    for place in rng.integers(0, len(whole), 300):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << int(rng.integers(8))
        written.write_bytes(damaged)
        found = use_or_refuse(written)
        if isinstance(found, Run):
            assert are_equal(found, wanted)
        else:
            refused += 1
            assert is_one_sentence(found)
    assert refused > 200


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'{"format": "gradient-theatre/1"}', "no .npz file"),
        (b"\x93NUMPY\x01\x00", "no .npz file"),
        (b"", "no .npz file"),
    ],
)
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "run.npz"
    file.write_bytes(content)
    with pytest.raises(CheckpointError, match=words) as caught:
        read_checkpoint(file)
    assert is_one_sentence(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="there is no such file"):
        read_checkpoint(tmp_path / "run.npz")
    (tmp_path / "run.npz").mkdir()
    with pytest.raises(CheckpointError, match="it is a folder"):
        read_checkpoint(tmp_path / "run.npz")


Arrays = dict[str, NDArray[Any]]


def replace_array(name: str, value: object) -> Callable[[Arrays], None]:
    def edit(arrays: Arrays) -> None:
        arrays[name] = np.asarray(value)

    return edit


def drop_array(name: str) -> Callable[[Arrays], None]:
    def edit(arrays: Arrays) -> None:
        del arrays[name]

    return edit


def edit_settings(change: Callable[[list[Any]], object]) -> Callable[[Arrays], None]:
    def edit(arrays: Arrays) -> None:
        log = json.loads(str(arrays["settings"]))
        change(log)
        arrays["settings"] = np.array(json.dumps(log))

    return edit


def set_seed_of_settings(log: list[Any]) -> None:
    log[0][1]["seed"] = 12


EDITS: list[tuple[Callable[[Arrays], None], str]] = [
    (drop_array("format"), "no .npz file of this program"),
    (replace_array("format", "other/1"), "no .npz file of this program"),
    (replace_array("format", "gt-checkpoint/2"), "please update the program"),
    (drop_array("document"), "its document is missing"),
    (replace_array("document", 3.0), "its document is missing or is not a text"),
    (replace_array("document", "{}"), "its document is refused"),
    (replace_array("document", '{"format": "gradient-theatre/7"}'), "newer Gradient Theatre"),
    (replace_array("settings", "[]"), "not a list of iterations"),
    (replace_array("settings", "[[0"), "not a list of iterations"),
    (replace_array("settings", "[[0, 1, 2]]"), "not a list of iterations"),
    (replace_array("settings", "[[0, {}]]"), "its document is refused"),
    (replace_array("settings", "[" * 100_000), "nested|recursion|not a list"),
    (edit_settings(lambda log: log.append([-1, log[0][1]])), "not in order"),
    (edit_settings(lambda log: log.append([900, log[0][1]])), "has not reached"),
    (edit_settings(lambda log: log.pop(0) and log.append([4, 4])), "refused|not a list"),
    (edit_settings(set_seed_of_settings), "belong to different networks"),
    (drop_array("iteration"), "its array iteration is missing"),
    (replace_array("iteration", -1), "iteration is not a whole number"),
    (replace_array("iteration", 1.5), "iteration is not a whole number"),
    (replace_array("iteration", [3, 4]), "iteration is not a whole number"),
    (replace_array("optimiser/updates", 2**63), "optimiser/updates is not a whole number"),
    (replace_array("optimiser/owner", "lion"), "its optimiser “lion” is unknown"),
    (replace_array("optimiser/owner", 4), "optimiser/owner is not a text"),
    (replace_array("optimiser/owner", "sgd"), "optimiser/vectors/1/.* has no place"),
    (drop_array("optimiser/vectors/1/W.2"), "its array optimiser/vectors/1/W.2 is missing"),
    (drop_array("parameters/b.1"), "its array parameters/b.1 is missing"),
    (replace_array("parameters/W.9", np.zeros(3, np.float32)), "W.9 has no place in this network"),
    (replace_array("parameters/W.1", np.zeros((6, 4), np.float32)), "6 × 4 instead of 6 × 3"),
    (replace_array("parameters/b.1", np.float32(0)), "b.1 has the size 1 instead of 6"),
    (replace_array("parameters/b.1", np.zeros(6)), "b.1 is of float64 instead of float32"),
    (replace_array("parameters/b.1", np.zeros(6, ">f4")), "b.1 is of >f4 instead of float32"),
    (replace_array("parameters/b.1", np.full(6, np.nan, np.float32)), "parameters is not finite"),
    (replace_array("running/statistics", np.zeros(1, np.float32)), "running/statistics has the"),
]


@pytest.mark.parametrize(("edit", "words"), EDITS)
def test_what_does_not_fit_is_refused_by_its_name(
    written: Path, edit: Callable[[Arrays], None], words: str
) -> None:
    with np.load(written) as found:
        arrays = dict(found)
    edit(arrays)
    with written.open("wb") as stream:
        save(stream, arrays)
    with pytest.raises(CheckpointError, match=words) as caught:
        try_to_use(written)
    assert is_one_sentence(caught.value)


def save(stream: Any, arrays: Mapping[str, NDArray[Any]]) -> None:
    np.savez(stream, allow_pickle=False, **arrays)


def test_what_another_program_would_have_to_unpack_or_run_is_refused(written: Path) -> None:
    with np.load(written) as found:
        arrays = dict(found)
    with written.open("wb") as stream:
        np.savez_compressed(stream, **arrays)
    with pytest.raises(CheckpointError, match="something else than this program writes"):
        read_checkpoint(written)
    arrays["parameters/W.1"] = np.array([print], dtype=object)
    with written.open("wb") as stream:
        np.savez(stream, **arrays)
    with pytest.raises(CheckpointError, match="something else than this program writes"):
        read_checkpoint(written)


def test_a_header_that_promises_more_than_there_is_asks_for_no_memory(written: Path) -> None:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999,), }"
    header = header.ljust(117) + b"\n"
    content = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("parameters/W.7.npy", content + bytes(8))
    with pytest.raises(CheckpointError, match="something else than this program writes"):
        read_checkpoint(written)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("seed", 12),
        ("network.layers.0.units", 7),
        ("training.dtype", "float64"),
        ("network.initialisation.scheme", "he_normal"),
    ],
)
def test_a_run_of_another_document_is_refused(written: Path, path: str, value: object) -> None:
    checkpoint = read_checkpoint(written)
    other = with_values(checkpoint.experiment, [(path, value)])
    run = Run(other, load(other, None))
    with pytest.raises(CheckpointError, match="another task, network, seed or dtype") as caught:
        checkpoint.snapshot_for(run)
    assert is_one_sentence(caught.value)


def test_data_that_have_changed_since_are_refused(written: Path) -> None:
    checkpoint = read_checkpoint(written)
    wider = make_dataset(inputs=4)
    with pytest.raises(
        CheckpointError, match=r"W\.1 has the size 6 × 3 instead of 6 × 4"
    ) as caught:
        Timeline.resume(checkpoint, wider)
    assert is_one_sentence(caught.value)


def test_a_full_disk_leaves_the_older_file_and_nothing_else(written: Path) -> None:
    older = written.read_bytes()
    timeline = resume(read_checkpoint(written))
    train(timeline, 5)
    with full_disk(4_096), pytest.raises(WritingError) as caught:
        write_checkpoint(timeline.make_checkpoint(), written)
    assert is_one_sentence(caught.value)
    assert str(caught.value).endswith("; choose another place.")
    assert written.read_bytes() == older
    assert list(written.parent.iterdir()) == [written]
    write_checkpoint(timeline.make_checkpoint(), written)
    assert resume(read_checkpoint(written)).run.iteration == 8
    assert list(written.parent.iterdir()) == [written]


def test_a_place_that_is_not_there_is_refused(written: Path, tmp_path: Path) -> None:
    checkpoint = read_checkpoint(written)
    for file in (tmp_path / "no" / "run.npz", tmp_path):
        with pytest.raises(WritingError, match="cannot be saved in"):
            write_checkpoint(checkpoint, file)
