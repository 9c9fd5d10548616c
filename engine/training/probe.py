"""The pass that a run would make with other settings, without a mark on the run."""

from __future__ import annotations

from engine.document.experiment import Experiment, keeps_weights
from engine.records.frames import TrainingFrame
from engine.training.run import Run


def probe(run: Run, experiment: Experiment) -> TrainingFrame:
    """The pass that would be recorded after an edit, on the batch that would be taken then.

    With the present weights where the edit keeps them and training has not halted at a number
    that is not finite; else with those that the seed gives, at iteration 0. One network stands
    beside the run at most, and takes its data as they are loaded.

    Args:
        run: stays as it is.
        experiment: its document after the edit; task and read-out are the same, but for the
            batch size.

    Raises:
        TooLargeError: where a network of its own would not fit into memory.
    """
    if run.halted is None and keeps_weights(run.experiment, experiment):
        return _with_present_weights(run, experiment)
    beside = Run(experiment, run.dataset, examples=run.examples)
    place = run.network.loss_place
    if place is not None:
        beside.network.start_from(place)
    return beside.measure()


def _with_present_weights(run: Run, experiment: Experiment) -> TrainingFrame:
    before, update, kept = run.experiment, run.update, run.snapshot()
    try:
        run.change(experiment)
        return run.measure()
    finally:
        run.change(before)
        run.restore(kept)
        run.update = update
