"""From a moment of a lecture to what is laid beside the theatre: pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from desktop.display.aside import AsideBlock
from desktop.display.frame import DisplayFrame
from desktop.display.pictures import CausePicture, WhyRow
from desktop.display.scales import format_number
from engine.document.lecture import LowerName

_SKIP = "skip"


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
        draw = _DRAWN.get(view)
        block = None if draw is None else draw(lane)
        if block is not None:
            name = "" if lane.lane is None else f"{lane.lane.name.capitalize()}: "
            title = f"{name}{block.title}"
            blocks.append(replace(block, title=f"{title[:1].upper()}{title[1:]}"))
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
            return _tell_sum(AsideBlock(f"All {lane.kind.noun}s together", rows=rows))
    return None


def _tell_sum(block: AsideBlock) -> AsideBlock:
    """A skip is the road of a sum and no factor: the branch's factors, and what is added."""
    if not any(row.name == _SKIP for row in block.rows):
        return block
    branch = [row for row in block.rows if row.name != _SKIP and not row.is_total]
    whole = block.rows[-1].factor
    place = sum(row.end - row.start for row in branch)
    rows, start = [], 0.0
    for row in branch:
        end = start + row.end - row.start
        rows.append(replace(row, start=start, end=end))
        start = end
    rows.append(WhyRow("branch", 10.0**place, 0.0, place, is_total=True))
    told = format_number(whole)
    note = f"Beside the branch lies the road. Together: × {told}."
    return replace(block, note=note, rows=tuple(rows))


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


def _draw_updates(lane: DisplayFrame) -> AsideBlock | None:
    """Update : weight of every layer, whose quantity the lane's bars show."""
    flow = lane.flow
    if not flow.has_measure:
        return None
    noun = lane.kind.noun.capitalize()
    place = flow.headline_layer
    told = [] if place is None else [f"{noun} {place:,}: {flow.headline}"]
    if flow.guide is not None:
        told.append(f"dotted: {flow.guide_text}")
    return AsideBlock("update : weight", " · ".join(told), bars=flow)


_DRAWN: Mapping[LowerName, Callable[[DisplayFrame], AsideBlock | None]] = {
    "factors": _explain,
    "phi": _draw_curve,
    "update": _draw_updates,
}
