"""The kind "recurrent": a stack of recurrent layers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from engine.errors import RequestError
from engine.kinds.protocol import Kind
from engine.kinds.question import Question
from engine.kinds.recurrent.cause import ground_time
from engine.kinds.recurrent.evidence import gather_evidence
from engine.kinds.recurrent.questions import InfluenceQuestion
from engine.kinds.recurrent.records import time_trace_of
from engine.kinds.recurrent.remedies import list_remedies
from engine.kinds.recurrent.report import describe_layers, describe_time
from engine.kinds.recurrent.spec import Recurrent, network_of
from engine.kinds.recurrent.theory import ROWS, theorise
from engine.records.cause import CauseGrounds, CauseKind
from engine.records.evidence import Evidence
from engine.records.remedy import Remedy
from engine.records.theory import Theory, TheoryRow, WeightSizes
from engine.records.trace import Trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.document.experiment import Experiment
    from engine.kinds.network import Network
    from engine.records.dataset import Dataset
    from engine.records.frames import TrainingFrame


class RecurrentKind(Kind):
    """Networks whose backward pass goes through time."""

    spec = Recurrent
    theories = ROWS

    def theorise(
        self, row: TheoryRow, experiment: Experiment, trace: Trace, sizes: WeightSizes | None
    ) -> Theory:
        return theorise(row, network_of(experiment), time_trace_of(trace), sizes)

    def measure_weights(self, network: object) -> object | None:
        from engine.kinds.recurrent.network import RecurrentNetwork
        from engine.kinds.recurrent.weight_sizes import measure_recurrent_sizes

        assert isinstance(network, RecurrentNetwork)
        return measure_recurrent_sizes(network)

    def refuse_dump(self, experiment: Experiment) -> None:
        if network_of(experiment).truncation:
            raise RequestError(
                "A network with truncation cannot be dumped, since its gradients are cut on "
                "purpose: set `network.truncation` to 0 first."
            )

    def gather_evidence(self, trace: Trace) -> Evidence:
        return gather_evidence(time_trace_of(trace))

    def ground_cause(self, trace: Trace) -> CauseGrounds:
        return ground_time(time_trace_of(trace))

    def measure_spectral_radius(self, network: Network) -> float | None:
        from engine.kinds.recurrent.network import RecurrentNetwork
        from engine.kinds.recurrent.spectrum import measure_spectral_radius

        assert isinstance(network, RecurrentNetwork)
        return measure_spectral_radius(network.stack.cells)

    def list_remedies(self, experiment: Experiment, cause: CauseKind) -> tuple[Remedy, ...]:
        return list_remedies(experiment, cause)

    def measure_quantity(
        self, trace: Trace, network: Network, stem: str, place: int | None
    ) -> float | None:
        from engine.kinds.recurrent.network import RecurrentNetwork
        from engine.kinds.recurrent.quantities import measure_quantity

        del place
        assert isinstance(network, RecurrentNetwork)
        return measure_quantity(time_trace_of(trace), network, stem)

    def ask_about_words(self, words: str) -> Question | None:
        return InfluenceQuestion(words)

    def report(self, trace: Trace) -> dict[str, Any]:
        own = time_trace_of(trace)
        return {"layers": describe_layers(own), "time": describe_time(own)}

    def count_numbers(self, experiment: Experiment, dataset: Dataset) -> tuple[list[int], int]:
        from engine.kinds.recurrent.memory import count_numbers
        from engine.kinds.recurrent.parameters import list_shapes

        network = network_of(experiment)
        shapes = list_shapes(network, dataset.inputs, dataset.outputs, dataset.is_tokens)
        sizes = [math.prod(shape.size) for shape in shapes]
        return sizes, count_numbers(network, dataset, experiment.task.batch_size)

    def describe_size(self, experiment: Experiment, dataset: Dataset, amounts: str) -> str:
        network, batch = network_of(experiment), experiment.task.batch_size
        answers = ""
        if network.readout == "all":
            answers = f", each answered out of {dataset.outputs:,}," if dataset.outputs > 1 else ""
        return (
            f"Recording {dataset.train_x.shape[1]:,} time steps{answers} of {network.layers:,} × "
            f"{network.hidden:,} units for a batch of {batch:,} {amounts}: make the batch, the "
            "sequence or the network smaller"
            + (", or answer at the last time step alone." if answers else ".")
        )

    def collect_dump(
        self,
        network: Network,
        experiment: Experiment,
        frame: TrainingFrame,
        x: NDArray[Any],
        y: NDArray[Any],
    ) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        from engine.kinds.recurrent.dump import collect_dump
        from engine.kinds.recurrent.network import RecurrentNetwork

        assert isinstance(network, RecurrentNetwork)
        network.pass_again(y)
        return collect_dump(network, experiment, x, y, frame.loss)

    def build(self, experiment: Experiment, dataset: Dataset) -> Network:
        from engine.kinds.recurrent.network import RecurrentNetwork

        return RecurrentNetwork(experiment, dataset)
