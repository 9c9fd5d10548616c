"""The kind "feedforward": a chain of dense layers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from engine.kinds.feedforward.cause import ground_layers
from engine.kinds.feedforward.evidence import gather_evidence
from engine.kinds.feedforward.records import layer_trace_of
from engine.kinds.feedforward.remedies import list_remedies
from engine.kinds.feedforward.report import describe_layers
from engine.kinds.feedforward.spec import Feedforward, network_of
from engine.kinds.feedforward.theory import ROWS, theorise
from engine.kinds.protocol import Kind
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


class FeedforwardKind(Kind):
    """Networks whose backward pass goes through layers."""

    spec = Feedforward
    theories = ROWS

    def theorise(
        self, row: TheoryRow, experiment: Experiment, trace: Trace, sizes: WeightSizes | None
    ) -> Theory:
        return theorise(row, experiment, layer_trace_of(trace), sizes)

    def measure_weights(self, network: object) -> object | None:
        from engine.kinds.feedforward.network import FeedforwardNetwork
        from engine.kinds.feedforward.weight_sizes import measure_layer_sizes

        assert isinstance(network, FeedforwardNetwork)
        return measure_layer_sizes(network)

    def gather_evidence(self, trace: Trace) -> Evidence:
        return gather_evidence(layer_trace_of(trace))

    def ground_cause(self, trace: Trace) -> CauseGrounds:
        return ground_layers(layer_trace_of(trace))

    def list_remedies(self, experiment: Experiment, cause: CauseKind) -> tuple[Remedy, ...]:
        return list_remedies(experiment, cause)

    def measure_quantity(
        self, trace: Trace, network: Network, stem: str, place: int | None
    ) -> float | None:
        from engine.kinds.feedforward.quantities import measure_quantity

        del network
        return measure_quantity(layer_trace_of(trace), stem, place)

    def report(self, trace: Trace) -> dict[str, Any]:
        return {"layers": describe_layers(layer_trace_of(trace))}

    def count_numbers(self, experiment: Experiment, dataset: Dataset) -> tuple[list[int], int]:
        from engine.kinds.feedforward.memory import count_numbers
        from engine.kinds.feedforward.parameters import list_shapes

        network = network_of(experiment)
        widths = (dataset.inputs, *(layer.units for layer in network.unrolled()))
        sizes = [math.prod(shape.size) for shape in list_shapes(widths, dataset.outputs)]
        return sizes, count_numbers(network, widths, dataset, experiment.task.batch_size)

    def describe_size(self, experiment: Experiment, dataset: Dataset, amounts: str) -> str:
        del dataset
        return (
            f"This network {amounts}: take narrower layers, fewer of them, or a smaller batch "
            f"than {experiment.task.batch_size:,}."
        )

    def collect_dump(
        self,
        network: Network,
        experiment: Experiment,
        frame: TrainingFrame,
        x: NDArray[Any],
        y: NDArray[Any],
    ) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        from engine.kinds.feedforward.dump import collect_dump
        from engine.kinds.feedforward.network import FeedforwardNetwork

        del experiment
        assert isinstance(network, FeedforwardNetwork)
        return collect_dump(network, frame, x, y)

    def build(self, experiment: Experiment, dataset: Dataset) -> Network:
        from engine.kinds.feedforward.network import FeedforwardNetwork

        return FeedforwardNetwork(experiment, dataset)
