"""The JSON object of `measure`: one recorded pass before training and one after it."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.diagnosis import diagnose
from engine.dump import check_dump, write_dump
from engine.experiment import Experiment
from engine.frames import LayerTrace, NonFinite, TrainingFrame
from engine.history import RECENT_LOSSES
from engine.rewinding import Timeline
from engine.tasks.datasets import load
from engine.time_records import TimeTrace
from engine.time_report import describe_layers, describe_time
from engine.training import ROW_ONLY, Run


def measure(
    experiment: Experiment,
    folder: Path | None = None,
    iterations: int | None = None,
    dump: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Train and say what the gradient was before and is after.

    Both passes are taken on the batch that the next update would take, and are not
    applied. Where training met a number that is not finite, `final` is the last
    state whose pass is finite.

    Args:
        experiment: what to train.
        folder: where relative paths of the document start.
        iterations: updates to make; None: the document's.
        dump: base name of the files of gt-dump/1 to write for `final`, or None.
        progress: called with the iteration and the number of iterations.

    Raises:
        TaskError: for data that cannot be used.
        TooLargeError: for a network that would not fit into memory.
        RequestError: for a dump that cannot be written.
    """
    if dump is not None:
        check_dump(experiment, dump)
    total = experiment.training.iterations if iterations is None else iterations
    run = Run(experiment, load(experiment, folder))
    timeline = Timeline(run)
    losses: list[float] = []
    first = run.measure()
    initial = _describe(run, first, losses, first.halted)
    while run.iteration < total:
        loss = timeline.advance(ROW_ONLY).loss
        if run.halted is not None:
            break
        losses = [*losses[1 - RECENT_LOSSES :], loss]
        if progress is not None:
            progress(run.iteration, total)
    halted = run.halted
    last = run.measure()
    halted = halted or last.halted
    if last.halted is not None and run.iteration > 0:
        timeline.go_to(run.iteration - 1)
        last = run.measure()
    final = _describe(run, last, losses, halted)
    if dump is not None:
        write_dump(run, last, dump)
    return {
        "initial": initial,
        "final": final,
        "first_nonfinite": None if halted is None else _describe_halt(halted),
    }


def _describe(
    run: Run, frame: TrainingFrame, losses: list[float], halted: NonFinite | None
) -> dict[str, Any]:
    score = run.score()
    described: dict[str, Any] = {
        "iteration": frame.iteration,
        "loss": frame.loss,
        "accuracy": score.accuracy,
        "majority": score.majority,
    }
    if score.r2 is not None:
        described["r2"] = score.r2
    trace = frame.trace
    assert trace is not None
    if isinstance(trace, TimeTrace):
        described["layers"] = describe_layers(trace)
        described["time"] = describe_time(trace)
    else:
        described["layers"] = _describe_dense_layers(trace)
    verdict = diagnose(trace, losses, halted)
    described["first_last_ratio"] = verdict.first_last_ratio
    described["verdict"] = {"kind": verdict.kind, "sentence": verdict.sentence}
    finite: dict[str, Any] = _without_nonfinite(described)
    return finite


def _describe_dense_layers(trace: LayerTrace) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "g_a_rms": float(trace.g_a_rms[index + 1]),
            "g_z": float(trace.g_z[index]),
            "g_W": float(trace.g_W[index]),
            "update_ratio": float(trace.update_ratio[index]),
            "saturated": float(trace.saturated[index]),
            "dead": float(trace.dead[index]),
        }
        for index, name in enumerate(trace.layer_names)
    ]


def _describe_halt(halted: NonFinite) -> dict[str, Any]:
    return {"iteration": halted.iteration, "layer": halted.layer, "phase": halted.phase}


def _without_nonfinite(value: Any) -> Any:
    """The same lists and objects with null for every number that is not finite."""
    if isinstance(value, dict):
        return {key: _without_nonfinite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nonfinite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
