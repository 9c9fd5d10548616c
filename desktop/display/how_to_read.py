"""How to read each view, in sentences that a second-year student understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.display.frame import DisplayFrame
from desktop.display.pictures import TheoryNote
from engine.analysis.theory import LEARNING_RATE

Room = Literal["diagram", "flow", "lower", "curves", "inspector"]

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
    "inspector": "All about the selected place, in the pass that is drawn. The bars at the top "
    "say by which factor each part of it multiplied the gradient; their product is what it hands "
    "on. The histograms count entries over batch and units. A click in a picture selects another "
    "place.",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a view says of itself where it is asked how to read it."""

    title: str
    """Of the view."""
    text: str
    theories: tuple[TheoryNote, ...] = ()
    """Those that are drawn over it, or hidden."""


def explain(display: DisplayFrame, room: Room, chart: int = 0) -> Reading:
    """How to read a room of the theatre, or the inspector.

    Args:
        display: what is drawn.
        room: where.
        chart: of several charts in the room which one, from 0.
    """
    text = describe_reading(display, room)
    if room == "flow":
        theories = tuple(note for note in display.theories if note.name != LEARNING_RATE.name)
        return Reading(display.flow.title, text, theories)
    if room == "curves":
        charts = display.curves.charts
        title = charts[chart].title if chart < len(charts) else "Curves"
        theories = tuple(note for note in display.theories if note.name == LEARNING_RATE.name)
        return Reading(title, text, theories if chart == 0 else ())
    if room == "lower":
        lower = display.lower
        return Reading(lower.words[lower.choices.index(lower.view)][0], text)
    return Reading("Inspector" if room == "inspector" else display.diagram.title, text)


def describe_reading(display: DisplayFrame, room: Room) -> str:
    """How to read what is drawn in a room of the theatre; empty where a row is folded."""
    view: str = room
    if room == "lower":
        if display.lower.is_folded:
            return ""
        view = display.lower.view
    return display.kind.reading.get(view) or SHARED_READING.get(view, "")
