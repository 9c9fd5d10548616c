"""From a moment of a lecture to what is laid beside the theatre: pure functions."""

from __future__ import annotations

from dataclasses import replace

from desktop.display.aside import AsideBlock
from desktop.display.frame import DisplayFrame
from desktop.display.options import Playhead
from desktop.display.pictures import CausePicture, WhyRow
from engine.document.lecture import LowerName


def resolve_aside(
    view: LowerName,
    display: DisplayFrame,
    answer: object | None,
    words: str | None,
    watch: int | None,
) -> tuple[AsideBlock, ...]:
    """What is laid beside the theatre; nothing where the view is a chart, or tells the answer.

    Args:
        view: what the beat asks for.
        display: the moment, of both lanes.
        answer: what was measured on demand for the view.
        words: typed in by the beat.
        watch: the number, from 1, of the word that it is about.
    """
    if view == "words":
        shown = display.edited
        is_hidden = shown.trace is None
        return shown.kind.lay_words(answer, words, watch, is_hidden=is_hidden)
    blocks = []
    for lane in display.lanes:
        block = (
            _explain(lane) if view == "factors" else _draw_curve(lane) if view == "phi" else None
        )
        if block is not None:
            name = "" if lane.lane is None else f"{lane.lane.name.capitalize()}: "
            blocks.append(replace(block, title=f"{name}{block.title}"))
    return tuple(blocks)


def _explain(lane: DisplayFrame) -> AsideBlock | None:
    """The factors of the selected place; where none is selected, those of all of them together."""
    why = lane.why
    if why is not None and why.rows:
        return AsideBlock(why.title, why.sentence, rows=why.rows)
    if why is not None:
        return AsideBlock(why.title, why.sentence)
    if lane.selected_layer is None and lane.cause is not None:
        rows = _add_up(lane.cause)
        if rows:
            return AsideBlock(f"All {lane.kind.noun}s together", rows=rows)
    return None


def _add_up(cause: CausePicture) -> tuple[WhyRow, ...]:
    rows, place = [], 0.0
    for part in cause.parts:
        if part.decades is not None and part.decades != 0.0:
            end = place + part.decades
            rows.append(WhyRow(part.name, 10.0**part.decades, place, end))
            place = end
    if rows:
        rows.append(WhyRow("together", 10.0**place, 0.0, place, is_total=True))
    return tuple(rows)


def _draw_curve(lane: DisplayFrame) -> AsideBlock | None:
    curve = lane.kind.draw_activation(lane.experiment, lane.trace, lane.selected_layer)
    return None if curve is None else AsideBlock(curve.title, curve.words, curve=curve)


def light_up(display: DisplayFrame) -> DisplayFrame:
    """The same bars in all lanes as after their pass, wherever the playhead stands."""
    variant = None if display.variant is None else light_up(display.variant)
    lit = replace(display.flow, playhead=Playhead.at_end_of(display.flow.depth))
    return replace(display, flow=lit, variant=variant)
