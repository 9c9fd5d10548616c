"""What is measured without a window, as what pictures are drawn from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.display.lanes import LaneSource
from desktop.display.options import ViewName
from desktop.kinds.table import kind_of
from engine.document.experiment import Experiment
from engine.document.lanes import Lane

if TYPE_CHECKING:
    from desktop.worker.headless import Rehearsal


def make_source(experiment: Experiment, rehearsal: Rehearsal) -> LaneSource:
    """What is drawn of a lane."""
    return LaneSource(
        kind=kind_of(experiment.network).display,
        experiment=experiment,
        frame=rehearsal.frame,
        history=rehearsal.history,
        verdict=rehearsal.verdict,
        cause=rehearsal.cause,
        majority=rehearsal.majority,
        answer=rehearsal.answer,
    )


def rehearse_lanes(
    lanes: Mapping[Lane, Experiment],
    folder: Path | None,
    view: ViewName,
    progress: Callable[[int, int], None] | None = None,
) -> dict[Lane, LaneSource]:
    """Every lane after its document's training.

    Args:
        lanes: what is trained.
        folder: where relative paths of the documents start.
        view: what is to be drawn; what it asks of a run is measured in the end.
        progress: told how many iterations are done, and of how many.

    Raises:
        GradientTheatreError: for data that cannot be used, or a network too large.
    """
    from desktop.worker.headless import rehearse

    sources = {}
    for name, lane in lanes.items():
        question = kind_of(lane.network).display.question_of(view)
        sources[name] = make_source(lane, rehearse(lane, folder, progress, question=question))
    return sources
