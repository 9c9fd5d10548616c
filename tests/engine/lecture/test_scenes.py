"""The scenes of the lecture that comes with the program: what they say is measured."""

from __future__ import annotations

import re

import pytest

from engine import documents
from engine.document import scenes
from engine.document.quantities import list_braced
from engine.lecture.check import check_lecture

QUICK = ("02-a-product", "05-the-other-way")
"""Products of factors; two lanes, one of which explodes, and a branch."""
MOST_WORDS = 18


def _list_broken(name: str, seed: int | None = None) -> list[str]:
    """What does not hold, each with its place and what is measured instead."""
    result = check_lecture(documents.load_scene(name), seed=seed)
    broken = [
        f"seed {seed}, beat {beat['index'] + 1}: {claim}"
        for seed, played in result["seeds"].items()
        for beat in played["beats"]
        for claim in beat["claims"]
        if not claim["held"]
    ]
    assert result["held"] == (not broken)
    return broken


def _list_seeds(name: str) -> tuple[int, ...]:
    lecture = documents.load_scene(name).lecture
    assert lecture is not None
    return lecture.seeds or ()


@pytest.mark.parametrize("name", QUICK)
def test_every_claim_of_a_quick_scene_holds_for_its_seeds(name: str) -> None:
    assert not _list_broken(name)


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "seed"), [(name, seed) for name in scenes.lectures() for seed in _list_seeds(name)]
)
def test_every_claim_of_every_scene_holds_for_each_of_its_seeds(name: str, seed: int) -> None:
    assert not _list_broken(name, seed)


@pytest.mark.parametrize("name", scenes.lectures())
def test_a_scene_can_be_read_from_the_back_row(name: str) -> None:
    experiment = documents.load_scene(name)
    lecture = experiment.lecture
    assert lecture is not None
    assert len(_list_seeds(name)) == 3
    assert experiment.seed in _list_seeds(name)
    assert [beat.role for beat in lecture.beats].index("take_home") == len(lecture.beats) - 1
    assert any(beat.kind == "predict" for beat in lecture.beats)
    for beat in lecture.beats:
        words = re.sub(r"\{[^}]*\}", "number", beat.sentence).split()
        assert 0 < len(words) <= MOST_WORDS, beat.sentence
        assert beat.notes
        # A number that is shown and not claimed could become wrong unseen.
        claimed = {claim.quantity for claim in beat.claims}
        assert set(list_braced(beat.sentence)) <= claimed, beat.sentence
