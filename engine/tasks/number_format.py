"""How the numbers of a column are written: decimal and thousands mark, signs around them.

A format is found from all cells of a column at once. "1.000" alone could be one or a
thousand; "1.25", "1,000.5", "0.125" or "1.000.000" somewhere in the column decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

Mark = Literal[".", ","]

_CURRENCY = (
    r"(?:US\$|A\$|C\$|R\$|[$¢£¤¥₠-⃀฿﷼￠￡￥￦]"
    r"|(?:USD|EUR|GBP|CHF|JPY|CNY|SEK|NOK|DKK|PLN|CZK|HUF|INR|AUD|CAD|BRL)\b"
    r"|\bkr\b\.?|Fr\.|zł|Kč|Rs\.?)"
)
_SPACES = " \u00a0\u2007\u2009\u202f"
_ONLY_THOUSANDS = _SPACES + "'’_"
_CELL = re.compile(
    rf"(?P<open>\()?\s*(?P<minus>[+\-−])?\s*(?P<before>{_CURRENCY})?\s*(?P<inner>[+\-−])?"
    rf"(?P<digits>(?:[.,]?\d[\d.,'’_{_SPACES}]*?))(?P<exponent>[eE][+\-−]?\d+)?"
    rf"\s*(?P<after>{_CURRENCY}|%|‰)?\s*(?P<close>\))?"
)
_PLAIN = re.compile(r"([+\-−]?)([$€£]?)((?:\d|[.,]\d)[\d.,]*)([%€]?)")
"""Most numbers; the other expression takes many times as long."""
_MINUS = ("-", "−")
_ANY_DIGIT = str.maketrans("023456789", "1" * 9)
_TO_PLAIN = {
    ".": str.maketrans(dict.fromkeys(_ONLY_THOUSANDS + ",")),
    ",": str.maketrans(dict.fromkeys(_ONLY_THOUSANDS + ".") | {",": "."}),
}
_MARKS = re.compile(rf"[.,{_ONLY_THOUSANDS}]")


class Reading(NamedTuple):
    """One cell taken apart."""

    digits: str
    """Digits with their marks, without sign and unit."""
    is_negative: bool
    exponent: str
    unit: str
    """"$", "%", … or nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the cells of a column say about its marks."""

    decimals: frozenset[Mark]
    """Marks that some cell can only have as its decimal mark."""
    unclear: Mark | None
    """The one mark of cells such as "1.000", where it may be either."""
    example: str
    """One of those cells."""


def take_apart(cell: str) -> Reading | None:
    """The parts of a number, or None for a text."""
    plain = _PLAIN.fullmatch(cell)
    if plain is not None:
        minus, before, digits, after = plain.groups()
        if not (before and after):
            return Reading(digits, minus in _MINUS, "", before or after)
    found = _CELL.fullmatch(cell)
    if found is None or (found["open"] is None) != (found["close"] is None):
        return None
    signs = [sign for sign in (found["minus"], found["inner"]) if sign]
    if len(signs) > 1 or (found["open"] and signs) or (found["before"] and found["after"]):
        return None
    is_negative = bool(found["open"]) or any(sign != "+" for sign in signs)
    digits = found["digits"]
    if digits[-1] in _ONLY_THOUSANDS:
        return None
    exponent = (found["exponent"] or "").replace("−", "-")
    return Reading(digits, is_negative, exponent, found["before"] or found["after"] or "")


def possible_decimals(reading: Reading) -> tuple[bool, bool]:
    """Whether the number can be read with a decimal point, and with a decimal comma."""
    shape = reading.digits.translate(_ANY_DIGIT)
    if reading.digits.startswith("0"):
        shape = "0" + shape[1:]
    return _fit_marks(shape, bool(reading.exponent))


@lru_cache(maxsize=4_096)
def _fit_marks(shape: str, has_exponent: bool) -> tuple[bool, bool]:
    """As `possible_decimals`, of digits that are all 1 but for a zero at the beginning."""
    return _fits(shape, ".", has_exponent), _fits(shape, ",", has_exponent)


def collect_evidence(readings: Iterable[Reading]) -> Evidence:
    """What a column's numbers say together."""
    decimals: set[Mark] = set()
    unclear: dict[Mark, list[str]] = {}
    unmarked: list[str] = []
    for reading in readings:
        digits = reading.digits
        if digits.isdecimal():
            unmarked.append(digits)
            continue
        point, comma = possible_decimals(reading)
        if point and comma:
            mark = _unclear_mark(digits)
            if mark is not None:
                unclear.setdefault(mark, []).append(digits)
        elif point or comma:
            # A mark that occurs says which is which; in 1.000.000 it is the other one.
            decimals.add("." if point else ",")
    if decimals or len(unclear) != 1:
        cells = next(iter(unclear.values()), [""])
        return Evidence(frozenset(decimals), next(iter(unclear), None), cells[0])
    ((mark, cells),) = unclear.items()
    if any(len(digits) > 3 for digits in unmarked):
        # Who marks thousands marks all of them.
        return Evidence(frozenset((mark,)), mark, cells[0])
    if _goes_on_as_thousands(unmarked, cells, mark):
        other: Mark = "," if mark == "." else "."
        return Evidence(frozenset((other,)), mark, cells[0])
    return Evidence(frozenset(), mark, cells[0])


def to_number(reading: Reading, decimal: Mark) -> float | None:
    """The value, or None where it cannot be read with this decimal mark."""
    if reading.digits.isdecimal():
        plain = reading.digits
    elif possible_decimals(reading)[decimal == ","]:
        plain = reading.digits.translate(_TO_PLAIN[decimal])
    else:
        return None
    value = float(plain + reading.exponent)
    return -value if reading.is_negative else value


def _goes_on_as_thousands(unmarked: Sequence[str], cells: Sequence[str], mark: Mark) -> bool:
    """Whether 990, 1,000, 1,010 go on below 1,000 without marks, as nobody writes decimals.

    With as many decimals everywhere 990 would have some, and without closing zeros 1,000
    would have none.
    """
    if not unmarked or not any(cell.endswith("0") for cell in cells):
        return False
    below = [float(digits) for digits in unmarked if float(digits) > 0.0]
    if not below:
        return False
    thousands = [float(cell.replace(mark, "")) for cell in cells]
    ones = [value / 1000.0 for value in thousands]
    return _spread(below + thousands) < _spread(below + ones)


def _spread(values: Sequence[float]) -> float:
    return max(values) / min(values)


def _unclear_mark(digits: str) -> Mark | None:
    if "." in digits:
        return "."
    return "," if "," in digits else None


def _fits(digits: str, decimal: Mark, has_exponent: bool) -> bool:
    """Whether the marks stand where they may with this decimal mark."""
    whole, _, fraction = digits.partition(decimal)
    if (fraction and not fraction.isdecimal()) or not (whole or fraction):
        return False
    groups = _MARKS.split(whole)
    if len(groups) == 1:
        return True
    marks = set(_MARKS.findall(whole))
    return not has_exponent and len(marks) == 1 and _are_groups(groups)


def _are_groups(groups: Sequence[str]) -> bool:
    """Groups of three, or as in India of two before the last, and no zero at the beginning."""
    first, *middle, last = groups
    if not 1 <= len(first) <= 3 or first.startswith("0") or len(last) != 3:
        return False
    if all(len(group) == 3 for group in middle):
        return True
    return len(first) <= 2 and all(len(group) == 2 for group in middle)
