"""How a quantity is written in a sentence."""

from __future__ import annotations

import pytest

from engine.analysis.quantities import tell
from engine.document.quantities import QuantityName
from engine.records.beat import Value


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("accuracy", 0.81825, "82 %"),
        ("accuracy", 0.0, "0 %"),
        ("saturated", 0.004, "< 1 %"),
        ("saturated", 0.005, "< 1 %"),
        ("saturated", 0.006, "1 %"),
        ("r2", -0.052, "−5 %"),
        ("dead.2", 1.0, "100 %"),
        ("changed.1", 12345, "12,345"),
        ("halted.update", 3, "3"),
        ("rank.gradient", 9, "9"),
        ("first_last_ratio", 1.8793e-8, "1.9 × 10⁻⁸"),
        ("first_last_ratio", 1.0e-20, "1.0 × 10⁻²⁰"),
        ("first_last_ratio", 0.0, "0"),
        ("first_last_ratio", None, "–"),
        ("first_last_ratio", 339.7, "340"),
        ("first_last_ratio", 3412.0, "3,400"),
        ("first_last_ratio", 9990.0, "1.0 × 10⁴"),
        ("first_last_ratio", 2.7e5, "2.7 × 10⁵"),
        ("factor", 0.953, "0.95"),
        ("factor", 0.996, "1.0"),
        ("factor", 0.0042, "0.0042"),
        ("factor", 0.000999, "0.0010"),
        ("factor", 0.00099, "9.9 × 10⁻⁴"),
        ("factor", 1.91, "1.9"),
        ("verdict", "frozen", "frozen"),
        ("answer", "loan", "loan"),
    ],
)
def test_values_are_told_as_the_format_says(name: str, value: Value, told: str) -> None:
    assert tell(QuantityName.of(name), value) == told
