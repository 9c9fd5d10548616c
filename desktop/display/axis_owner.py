"""An axis grows with what is drawn, and fits anew once what made it wide is gone."""

from __future__ import annotations

from dataclasses import replace

from desktop.display.frame import DisplayFrame
from desktop.display.options import DisplayOptions
from desktop.display.pictures import FlowPicture
from desktop.display.scales import Axis
from engine.document.experiment import Experiment


def name_owner(experiment: Experiment, options: DisplayOptions) -> int:
    """Stands for the network, and for whether marks of an earlier pass are drawn with it."""
    return hash((experiment.network, options.before is not None))


def leave_axes_of_others(options: DisplayOptions, owner: int) -> DisplayOptions:
    """The options without axes that grew for another network, or for marks that are gone."""
    axis, lower = (_keep(each, owner) for each in (options.axis, options.lower_axis))
    if axis is options.axis and lower is options.lower_axis:
        return options
    return replace(options, axis=axis, lower_axis=lower)


def _keep(axis: Axis | None, owner: int) -> Axis | None:
    return axis if axis is not None and axis.owner == owner else None


def own_axes(display: DisplayFrame, owner: int) -> DisplayFrame:
    """The frame with axes that say whose they are."""
    lower = display.lower
    if lower.flow is not None:
        lower = replace(lower, flow=_own(lower.flow, owner))
    return replace(display, flow=_own(display.flow, owner), lower=lower)


def _own(flow: FlowPicture, owner: int) -> FlowPicture:
    if flow.axis.owner == owner:
        return flow
    return replace(flow, axis=replace(flow.axis, owner=owner))
