"""What is said of one place of a frame: hovered in a line, inspected in full."""

from __future__ import annotations

from desktop.display.frame import DisplayFrame
from desktop.display.inspector import InspectorPicture


def inspect(display: DisplayFrame) -> InspectorPicture:
    """What there is to say about the selected place of a frame."""
    trace = display.trace
    if trace is None:
        return InspectorPicture("Inspector", "Details appear with the first measured pass.")
    return display.kind.inspect(
        display.experiment, trace, display.selected_layer, display.why, display.own
    )


def describe_place(display: DisplayFrame, place: int) -> str:
    """What hovering a place says, with full precision; empty before the first pass."""
    trace = display.trace
    return "" if trace is None else display.kind.describe_place(trace, place)
