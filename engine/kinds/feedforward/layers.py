"""A dense layer with its normalisation and skip connection: forward, and backward written out.

Index conventions: layer l = 1 ... L takes a_{l-1} (B, n_{l-1}) to a_l (B, n_l);
W_l is (n_l, n_{l-1}) as in torch, z_l = a W_l^T + b_l before any normalisation;
u_l is what phi is applied to, h_l = phi(u_l), d_l = phi'(u_l). `gradient` always
means dL/d(...) of the mean loss L. alpha scales the branch where a skip connection
ends at l, from layer s: P is the identity or a learned (n_l, n_s) matrix.

- post: z = W a_{l-1} + b, h = phi(norm(z)), a_l = [P a_s + alpha] h
- pre: h = phi(norm(a_{l-1})), z = W h + b, a_l = [P a_s + alpha] z
- add_then_act: z = W a_{l-1} + b, a_l = phi([P a_s + alpha] norm(z))

Sources: He et al. 2016a (residual blocks), He et al. 2016b (pre-activation).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.kinds.feedforward.normalisations import Normalisation
from engine.numerics.activations import Activation
from engine.numerics.parameters import Parameter


@dataclass(slots=True, eq=False)
class LayerBuffers:
    """Where a layer reads and writes; several names may be one tensor where a part is missing."""

    input: Tensor
    """a_{l-1}."""
    pre_activation: Tensor
    """z_l."""
    argument: Tensor
    """u_l: what phi is applied to, and what is added to in add_then_act."""
    value: Tensor
    """h_l = phi(u_l)."""
    derivative: Tensor
    """d_l = phi'(u_l)."""
    output: Tensor
    """a_l."""
    output_gradient: Tensor
    """dL/da_l, complete."""
    activated: Tensor
    """phi' * gradient."""
    pre_activation_gradient: Tensor
    """dL/dz_l."""
    weighted: Tensor
    """After W^T, on its way to the layer below."""
    branch: Tensor
    """What arrives at a_{l-1} through this layer."""
    skip_input: Tensor | None = None
    """a_s, where a skip connection ends here."""
    skip_gradient: Tensor | None = None
    """What arrives at a_s through it, where P is learned."""


class DenseLayer(ABC):
    """One layer in its place in the network."""

    def __init__(
        self,
        index: int,
        buffers: LayerBuffers,
        weight: Parameter,
        bias: Parameter | None,
        activation: Activation,
        leaky_slope: float,
        normalisation: Normalisation | None,
        projection: Parameter | None,
        scale: float,
    ) -> None:
        self.first = index
        self.buffers = buffers
        self.normalisation = normalisation
        self.weight = weight
        self._transposed = weight.value.t()
        self.bias = bias
        self.activation = activation
        self.slope = leaky_slope
        self._projection = projection
        self.has_skip = buffers.skip_input is not None
        self._scale = scale if self.has_skip else 1.0

    @abstractmethod
    def forward(self) -> None:
        """From `input` to `output`, everything kept."""

    @abstractmethod
    def backward(self) -> None:
        """From `output_gradient` to `branch`; the weights' own gradient is taken elsewhere.

        The products dL/dW = dL/dz^T a are taken for whole stacks of layers at once.
        """

    @abstractmethod
    def predict(self, x: Tensor, source: Tensor | None) -> Tensor:
        """a_l of any number of rows, from a_{l-1} and a_s."""

    @property
    @abstractmethod
    def arriving(self) -> Tensor:
        """The gradient at the end of the skip connection."""

    @property
    def skip_gradient(self) -> Tensor:
        """What arrives at a_s through the skip connection."""
        return self.arriving if self._projection is None else self._projected_gradient()

    def _projected_gradient(self) -> Tensor:
        out = self.buffers.skip_gradient
        assert self._projection is not None
        assert self.buffers.skip_input is not None
        torch.mm(self.arriving.t(), self.buffers.skip_input, out=self._projection.gradient)
        return torch.mm(self.arriving, self._projection.value, out=out)

    def _write_product(self, x: Tensor) -> None:
        out = self.buffers.pre_activation
        if self.bias is None:
            torch.mm(x, self._transposed, out=out)
        else:
            torch.addmm(self.bias.value, x, self._transposed, out=out)

    def _multiply(self, x: Tensor) -> Tensor:
        product = x @ self._transposed
        return product if self.bias is None else product.add_(self.bias.value)

    def _normalise(self, x: Tensor) -> None:
        if self.normalisation is not None:
            self.normalisation.forward(x, self.buffers.argument)

    def _activate(self) -> None:
        own = self.buffers
        self.activation.write_value(own.argument, self.slope, own.value)
        self.activation.write_derivative(own.argument, own.value, self.slope, own.derivative)

    def _evaluate(self, x: Tensor) -> Tensor:
        value = torch.empty_like(x)
        self.activation.write_value(x, self.slope, value)
        return value

    def _predict_normalised(self, x: Tensor) -> Tensor:
        return x if self.normalisation is None else self.normalisation.predict(x)

    def _carried(self, source: Tensor | None) -> Tensor:
        """P a_s."""
        assert source is not None
        return source if self._projection is None else source @ self._projection.value.t()


