"""Clipping, weight decay and the optimisers, each phase on its own.

Everything works on the active stretches of the flat vectors of `Parameters`, as
torch.optim does with its defaults, and torch.nn.utils with its clipping.
Sources: momentum, Polyak 1964; Nesterov as in Sutskever et al. 2013; RMSprop, Tieleman and
Hinton 2012; Adam, Kingma and Ba 2015; AdamW, Loshchilov and Hutter 2019; clipping,
Pascanu et al. 2013.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.document.experiment import Training
from engine.numerics.parameters import Parameters

_RMSPROP_DECAY = 0.99
_BETAS = (0.9, 0.999)
_EPS = 1e-8
_CLIP_EPS = 1e-6
"""torch.nn.utils.clip_grad_norm_ adds it to the norm."""
_PLAIN = "plain"
"""Owns a state without memory: the learning rate times the gradient."""

_VECTORS = {"": 0, _PLAIN: 0, "sgd": 1, "nesterov": 1, "rmsprop": 2, "adam": 2, "adamw": 2}
"""How many vectors the owner of a state remembers; "" before the first update."""


@dataclass(frozen=True, slots=True)
class ClipResult:
    """What clipping did to the whole gradient."""

    factor: float = 1.0
    """By norm: what every entry was multiplied by."""
    share: float = 0.0
    """By value: the share of entries that were cut."""


def count_vectors(owner: str) -> int | None:
    """How many vectors a rule remembers, by the `owner` of its state; None for no such rule."""
    return _VECTORS.get(owner)


def clip_gradient(parameters: Parameters, training: Training, gradient_norm: float) -> ClipResult:
    """Clip the active gradients in place; by norm it only ever scales down."""
    clip = training.clip
    if clip.kind == "norm":
        factor = min(1.0, clip.threshold / (gradient_norm + _CLIP_EPS))
        if factor < 1.0:
            for span in parameters.spans:
                parameters.gradient[span].mul_(factor)
        return ClipResult(factor=factor)
    if clip.kind == "value":
        cut = 0
        for span in parameters.spans:
            gradient = parameters.gradient[span]
            cut += int((gradient.abs() > clip.threshold).sum())
            gradient.clamp_(-clip.threshold, clip.threshold)
        return ClipResult(share=cut / max(parameters.active_count, 1))
    return ClipResult()


def decay_gradient(parameters: Parameters, training: Training) -> bool:
    """Add the L2 term weight_decay * w to the active gradients, for all optimisers but AdamW.

    Returns:
        Whether there was anything to add.
    """
    if training.weight_decay == 0.0 or training.optimiser == "adamw":
        return False
    for span in parameters.spans:
        parameters.gradient[span].add_(parameters.value[span], alpha=training.weight_decay)
    return True


@dataclass(frozen=True, slots=True, eq=False)
class OptimiserState:
    """What an optimiser remembers between two updates."""

    owner: str = ""
    """The rule that the vectors belong to."""
    updates: int = 0
    vectors: tuple[Tensor, ...] = ()


class Optimiser:
    """The rule that turns a gradient into an update, with its state.

    The state belongs to one rule: it starts afresh when another rule has made an
    update; another learning rate or momentum goes on with it.
    """

    def __init__(self, parameters: Parameters, training: Training) -> None:
        self._parameters = parameters
        self.training = training
        self._state = OptimiserState()

    @property
    def is_plain(self) -> bool:
        """Whether the update is just the learning rate times the gradient."""
        return self.training.optimiser in {"sgd", "nesterov"} and self.training.momentum == 0.0

    def save(self) -> OptimiserState:
        """A copy of the state."""
        return _copied(self._state)

    def restore(self, state: OptimiserState) -> None:
        """Go back to a copy of an earlier state."""
        self._state = _copied(state)

    @property
    def remembered(self) -> tuple[Tensor, ...]:
        """What it remembers of every parameter, as vectors of their length."""
        return tuple(self._state.vectors)

    def compute_update(self, update: Tensor) -> None:
        """Write what is to be subtracted from the parameters, and advance the state.

        Args:
            update: a vector of the parameters' length; left alone where nothing is active,
                and by the plain rule, whose update is the gradient times the learning rate.
        """
        vectors, updates = self._advance_state()
        if self.is_plain:
            return
        values, gradients = self._parameters.value, self._parameters.gradient
        for span in self._parameters.spans:
            gradient, out = gradients[span], update[span]
            own = [vector[span] for vector in vectors]
            match self.training.optimiser:
                case "adam" | "adamw":
                    self._adam(gradient, own[0], own[1], out, values[span], updates)
                case "rmsprop":
                    self._rmsprop(gradient, own[0], own[1], out)
                case "sgd" | "nesterov":
                    self._momentum(gradient, own[0], out)

    def _advance_state(self) -> tuple[tuple[Tensor, ...], int]:
        owner = _PLAIN if self.is_plain else self.training.optimiser
        state = self._state
        if state.owner != owner:
            value = self._parameters.value
            fresh = tuple(torch.zeros_like(value) for _ in range(_VECTORS[owner]))
            state = OptimiserState(owner, 0, fresh)
        self._state = OptimiserState(owner, state.updates + 1, state.vectors)
        return state.vectors, state.updates + 1

    def _momentum(self, gradient: Tensor, velocity: Tensor, out: Tensor) -> None:
        training = self.training
        velocity.mul_(training.momentum).add_(gradient)
        if training.optimiser == "nesterov":
            torch.add(gradient, velocity, alpha=training.momentum, out=out)
            out.mul_(training.learning_rate)
        else:
            torch.mul(velocity, training.learning_rate, out=out)

    def _rmsprop(self, gradient: Tensor, square: Tensor, velocity: Tensor, out: Tensor) -> None:
        momentum = self.training.momentum
        square.mul_(_RMSPROP_DECAY).addcmul_(gradient, gradient, value=1.0 - _RMSPROP_DECAY)
        torch.sqrt(square, out=out)
        torch.div(gradient, out.add_(_EPS), out=out)
        if momentum > 0.0:
            torch.add(out, velocity, alpha=momentum, out=velocity)
            out.copy_(velocity)
        out.mul_(self.training.learning_rate)

    def _adam(
        self,
        gradient: Tensor,
        mean: Tensor,
        square: Tensor,
        out: Tensor,
        value: Tensor,
        updates: int,
    ) -> None:
        training = self.training
        first, second = _BETAS
        mean.lerp_(gradient, 1.0 - first)
        square.mul_(second).addcmul_(gradient, gradient, value=1.0 - second)
        torch.sqrt(square, out=out)
        out.div_((1.0 - second**updates) ** 0.5).add_(_EPS)
        torch.div(mean, out, out=out)
        out.mul_(training.learning_rate / (1.0 - first**updates))
        if training.optimiser == "adamw":
            out.add_(value, alpha=training.learning_rate * training.weight_decay)


def _copied(state: OptimiserState) -> OptimiserState:
    return OptimiserState(
        state.owner, state.updates, tuple(vector.clone() for vector in state.vectors)
    )
