"""What a recurrent network gives to a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from desktop.display.aside import AsideBlock
from desktop.display.inspector import HistogramPicture, InspectorPicture
from desktop.display.kind import DisplayKind, KindPicture
from desktop.display.options import DisplayOptions, LowerView, Playhead
from desktop.display.pictures import LowerPicture, WhyPicture
from desktop.display.scales import format_number
from desktop.kinds.recurrent.display.bars import resolve_time_flow
from desktop.kinds.recurrent.display.captions import (
    TIME_HISTORY_SUBTITLE,
    describe_recurrent,
    describe_time_pass,
    describe_time_step,
)
from desktop.kinds.recurrent.display.differences import word_network
from desktop.kinds.recurrent.display.empty import await_first_pass
from desktop.kinds.recurrent.display.frame import UnrolledPicture
from desktop.kinds.recurrent.display.inspector import draw_activation, resolve_time_inspector
from desktop.kinds.recurrent.display.lower_views import LOWER_WORDS, list_lower_views, resolve_lower
from desktop.kinds.recurrent.display.quantities import TIME_QUANTITY_WORDS, list_time_quantities
from desktop.kinds.recurrent.display.table_rows import make_spectrum_rows, make_time_rows
from desktop.kinds.recurrent.display.unrolled import resolve_places, resolve_unrolled
from desktop.kinds.recurrent.display.why import resolve_time_why
from desktop.kinds.recurrent.display.word_influence import lay_words
from engine.document.experiment import Experiment
from engine.document.specs import NetworkSpec
from engine.errors import RequestError
from engine.kinds.question import Question
from engine.kinds.recurrent.evidence import gather_evidence
from engine.kinds.recurrent.questions import InfluenceQuestion, SpectrumQuestion
from engine.kinds.recurrent.records import StateSpectrum, WordInfluence, time_trace_of
from engine.kinds.recurrent.spec import Recurrent
from engine.records.trace import Trace


class RecurrentDisplay(DisplayKind):
    """A pass through time: the network unrolled over its time steps."""

    name = "recurrent"
    noun = "time step"
    quantity_menu = "Quantity over &time"
    quantities: Mapping[str, str] = MappingProxyType(TIME_QUANTITY_WORDS)
    lower_words: Mapping[str, tuple[str, str]] = MappingProxyType(LOWER_WORDS)
    history_subtitle = TIME_HISTORY_SUBTITLE
    first_row = 0
    row_name = "g_hT"
    row_place = 1
    maps = frozenset({"units"})
    reading: Mapping[str, str] = MappingProxyType(
        {
            "diagram": (
                "Each column is a time step, each row a state of a layer. The road is as wide "
                "and as bright as the gradient that arrives from the loss on the right. The "
                "blades across it are a gate: where they close, the state is not handed on. A "
                "dotted outline has not been reached yet."
            ),
            "flow": (
                "Each bar is the size of the gradient that reaches the time step above it, on a "
                "logarithmic axis: one gridline down is the same factor everywhere. The lines "
                "are what else comes back through time."
            ),
            "units": (
                "One row per unit, one column per time step, coloured by the gradient of that "
                "unit’s hidden state. Rows that stay bright are the units through which the "
                "gradient comes back."
            ),
            "gates": (
                "Each line is a gate, from 0, closed, to 1, open: the mean over the batch and "
                "the units at each time step."
            ),
            "weight_share": (
                "Each bar is one time step’s term of the gradient of the recurrent weights. "
                "Where early bars are gone, the weights do not learn from early time steps."
            ),
            "spectrum": (
                "Each bar is σ₁, the largest stretch that a small change of the state undergoes "
                "from its time step to the loss. The line is ρ, the spectral radius of the same "
                "product: another number. The guides repeat one time step’s mean."
            ),
        }
    )

    def count_places(self, experiment: Experiment) -> int:
        return experiment.task.time_steps

    def resolve(
        self,
        experiment: Experiment,
        trace: Trace | None,
        options: DisplayOptions,
        playhead: Playhead,
        selected: int | None,
    ) -> KindPicture:
        if trace is None:
            return await_first_pass(experiment, options, playhead, selected)
        own = time_trace_of(trace)
        flow = resolve_time_flow(own, options, playhead, selected)
        unrolled = resolve_unrolled(own, options)
        row = unrolled.selected_row - 1
        return KindPicture(
            diagram=resolve_places(own, unrolled, playhead, selected),
            flow=flow,
            lower=resolve_lower(own, options, playhead, selected),
            why=None if selected is None else resolve_time_why(own, selected, row),
            caption=describe_time_pass(own, playhead, flow.crossing),
            own=unrolled,
        )

    def describe_network(self, network: NetworkSpec) -> str:
        return describe_recurrent(_as_recurrent(network))

    def name_network(self, network: NetworkSpec) -> str:
        cell = _as_recurrent(network).cell
        return f"{'a' if cell == 'gru' else 'an'} {cell.upper()}"

    def word_differences(
        self, network: NetworkSpec, other: NetworkSpec, paths: Sequence[str]
    ) -> Mapping[str, str]:
        return word_network(_as_recurrent(network), _as_recurrent(other), paths)

    def describe_before(self, before: Trace) -> str:
        carried = gather_evidence(time_trace_of(before)).carried
        if carried.ratio is None:
            return "no gradient"
        path = " along c" if carried.path == "c" else ""
        return f"{format_number(carried.ratio)}{path}"

    def describe_place(self, trace: Trace, place: int) -> str:
        return describe_time_step(time_trace_of(trace), place)

    def list_quantities(self, network: NetworkSpec) -> tuple[str, ...]:
        return list_time_quantities(_as_recurrent(network).cell)

    def list_lower_views(self, network: NetworkSpec) -> tuple[LowerView, ...]:
        return list_lower_views(_as_recurrent(network).cell)

    def question_of(self, view: LowerView) -> Question | None:
        return SpectrumQuestion() if view == "spectrum" else None

    def draw_lower(
        self,
        trace: Trace,
        own: object | None,
        view: LowerView,
        playhead: Playhead,
        selected: int | None,
    ) -> LowerPicture:
        options = DisplayOptions(lower_view=view, answer=_spectrum_of(own))
        turned = resolve_lower(time_trace_of(trace), options, playhead, selected)
        if turned.note:
            raise RequestError(
                "The Jacobian spectrum is not measured yet: choose it in the theatre."
            )
        return turned

    def inspect(
        self,
        experiment: Experiment,
        trace: Trace,
        selected: int | None,
        why: WhyPicture | None,
        own: object | None,
    ) -> InspectorPicture:
        assert isinstance(own, UnrolledPicture)
        network = _as_recurrent(experiment.network)
        # The candidates of gated cells are tanh, whatever the document says for an RNN.
        activation = network.activation if network.cell == "rnn" else "tanh"
        return resolve_time_inspector(
            time_trace_of(trace), selected, why, own.selected_row, activation
        )

    def draw_activation(
        self, experiment: Experiment, trace: Trace | None, selected: int | None
    ) -> HistogramPicture | None:
        network = _as_recurrent(experiment.network)
        own = None if trace is None else time_trace_of(trace)
        return draw_activation(network, own, selected)

    def question_of_words(self, typed: str | None) -> Question | None:
        return InfluenceQuestion(typed)

    def lay_words(
        self, answer: object | None, typed: str | None, watch: int | None, *, is_hidden: bool
    ) -> tuple[AsideBlock, ...]:
        influence = answer if isinstance(answer, WordInfluence) else None
        return lay_words(influence, typed, watch, is_hidden=is_hidden)

    def list_rows(self, trace: Trace, own: object | None, view: str) -> Iterable[Sequence[object]]:
        spectrum = _spectrum_of(own)
        if view == "spectrum" and spectrum is not None:
            return make_spectrum_rows(spectrum)
        return make_time_rows(time_trace_of(trace))


def _spectrum_of(own: object | None) -> StateSpectrum | None:
    return own.spectrum if isinstance(own, UnrolledPicture) else None


def _as_recurrent(network: NetworkSpec) -> Recurrent:
    assert isinstance(network, Recurrent)
    return network