class PostLayer(DenseLayer):
    """a_l = [P a_s + alpha] phi(norm(W a + b))."""

    def forward(self) -> None:
        own = self.buffers
        self._write_product(own.input)
        self._normalise(own.pre_activation)
        self._activate()
        if self.has_skip:
            torch.add(self._carried(own.skip_input), own.value, alpha=self._scale, out=own.output)

    def backward(self) -> None:
        own = self.buffers
        torch.mul(own.output_gradient, own.derivative, out=own.activated)
        if self._scale != 1.0:
            own.activated.mul_(self._scale)
        if self.normalisation is not None:
            self.normalisation.backward(own.activated, own.pre_activation_gradient)
        torch.mm(own.pre_activation_gradient, self.weight.value, out=own.branch)

    def predict(self, x: Tensor, source: Tensor | None) -> Tensor:
        value = self._evaluate(self._predict_normalised(self._multiply(x)))
        return value.mul_(self._scale).add_(self._carried(source)) if self.has_skip else value

    @property
    def arriving(self) -> Tensor:
        return self.buffers.output_gradient


class PreLayer(DenseLayer):
    """a_l = [P a_s + alpha] (W phi(norm(a)) + b)."""

    def forward(self) -> None:
        own = self.buffers
        self._normalise(own.input)
        self._activate()
        self._write_product(own.value)
        if self.has_skip:
            carried = self._carried(own.skip_input)
            torch.add(carried, own.pre_activation, alpha=self._scale, out=own.output)

    def backward(self) -> None:
        own = self.buffers
        torch.mul(own.output_gradient, self._scale, out=own.pre_activation_gradient)
        torch.mm(own.pre_activation_gradient, self.weight.value, out=own.weighted)
        torch.mul(own.weighted, own.derivative, out=own.activated)
        if self.normalisation is not None:
            self.normalisation.backward(own.activated, own.branch)

    def predict(self, x: Tensor, source: Tensor | None) -> Tensor:
        product = self._multiply(self._evaluate(self._predict_normalised(x)))
        return product.mul_(self._scale).add_(self._carried(source)) if self.has_skip else product

    @property
    def arriving(self) -> Tensor:
        return self.buffers.output_gradient


class AddThenActLayer(DenseLayer):
    """a_l = phi([P a_s + alpha] norm(W a + b))."""

    def forward(self) -> None:
        own = self.buffers
        self._write_product(own.input)
        self._normalise(own.pre_activation)
        if self.has_skip:
            branch = own.pre_activation if self.normalisation is None else own.argument
            torch.add(self._carried(own.skip_input), branch, alpha=self._scale, out=own.argument)
        self._activate()

    def backward(self) -> None:
        own = self.buffers
        torch.mul(own.output_gradient, own.derivative, out=own.activated)
        if self.has_skip:
            torch.mul(own.activated, self._scale, out=own.pre_activation_gradient)
        if self.normalisation is not None:
            arriving = own.pre_activation_gradient if self.has_skip else own.activated
            self.normalisation.backward(arriving, own.pre_activation_gradient)
        torch.mm(own.pre_activation_gradient, self.weight.value, out=own.branch)

    def predict(self, x: Tensor, source: Tensor | None) -> Tensor:
        total = self._predict_normalised(self._multiply(x))
        if self.has_skip:
            total = total * self._scale + self._carried(source)
        return self._evaluate(total)

    @property
    def arriving(self) -> Tensor:
        return self.buffers.activated
