"""How numbers are written in sentences."""

from __future__ import annotations

import math

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def spell(value: float) -> str:
    """A number with 2 significant digits (3 from 100 on): "0.14", "1.8 × 10⁻⁸", "1,250"."""
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else str(value).replace("inf", "∞").replace("-", "−")
    sign = "−" if value < 0.0 else ""
    mantissa, _, exponent = f"{abs(value):.1e}".partition("e")
    power = int(exponent)
    if -3 < power < 2:
        return f"{sign}{abs(value):.{1 - power if power < 1 else 0}f}"
    if 2 <= power < 4:
        return f"{sign}{float(f'{abs(value):.2e}'):,.0f}"
    return f"{sign}{mantissa.removesuffix('.0')} × 10{str(power).translate(_SUPERSCRIPT)}"


def spell_bytes(count: float) -> str:
    """An amount of memory: "3.2 GB"."""
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1e3:,.0f} kB"
