"""Synthetic customers of an insurance: age, education, income -> buys or not.

Age is uniform from 18 to 70 years, education one of five levels, and income
log-normal, rising with both:

    income = exp N(10.2 + .15 education + .006 (age - 18), .45^2)

The wish to buy rises with all three and falls again towards old age:

    u = .9 (age - 42)/10 + .5 (education - 2) + 1.6 (ln income - 10.7)
        - .25 ((age - 42)/10)^2 + .3

and a customer buys with probability sigmoid(1.5 u). Since buying is a matter of
chance, even the best rule is right only 83.3 times in 100, E[max(p, 1 - p)];
always guessing the more frequent answer is right about 51 times.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.document.specs import Reads, TaskSpec
from engine.records.dataset import DATA_STREAM, Dataset

TRAINING_CUSTOMERS = 2_000
HELD_OUT_CUSTOMERS = 4_000

F64 = NDArray[np.float64]


class Insurance(TaskSpec, frozen=True, kw_only=True, tag_field="name", tag="insurance"):
    """Synthetic customers: age, education, income -> buys or not."""

    reads: ClassVar[Reads] = "vectors"

    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        del readout, folder
        return load_insurance(seed)


def load_insurance(seed: int) -> Dataset:
    """The customers of a seed: the first 2,000 to train on, the other 4,000 held out."""
    rng = np.random.default_rng([seed, DATA_STREAM])
    count = TRAINING_CUSTOMERS + HELD_OUT_CUSTOMERS
    inputs, probability = draw_customers(rng, count)
    buys = (rng.random(count) < probability).astype(np.float32)
    x = inputs.astype(np.float32)
    return Dataset(
        train_x=x[:TRAINING_CUSTOMERS],
        train_y=buys[:TRAINING_CUSTOMERS],
        held_out_x=x[TRAINING_CUSTOMERS:],
        held_out_y=buys[TRAINING_CUSTOMERS:],
        loss="bce",
        inputs=3,
        outputs=1,
        input_names=("age", "education", "income"),
        class_names=("does not buy", "buys"),
    )


def draw_customers(rng: np.random.Generator, count: int) -> tuple[F64, F64]:
    """Scaled inputs (count, 3) of random customers, and their probabilities to buy (count,)."""
    age = rng.uniform(18.0, 70.0, count)
    education = rng.integers(0, 5, count).astype(np.float64)
    log_income = rng.normal(10.2 + 0.15 * education + 0.006 * (age - 18.0), 0.45)
    wish = (
        0.9 * (age - 42.0) / 10.0
        + 0.5 * (education - 2.0)
        + 1.6 * (log_income - 10.7)
        - 0.25 * ((age - 42.0) / 10.0) ** 2
        + 0.3
    )
    probability = 1.0 / (1.0 + np.exp(-1.5 * wish))
    inputs = ((age - 44.0) / 15.0, (education - 2.0) / 1.41, (log_income - 10.65) / 0.5)
    return np.stack(inputs, axis=1), probability
