"""What a beat of a lecture lays beside the theatre, where it is no chart: pure data.

A waterfall of factors, the curve of an activation, or the words of a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.display.inspector import HistogramPicture
from desktop.display.pictures import FlowPicture, WhyRow


@dataclass(frozen=True, slots=True)
class AsideWord:
    """A word, and how strongly its ground is drawn."""

    text: str
    strength: float
    """log10 of a gradient, or a share from 0 to 1; NaN leaves the ground empty."""
    is_marked: bool
    """Whether it is the word that the beat is about."""


@dataclass(frozen=True, slots=True, eq=False)
class AsideBlock:
    """One picture under its title; only one of the four is there."""

    title: str
    note: str = ""
    """Said under it, where there is room."""
    rows: tuple[WhyRow, ...] = ()
    curve: HistogramPicture | None = None
    bars: FlowPicture | None = None
    """Update : weight of every layer."""
    words: tuple[AsideWord, ...] = ()
    has_shares: bool = False
    """Whether the strengths of the words are shares."""
