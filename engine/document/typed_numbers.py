"""Numbers as people type them: with a decimal comma, a power of ten, groups of three, a unit.

One reading for every place at which a number is typed. What could be meant in two ways is
not guessed: it is refused, with both readings.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection
from decimal import Decimal

_LONGEST = 120
_LONGEST_SHOWN = 1e15
_LARGEST_POWER = 400
"""Beyond it lies nothing that a float can tell from 0 or from infinity."""
_SUPERSCRIPTS = "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_PLAIN = str.maketrans(_SUPERSCRIPTS, "+-0123456789")
_DASHES = str.maketrans(dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-"))
_INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff"))
_POWER = r"10\s*(?:\^|\*\*)\s*[({{]?\s*(?P<{}>[+-]?\s*\d+)\s*[)}}]?"
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)\s*(?:"
    + _POWER.format("bare")
    + r"|(?P<mantissa>[\d.,'’_ ]*\d[.,]?)"
    + r"(?:\s*[eE]\s*(?P<e>[+-]?\s*\d+)|\s*[·⋅∙•×xX*]\s*"
    + _POWER.format("times")
    + r")?)\s*(?P<unit>[^\d\s.,'’_+-].*)?"
)
_WHOLE = re.compile(r"\d*|[1-9]\d{0,2}(?: \d{3})+")
_FRACTION = re.compile(r"\d*|(?:\d{3} )+\d{1,3}")

_TIME = ("time step", "time steps", "step", "steps")
_UNITS: dict[str, tuple[str, ...]] = {
    "units": ("unit", "units", "neuron", "neurons"),
    "hidden": ("unit", "units", "hidden unit", "hidden units"),
    "embedding": ("unit", "units", "number", "numbers", "dimension", "dimensions"),
    "repeat": ("layer", "layers", "time", "times", "×", "x"),
    "layers": ("layer", "layers"),
    "every": ("layer", "layers"),
    "batch_size": ("sample", "samples"),
    "iterations": ("iteration", "iterations", "it", "update", "updates"),
    "length": (*_TIME, "word", "words", "character", "characters", "value", "values"),
    "fillers": ("word", "words", "filler", "fillers", "filler word", "filler words"),
    "truncation": _TIME,
    "seconds": ("s", "second", "seconds"),
    "dpi": ("dpi", "dot per inch", "dots per inch", "ppi"),
    "millimetres": ("mm", "millimetre", "millimetres", "millimeter", "millimeters"),
}


class NumberError(ValueError):
    """Why a text is not taken as a number: one sentence that says what to write instead."""


def units_of(name: str) -> tuple[str, ...]:
    """What may stand behind the number of an entry, "samples" behind a batch size."""
    return _UNITS.get(name, ())


def read_number(text: str, *, is_integer: bool = False, units: Collection[str] = ()) -> int | float:
    """The number in a text.

    Args:
        text: such as "0,002", "1e-3", "10⁻³", "3·10^-4", "2 × 10⁻⁸", "1 000 000", "32 units".
        is_integer: whether a whole number is wanted; only there is "1,000" three zeros.
        units: what may stand behind it, in small letters; "%" may where the number is not whole.

    Returns:
        An int where a whole number is wanted, of any size, else a finite float.

    Raises:
        NumberError: for anything else, and for what can be read in two ways.
    """
    shown = " ".join(text.split())
    if len(shown) > _LONGEST:
        raise NumberError(f"“{shown[:20]}…” is too long for a number.")
    kind = "whole number" if is_integer else "number"
    found = _NUMBER.fullmatch(_simplify(text))
    if found is None:
        raise NumberError(f"“{shown}” is not a {kind}.")
    unit = (found["unit"] or "").strip().rstrip(".").casefold()
    is_percentage = unit == "%" and not is_integer
    if unit and not is_percentage and unit not in units:
        if found["mantissa"] is None or not unit.replace(" ", "").isalpha():
            raise NumberError(f"“{shown}” is not a {kind}.")
        raise NumberError(f"“{shown}” has a unit that is unknown here: write the number alone.")
    power_text = found["bare"] or found["e"] or found["times"] or "0"
    power = int(power_text.replace(" ", ""))
    mantissa = "1" if found["mantissa"] is None else found["mantissa"]
    has_power = power_text != "0"
    digits = _read_digits(mantissa, shown, is_integer=is_integer, has_power=has_power)
    if any(digit in "123456789" for digit in digits) and abs(power) > _LARGEST_POWER:
        raise NumberError(_out_of_reach(shown, is_large=power > 0))
    power = max(-_LARGEST_POWER, min(_LARGEST_POWER, power)) - 2 * is_percentage
    value = Decimal(f"{found['sign']}{digits}E{power}")
    if is_integer:
        if value != value.to_integral_value():
            raise NumberError(f"“{shown}” is not a whole number.")
        return int(value)
    number = float(value)
    if math.isinf(number) or (number == 0.0 and value != 0):
        raise NumberError(_out_of_reach(shown, is_large=number != 0.0))
    return number


def check_bounds(value: float, low: float, high: float, *, is_integer: bool = False) -> None:
    """Refuses a number outside of two bounds, which both belong to what is allowed.

    Raises:
        NumberError: naming the bounds.
    """
    if not low <= value <= high:
        kind = "whole number" if is_integer else "number"
        far = "a far larger one" if value > 0 else "a far smaller one"
        shown = _show(value) if abs(value) < _LONGEST_SHOWN else far
        raise NumberError(f"It must be a {kind} from {_show(low)} to {_show(high)}, not {shown}.")


def _show(value: float) -> str:
    return f"{value:,.10g}".replace("-", "\N{MINUS SIGN}")


def _simplify(text: str) -> str:
    """The same with plain digits, signs and spaces, and `^` before what was set high."""
    lowered = re.sub(
        f"[{_SUPERSCRIPTS}]+",
        lambda high: "^" + high[0].translate(_PLAIN),
        text.translate(_INVISIBLE),
    )
    plain = unicodedata.normalize("NFKC", lowered).translate(_DASHES)
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    return " ".join("".join(digits).split())


def _read_digits(mantissa: str, shown: str, *, is_integer: bool, has_power: bool) -> str:
    """The mantissa as Python writes it; what its points and commas mean is decided here."""
    body = re.sub("['’_]", " ", mantissa.strip())
    marks = [character for character in body if character in ".,"]
    if len(set(marks)) == 2 or len(marks) > 1:
        # 1,234.5 and 1.234,5: the last is the decimal mark; 1,000,000: groups alone.
        is_mixed = len(set(marks)) == 2
        is_fair = " " not in body and (not is_mixed or marks.count(marks[-1]) == 1)
        whole, _, fraction = body.rpartition(marks[-1]) if is_mixed else (body, "", "")
        whole = whole.replace(marks[0], " ") if is_fair else "not digits"
    elif marks:
        whole, mark, fraction = body.partition(marks[0])
        if re.fullmatch(r"[1-9]\d{0,2}", whole) and re.fullmatch(r"\d{3}", fraction):
            if mark == "," and is_integer and not has_power:
                return whole + fraction
            if mark == "," or (is_integer and not has_power):
                raise NumberError(_name_both(shown, mark, whole, fraction, is_integer))
    else:
        whole, fraction = body, ""
    if not (_WHOLE.fullmatch(whole) and _FRACTION.fullmatch(fraction)):
        raise NumberError(f"“{shown}” is not a {'whole number' if is_integer else 'number'}.")
    return f"{whole.replace(' ', '') or '0'}.{fraction.replace(' ', '') or '0'}"


def _name_both(shown: str, mark: str, whole: str, fraction: str, is_integer: bool) -> str:
    decimal, grouped = f"{whole}.{fraction}", f"{whole}{fraction}"
    if is_integer:
        decimal = f"{Decimal(decimal).normalize():f}"
        name = "comma" if mark == "," else "point"
        advice = f"write it without the {name}"
    else:
        advice = "write one of them"
    return f"“{shown}” can be read as {decimal} or as {grouped}: {advice}."


def _out_of_reach(shown: str, *, is_large: bool) -> str:
    if is_large:
        return f"“{shown}” is too large: write a smaller number."
    return f"“{shown}” is too close to 0 to be told from it: write 0 or a larger number."
