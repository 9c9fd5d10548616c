"""The check format gt-dump/1: network, batch and claims, for anyone to recompute.

`NAME.json` describes the network, `NAME.npz` holds its weights, the batch and what
we claim about the gradients of the mean loss, in float64.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from engine.document.experiment import Experiment
from engine.errors import RequestError
from engine.kinds.table import kind_of
from engine.records.frames import TrainingFrame
from engine.training.run import Run
from engine.whole_files import write_whole

FORMAT = "gt-dump/1"


def check_dump(experiment: Experiment, name: Path) -> None:
    """Refuse, before any training, what could not be written after it.

    Raises:
        RequestError: for a truncated network, a missing folder, or one in the files' place.
    """
    kind_of(experiment.network).refuse_dump(experiment)
    if not name.parent.is_dir():
        raise RequestError(f"The folder {name.parent} for the dump does not exist.")
    for file in (Path(f"{name}.json"), Path(f"{name}.npz")):
        if file.is_dir():
            raise RequestError(f"The dump cannot be written: {file} is a folder.")


def write_dump(run: Run, frame: TrainingFrame, name: Path) -> None:
    """Write `NAME.json` and `NAME.npz` of a run's last pass, which `frame` recorded.

    Raises:
        RequestError: for a file that cannot be written.
    """
    x, y = run.draw_batch()
    inputs, targets = x.numpy(), y.numpy()
    kind = kind_of(run.experiment.network)
    entries, arrays = kind.collect_dump(run.network, run.experiment, frame, inputs, targets)
    arrays_path = Path(f"{name}.npz")
    described = {
        "format": FORMAT,
        "arrays": arrays_path.name,
        "dtype": run.experiment.training.dtype,
        "loss": run.dataset.loss,
        **entries,
    }
    text = json.dumps(described, indent=2, allow_nan=False) + "\n"
    try:
        write_whole(arrays_path, lambda stream: np.savez(stream, allow_pickle=False, **arrays))
        write_whole(Path(f"{name}.json"), lambda stream: stream.write(text.encode()))
    except OSError as error:
        raise RequestError(
            f"The dump {name} cannot be written: {(error.strerror or str(error)).lower()}; "
            "choose another place."
        ) from error
