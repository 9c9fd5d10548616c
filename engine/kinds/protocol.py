"""What a kind of network is to the rest of the engine.

A kind is a folder beside this file and one line in `engine.kinds.table`. Everything that
the rest of the engine asks of a network it asks of the kind, never which kind it is. The
kind itself is free of torch: what needs it is imported when it is asked for.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from engine.document.specs import NetworkSpec
from engine.records.cause import CauseGrounds, CauseKind, ground_cause
from engine.records.evidence import Evidence
from engine.records.remedy import Remedy
from engine.records.theory import Theory, TheoryRow, WeightSizes
from engine.records.trace import Trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.document.experiment import Experiment
    from engine.kinds.network import Network
    from engine.kinds.question import Question
    from engine.records.dataset import Dataset
    from engine.records.frames import TrainingFrame


class Kind(ABC):
    """One kind of network."""

    spec: type[NetworkSpec]
    """How the document describes a network of this kind."""

    @property
    def name(self) -> str:
        """The document's name of the kind."""
        return str(self.spec.__struct_config__.tag)

    def refuse_dump(self, experiment: Experiment) -> None:
        """Refuse a network whose gradients nobody could recompute.

        Raises:
            RequestError: one sentence.
        """
        del experiment

    theories: tuple[TheoryRow, ...] = ()
    """What is known of its gradients beforehand, and can be drawn over the measured ones."""

    def theorise(
        self, row: TheoryRow, experiment: Experiment, trace: Trace, sizes: WeightSizes | None
    ) -> Theory:
        """One of `theories` held against a pass.

        Args:
            row: one of them.
            experiment: the document.
            trace: the pass.
            sizes: what was measured of the weights beside it; None where nothing was.
        """
        del experiment, trace, sizes
        return row.refuse("It is not about this kind of network.")

    def measure_weights(self, network: object) -> object | None:
        """What its `theories` need of the weights beside a recorded pass: `WeightSizes.own`."""
        del network
        return None

    @abstractmethod
    def gather_evidence(self, trace: Trace) -> Evidence:
        """What a verdict on a pass rests on."""

    def ground_cause(self, trace: Trace) -> CauseGrounds:
        """What the cause of a pass rests on, with the first row of the kind's own that matches."""
        return ground_cause(self.gather_evidence(trace))

    def measure_spectral_radius(self, network: Network) -> float | None:
        """Of the weights that carry the gradient on again and again; None without such."""
        del network
        return None

    def list_remedies(self, experiment: Experiment, cause: CauseKind) -> tuple[Remedy, ...]:
        """What may be changed against a cause, what helps best first, then what is popular.

        Args:
            experiment: the document; what is in effect in it already may be listed too.
            cause: what was found.
        """
        del experiment, cause
        return ()

    def measure_quantity(
        self, trace: Trace, network: Network, stem: str, place: int | None
    ) -> float | None:
        """One number of `NetworkSpec.list_quantities`; None where it does not exist.

        Args:
            trace: the pass.
            network: after that pass.
            stem: the quantity's name without its place.
            place: from 1; None for one number only.
        """
        del trace, network, stem, place
        return None

    def ask_about_words(self, words: str) -> Question | None:
        """What is asked of a run about a typed sentence; None where words mean nothing."""
        del words
        return None

    @abstractmethod
    def report(self, trace: Trace) -> dict[str, Any]:
        """What `measure` says of a pass of this kind: `layers`, and whatever else it has."""

    @abstractmethod
    def count_numbers(self, experiment: Experiment, dataset: Dataset) -> tuple[list[int], int]:
        """What an experiment in training holds: the sizes of its parameters, and other numbers.

        The others are the buffers of a pass, and what stands beside them for a moment: at the
        loss, when a pass is written down, or when held-out data are scored.
        """

    @abstractmethod
    def describe_size(self, experiment: Experiment, dataset: Dataset, amounts: str) -> str:
        """A sentence with the sizes that need so much memory, and what to make smaller.

        Args:
            experiment: what was too large.
            dataset: its examples.
            amounts: what it needs and what there is, such as "needs about 3 GB of memory, ...".
        """

    @abstractmethod
    def collect_dump(
        self,
        network: Network,
        experiment: Experiment,
        frame: TrainingFrame,
        x: NDArray[Any],
        y: NDArray[Any],
    ) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        """This kind's part of gt-dump/1: JSON entries and arrays of a network's last pass.

        Args:
            network: after the pass that `frame` recorded.
            experiment: its document.
            frame: the pass.
            x: the batch.
            y: its targets.
        """

    @abstractmethod
    def build(self, experiment: Experiment, dataset: Dataset) -> Network:
        """The network, its weights drawn from the seed."""
