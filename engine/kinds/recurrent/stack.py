"""A stack of recurrent layers with its embedding and read-out, for one batch size and length.

A network has one stack that its training batches run through; predictions and questions about
single sentences run through others, over the same weights.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.kinds.network import count_rows_at_once
from engine.kinds.recurrent.cell import CellSettings
from engine.kinds.recurrent.parameters import CELLS, view_weights
from engine.kinds.recurrent.spec import Recurrent
from engine.numerics.parameters import Parameters
from engine.records.dataset import Dataset

_MOST_PREDICTED_ROWS = 256
_PREDICTED_TIME_STEPS = 32


def settings_of(network: Recurrent) -> CellSettings:
    """What the document switches in every cell."""
    names = CELLS[network.cell].gate_names
    return CellSettings(
        activation=network.activation,
        forced=tuple(getattr(network.gates, name) for name in names),
        cuts_hidden_to_gates=network.cut_h_to_gates,
        truncation=network.truncation,
    )


def count_stack_numbers(
    network: Recurrent,
    dataset: Dataset,
    time_steps: int,
    batch: int,
    *,
    keeps_gradients: bool = True,
) -> int:
    """How many numbers the buffers of all layers of a `Stack` hold."""
    width = network.embedding if dataset.is_tokens else dataset.inputs
    count = CELLS[network.cell].count_numbers
    return sum(
        count(
            network.hidden, width if k == 0 else network.hidden, time_steps, batch, keeps_gradients
        )
        for k in range(network.layers)
    )


def plan_prediction(
    network: Recurrent, dataset: Dataset, time_steps: int, batch: int
) -> tuple[int, int]:
    """How many sequences, and time steps of them, are read together where nothing is recorded.

    Args:
        network: the document's part that describes the layers.
        dataset: for its inputs and outputs.
        time_steps: T of the sequences.
        batch: B of a pass in training.
    """
    length = min(_PREDICTED_TIME_STEPS, time_steps)
    numbers = count_stack_numbers(network, dataset, length, 1, keeps_gradients=False)
    if network.readout == "all":
        numbers += 3 * length * dataset.outputs
    return min(_MOST_PREDICTED_ROWS, count_rows_at_once(numbers, batch)), length


class Stack:
    """Layers, bottom first, unrolled over T time steps for B sequences.

    Args:
        parameters: shared, never copied.
        network: the document's part that describes the layers.
        time_steps: T.
        batch: B.
        keeps_gradients: whether a backward pass can follow.
    """

    def __init__(
        self,
        parameters: Parameters,
        network: Recurrent,
        time_steps: int,
        batch: int,
        keeps_gradients: bool = True,
    ) -> None:
        self.parameters = parameters
        self.readout = network.readout
        self.time_steps = time_steps
        self.batch = batch
        settings = settings_of(network)
        self.cells = [
            CELLS[network.cell](
                view_weights(parameters, k), settings, time_steps, batch, keeps_gradients
            )
            for k in range(network.layers)
        ]
        self._tokens: Tensor | None = None
        self._last = 0

    def configure(self, network: Recurrent) -> None:
        """Switch gates, cuts and the activation from the next pass on."""
        for cell in self.cells:
            cell.settings = settings_of(network)

    def read(self, x: Tensor, goes_on: bool = False) -> Tensor:
        """Run x, (B, T) tokens or (B, T, I) numbers, through all layers.

        Args:
            x: T or fewer time steps.
            goes_on: start from the states in which the last call ended, instead of zeros.

        Returns:
            (time steps, H, B) states of the top layer, a view.
        """
        time_steps = x.shape[1]
        states = self.cells[0].input[:time_steps]
        if "emb" in self.parameters:
            self._tokens = x.t().contiguous()
            states.copy_(self.parameters["emb"].value[self._tokens].transpose(1, 2))
        else:
            states.copy_(x.permute(1, 2, 0))
        for cell in self.cells:
            if goes_on:
                cell.go_on(self._last)
            else:
                cell.clear()
            cell.forward(states)
            states = cell.h[1 : time_steps + 1]
        self._last = time_steps
        return states

    def forward(self, x: Tensor) -> Tensor:
        """The output (B, k), or (B, T, k) for a read-out at every time step."""
        states = self.read(x)
        return self.apply_readout(self.summarise(states))

    def summarise(self, states: Tensor) -> Tensor:
        """(H, B) what the read-out sees of (T, H, B) states; all of them for `all`."""
        match self.readout:
            case "last":
                return states[-1]
            case "mean":
                return states.mean(0)
            case "all":
                return states

    def apply_readout(self, state: Tensor) -> Tensor:
        """(B, k) from (H, B), or (B, T, k) from (T, H, B)."""
        weight, bias = self.parameters["W.out"].value, self.parameters["b.out"].value
        if state.dim() == 3:
            # One product of (B T, H): torch's batched one would copy what has the output's size.
            rows = state.permute(2, 0, 1).reshape(-1, state.shape[1])
            return torch.addmm(bias, rows, weight.t()).view(state.shape[2], len(state), -1)
        output = torch.matmul(weight, state) + bias.unsqueeze(1)
        return output.movedim(-1, 0).contiguous()

    def enter_loss(self, output_gradient: Tensor, only: int | None = None) -> None:
        """Lay dL/d(output) on the top layer's states; with `only`, on that time step's alone."""
        weight = self.parameters["W.out"].value.t()
        top = self.cells[-1].state_gradient
        top.zero_()
        if self.readout == "all":
            at = slice(0, self.time_steps) if only is None else slice(only - 1, only)
            entering = output_gradient[:, at].matmul(weight.t())
            top[1:][at] = entering.permute(1, 2, 0)
            return
        gradient = weight.mm(output_gradient.t())
        if self.readout == "last":
            top[-1] = gradient
        else:
            at = slice(1, None) if only is None else slice(only, only + 1)
            top[at] = gradient / self.time_steps

    def backward(self, with_weights: bool = False) -> None:
        """Carry what `enter_loss` laid down through all layers and time steps.

        Args:
            with_weights: whether the parameters' gradients are to be filled too.
        """
        for k in range(len(self.cells) - 1, -1, -1):
            cell = self.cells[k]
            cell.backward(view_weights(self.parameters, k, gradient=True) if with_weights else None)
            if k > 0:
                below = self.cells[k - 1].state_gradient
                below[0].zero_()
                below[1:].copy_(cell.input_gradient)
        if with_weights:
            self._compute_embedding_gradient()

    def _compute_embedding_gradient(self) -> None:
        """dL/d(embedding) of the last backward pass, summed where a word occurs again."""
        if "emb" not in self.parameters or self._tokens is None:
            return
        gradient = self.parameters["emb"].gradient
        by_word = self.cells[0].input_gradient.transpose(1, 2).reshape(-1, gradient.shape[1])
        gradient.zero_()
        gradient.index_add_(0, self._tokens.reshape(-1), by_word)

    def compute_readout_gradient(self, output_gradient: Tensor) -> None:
        """dL/dW.out and dL/db.out."""
        weight, bias = self.parameters["W.out"].gradient, self.parameters["b.out"].gradient
        seen = self.summarise(self.cells[-1].h[1:])
        if self.readout == "all":
            rows = seen.permute(2, 0, 1).reshape(-1, seen.shape[1])
            torch.mm(output_gradient.flatten(0, 1).t(), rows, out=weight)
            bias.copy_(output_gradient.sum((0, 1)))
        else:
            weight.copy_(output_gradient.t().mm(seen.t()))
            bias.copy_(output_gradient.sum(0))
