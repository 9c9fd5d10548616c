"""What a feed-forward network gives to a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from desktop.display.captions import describe_share
from desktop.display.inspector import HistogramPicture, InspectorPicture
from desktop.display.kind import DisplayKind, KindPicture
from desktop.display.options import DisplayOptions, Playhead
from desktop.display.pictures import LowerPicture, WhyPicture
from desktop.display.reference import strengths_of
from desktop.display.scales import format_number
from desktop.kinds.feedforward.display.bars import resolve_flow
from desktop.kinds.feedforward.display.captions import (
    describe_feedforward,
    describe_layer,
    describe_layer_pass,
)
from desktop.kinds.feedforward.display.diagram import resolve_diagram
from desktop.kinds.feedforward.display.differences import word_network
from desktop.kinds.feedforward.display.inspector import draw_activation, resolve_inspector
from desktop.kinds.feedforward.display.quantities import QUANTITY_WORDS
from desktop.kinds.feedforward.display.reference import find_reference
from desktop.kinds.feedforward.display.table_rows import make_layer_rows
from desktop.kinds.feedforward.display.why import resolve_why
from engine.document.experiment import Experiment
from engine.document.specs import NetworkSpec
from engine.kinds.feedforward.records import layer_trace_of
from engine.kinds.feedforward.spec import Feedforward, network_of
from engine.records.trace import Trace


class FeedforwardDisplay(DisplayKind):
    """A pass through layers: units as nodes, layers as columns."""

    name = "feedforward"
    noun = "layer"
    quantity_menu = "&Quantity"
    quantities: Mapping[str, str] = MappingProxyType(QUANTITY_WORDS)
    lower_words: Mapping[str, tuple[str, str]] = MappingProxyType({})
    history_subtitle = "layer × iteration, each relative to its loss end"
    first_row = 1
    row_name = "g_a_rms"
    row_place = 0
    update_quantity = "update_ratio"
    reading: Mapping[str, str] = MappingProxyType(
        {
            "diagram": (
                "Each column is a layer, each node a unit, lit by the gradient that reached it "
                "in this backward pass. Small and faded means little gradient, large and hot "
                "means much. A dotted outline has not been reached yet."
            ),
            "flow": (
                "Each bar is the size of the gradient at the layer above it, on a logarithmic "
                "axis: one gridline down is the same factor everywhere. The number over a bar is "
                "the factor on the way there."
            ),
        }
    )

    def count_places(self, experiment: Experiment) -> int:
        return network_of(experiment).depth

    def resolve(
        self,
        experiment: Experiment,
        trace: Trace | None,
        options: DisplayOptions,
        playhead: Playhead,
        selected: int | None,
    ) -> KindPicture:
        own = None if trace is None else layer_trace_of(trace)
        flow = resolve_flow(experiment, own, options, playhead, selected)
        parts = [(part.name, part.factor) for part in flow.crossing]
        why = None
        if own is not None and selected is not None:
            why = resolve_why(experiment, own, selected)
        return KindPicture(
            diagram=resolve_diagram(experiment, own, playhead, selected),
            flow=flow,
            lower=LowerPicture(is_folded=options.is_lower_folded),
            why=why,
            caption=""
            if own is None
            else describe_layer_pass(own, playhead, parts, flow.crossing_layer),
        )

    def describe_network(self, network: NetworkSpec) -> str:
        assert isinstance(network, Feedforward)
        return describe_feedforward(network)

    def name_network(self, network: NetworkSpec) -> str:
        del network
        return "a feedforward network"

    def word_differences(
        self, network: NetworkSpec, other: NetworkSpec, paths: Sequence[str]
    ) -> Mapping[str, str]:
        assert isinstance(network, Feedforward)
        assert isinstance(other, Feedforward)
        return word_network(network, other, paths)

    def describe_before(self, before: Trace) -> str:
        # A ratio, which holds beside a network of another depth too; marks over bars do not.
        own = layer_trace_of(before)
        reference = find_reference(own)
        strength = float(strengths_of(own.g_a_rms[1:2], reference.value)[0])
        if np.isfinite(strength):
            return describe_share(strength, reference.name).split(" of ")[0]
        return format_number(float(own.g_a_rms[1]))

    def describe_place(self, trace: Trace, place: int) -> str:
        return describe_layer(layer_trace_of(trace), place)

    def inspect(
        self,
        experiment: Experiment,
        trace: Trace,
        selected: int | None,
        why: WhyPicture | None,
        own: object | None,
    ) -> InspectorPicture:
        del own
        return resolve_inspector(experiment, layer_trace_of(trace), selected, why)

    def draw_activation(
        self, experiment: Experiment, trace: Trace | None, selected: int | None
    ) -> HistogramPicture | None:
        own = None if trace is None else layer_trace_of(trace)
        return draw_activation(network_of(experiment), own, 1 if selected is None else selected)

    def list_rows(self, trace: Trace, own: object | None, view: str) -> Iterable[Sequence[object]]:
        del own, view
        return make_layer_rows(layer_trace_of(trace))
