"""What people type where a number is wanted, and what it is: the same at every place.

Each line is a text, the number it means where any number is wanted, and the one it means where
a whole number is. None: it is refused there.
"""

from __future__ import annotations

TYPED: tuple[tuple[str, float | None, int | None], ...] = (
    ("12", 12.0, 12),
    ("0.002", 0.002, None),
    ("0,002", 0.002, None),
    (",5", 0.5, None),
    ("1,5", 1.5, None),
    ("2,0", 2.0, 2),
    ("1e-3", 1e-3, None),
    ("1E3", 1000.0, 1000),
    ("1,5e3", 1500.0, 1500),
    ("1e−3", 1e-3, None),
    ("10⁻³", 1e-3, None),
    ("10^3", 1000.0, 1000),
    ("10**-3", 1e-3, None),
    ("3·10^-4", 3e-4, None),
    ("2 × 10⁻⁸", 2e-8, None),
    ("3x10^3", 3000.0, 3000),
    ("2*10^(-2)", 0.02, None),
    (" 7 ", 7.0, 7),
    ("1 000", 1000.0, 1000),
    ("1\N{NO-BREAK SPACE}000,5", 1000.5, None),
    ("1\N{THIN SPACE}000", 1000.0, 1000),
    ("1\N{NARROW NO-BREAK SPACE}000", 1000.0, 1000),
    ("3\N{THIN SPACE}×\N{NO-BREAK SPACE}10³", 3000.0, 3000),
    ("1’000", 1000.0, 1000),
    ("1_000", 1000.0, 1000),
    ("1,234.5", 1234.5, None),
    ("1.234,5", 1234.5, None),
    ("0,500", 0.5, None),
    ("1.500e3", 1500.0, 1500),
    ("\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}", 12.0, 12),
    ("50 %", 0.5, None),
    # Two ways to read it.
    ("1,000", None, 1000),
    ("2,048", None, 2048),
    ("1.000", 1.0, None),
    ("1,500e3", None, None),
    # Out of bounds, everywhere.
    ("-1", None, None),
    ("−1", None, None),
    ("3,000,000,000", None, None),
    ("10²¹", None, None),
    ("1e999", None, None),
    ("1e-999", None, None),
    ("inf", None, None),
    ("nan", None, None),
    # No number.
    ("many", None, None),
    ("12abc", None, None),
    ("5k", None, None),
    ("1 2", None, None),
    ("1,00,000", None, None),
    ("1.2.3", None, None),
    ("0x10", None, None),
    ("1/3", None, None),
    ("--2", None, None),
    ("1e", None, None),
)
WITH_UNITS: tuple[tuple[str, int], ...] = (
    ("32 units", 32),
    ("32 Units", 32),
    ("32units", 32),
    ("1,000 units", 1000),
    ("48 neurons", 48),
)
