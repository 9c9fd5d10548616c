"""An equation with measured numbers under its terms, before it is typeset.

The formulas name no layer and no time step by its number, so that a few dozen of them serve every
place of every network: what is typeset once is kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from desktop.display.scales import format_factor, format_number


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of an equation that is never broken, and the number that was measured of it."""

    formula: str
    """In LaTeX."""
    plain: str
    """The same in characters, until it is typeset, and for those who listen."""
    number: str = ""
    tooltip: str = ""
    sticks: Literal["", "before", "after"] = ""
    """To which neighbour it stays close where a line is broken."""


@dataclass(frozen=True, slots=True)
class EquationPicture:
    """Lines of terms."""

    heading: str
    lines: tuple[tuple[Term, ...], ...]
    note: str = ""
    """A sentence under it."""

    @property
    def spoken(self) -> str:
        """All of it in characters."""
        lines = [" ".join(_speak(term) for term in line) for line in self.lines]
        return ". ".join(lines)


def _speak(term: Term) -> str:
    return f"{term.plain} [{term.number}]" if term.number else term.plain


EQUALS = Term("=", "=", sticks="after")
PLUS = Term("+", "+", sticks="after")
TIMES = Term(r"\odot", "·", sticks="after")
OPEN = Term("(", "(", sticks="after")
CLOSE = Term(")", ")", sticks="before")


def list_clusters(line: tuple[Term, ...]) -> list[list[Term]]:
    """The pieces between which a line may be broken."""
    clusters: list[list[Term]] = []
    is_open = False
    for term in line:
        if clusters and (is_open or term.sticks == "before"):
            clusters[-1].append(term)
        else:
            clusters.append([term])
        is_open = term.sticks == "after"
    return clusters


def norm_term(formula: str, plain: str, norm: float, what: str) -> Term:
    """A term with its norm."""
    return Term(formula, plain, format_number(norm), f"{what}, its norm: {norm!r}")


def factor_term(formula: str, plain: str, factor: float, what: str) -> Term:
    """A term with the factor by which it changes the norm of what it is applied to."""
    if math.isnan(factor):
        return Term(formula, plain, "", f"{what}: nothing arrives, so there is no factor")
    return Term(formula, plain, format_factor(factor), f"{what}, changes the norm × {factor!r}")


def divide(after: float, before: float) -> float:
    """The factor between two norms; NaN where nothing arrives."""
    return after / before if before > 0.0 and math.isfinite(before) else math.nan
