"""What a menu offers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """One line of a menu."""

    name: str
    text: str
    keys: tuple[str, ...] = ()
    tooltip: str = ""
    is_checkable: bool = False
