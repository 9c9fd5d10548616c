"""What a kind of network gives to a picture: everything that is drawn and said of it alone.

Pure functions of frozen records, without Qt and torch. `resolve` composes them with what all
kinds share.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from desktop.display.aside import AsideBlock
from desktop.display.inspector import HistogramPicture, InspectorPicture
from desktop.display.options import DisplayOptions, LowerView, Playhead
from desktop.display.pictures import DiagramPicture, FlowPicture, LowerPicture, WhyPicture
from engine.document.experiment import Experiment
from engine.document.specs import NetworkSpec
from engine.kinds.question import Question
from engine.records.trace import Trace


@dataclass(frozen=True, slots=True, eq=False)
class KindPicture:
    """One pass, or the empty places before the first one, as a kind draws them."""

    diagram: DiagramPicture
    flow: FlowPicture
    lower: LowerPicture
    why: WhyPicture | None = None
    caption: str = ""
    """Of the forward and backward pass; empty in a phase that is told as for any network."""
    own: object | None = None
    """What only the views of this kind read."""


class DisplayKind(ABC):
    """The pictures and the words of one kind of network."""

    name: str
    """As the document names the kind."""
    noun: str
    """What a place is called: "layer"."""
    quantity_menu: str
    """What the menu of its quantities is called."""
    quantities: Mapping[str, str]
    """What can be drawn as bars, and what a menu calls it; the first one is the usual."""
    lower_words: Mapping[str, tuple[str, str]]
    """What its own lower views are called, and a hint, by name."""
    maps: frozenset[str] = frozenset()
    """Those of its own lower views that are maps, as high as the history."""
    reading: Mapping[str, str]
    """How to read the views that this kind draws in its own way, by view or room."""
    history_subtitle: str
    first_row: int
    """Where the rows of the history begin: 1 leaves the input out."""
    row_name: str
    """What an entry of these rows is called in a table."""
    row_place: int
    """The place of their first entry: 0 is the input."""
    update_quantity: str = ""
    """The one of `quantities` that is update : weight; "" where no place has weights of its own."""

    @abstractmethod
    def count_places(self, experiment: Experiment) -> int:
        """How many places a pass will go through, the input not counted."""

    @abstractmethod
    def resolve(
        self,
        experiment: Experiment,
        trace: Trace | None,
        options: DisplayOptions,
        playhead: Playhead,
        selected: int | None,
    ) -> KindPicture:
        """What is drawn of a pass.

        Args:
            experiment: the document.
            trace: the pass; None before the first one.
            options: what the viewer chose.
            playhead: where the animation stands, on as many places as the pass has.
            selected: the place that is looked at, after the playhead was followed.
        """

    @abstractmethod
    def describe_network(self, network: NetworkSpec) -> str:
        """The network in a few words, for the line under a picture."""

    @abstractmethod
    def name_network(self, network: NetworkSpec) -> str:
        """What such a network is, with its article, for a sentence: "an LSTM"."""

    def word_differences(
        self, network: NetworkSpec, other: NetworkSpec, paths: Sequence[str]
    ) -> Mapping[str, str]:
        """Short words for what a network is where another one differs, for the title of a lane.

        Args:
            network: the network of the lane.
            other: that of the lane it is compared with.
            paths: where the two differ, from the document's root: "network.skip.every".

        Returns:
            Words by path, "skips, 1/L"; empty text where other words say it already. A path
            that is left out is told by its own name and value.
        """
        del network, other, paths
        return {}

    @abstractmethod
    def describe_before(self, before: Trace) -> str:
        """What the first place received of the loss end: "1.8 × 10⁻⁸"."""

    @abstractmethod
    def describe_place(self, trace: Trace, place: int) -> str:
        """What hovering a place says, with full precision."""

    def list_quantities(self, network: NetworkSpec) -> tuple[str, ...]:
        """Those of `quantities` that a network has."""
        del network
        return tuple(self.quantities)

    def list_lower_views(self, network: NetworkSpec) -> tuple[LowerView, ...]:
        """What can stand at the lower left, beside what every network has there."""
        del network
        return ("history",)

    def question_of(self, view: LowerView) -> Question | None:
        """What has to be asked of a run before a lower view can be drawn; most need nothing."""
        del view
        return None

    def question_of_words(self, typed: str | None) -> Question | None:
        """What to ask of a run to know which word matters; None for a kind without words.

        Args:
            typed: a sentence; None: a held-out one.
        """
        del typed
        return None

    def lay_words(
        self, answer: object | None, typed: str | None, watch: int | None, *, is_hidden: bool
    ) -> tuple[AsideBlock, ...]:
        """The words of a sentence, large, with what matters of them as their ground.

        Args:
            answer: to `question_of_words`; None before it is there.
            typed: the sentence that was asked about; None: a held-out one.
            watch: the number, from 1, of the word that it is about.
            is_hidden: whether nothing may be said but the words.
        """
        del answer, typed, watch, is_hidden
        return ()

    def draw_activation(
        self, experiment: Experiment, trace: Trace | None, selected: int | None
    ) -> HistogramPicture | None:
        """The curve of the activation at a place, with the entries that were measured on it.

        Args:
            experiment: the document.
            trace: the pass; None: the curve alone.
            selected: the place; None for any.
        """
        del experiment, trace, selected
        return None

    def draw_lower(
        self,
        trace: Trace,
        own: object | None,
        view: LowerView,
        playhead: Playhead,
        selected: int | None,
    ) -> LowerPicture:
        """One of its own lower views, for a picture of that view alone.

        Args:
            trace: the pass.
            own: of the picture, as `resolve` gave it.
            view: one of `list_lower_views`, but none that every network has.
            playhead: where the animation stands.
            selected: the place that is looked at.

        Raises:
            RequestError: one sentence, where nothing was measured for it.
        """
        del trace, own, view, playhead, selected
        return LowerPicture()

    @abstractmethod
    def inspect(
        self,
        experiment: Experiment,
        trace: Trace,
        selected: int | None,
        why: WhyPicture | None,
        own: object | None,
    ) -> InspectorPicture:
        """What the inspector says about a place.

        Args:
            experiment: the document.
            trace: the pass.
            selected: the place, or None.
            why: of the picture, as `resolve` gave it.
            own: likewise.
        """

    @abstractmethod
    def list_rows(self, trace: Trace, own: object | None, view: str) -> Iterable[Sequence[object]]:
        """The table of a pass for a view: the heading, then a row for each place.

        Args:
            trace: the pass.
            own: of the picture, as `resolve` gave it.
            view: the history and the curves have tables that all kinds share.
        """
