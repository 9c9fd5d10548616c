"""Schemes have the spread their papers give them, and depend on seed and name alone."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.document.initialisation import Initialisation, SchemeName
from engine.numerics.initialisers import draw_bias, draw_weight, make_generator

OUT, IN = 300, 200
SPREADS: dict[SchemeName, float] = {
    "torch_default": 1 / math.sqrt(3 * IN),
    "xavier_uniform": math.sqrt(2 / (IN + OUT)),
    "xavier_normal": math.sqrt(2 / (IN + OUT)),
    "he_uniform": math.sqrt(2 / IN),
    "he_normal": math.sqrt(2 / IN),
    "lecun_normal": 1 / math.sqrt(IN),
    "orthogonal": 1 / math.sqrt(OUT),
    "normal": 0.5,
    "uniform": 0.3 / math.sqrt(3),
}


@pytest.mark.parametrize("scheme", SPREADS)
def test_standard_deviation(scheme: SchemeName) -> None:
    how = Initialisation(scheme, gain=2.0, std=0.5, bound=0.3)
    weight = draw_weight(how, (OUT, IN), make_generator(1, "W.1"))
    assert weight.std() == pytest.approx(2.0 * SPREADS[scheme], rel=0.02)
    assert abs(weight.mean()) < 0.02 * weight.std()


@pytest.mark.parametrize("size", [(7, 4), (4, 7), (5, 5)])
def test_orthogonal_rows_or_columns(size: tuple[int, int]) -> None:
    weight = draw_weight(Initialisation("orthogonal"), size, make_generator(1, "W.1"))
    product = weight @ weight.T if size[0] < size[1] else weight.T @ weight
    np.testing.assert_allclose(product, np.eye(min(size)), atol=1e-12)


def test_identity_zeros_and_biases() -> None:
    generator = make_generator(0, "x")
    assert draw_weight(Initialisation("identity"), (3, 2), generator).tolist() == [
        [1, 0],
        [0, 1],
        [0, 0],
    ]
    assert not draw_weight(Initialisation("zeros"), (3, 2), generator).any()
    assert draw_bias(Initialisation("he_normal"), 3, 5, generator).tolist() == [0, 0, 0]
    assert draw_bias(Initialisation("he_normal", bias=-10), 3, 5, generator).tolist() == [-10] * 3
    drawn = draw_bias(Initialisation(), 1000, 4, generator)
    assert 0.45 < np.abs(drawn).max() <= 0.5


def test_draws_depend_on_seed_and_name_alone() -> None:
    def draw(seed: int, name: str) -> list[float]:
        return list(draw_weight(Initialisation(), (2, 2), make_generator(seed, name)).flat)

    assert draw(1, "W.1") == draw(1, "W.1")
    assert draw(1, "W.1") != draw(2, "W.1")
    assert draw(1, "W.1") != draw(1, "W.2")
