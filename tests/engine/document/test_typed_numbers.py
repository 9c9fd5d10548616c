"""Every number that a person types is read in one way, or refused in a sentence."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document.typed_numbers import NumberError, check_bounds, read_number, units_of
from tests.typed_numbers import TYPED, WITH_UNITS

BEYOND = ("-1", "−1", "3,000,000,000", "10²¹")
"""Numbers all right, which only the bounds of an entry refuse."""


@pytest.mark.parametrize("is_integer", [False, True])
@pytest.mark.parametrize(("text", "number", "whole"), TYPED)
def test_a_text_means_one_number_or_none(
    text: str, number: float | None, whole: int | None, is_integer: bool
) -> None:
    expected = whole if is_integer else number
    if expected is None and text not in BEYOND:
        with pytest.raises(NumberError) as refusal:
            read_number(text, is_integer=is_integer)
        sentence = str(refusal.value)
        assert sentence.startswith("“")
        assert sentence.endswith(".")
        assert " ".join(text.split()) in sentence
    elif expected is not None:
        value = read_number(text, is_integer=is_integer)
        assert value == expected
        assert type(value) is (int if is_integer else float)


@pytest.mark.parametrize(
    ("text", "is_integer", "readings"),
    [
        ("1,000", False, ("1.000", "1000")),
        ("12,345", False, ("12.345", "12345")),
        ("-1,000", False, ("1.000", "1000")),
        ("1.000", True, ("1", "1000")),
        ("12.345", True, ("12.345", "12345")),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_both(
    text: str, is_integer: bool, readings: tuple[str, str]
) -> None:
    with pytest.raises(NumberError) as refusal:
        read_number(text, is_integer=is_integer)
    assert "can be read as {} or as {}:".format(*readings) in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,000,000", 1e6), ("1.000.000", 1e6), ("0,0005", 5e-4), ("1234,567", 1234.567)],
)
def test_groups_and_leading_zeros_leave_one_reading(text: str, value: float) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize(("text", "value"), WITH_UNITS)
def test_a_unit_may_stand_behind_it_where_it_belongs(text: str, value: int) -> None:
    assert read_number(text, is_integer=True, units=units_of("units")) == value
    with pytest.raises(NumberError, match="unit"):
        read_number(text, is_integer=True, units=units_of("dpi"))


def test_a_whole_number_keeps_all_its_digits() -> None:
    assert read_number("123456789012345678901", is_integer=True) == 123456789012345678901
    assert read_number("1e21", is_integer=True) == 10**21


@pytest.mark.parametrize(
    "text", ["9" * 5_000, "1e" + "9" * 4_500, "1e999999999999", "0." + "0" * 400]
)
def test_no_length_and_no_power_takes_long_or_raises_another_error(text: str) -> None:
    with pytest.raises(NumberError):
        read_number(text, is_integer=True)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read_back_bit_for_bit(value: float) -> None:
    assert math.copysign(1.0, read_number(repr(value))) == math.copysign(1.0, value)
    assert read_number(repr(value)) == value


@given(st.integers(-(10**15), 10**15))
def test_a_whole_number_in_groups_is_itself(value: int) -> None:
    for text in (f"{value:,}", f"{value:,}".replace(",", " "), f"{value:_}", str(value)):
        assert read_number(text, is_integer=True) == value


@given(st.text(max_size=40))
def test_any_text_is_a_finite_number_or_a_sentence(text: str) -> None:
    for is_integer in (False, True):
        with suppress(NumberError):
            assert math.isfinite(read_number(text, is_integer=is_integer))


def test_bounds_belong_to_what_is_allowed_and_are_named() -> None:
    check_bounds(0, 0, 1_000_000_000, is_integer=True)
    check_bounds(1_000_000_000, 0, 1_000_000_000, is_integer=True)
    with pytest.raises(NumberError) as refusal:
        check_bounds(3_000_000_000, 0, 1_000_000_000, is_integer=True)
    assert str(refusal.value) == (
        "It must be a whole number from 0 to 1,000,000,000, not 3,000,000,000."
    )
    with pytest.raises(NumberError, match="not a far larger one"):
        check_bounds(10**21, 0, 1_000_000_000, is_integer=True)
