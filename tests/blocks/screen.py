"""The kind "blocks" to the screen: five boxes over five bars, and one number to edit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from desktop.display.bar_values import choose_told, fit_axis, place_values, write_factors
from desktop.display.inspector import Fact, InspectorPicture
from desktop.display.kind import DisplayKind, KindPicture
from desktop.display.options import DisplayOptions, LowerView, Playhead
from desktop.display.pictures import DiagramPicture, FlowPicture, LowerPicture, WhyPicture
from desktop.display.reference import strengths_of
from desktop.display.scales import format_number
from desktop.kinds.protocol import ScreenKind
from desktop.model.command import Command
from engine.document.experiment import Experiment
from engine.document.specs import NetworkSpec
from engine.kinds.question import Question
from engine.records.trace import Trace
from tests.blocks.kind import BLOCKS, Blocks, NormsQuestion, WeightNorms, own_of

_LOWER: tuple[LowerView, ...] = ("history", "norms")

if TYPE_CHECKING:
    from desktop.panels.kind import PanelKind
    from desktop.views.kind import ViewKind


class BlocksDisplay(DisplayKind):
    """Bars and boxes from `Trace.strength` alone."""

    name = "blocks"
    noun = "block"
    quantity_menu = "&Blocks"
    quantities: Mapping[str, str] = MappingProxyType({"gradient_block": "&Gradient"})
    lower_words: Mapping[str, tuple[str, str]] = MappingProxyType(
        {"norms": ("Norms", "how large the weights of each block are")}
    )
    reading: Mapping[str, str] = MappingProxyType(
        {"diagram": "Each box is a block.", "flow": "Each bar is the gradient at its block."}
    )
    history_subtitle = "block × iteration"
    first_row = 0
    row_name = "g_block"
    row_place = 1

    def count_places(self, experiment: Experiment) -> int:
        del experiment
        return BLOCKS

    def resolve(
        self,
        experiment: Experiment,
        trace: Trace | None,
        options: DisplayOptions,
        playhead: Playhead,
        selected: int | None,
    ) -> KindPicture:
        del experiment
        nothing = np.full(BLOCKS + 1, np.nan)
        values, kinds, scale, strengths = nothing, np.full(BLOCKS + 1, -1, np.int8), 1.0, nothing
        if trace is not None:
            values = np.concatenate(([np.nan], trace.strength.values))
            kinds = np.concatenate(([-1], trace.strength.kinds)).astype(np.int8)
            strengths = strengths_of(values, trace.strength.reference)
            scale = trace.strength.reference if options.is_relative else 1.0
        places = place_values(values, scale, options.is_log)
        told = choose_told(playhead, selected, range(1, BLOCKS + 1))
        key = f"{'relative' if options.is_relative else 'absolute'} gradient_block"
        before = None
        if trace is not None and options.before is not None and trace.is_like(options.before):
            old = np.concatenate(([np.nan], options.before.strength.values))
            before = place_values(old, scale, options.is_log)
        flow = FlowPicture(
            depth=BLOCKS,
            quantity="gradient_block",
            title="Gradient of each block",
            subtitle="RMS of ∂L/∂a",
            axis=fit_axis(places, key, options.is_log, options.axis),
            places=places,
            values=values,
            kinds=kinds,
            strengths=strengths,
            before_places=before,
            factors=write_factors(values, range(1, BLOCKS), playhead, told),
            changing=range(1, BLOCKS),
            headline="" if told is None or trace is None else format_number(float(values[told])),
            headline_layer=told,
            playhead=playhead,
            selected_layer=selected,
            has_measure=trace is not None,
            place_name="block",
            has_input=False,
        )
        return KindPicture(
            _draw(trace, strengths, kinds, playhead, selected),
            flow,
            _lower(options),
            own=options.answer,
        )

    def list_lower_views(self, network: NetworkSpec) -> tuple[LowerView, ...]:
        del network
        return _LOWER

    def question_of(self, view: LowerView) -> Question | None:
        return NormsQuestion() if view == "norms" else None

    def draw_lower(
        self,
        trace: Trace,
        own: object | None,
        view: LowerView,
        playhead: Playhead,
        selected: int | None,
    ) -> LowerPicture:
        del trace, playhead, selected
        return _lower(DisplayOptions(lower_view=view, answer=own))

    def describe_network(self, network: NetworkSpec) -> str:
        assert isinstance(network, Blocks)
        return f"five blocks of {network.width}"

    def name_network(self, network: NetworkSpec) -> str:
        del network
        return "a chain of blocks"

    def describe_before(self, before: Trace) -> str:
        return format_number(float(before.strength.values[0] / before.strength.values[-1]))

    def describe_place(self, trace: Trace, place: int) -> str:
        if not 1 <= place <= BLOCKS:
            return "input" if place == 0 else "loss"
        return f"block {place} · {float(trace.strength.values[place - 1])!r}"

    def inspect(
        self,
        experiment: Experiment,
        trace: Trace,
        selected: int | None,
        why: WhyPicture | None,
        own: object | None,
    ) -> InspectorPicture:
        del experiment, why, own
        if selected is None or not 1 <= selected <= BLOCKS:
            return InspectorPicture("Inspector", "Click a block.")
        value = float(trace.strength.values[selected - 1])
        facts = [Fact("Gradient", format_number(value), repr(value))]
        unit = own_of(trace).strongest_unit
        if unit is not None:
            facts.append(Fact("Strongest unit", str(unit), "of the block"))
        return InspectorPicture(f"Block {selected}", "", tuple(facts))

    def list_rows(self, trace: Trace, own: object | None, view: str) -> Iterable[Sequence[object]]:
        del own, view
        yield ("block", "gradient")
        for block, value in enumerate(trace.strength.values, 1):
            yield (block, repr(float(value)))


def _lower(options: DisplayOptions) -> LowerPicture:
    view = options.lower_view if options.lower_view in _LOWER else "history"
    note = "" if view == "history" else "not asked yet"
    if view == "norms" and isinstance(options.answer, WeightNorms):
        note = ", ".join(f"{value:.3f}" for value in options.answer.values)
    return LowerPicture(view, _LOWER, note=note, is_folded=options.is_lower_folded)


def _draw(
    trace: Trace | None,
    strengths: np.ndarray[tuple[int], np.dtype[np.float64]],
    kinds: np.ndarray[tuple[int], np.dtype[np.int8]],
    playhead: Playhead,
    selected: int | None,
) -> DiagramPicture:
    return DiagramPicture(
        depth=BLOCKS,
        title="Five blocks",
        subtitle="one box each",
        widths=(1,) * (BLOCKS + 1),
        layer_names=tuple(f"block {b}" for b in range(1, BLOCKS + 1)),
        unit_counts=np.zeros(BLOCKS + 1, np.int32),
        unit_strengths=np.zeros((BLOCKS + 1, 0), np.float32),
        unit_kinds=np.zeros((BLOCKS + 1, 0), np.int8),
        layer_strengths=strengths,
        layer_kinds=kinds,
        link_strengths=np.zeros((0, 0, 0), np.float32),
        branch_strengths=np.full(BLOCKS + 1, np.nan),
        arcs=(),
        input_names=(),
        loss_text="loss",
        has_measure=trace is not None,
        playhead=playhead,
        selected_layer=selected,
        arrow_text="" if trace is None else "backward pass",
    )


class BlocksScreen(ScreenKind):
    """What the table of the screen takes."""

    display = BlocksDisplay()
    commands = (Command("gain", "Double the g&ain", ("B",), "Double the gain of all blocks"),)
    switch_words: Mapping[int, str] = MappingProxyType({1: "gradient clipping"})

    def make_views(self) -> ViewKind:
        from tests.blocks.views import BlocksViews

        return BlocksViews()

    def make_panels(self) -> PanelKind:
        from tests.blocks.panels import BlocksPanels

        return BlocksPanels()
