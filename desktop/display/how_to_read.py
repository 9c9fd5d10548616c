"""How to read each view, in sentences that a second-year student understands."""

from __future__ import annotations

from typing import Literal

from desktop.display.frame import DisplayFrame

Room = Literal["diagram", "flow", "lower", "curves"]

SHARED_READING: dict[str, str] = {
    "history": "One row per layer or time step, one column per iteration, coloured by the gradient "
    "relative to the loss end of the same iteration. The strip above shows that end’s absolute "
    "size. A click on an iteration shows its pass.",
    "clipping": "One point per iteration: the norm of the whole gradient before clipping, on a "
    "logarithmic axis. Above the dashed threshold clipping by norm shrinks all of it; the marks at "
    "the foot are the iterations in which clipping did something. Rings below the axis are exact "
    "zeros, above it what is not finite.",
    "curves": "The mean loss and the share of right answers over the iterations, on the batches "
    "trained on and on data held out. The dotted line is what guessing the most frequent class "
    "reaches.",
}


def describe_reading(display: DisplayFrame, room: Room) -> str:
    """How to read what is drawn in a room of the theatre; empty where a row is folded."""
    view: str = room
    if room == "lower":
        if display.lower.is_folded:
            return ""
        view = display.lower.view
    return display.kind.reading.get(view) or SHARED_READING.get(view, "")
