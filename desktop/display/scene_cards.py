"""What the gallery says of every scene, read from the documents without measuring anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from engine.document import scenes


@dataclass(frozen=True, slots=True)
class SceneCard:
    """A scene of the lecture, or an experiment."""

    name: str
    number: str
    """As it is said: "08"; empty for an experiment."""
    title: str
    question: str
    """The student's; empty for an experiment."""
    minutes: float
    """0 where nobody has said."""
    beats: int
    """0 for an experiment."""
    words: str
    """All in which is searched, in small letters."""

    @property
    def heading(self) -> str:
        """Its number and its title."""
        return f"{int(self.number)} · {self.title}" if self.number else self.title

    @property
    def length(self) -> str:
        """As in "4 min"; empty where nobody has said."""
        return f"{self.minutes:g} min" if self.minutes else ""

    def has_words(self, wanted: str) -> bool:
        """Whether every word that is looked for is in it."""
        return all(word in self.words for word in wanted.lower().split())


@cache
def list_chapters() -> tuple[tuple[str, tuple[SceneCard, ...]], ...]:
    """The chapters of the lecture, then those of the experiments, with their scenes."""
    return tuple(
        (chapter, tuple(_read_card(name, chapter) for name in names))
        for chapter, names in scenes.chapters()
    )


def find_card(name: str) -> SceneCard | None:
    """The card of a scene; None where there is no such scene."""
    cards = (card for _, listed in list_chapters() for card in listed)
    return next((card for card in cards if card.name == name), None)


def _read_card(name: str, chapter: str) -> SceneCard:
    document: Mapping[str, Any] = json.loads(scenes.read_text(name))
    lecture: Mapping[str, Any] = document.get("lecture") or {}
    title, question = document.get("title") or name, lecture.get("question", "")
    number = name.partition("-")[0] if name in scenes.lectures() else ""
    beats = lecture.get("beats", ())
    sentences = (beat.get("sentence", "") for beat in beats)
    searched = (name, chapter, title, question, lecture.get("take_home", ""), *sentences)
    minutes = float(lecture.get("minutes", 0))
    words = "\n".join(searched).lower()
    return SceneCard(name, number, title, question, minutes, len(beats), words)
