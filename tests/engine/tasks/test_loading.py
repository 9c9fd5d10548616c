"""The built-in tasks: sizes, scaling, chance and ceiling, and pure batches."""

from __future__ import annotations

import numpy as np
import pytest

from engine.documents import from_builtins
from engine.records.dataset import Dataset
from engine.tasks.insurance import draw_customers
from engine.tasks.loading import batch_indices, load


def task(name: str, seed: int = 7) -> Dataset:
    document = {
        "format": "gradient-theatre/1",
        "seed": seed,
        "task": {"name": name},
        "network": {"kind": "feedforward", "layers": [{"units": 4}]},
    }
    return load(from_builtins(document), None)


@pytest.mark.parametrize("name", ["insurance", "spirals", "digits"])
def test_a_seed_fixes_the_examples_and_they_are_locked(name: str) -> None:
    once, again, other = task(name), task(name), task(name, seed=8)
    assert np.array_equal(once.train_x, again.train_x)
    assert np.array_equal(once.held_out_y, again.held_out_y)
    assert not np.array_equal(once.train_x, other.train_x)
    with pytest.raises(ValueError, match="read-only"):
        once.train_x[0, 0] = 1.0
    assert once.train_x.shape[1] == once.inputs == len(once.input_names)


def test_insurance_is_as_large_and_as_hard_as_documented() -> None:
    customers = task("insurance")
    assert customers.train_x.shape == (2_000, 3)
    assert customers.held_out_x.shape == (4_000, 3)
    assert customers.majority == pytest.approx(0.512, abs=0.01)
    assert np.abs(customers.train_x.mean(axis=0)).max() < 0.1
    assert np.abs(customers.train_x.std(axis=0) - 1.0).max() < 0.1
    _, probability = draw_customers(np.random.default_rng(0), 400_000)
    assert np.maximum(probability, 1.0 - probability).mean() == pytest.approx(0.833, abs=0.003)


def test_income_rises_with_age_and_education() -> None:
    inputs, probability = draw_customers(np.random.default_rng(0), 100_000)
    age, education, income = inputs.T
    assert np.corrcoef(education, income)[0, 1] > 0.2
    assert np.corrcoef(age, income)[0, 1] > 0.05
    assert np.corrcoef(income, probability)[0, 1] > 0.5


def test_the_arms_of_the_spirals_are_each_others_reflection() -> None:
    points = task("spirals")
    assert points.train_x.shape == (1_000, 2)
    first, second = (points.train_x[points.train_y == arm] for arm in (0, 1))
    distance = np.linalg.norm(first[:, None] + second[None, :], axis=2).min(axis=1)
    assert np.median(distance) < 0.15
    assert points.majority is not None
    assert points.majority < 0.55


def test_digits_are_the_real_ones_split_without_overlap() -> None:
    digits = task("digits")
    assert digits.train_x.shape == (1_200, 64)
    assert digits.held_out_x.shape == (597, 64)
    every = np.concatenate((digits.train_x, digits.held_out_x))
    assert every.mean() == pytest.approx(0.0, abs=1e-5)
    assert every.std() == pytest.approx(1.0, abs=1e-5)
    counts = np.bincount(np.concatenate((digits.train_y, digits.held_out_y)))
    assert counts.tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_a_batch_depends_on_seed_and_iteration_alone() -> None:
    batch = batch_indices(7, 12, 64, 2_000)
    assert batch.shape == (64,)
    assert np.array_equal(batch, batch_indices(7, 12, 64, 2_000))
    assert not np.array_equal(batch, batch_indices(7, 13, 64, 2_000))
    assert not np.array_equal(batch, batch_indices(8, 12, 64, 2_000))
    counts = np.bincount(
        np.concatenate([batch_indices(1, i, 50, 10) for i in range(400)]), minlength=10
    )
    assert counts.min() > 1_800
    assert counts.max() < 2_200
