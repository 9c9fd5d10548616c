"""Recompute a gt-dump/1 of a dense network with plain torch, sharing no code with the engine.

`recompute(NAME)` reads NAME.json and NAME.npz and returns what autograd says about
every claim, under the claims' own names.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "gelu": F.gelu,
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "elu": F.elu,
    "selu": F.selu,
    "silu": F.silu,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "hardtanh": F.hardtanh,
    "sin": torch.sin,
    "linear": lambda x: x,
}


class Recomputed:
    """The forward pass of a dump, with everything that autograd is asked about."""

    def __init__(self, name: Path) -> None:
        self.spec: dict[str, Any] = json.loads(Path(f"{name}.json").read_text())
        assert self.spec["format"] == "gt-dump/1"
        assert self.spec["kind"] == "mlp"
        with np.load(name.parent / self.spec["arrays"]) as stored:
            arrays = {key: stored[key] for key in stored.files}
        self.claims = {k.removeprefix("claim/"): v for k, v in arrays.items() if "claim/" in k}
        dtype = getattr(torch, self.spec["dtype"])
        self.arrays = {
            key: torch.tensor(value, dtype=dtype if value.dtype.kind == "f" else None)
            for key, value in arrays.items()
            if "claim/" not in key
        }
        self.parameters = {
            key: value.requires_grad_()
            for key, value in self.arrays.items()
            if key.split(".")[0] in ("W", "b", "gamma", "beta")
        }
        self.depth: int = self.spec["depth"]
        self.a: list[Tensor] = []
        self.z: list[Tensor] = []
        self.loss = self._run(self.arrays["x"].clone().requires_grad_())

    def _of_layer(self, key: str, layer: int) -> Any:
        value = self.spec[key]
        return value[layer - 1] if isinstance(value, list) else value

    def _activate(self, layer: int, x: Tensor) -> Tensor:
        name = self._of_layer("activation", layer)
        if name == "leaky_relu":
            return F.leaky_relu(x, self._of_layer("leaky_slope", layer))
        return ACTIVATIONS[name](x)

    def _normalise(self, layer: int, x: Tensor) -> Tensor:
        kind, eps = self._of_layer("norm", layer), self.spec["norm_eps"]
        gamma = self.arrays.get(f"gamma.{layer}")
        beta = self.arrays.get(f"beta.{layer}")
        if kind == "none":
            return x
        if kind == "batch":
            mean, var = self.arrays[f"rmean.{layer}"], self.arrays[f"rvar.{layer}"]
            is_training = not self.spec["bn_eval"]
            return F.batch_norm(x, mean.clone(), var.clone(), gamma, beta, is_training, 0.1, eps)
        if kind == "layer":
            return F.layer_norm(x, (x.shape[1],), gamma, beta, eps)
        scale = (x.pow(2).mean(1, keepdim=True) + eps).rsqrt()
        return x * scale if gamma is None else x * scale * gamma

    def _weigh(self, layer: int, x: Tensor) -> Tensor:
        z = F.linear(x, self.arrays[f"W.{layer}"], self.arrays.get(f"b.{layer}"))
        z.retain_grad()
        self.z.append(z)
        return z

    def _run(self, x: Tensor) -> Tensor:
        self.a.append(x)
        for layer in range(1, self.depth + 1):
            self.a.append(self._apply(layer))
            self.a[-1].retain_grad()
        out = F.linear(self.a[-1], self.arrays["W.out"], self.arrays.get("b.out"))
        y = self.arrays["y"]
        if self.spec["loss"] == "mse":
            return F.mse_loss(out, y.reshape(out.shape))
        if self.spec["loss"] == "bce":
            return F.binary_cross_entropy_with_logits(out, y.reshape(out.shape))
        return F.cross_entropy(out, y)

    def _apply(self, layer: int) -> Tensor:
        order, below = self.spec["order"], self.a[layer - 1]
        source = self.spec["skip_from"][layer - 1]
        skip: Tensor | float = 0.0
        alpha = 1.0
        if source is not None:
            skip, alpha = self.a[source], self.spec["skip_alpha"][layer - 1]
            if f"W.skip.{layer}" in self.arrays:
                skip = F.linear(
                    skip, self.arrays[f"W.skip.{layer}"], self.arrays.get(f"b.skip.{layer}")
                )
        if order == "pre":
            return skip + alpha * self._weigh(
                layer, self._activate(layer, self._normalise(layer, below))
            )
        normed = self._normalise(layer, self._weigh(layer, below))
        if order == "post":
            return skip + alpha * self._activate(layer, normed)
        return self._activate(layer, skip + alpha * normed)

    def answers(self) -> dict[str, np.ndarray]:
        """Every claim's name and what autograd says."""
        self.loss.backward(retain_graph=True)

        def norm(tensor: Tensor | None) -> float:
            if tensor is None or tensor.grad is None:
                return 0.0
            largest = tensor.grad.abs().max().double()
            # Scaled first: the squares of very large or small numbers leave float64.
            return float(largest * (tensor.grad.double() / (largest or 1.0)).norm())

        def norms(tensors: list[Tensor | None]) -> np.ndarray:
            return np.array([norm(tensor) for tensor in tensors])

        layers = range(1, self.depth + 1)
        batch = len(self.a[0])
        widths = np.array([a.shape[1] for a in self.a])
        g_a = norms(list(self.a))
        claims = {
            "loss": np.array(self.loss.item()),
            "g_a": g_a,
            "g_a_rms": np.sqrt(batch) * g_a / np.sqrt(widths),
            "g_z": norms(list(self.z)),
            "g_W": norms([self.parameters[f"W.{n}"] for n in layers]),
            "g_b": norms([self.parameters.get(f"b.{n}") for n in layers]),
            "g_W_out": norms([self.parameters["W.out"]])[0],
        }
        # Only now: autograd.grad would add to the gradients that are retained.
        for number, wanted in enumerate(self.spec["jacobians"]):
            claims[f"jac_sv.{number}"] = self._singular_values(**wanted)
        return claims

    def _singular_values(self, **wanted: int) -> np.ndarray:
        first, last, sample = self.a[wanted["from"]], self.a[wanted["to"]], wanted["sample"]
        rows = [
            torch.autograd.grad(unit, first, retain_graph=True)[0][sample] for unit in last[sample]
        ]
        return torch.linalg.svdvals(torch.stack(rows).double()).numpy()


def recompute(name: Path) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The claims of a dump, and what autograd says to each of them."""
    recomputed = Recomputed(name)
    answers = recomputed.answers()
    return recomputed.claims, answers
