"""The kind "blocks" to the engine: five equal blocks, each a matrix and a tanh.

a_0 = V x, a_b = tanh(gain W_b a_{b-1}) for b = 1 ... 5, output = U a_5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
import torch
from msgspec import Meta
from numpy.typing import NDArray
from torch import Tensor

from engine.document.experiment import Experiment
from engine.document.specs import NetworkSpec, Reads
from engine.kinds.network import Network, PassPhase, Place, UpdateRecord
from engine.kinds.protocol import Kind
from engine.kinds.question import Question, Questioned
from engine.numerics.initialisers import draw_weight, make_generator
from engine.numerics.parameters import Parameters, Shape
from engine.records.dataset import Dataset
from engine.records.evidence import Carried, Evidence, divide_by_end
from engine.records.frames import TrainingFrame
from engine.records.record import F32, F64, Frozen
from engine.records.trace import Axis, Quantity, Trace, Updates

BLOCKS = 5


class Blocks(NetworkSpec, frozen=True, kw_only=True, tag_field="kind", tag="blocks"):
    """Five blocks of one width."""

    reads: ClassVar[Reads] = "vectors"

    width: Annotated[int, Meta(ge=1, le=64)] = 6
    gain: Annotated[float, Meta(ge=0.0, le=4.0)] = 1.0

    def weights_key(self) -> object:
        return self.width, self.initialisation


def blocks_of(experiment: Experiment) -> Blocks:
    network = experiment.network
    assert isinstance(network, Blocks)
    return network


@dataclass(frozen=True, slots=True, eq=False)
class BlockTrace(Frozen):
    """What only this kind reads."""

    gain: float
    source: float
    """The gradient at the output."""
    update_ratio: F64
    motion: Any
    strongest_unit: int | None
    """Of the block that is looked at, from 1."""


def own_of(trace: Trace) -> BlockTrace:
    assert isinstance(trace.own, BlockTrace)
    return trace.own


class BlocksKind(Kind):
    """Networks whose backward pass goes through blocks."""

    spec = Blocks

    def gather_evidence(self, trace: Trace) -> Evidence:
        own, gradients = own_of(trace), trace.strength.values
        ratio = divide_by_end(float(gradients[0]), float(gradients[-1]), own.source)
        return Evidence(
            noun=trace.axis.noun,
            gradients=gradients,
            source=own.source,
            loss=trace.loss,
            first_last_ratio=ratio,
            carried=Carried("blocks", 1, ratio),
            update_ratios=own.update_ratio,
            motion=own.motion,
            part="block",
        )

    def report(self, trace: Trace) -> dict[str, Any]:
        strengths = trace.strength.values
        layers = [{"name": f"block {b}", "g": float(g)} for b, g in enumerate(strengths, 1)]
        return {"layers": layers}

    def count_numbers(self, experiment: Experiment, dataset: Dataset) -> tuple[list[int], int]:
        width = blocks_of(experiment).width
        sizes = [width * dataset.inputs, *[width * width] * BLOCKS, dataset.outputs * width]
        return sizes, experiment.task.batch_size * width * 2 * (BLOCKS + 1)

    def describe_size(self, experiment: Experiment, dataset: Dataset, amounts: str) -> str:
        del experiment, dataset
        return f"Five blocks {amounts}: take narrower ones."

    def build(self, experiment: Experiment, dataset: Dataset) -> Network:
        return BlocksNetwork(experiment, dataset)

    def collect_dump(
        self,
        network: Network,
        experiment: Experiment,
        frame: TrainingFrame,
        x: NDArray[Any],
        y: NDArray[Any],
    ) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        assert frame.trace is not None
        arrays = {p.name: p.value.numpy().copy() for p in network.parameters}
        claims = {f"claim/{p.name}": p.gradient.numpy().copy() for p in network.parameters}
        entries = {"kind": "blocks", "gain": blocks_of(experiment).gain}
        strengths = {"claim/g": frame.trace.strength.values, "x": x, "y": y}
        return entries, {**arrays, **claims, **strengths}


class BlocksNetwork(Network):
    """Its passes, written out."""

    def __init__(self, experiment: Experiment, dataset: Dataset) -> None:
        spec = blocks_of(experiment)
        dtype = torch.float64 if experiment.training.dtype == "float64" else torch.float32
        width = spec.width
        shapes = [
            Shape("V", (width, dataset.inputs)),
            *(Shape(f"W.{b}", (width, width), b) for b in range(1, BLOCKS + 1)),
            Shape("U", (dataset.outputs, width)),
        ]
        self.parameters = Parameters(shapes, dtype)
        self.statistics = torch.zeros(0, dtype=dtype)
        for each in self.parameters:
            size = (each.value.shape[0], each.value.shape[1])
            generator = make_generator(experiment.seed, each.name)
            each.value.copy_(torch.from_numpy(draw_weight(spec.initialisation, size, generator)))
        self.configure(experiment)

    @property
    def watched_weights(self) -> tuple[str, ...]:
        return ("W.1",)

    def configure(self, experiment: Experiment) -> None:
        self.gain = blocks_of(experiment).gain

    def _weight(self, block: int) -> Tensor:
        return self.parameters[f"W.{block}"].value

    def forward(self, x: Tensor) -> Tensor:
        self.x = x
        self.a = [x @ self.parameters["V"].value.t()]
        for b in range(1, BLOCKS + 1):
            self.a.append(torch.tanh(self.gain * self.a[-1] @ self._weight(b).t()))
        self.output = self.a[-1] @ self.parameters["U"].value.t()
        return self.output

    def backward(self, output_gradient: Tensor) -> None:
        self.output_gradient = output_gradient
        self.parameters["U"].gradient.copy_(output_gradient.t() @ self.a[-1])
        gradient = output_gradient @ self.parameters["U"].value
        self.g = [gradient]
        for b in range(BLOCKS, 0, -1):
            z = gradient * (1.0 - self.a[b] ** 2) * self.gain
            self.parameters[f"W.{b}"].gradient.copy_(z.t() @ self.a[b - 1])
            gradient = z @ self._weight(b)
            self.g.insert(0, gradient)
        self.parameters["V"].gradient.copy_(gradient.t() @ self.x)

    def accept_batch(self) -> None:
        """Nothing follows a batch."""

    def predict(self, x: Tensor) -> Tensor:
        a = x @ self.parameters["V"].value.t()
        for b in range(1, BLOCKS + 1):
            a = torch.tanh(self.gain * a @ self._weight(b).t())
        return a @ self.parameters["U"].value.t()

    def predict_in_parts(self, x: Tensor) -> Iterator[tuple[Place, Tensor]]:
        yield (slice(0, len(x)),), self.predict(x)

    def is_finite(self, phase: PassPhase) -> bool:
        return self.nonfinite_layer(phase) is None

    def nonfinite_layer(self, phase: PassPhase) -> int | None:
        every = range(1, BLOCKS + 1)
        tensors = self.a if phase == "forward" else self.g
        for b in every if phase == "forward" else reversed(every):
            if not bool(torch.isfinite(tensors[b]).all()):
                return b
        return None

    def _strengths(self) -> F64:
        """(5) RMS over batch and units of each sample's gradient dL/da_b."""
        batch = len(self.x)
        return np.array([float(g.double().pow(2).mean().sqrt()) * batch for g in self.g[1:]])

    def row(self) -> tuple[F32, float]:
        strengths = self._strengths()
        return strengths.astype(np.float32), float(strengths[-1])

    def trace(self, update: UpdateRecord, with_units: bool, detail: object | None) -> Trace:
        del with_units
        strengths = self._strengths()
        own = [self.parameters[f"W.{b}"].index for b in range(1, BLOCKS + 1)]
        names = tuple(f"W.{b}" for b in range(1, BLOCKS + 1))
        ratios = update.ratios()[own]
        return Trace(
            kind="blocks",
            iteration=update.iteration,
            loss=update.loss,
            batch_size=len(self.x),
            axis=Axis("block", tuple(str(b) for b in range(1, BLOCKS + 1)), has_input=False),
            strength=Quantity(
                "gradient_block",
                strengths,
                np.where(strengths > 0, 0, 1).astype(np.int8),
                float(strengths[-1]),
            ),
            loss_place=BLOCKS,
            updates=Updates(names, update.gradient[own], update.weight[own], ratios, "block"),
            gradient_norm=update.gradient_norm,
            clip_factor=update.clip_factor,
            clipped_share=update.clipped_share,
            own=BlockTrace(
                gain=self.gain,
                source=float(self.output_gradient.double().pow(2).mean().sqrt()) * len(self.x),
                update_ratio=ratios,
                motion=update.motion,
                strongest_unit=detail if isinstance(detail, int) else None,
            ),
        )

    def detail(self, place: int) -> int | None:
        if not 1 <= place <= BLOCKS:
            return None
        return int(self.g[place].double().pow(2).sum(0).argmax()) + 1


@dataclass(frozen=True, slots=True)
class WeakestBlock(Question):
    """Which block has the smallest weights: (block, norm)."""

    def answer(self, run: Questioned) -> tuple[int, float]:
        norms = [float(run.network.parameters[f"W.{b}"].value.norm()) for b in range(1, BLOCKS + 1)]
        smallest = min(norms)
        return norms.index(smallest) + 1, smallest


@dataclass(frozen=True, slots=True)
class WeightNorms:
    """Of the matrices of the blocks."""

    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class NormsQuestion(Question):
    """How large the weights of each block are."""

    def answer(self, run: Questioned) -> WeightNorms:
        names = [f"W.{b}" for b in range(1, BLOCKS + 1)]
        return WeightNorms(tuple(float(run.network.parameters[n].value.norm()) for n in names))
