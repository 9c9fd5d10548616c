"""Which views a network has, and one of them chosen for a picture of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from desktop.display.captions import TRAINING_WORDS
from desktop.display.frame import DisplayFrame
from desktop.display.kind import DisplayKind
from desktop.display.options import (
    OF_TRAINING,
    SHARED_VIEWS,
    DisplayOptions,
    LowerView,
    ViewName,
)
from desktop.display.pictures import LowerPicture
from desktop.display.scales import join_axes
from engine.document.specs import NetworkSpec
from engine.errors import RequestError


def list_lower_views(own: Iterable[LowerView]) -> tuple[LowerView, ...]:
    """What a kind has at the lower left, the history first, and what every network has."""
    return tuple(dict.fromkeys(("history", *own, *OF_TRAINING)))


def choose_lower(lower: LowerPicture, options: DisplayOptions) -> LowerPicture:
    """The lower view that was chosen: a kind's own, as it gave it, or one of every network."""
    choices = list_lower_views(lower.choices)
    if options.lower_view in OF_TRAINING:
        folded = lower.is_folded
        return LowerPicture(view=options.lower_view, choices=choices, is_folded=folded)
    return replace(lower, choices=choices)


def check_view(kind: DisplayKind, view: ViewName, network: NetworkSpec) -> None:
    """Refuse a view that this network does not have.

    Raises:
        RequestError: one sentence with the views that it has.
    """
    own = list_lower_views(kind.list_lower_views(network))
    if view not in (*SHARED_VIEWS, *own):
        views = ", ".join((*SHARED_VIEWS, *own))
        named = kind.name_network(network)
        raise RequestError(f"There is no view {view} of {named}: its views are {views}.")


def words_of_lower_view(kind: DisplayKind, view: LowerView) -> tuple[str, str]:
    """What a lower view is called, and a hint."""
    return TRAINING_WORDS.get(view) or kind.lower_words[view]


def turn_to(display: DisplayFrame, view: ViewName) -> DisplayFrame:
    """The frame with a view of the lower left chosen, for a picture of that view alone.

    Raises:
        RequestError: for a view that this network does not have, or that is not measured.
    """
    if display.variant is not None:
        return _turn_both(display, view)
    check_view(display.kind, view, display.experiment.network)
    if view in (*SHARED_VIEWS, display.lower.view):
        return display
    if view in OF_TRAINING:
        return replace(display, lower=LowerPicture(view=view))
    if display.trace is None:
        raise RequestError(f"The view {view} needs a measured pass: train one iteration first.")
    lower = display.kind.draw_lower(
        display.trace, display.own, view, display.playhead, display.selected_layer
    )
    return replace(display, lower=lower)


def _turn_both(display: DisplayFrame, view: ViewName) -> DisplayFrame:
    """Both lanes turned; one alone where only it was measured, or has such a view."""
    turned: list[DisplayFrame] = []
    problem: RequestError | None = None
    for lane in display.lanes:
        try:
            turned.append(turn_to(replace(lane, variant=None), view))
        except RequestError as error:
            problem = error
    if len(turned) == len(display.lanes):
        first, second = _share_axis(turned[0], turned[1])
        return replace(first, variant=second)
    if problem is not None and not turned:
        raise problem
    return turned[0]


def _share_axis(first: DisplayFrame, second: DisplayFrame) -> tuple[DisplayFrame, DisplayFrame]:
    """Both lanes with bars and lines on one axis."""
    flows = first.lower.flow, second.lower.flow
    if flows[0] is None or flows[1] is None or flows[0].axis.key != flows[1].axis.key:
        return first, second
    axis = join_axes(flows[0].axis, flows[1].axis)
    shared = (
        replace(frame, lower=replace(frame.lower, flow=replace(flow, axis=axis)))
        for frame, flow in zip((first, second), flows, strict=True)
        if flow is not None
    )
    return next(shared), next(shared)
