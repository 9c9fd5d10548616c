"""What of a verdict is said in a hall where not all of it has room."""

from __future__ import annotations

import pytest

from desktop.lecture.hall_verdict import keep_clauses

WEAK = "Layer 1 receives 3.2 × 10⁻³ of the last layer's gradient, and an update changes 9 weights."
DEAD = "At least 99 % of the units of layer 2, and of 1 more, do not respond to any sample."
HALTED = "A number is not finite at iteration 2; the last good state is kept. Read on."


@pytest.mark.parametrize(
    ("text", "room", "kept"),
    [
        (WEAK, 500, WEAK),
        (WEAK, 70, "Layer 1 receives 3.2 × 10⁻³ of the last layer's gradient."),
        (WEAK, 10, "Layer 1 receives 3.2 × 10⁻³ of the last layer's gradient."),
        (DEAD, 40, DEAD),
        (HALTED, 500, "A number is not finite at iteration 2; the last good state is kept."),
        (HALTED, 45, "A number is not finite at iteration 2."),
    ],
)
def test_whole_clauses_are_kept_and_none_is_cut_off(text: str, room: int, kept: str) -> None:
    assert keep_clauses(text, lambda sentence: len(sentence) <= room) == kept
