"""How weights and biases are drawn: from the seed and the parameter's name alone.

Every number is drawn in float64 and then rounded, so that float32 and float64
experiments start from the same weights, and no parameter's values depend on which
others exist.
Sources: Glorot and Bengio 2010 (Xavier), He et al. 2015, LeCun et al. 1998,
Saxe et al. 2014 (orthogonal), Le et al. 2015 (identity).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from engine.document.initialisation import Initialisation, SchemeName

_PARAMETER_STREAM = 3
"""Second number of the seed, apart from those of data and batches."""

Generator = np.random.Generator
FanRule = Callable[[int, int], float]

_NORMAL: dict[SchemeName, FanRule] = {
    "xavier_normal": lambda fan_in, fan_out: math.sqrt(2.0 / (fan_in + fan_out)),
    "he_normal": lambda fan_in, _fan_out: math.sqrt(2.0 / fan_in),
    "lecun_normal": lambda fan_in, _fan_out: 1.0 / math.sqrt(fan_in),
}
"""Standard deviations."""
_UNIFORM: dict[SchemeName, FanRule] = {
    "torch_default": lambda fan_in, _fan_out: 1.0 / math.sqrt(fan_in),
    "xavier_uniform": lambda fan_in, fan_out: math.sqrt(6.0 / (fan_in + fan_out)),
    "he_uniform": lambda fan_in, _fan_out: math.sqrt(6.0 / fan_in),
}
"""Bounds."""


def make_generator(seed: int, name: str) -> Generator:
    """The generator of one parameter of one experiment."""
    return np.random.default_rng([seed, _PARAMETER_STREAM, crc32(name.encode())])


def draw_weight(
    initialisation: Initialisation, size: tuple[int, int], generator: Generator
) -> NDArray[np.float64]:
    """(fan_out, fan_in) weights of a scheme, multiplied by its gain."""
    fan_out, fan_in = size
    scheme = initialisation.scheme
    if scheme == "orthogonal":
        weight = _orthogonal(size, generator)
    elif scheme == "identity":
        weight = np.eye(fan_out, fan_in)
    elif scheme == "zeros":
        weight = np.zeros(size)
    elif scheme in _NORMAL or scheme == "normal":
        std = _NORMAL[scheme](fan_in, fan_out) if scheme in _NORMAL else initialisation.std
        weight = generator.normal(0.0, std or 0.0, size)
    else:
        bound = _UNIFORM[scheme](fan_in, fan_out) if scheme in _UNIFORM else initialisation.bound
        weight = _uniform(bound or 0.0, size, generator)
    return initialisation.gain * weight


def find_weight_variance(initialisation: Initialisation, size: tuple[int, int]) -> float | None:
    """The variance of an entry of a (fan_out, fan_in) matrix; None where it is not random."""
    fan_out, fan_in = size
    scheme = initialisation.scheme
    if scheme in ("identity", "zeros"):
        return None
    if scheme == "orthogonal":
        variance = 1.0 / max(size)
    elif scheme in _NORMAL or scheme == "normal":
        std = _NORMAL[scheme](fan_in, fan_out) if scheme in _NORMAL else initialisation.std
        variance = (std or 0.0) ** 2
    else:
        bound = _UNIFORM[scheme](fan_in, fan_out) if scheme in _UNIFORM else initialisation.bound
        variance = (bound or 0.0) ** 2 / 3.0
    return initialisation.gain**2 * variance or None


def find_bias_variance(initialisation: Initialisation, fan_in: int) -> float | None:
    """The variance of a bias around 0; None where all are the same number that is not 0."""
    if initialisation.bias is not None:
        return None if initialisation.bias else 0.0
    return 1.0 / (3.0 * fan_in) if initialisation.scheme == "torch_default" else 0.0


def draw_bias(
    initialisation: Initialisation, units: int, fan_in: int, generator: Generator
) -> NDArray[np.float64]:
    """(units,) biases: the number given, else U(+-1/sqrt(fan_in)) for torch_default, else 0."""
    if initialisation.bias is not None:
        return np.full(units, float(initialisation.bias))
    if initialisation.scheme == "torch_default":
        return _uniform(1.0 / math.sqrt(fan_in), (units,), generator)
    return np.zeros(units)


def _uniform(bound: float, size: tuple[int, ...], generator: Generator) -> NDArray[np.float64]:
    return generator.uniform(-bound, bound, size)


def _orthogonal(size: tuple[int, int], generator: Generator) -> NDArray[np.float64]:
    """Orthonormal rows or columns, uniformly distributed: QR with the signs of R made positive."""
    rows, columns = max(size), min(size)
    q, r = np.linalg.qr(generator.normal(0.0, 1.0, (rows, columns)))
    q = q * np.where(np.diagonal(r) < 0.0, -1.0, 1.0)
    return np.ascontiguousarray(q if size[0] >= size[1] else q.T)
