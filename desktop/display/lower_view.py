"""What stands at the lower left: the history, or a further view of a pass through time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop.display.frame import DisplayFrame, FlowLine, FlowPicture, LowerPicture
from desktop.display.options import (
    LOWER_VIEWS,
    SHARED_VIEWS,
    DisplayOptions,
    LowerView,
    Playhead,
    TimeQuantity,
    ViewName,
)
from desktop.display.reference import kinds_of
from desktop.display.scales import fit_log_axis, format_number, take_log10
from desktop.kinds.recurrent.display.bars import resolve_time_flow
from desktop.kinds.recurrent.display.reference import NEVER
from engine.errors import RequestError
from engine.kinds.recurrent.records import StateSpectrum, TimeTrace
from engine.kinds.specs import Network, Recurrent

F64 = NDArray[np.float64]

_QUANTITIES: dict[LowerView, TimeQuantity] = {"gates": "gates", "weight_share": "share"}
_MEASURING = "The state Jacobians are being measured."


def list_lower_views(cell: str | None) -> tuple[LowerView, ...]:
    """What can stand at the lower left: for a network without a cell the history alone."""
    if cell is None:
        return ("history",)
    return tuple(view for view in LOWER_VIEWS if view != "gates" or cell != "rnn")


def check_view(view: ViewName, network: Network) -> None:
    """Refuse a view that this network does not have.

    Raises:
        RequestError: one sentence with the views that it has.
    """
    cell = network.cell if isinstance(network, Recurrent) else None
    own = list_lower_views(cell)
    if view in LOWER_VIEWS and view not in own:
        kind = "a feedforward network" if cell is None else f"an {cell.upper()}"
        views = ", ".join((*SHARED_VIEWS, *own))
        raise RequestError(f"There is no view {view} of {kind}: its views are {views}.")


def resolve_lower(
    trace: TimeTrace, options: DisplayOptions, playhead: Playhead, selected: int | None
) -> LowerPicture:
    """The view that was chosen, or the history where this cell does not have it."""
    choices = list_lower_views(trace.cell)
    view = options.lower_view if options.lower_view in choices else "history"
    flow, note = None, ""
    if view in _QUANTITIES:
        flow = _resolve_along(trace, view, options, playhead, selected)
    elif view == "spectrum":
        spectrum = options.spectrum
        if spectrum is not None and spectrum.time_steps == trace.time_steps:
            flow = resolve_spectrum(spectrum, selected, options)
        else:
            note = options.spectrum_refusal or _MEASURING
    return LowerPicture(view, choices, flow, note, options.is_lower_folded)


def _resolve_along(
    trace: TimeTrace,
    view: LowerView,
    options: DisplayOptions,
    playhead: Playhead,
    selected: int | None,
) -> FlowPicture:
    chosen = replace(options, time_quantity=_QUANTITIES[view], axis=options.lower_axis)
    flow = resolve_time_flow(trace, chosen, playhead, selected)
    return replace(flow, headline="", headline_layer=None, crossing=(), before_places=None)


def resolve_spectrum(
    spectrum: StateSpectrum, selected: int | None, options: DisplayOptions
) -> FlowPicture:
    """Bars: the largest singular value of the product; lines: its radius, and two guides.

    The guides repeat one time step's mean radius, and its mean norm, which is larger. The
    product of many time steps lies under the second one; the first is where it would be if
    all time steps had the same directions.
    """
    count = spectrum.time_steps + 1
    values, kinds = np.full(count, np.nan), np.full(count, NEVER, np.int8)
    values[spectrum.times] = spectrum.largest
    kinds[spectrum.times] = kinds_of(spectrum.largest)
    places = take_log10(values)
    radius = np.full(count, np.nan)
    radius[spectrum.times] = take_log10(spectrum.radius)
    away = spectrum.to - np.arange(count, dtype=np.float64)
    is_drawn = (np.arange(count) >= spectrum.times[0]) & (away >= 0)
    lines = [FlowLine("its ρ", radius, is_of_forward=True)]
    for symbol, value in (("ρ", spectrum.time_step_radius), ("σ₁", spectrum.time_step_norm)):
        if np.isfinite(value) and value > 0:
            guide = np.where(is_drawn, away * np.log10(value), np.nan)
            name = f"{symbol} {format_number(value)} a time step"
            lines.append(FlowLine(name, guide, is_of_forward=True))
    drawn = np.concatenate([places, *(line.places for line in lines)])
    state = "h" if spectrum.state == "h" else "(h, c)"
    end = f"time step {spectrum.to:,}"
    return FlowPicture(
        depth=spectrum.time_steps,
        quantity=options.quantity,
        title="Jacobian spectrum",
        subtitle=f"what a change of {state} becomes at {end}: largest stretch σ₁, radius ρ",
        axis=fit_log_axis(drawn, "relative spectrum", options.lower_axis),
        places=places,
        values=values,
        kinds=kinds,
        strengths=places,
        factors=(None,) * count,
        playhead=Playhead.at_end_of(spectrum.time_steps),
        selected_layer=selected,
        has_measure=True,
        lines=tuple(lines),
        place_name="time step",
        bar_name="σ₁ of the product",
    )


def turn_to(display: DisplayFrame, view: ViewName) -> DisplayFrame:
    """The frame with a view of the lower left chosen, for a picture of that view alone.

    Raises:
        RequestError: for a view that this network does not have.
    """
    lower = display.lower
    check_view(view, display.experiment.network)
    if view not in LOWER_VIEWS or view == lower.view:
        return display
    if view == "history":
        return replace(display, lower=LowerPicture())
    trace = display.time_trace
    if trace is None:
        raise RequestError(f"The view {view} needs a measured pass: train one iteration first.")
    options = DisplayOptions(lower_view=view, spectrum=display.spectrum)
    turned = resolve_lower(trace, options, display.playhead, display.selected_layer)
    if turned.note:
        raise RequestError("The Jacobian spectrum is not measured yet: choose it in the theatre.")
    return replace(display, lower=turned)
