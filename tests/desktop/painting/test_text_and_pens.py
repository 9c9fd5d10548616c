"""Texts in several lines."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from desktop.painting.text_and_pens import text_width, wrap_text
from desktop.style.theme import load_fonts

SENTENCE = (
    "None of its 48 weights changes: 3.9 × 10⁻¹¹ of 53 % is lost · 10 × Dense · iteration 600"
)
WHOLE = ("3.9 × 10⁻¹¹", "53 %", "10 × Dense", "iteration 600")


@pytest.mark.parametrize("room", range(90, 500, 13))
def test_no_line_ends_within_a_number(qtbot: QtBot, room: int) -> None:
    del qtbot
    load_fonts()
    lines = wrap_text(SENTENCE, 11.0, room)
    assert " ".join(lines) == SENTENCE
    for number in WHOLE:
        assert any(number in line for line in lines)
    assert all(text_width(line, 11.0) <= room for line in lines)
