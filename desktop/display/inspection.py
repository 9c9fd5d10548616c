"""What is said of one place of a frame: hovered in a line, inspected in full."""

from __future__ import annotations

from dataclasses import replace

from desktop.display.frame import DisplayFrame
from desktop.display.inspector import InspectorPicture
from desktop.display.update_curve import plot_updates


def inspect(display: DisplayFrame) -> InspectorPicture:
    """What there is to say about the selected place of a frame."""
    trace = display.trace
    if trace is None:
        return InspectorPicture("Inspector", "Details appear with the first measured pass.")
    picture = display.kind.inspect(
        display.experiment, trace, display.selected_layer, display.why, display.own
    )
    if picture.matrix is None:
        return picture
    curve = plot_updates(display.updates, picture.matrix, display.last_iteration)
    return replace(picture, update_curve=curve)


def describe_place(display: DisplayFrame, place: int) -> str:
    """What hovering a place says, with full precision; empty before the first pass."""
    trace = display.trace
    return "" if trace is None else display.kind.describe_place(trace, place)
