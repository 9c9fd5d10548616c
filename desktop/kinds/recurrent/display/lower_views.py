"""The further views of a pass through time that can stand at the lower left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from desktop.display.options import (
    DisplayOptions,
    LowerView,
    Playhead,
)
from desktop.display.pictures import FlowLine, FlowPicture, LowerPicture
from desktop.display.reference import kinds_of
from desktop.display.scales import fit_log_axis, format_number, take_log10
from desktop.kinds.recurrent.display.bars import resolve_time_flow
from desktop.kinds.recurrent.display.quantities import TimeQuantity
from desktop.kinds.recurrent.display.reference import NEVER
from engine.kinds.recurrent.records import StateSpectrum, TimeTrace

F64 = NDArray[np.float64]

_QUANTITIES: dict[LowerView, TimeQuantity] = {"gates": "gates", "weight_share": "share"}
_MEASURING = "The state Jacobians are being measured."

LOWER_WORDS: dict[str, tuple[str, str]] = {
    "units": ("Units", "the gradient of each unit at each time step"),
    "gates": ("Gates", "how open each gate is at each time step"),
    "weight_share": (
        "Weight share",
        "each time step’s share of the gradient of the recurrent weights",
    ),
    "spectrum": (
        "Spectrum",
        "singular values and spectral radius of the state Jacobians’ product",
    ),
}


def list_lower_views(cell: str) -> tuple[LowerView, ...]:
    """What can stand at the lower left of a cell: an RNN has no gates."""
    own = (view for view in LOWER_WORDS if view != "gates" or cell != "rnn")
    return ("history", *own)


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
        flow, note = _draw_spectrum(trace.time_steps, options, selected)
    return LowerPicture(
        view=view, choices=choices, flow=flow, note=note, is_folded=options.is_lower_folded
    )


def resolve_lower_without_pass(
    cell: str, time_steps: int, options: DisplayOptions, selected: int | None
) -> LowerPicture:
    """What there is without a pass, or while it is hidden: the spectrum, which is none of it."""
    choices, folded = list_lower_views(cell), options.is_lower_folded
    if options.lower_view != "spectrum":
        return LowerPicture(choices=choices, is_folded=folded)
    flow, note = _draw_spectrum(time_steps, options, selected)
    return LowerPicture("spectrum", choices, flow=flow, note=note, is_folded=folded)


def _draw_spectrum(
    time_steps: int, options: DisplayOptions, selected: int | None
) -> tuple[FlowPicture | None, str]:
    """The spectrum; or why there is none."""
    spectrum = options.answer
    if isinstance(spectrum, StateSpectrum) and spectrum.time_steps == time_steps:
        return resolve_spectrum(spectrum, selected, options), ""
    return None, options.refusal or _MEASURING


def _resolve_along(
    trace: TimeTrace,
    view: LowerView,
    options: DisplayOptions,
    playhead: Playhead,
    selected: int | None,
) -> FlowPicture:
    quantities = {**options.quantities, "recurrent": _QUANTITIES[view]}
    chosen = replace(options, quantities=quantities, axis=options.lower_axis)
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
        quantity="spectrum",
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
        has_input=False,
        bar_name="σ₁ of the product",
    )
