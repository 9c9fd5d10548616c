"""Which parameters a recurrent network has, and how they are drawn."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from engine.document.experiment import Experiment
from engine.document.initialisation import Initialisation
from engine.kinds.recurrent.cell import Cell, CellWeights
from engine.kinds.recurrent.gru import GruCell
from engine.kinds.recurrent.lstm import LstmCell
from engine.kinds.recurrent.rnn import RnnCell
from engine.kinds.recurrent.spec import Recurrent
from engine.numerics.initialisers import draw_bias, draw_weight, make_generator
from engine.numerics.parameters import Parameters, Shape

CELLS: dict[str, type[Cell]] = {"rnn": RnnCell, "lstm": LstmCell, "gru": GruCell}

_FORGET_BLOCK = 1


def list_shapes(network: Recurrent, inputs: int, outputs: int, is_tokens: bool) -> list[Shape]:
    """All parameters: an embedding for words, four a layer with torch's names, the read-out."""
    rows = CELLS[network.cell].blocks * network.hidden
    shapes = [Shape("emb", (inputs, network.embedding))] if is_tokens else []
    width = network.embedding if is_tokens else inputs
    for k in range(network.layers):
        shapes += [
            Shape(f"weight_ih_l{k}", (rows, width), k + 1),
            Shape(f"weight_hh_l{k}", (rows, network.hidden), k + 1),
            Shape(f"bias_ih_l{k}", (rows,), k + 1),
            Shape(f"bias_hh_l{k}", (rows,), k + 1),
        ]
        width = network.hidden
    return [*shapes, Shape("W.out", (outputs, network.hidden)), Shape("b.out", (outputs,))]


def view_weights(parameters: Parameters, layer: int, gradient: bool = False) -> CellWeights:
    """The weights (or their gradients) of one layer, 0 the lowest."""
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    found = [parameters[f"{name}_l{layer}"] for name in names]
    return CellWeights(*(p.gradient if gradient else p.value for p in found))


def draw_parameters(parameters: Parameters, experiment: Experiment) -> None:
    """Fill all parameters as the document says, each from (seed, name) alone.

    Each gate's block is drawn as a matrix of its own. torch_default means
    U(+-1/sqrt(hidden)) for W_ih and W_hh, as in torch; biases are 0 (or the number given)
    except the forget gate's bias_ih, which is `forget_bias`.
    """
    network = experiment.network
    assert isinstance(network, Recurrent)
    own = network.initialisation
    recurrent = network.recurrent_initialisation or own
    from_input = own
    if own.scheme == "torch_default":
        bound = 1.0 / math.sqrt(network.hidden)
        from_input = msgspec.structs.replace(own, scheme="uniform", bound=bound)
    for parameter in parameters:
        name = parameter.name
        generator = make_generator(experiment.seed, name)
        size = tuple(parameter.value.shape)
        match name.split("_l")[0]:
            case "emb":
                drawn = generator.normal(0.0, 1.0, size)
            case "weight_ih":
                drawn = _draw_blocks(from_input, size, network, generator, None)
            case "weight_hh":
                radius = getattr(recurrent, "spectral_radius", None)
                drawn = _draw_blocks(recurrent, size, network, generator, radius)
            case "bias_ih":
                drawn = np.full(size, own.bias or 0.0)
                if network.cell == "lstm":
                    rows = slice(_FORGET_BLOCK * network.hidden, 2 * network.hidden)
                    drawn[rows] = network.forget_bias
            case "bias_hh":
                drawn = np.zeros(size)
            case "W.out":
                drawn = draw_weight(_for_readout(own), (size[0], size[1]), generator)
            case _:
                drawn = draw_bias(_for_readout(own), size[0], network.hidden, generator)
        parameter.value.copy_(torch.from_numpy(drawn))


def _for_readout(initialisation: Initialisation) -> Initialisation:
    if initialisation.scheme in ("zeros", "identity"):
        return msgspec.structs.replace(initialisation, scheme="torch_default")
    return initialisation


def _draw_blocks(
    initialisation: Initialisation,
    size: tuple[int, ...],
    network: Recurrent,
    generator: np.random.Generator,
    radius: float | None,
) -> NDArray[np.float64]:
    block = (network.hidden, size[1])
    count = size[0] // network.hidden
    drawn = [draw_weight(initialisation, block, generator) for _ in range(count)]
    if radius is not None:
        drawn = [rescale_spectral_radius(matrix, radius) for matrix in drawn]
    return np.concatenate(drawn)


def rescale_spectral_radius(matrix: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    """The matrix divided by its measured spectral radius and multiplied by `radius`.

    A matrix without one (all zeros) stays as it is. Entries N(0, rho^2 / H) alone do not have
    the radius rho at small H (H = 64: 1.08 rho), hence measured.
    """
    measured = float(np.max(np.abs(np.linalg.eigvals(matrix))))
    return matrix * (radius / measured) if measured > 0.0 else matrix
