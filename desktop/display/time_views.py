"""The further views of a pass through time, made from a frame that is drawn already."""

from __future__ import annotations

from dataclasses import replace

from desktop.display.options import TIME_VIEWS, DisplayOptions, TimeQuantity, ViewName
from desktop.display.picture import DisplayFrame
from desktop.display.time_flow import resolve_time_flow
from engine.errors import RequestError

_QUANTITIES: dict[ViewName, TimeQuantity] = {"gates": "gates", "weight_share": "share"}
_WITHOUT_GATES = "An RNN has no gates: draw those of an LSTM or a GRU."


def turn_to(display: DisplayFrame, view: ViewName) -> DisplayFrame:
    """The frame with what a view draws: gates and shares stand where the gradient stood.

    Raises:
        RequestError: for a view that this network does not have.
    """
    if view not in TIME_VIEWS:
        return display
    unrolled = display.unrolled
    if unrolled is None:
        raise RequestError(f"The view {view} needs a measured pass of a recurrent network.")
    if view == "gates" and not unrolled.trace.gate_names:
        raise RequestError(_WITHOUT_GATES)
    quantity = _QUANTITIES.get(view)
    if quantity is None:
        return display
    options = DisplayOptions(time_quantity=quantity)
    flow = resolve_time_flow(unrolled.trace, options, display.playhead, display.selected_layer)
    return replace(display, flow=flow)
