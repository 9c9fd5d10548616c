"""A text as words or characters, by the rules of Unicode."""

from __future__ import annotations

import re

OTHER = "(other)"
"""Stands for everything beyond the most frequent words or characters."""


def split_text(text: str, unit: str) -> list[str]:
    """Words and punctuation marks in lower case, or characters with white space as one space.

    Word boundaries are Unicode's default ones, and a character is what a reader takes for
    one: a letter with its accents, a joined emoji.

    Source: Unicode Standard Annex 29, Unicode Text Segmentation.
    """
    import regex

    if unit == "word":
        pieces = regex.split(r"(?V1w)\b", text.lower())
        return [word for piece in pieces if (word := piece.strip())]
    plain = re.sub(r"\s+", " ", text).strip()
    return list(plain) if plain.isascii() else regex.findall(r"\X", plain)
