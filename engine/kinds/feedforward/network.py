"""A chain of dense layers with a linear output layer, its passes and its parameters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.document.experiment import Experiment
from engine.kinds.feedforward.buffers import PassBuffers, Plan
from engine.kinds.feedforward.layers import AddThenActLayer, DenseLayer, PostLayer, PreLayer
from engine.kinds.feedforward.normalisations import Normalisation
from engine.kinds.feedforward.parameters import draw_parameters, lay_out_statistics, list_shapes
from engine.kinds.feedforward.plain_runs import Part, WeightGradients, join_plain_layers
from engine.kinds.feedforward.records import LayerDetail
from engine.kinds.feedforward.spec import Feedforward, Layer
from engine.kinds.feedforward.statistics import PassStatistics
from engine.kinds.feedforward.trace import FeedforwardPass, assemble_detail, assemble_trace
from engine.kinds.feedforward.trace_layout import TraceLayout
from engine.kinds.network import Network, PassPhase, Place, UpdateRecord, count_rows_at_once
from engine.numerics.activations import ACTIVATIONS
from engine.numerics.parameters import Parameters
from engine.numerics.reductions import is_all_finite
from engine.records.dataset import Dataset
from engine.records.record import F32
from engine.records.trace import Trace

_KINDS: dict[str, type[DenseLayer]] = {
    "post": PostLayer,
    "pre": PreLayer,
    "add_then_act": AddThenActLayer,
}


class FeedforwardNetwork(Network):
    """L dense layers and the output layer, with everything a pass computes kept.

    A bias is left out where batch normalisation follows: the
    layer's own in the orders post and add_then_act, the next layer's in the order pre.
    The normalisations of the order pre act on the layer below and have parameters of
    their own, `gamma_pre.l` and `beta_pre.l`, and so have the projections of skip
    connections to layer l from every width that one could come from,
    `W.skip.l.WIDTH`: switching to and fro loses nothing that was learned.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset) -> None:
        network = experiment.network
        assert isinstance(network, Feedforward)
        self._inputs, self._outputs = dataset.inputs, dataset.outputs
        self._input_names = dataset.input_names
        self._dtype = torch.float64 if experiment.training.dtype == "float64" else torch.float32
        widths = (dataset.inputs, *(layer.units for layer in network.unrolled()))
        self.parameters = Parameters(list(list_shapes(widths, dataset.outputs)), self._dtype)
        draw_parameters(self.parameters, experiment.seed, network)
        self._running, self.statistics = lay_out_statistics(widths, self._dtype)
        self.configure(experiment)

    @property
    def watched_weights(self) -> tuple[str, ...]:
        return ("W.1",)

    def weights_of(self, place: int) -> str:
        return f"W.{place}"

    def configure(self, experiment: Experiment) -> None:
        assert isinstance(experiment.network, Feedforward)
        plan = Plan.of(experiment.network, self._inputs)
        self.plan = plan
        self._ends = plan.ends()
        self._buffers: PassBuffers | None = None
        self._layers: list[DenseLayer] = []
        self._parts: list[Part] = []
        self.parameters.activate(self._active_names())
        self._layout = TraceLayout.of(plan, self.parameters, self._input_names)

    def _active_names(self) -> set[str]:
        names = {"W.out", "b.out"}
        is_pre = self.plan.has_pre_order
        suffix = "_pre" if is_pre else ""
        layers = self.plan.network.unrolled()
        following = [layer.normalisation for layer in layers]
        if is_pre:
            following = [*following[1:], "none"]
        for index, layer in enumerate(layers, 1):
            names.add(f"W.{index}")
            if following[index - 1] != "batch":
                names.add(f"b.{index}")
            if layer.normalisation != "none":
                names.add(f"gamma{suffix}.{index}")
            if layer.normalisation in {"batch", "layer"}:
                names.add(f"beta{suffix}.{index}")
            if self.plan.needs_projection(index):
                names.add(self._projection_name(index))
        return names

    def _projection_name(self, end: int) -> str:
        source = self.plan.sources[end - 1]
        assert source is not None
        return f"W.skip.{end}.{self.plan.widths[source]}"

    def _allocate(self, batch: int) -> PassBuffers:
        buffers = PassBuffers(self.plan, batch, self._dtype)
        layers = self.plan.network.unrolled()
        kind = _KINDS[self.plan.network.skip.order]
        self._layers = [
            self._make_layer(kind, index, layer, buffers) for index, layer in enumerate(layers, 1)
        ]
        self._buffers = buffers
        self._parts = join_plain_layers(self.plan, buffers, self._layers)
        self._weight_gradients = [
            WeightGradients.of(buffers, self.parameters, first, last)
            for first, last in self.plan.list_runs()
        ]
        self._statistics = PassStatistics(self._layout, buffers, self.parameters)
        return buffers

    def _make_layer(
        self, kind: type[DenseLayer], index: int, layer: Layer, buffers: PassBuffers
    ) -> DenseLayer:
        parameters = self.parameters
        bias = parameters[f"b.{index}"]
        projects = self.plan.needs_projection(index)
        return kind(
            index,
            buffers.of(index),
            parameters[f"W.{index}"],
            bias if bias.is_active else None,
            ACTIVATIONS[layer.activation],
            layer.leaky_slope,
            self._make_normalisation(index, layer, buffers.batch),
            parameters[self._projection_name(index)] if projects else None,
            self.plan.scale,
        )

    def _make_normalisation(self, index: int, layer: Layer, batch: int) -> Normalisation | None:
        if layer.normalisation == "none":
            return None
        suffix = "_pre" if self.plan.has_pre_order else ""
        return Normalisation(
            layer.normalisation,
            self.parameters[f"gamma{suffix}.{index}"],
            self.parameters[f"beta{suffix}.{index}"],
            self._running[f"{suffix}.{index}"],
            batch,
        )

    @property
    def buffers(self) -> PassBuffers:
        """The memory of the last pass."""
        assert self._buffers is not None, "no pass has been recorded yet"
        return self._buffers

    def forward(self, x: Tensor) -> Tensor:
        buffers = self._buffers
        if buffers is None or buffers.batch != len(x):
            buffers = self._allocate(len(x))
        buffers.output[0].copy_(x)
        for part in self._parts:
            part.forward()
        last = buffers.output[self.plan.depth]
        head = self.parameters["W.out"].value
        self._output = torch.addmm(self.parameters["b.out"].value, last, head.t())
        return self._output

    def backward(self, output_gradient: Tensor) -> None:
        self.output_gradient = output_gradient
        buffers, parameters, depth = self.buffers, self.parameters, self.plan.depth
        head = parameters["W.out"]
        torch.mm(output_gradient.t(), buffers.output[depth], out=head.gradient)
        torch.sum(output_gradient, 0, out=parameters["b.out"].gradient)
        torch.mm(output_gradient, head.value, out=buffers.output_gradient[depth])
        for part in reversed(self._parts):
            part.backward()
            if part.first - 1 in self._ends:
                self._join(part.first - 1)
        for run in self._weight_gradients:
            run.take()
        self.gradient_norms, self._weight_gradient_norms = self._statistics.gradient_norms()

    def _join(self, source: int) -> None:
        """dL/da of a layer at which a skip connection starts: branch and skip together."""
        buffers = self.buffers
        skipped = self._layers[self._ends[source] - 1].skip_gradient
        torch.add(buffers.branch[source], skipped, out=buffers.output_gradient[source])

    def backpropagate(self, last: int, first: int) -> None:
        """From the gradient at a_last, already in its buffer, down to that of a_first."""
        for index in range(last, first, -1):
            self._layers[index - 1].backward()
            if index - 1 in self._ends:
                if self._ends[index - 1] <= last:
                    self._join(index - 1)
                else:
                    buffers = self.buffers
                    buffers.output_gradient[index - 1].copy_(buffers.branch[index - 1])

    def accept_batch(self) -> None:
        for layer in self._layers:
            if layer.normalisation is not None:
                layer.normalisation.accept_batch()

    def predict(self, x: Tensor) -> Tensor:
        if self._buffers is None:
            self._allocate(1)
        ends = self._ends
        kept: dict[int, Tensor] = {}
        value = x
        for index, layer in enumerate(self._layers, 1):
            value = layer.predict(value, kept.pop(index, None))
            if index in ends:
                kept[ends[index]] = value
        return torch.addmm(
            self.parameters["b.out"].value, value, self.parameters["W.out"].value.t()
        )

    def predict_in_parts(self, x: Tensor) -> Iterator[tuple[Place, Tensor]]:
        widths = self.plan.widths
        numbers = sum(widths) if self._ends else 4 * max(widths)
        batch = 1 if self._buffers is None else self._buffers.batch
        rows = count_rows_at_once(numbers + 3 * self._outputs, batch)
        for start in range(0, len(x), rows):
            part = slice(start, start + rows)
            yield (part,), self.predict(x[part])

    def row(self) -> tuple[F32, float]:
        widths = np.array(self.plan.widths, dtype=np.float64)
        rms = self.gradient_norms * np.sqrt(self.buffers.batch / widths)
        return rms.astype(np.float32), float(rms[-1])

    def is_finite(self, phase: PassPhase) -> bool:
        buffers = self.buffers
        if phase == "backward":
            return bool(np.isfinite(self.gradient_norms).all()) and is_all_finite(
                self.output_gradient
            )
        # What is not finite in a layer is not in the next either, but phi may hide z.
        hidden = buffers.output if self.plan.has_pre_order else buffers.pre_activation
        return is_all_finite(self._output) and hidden.is_finite()

    def nonfinite_layer(self, phase: PassPhase) -> int | None:
        buffers, parameters = self.buffers, self.parameters
        every = range(1, self.plan.depth + 1)
        for index in every if phase == "forward" else reversed(every):
            own = buffers.of(index)
            tensors = (
                [own.pre_activation, own.output]
                if phase == "forward"
                else [own.output_gradient, own.branch, parameters[f"W.{index}"].gradient]
            )
            if not all(is_all_finite(tensor) for tensor in tensors):
                return index
        return None

    def measure_gradient(self) -> NDArray[np.float64]:
        return self.parameters.norms(self.parameters.gradient, self._weight_gradient_norms)

    def measure_weights(self) -> NDArray[np.float64]:
        return self.parameters.norms(self.parameters.value, self._statistics.weight_norms())

    def trace(self, update: UpdateRecord, with_units: bool, detail: object | None) -> Trace:
        assert detail is None or isinstance(detail, LayerDetail)
        own = assemble_trace(self._last_pass(), update, with_units)
        return own.share(detail)

    def detail(self, place: int) -> LayerDetail | None:
        return assemble_detail(self._last_pass(), place) if place <= self.plan.depth else None

    def _last_pass(self) -> FeedforwardPass:
        return FeedforwardPass(
            self._layout,
            self.buffers,
            self.parameters,
            self._statistics,
            self.gradient_norms,
            self.output_gradient,
        )

    def arrays(self) -> dict[str, NDArray[np.float64] | NDArray[np.float32]]:
        """Active parameters and running statistics under their names in gt-dump/1."""
        named: dict[str, Tensor] = {}
        for parameter in self.parameters:
            if parameter.is_active:
                kind, *rest = parameter.name.split(".")
                name = ".".join([kind.removesuffix("_pre"), *rest[:2]])
                named[name] = parameter.value
        suffix = "_pre" if self.plan.has_pre_order else ""
        for index, layer in enumerate(self.plan.network.unrolled(), 1):
            if layer.normalisation == "batch":
                named[f"rmean.{index}"], named[f"rvar.{index}"] = self._running[f"{suffix}.{index}"]
        return {name: tensor.numpy().copy() for name, tensor in named.items()}
