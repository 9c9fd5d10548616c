"""Beats stay what they were, whatever becomes of the document around them."""

from __future__ import annotations

import random
from typing import Any, cast

import pytest
from msgspec import UNSET, structs

from engine import documents
from engine.document import scenes
from engine.document.experiment import Experiment
from engine.document.files import to_text
from engine.document.lecture import BEAT_KINDS, Beat, BeatKind, Claim, Lecture, Until
from engine.document.lecture_edits import (
    MarginUnit,
    Station,
    carry_over,
    claim_within,
    delete,
    duplicate,
    insert,
    list_iterations,
    list_own_changes,
    move,
    read_stations,
    record_station,
    suggest_margin,
    turn_to_kind,
    write_lecture,
)
from engine.errors import DocumentError
from tests.synthetic import make_experiment

EDITS: list[list[tuple[str, Any]]] = [
    [],
    [("training.learning_rate", 0.7)],
    [("training.dtype", "float64"), ("task.batch_size", 7)],
    [("training.optimiser", "adam"), ("training.weight_decay", 0.01)],
]
OF_LAYERS: list[list[tuple[str, Any]]] = [
    [("network.layers.0.repeat", 3)],
    [("network.layers", [{"units": 5}, {"units": 6, "activation": "relu"}])],
    [("network.skip", {"every": 2, "scale": "1/L"}), ("network.layers.0.activation", "gelu")],
    [("network.initialisation", {"scheme": "normal", "std": 0.3})],
]


@pytest.mark.parametrize("name", scenes.lectures())
def test_the_beats_of_every_scene_survive_edits_of_its_experiment(name: str) -> None:
    scene = documents.load_scene(name)
    lecture, origin = scene.lecture, structs.replace(scene, lecture=None)
    assert lecture is not None
    before = documents.read_script(scene)
    edits = EDITS + (OF_LAYERS if scene.network.kind == "feedforward" else [])
    for edit in edits:
        edited = documents.with_values(origin, edit)
        document = structs.replace(edited, lecture=carry_over(lecture, origin, edited))
        after = documents.read_script(document)
        assert [cue.baseline for cue in after] == [cue.baseline for cue in before]
        assert [cue.variant for cue in after] == [cue.variant for cue in before]


def test_the_seed_is_the_documents_so_that_other_seeds_can_be_played() -> None:
    scene = documents.load_scene("01-deeper-and-worse")
    lecture, origin = scene.lecture, structs.replace(scene, lecture=None)
    assert lecture is not None
    edited = documents.with_values(origin, [("seed", 99), ("title", "Mine")])
    assert carry_over(lecture, origin, edited) is lecture
    assert list_own_changes(origin, edited) == {}


def test_a_variant_opened_at_the_desk_is_closed_where_the_lecture_begins() -> None:
    scene = documents.load_scene("01-deeper-and-worse")
    lecture, origin = scene.lecture, structs.replace(scene, lecture=None)
    assert lecture is not None
    compared = structs.replace(origin, variant={"network.skip.every": 1})
    document = structs.replace(compared, lecture=carry_over(lecture, origin, compared))
    assert documents.read_script(document)[0].variant is None


def load(name: str) -> tuple[Experiment, tuple[Station, ...]]:
    scene = documents.load_scene(name)
    return scene, read_stations(scene, documents.language())


def put(document: Experiment, stations: tuple[Station, ...]) -> tuple[Station, ...]:
    """Written, saved, read again."""
    lecture = write_lecture(document, stations, documents.language())
    saved = documents.parse(to_text(structs.replace(document, lecture=lecture)))
    return read_stations(saved, documents.language())


def stand(station: Station) -> tuple[object, ...]:
    """What a beat stands on, and all of it that does not follow from where it stands."""
    beat = structs.replace(
        station.beat, changes={}, variant=UNSET, promote=False, words=None, watch=None
    )
    return beat, station.baseline, station.variant


@pytest.mark.parametrize("name", scenes.lectures())
def test_whatever_is_moved_deleted_or_doubled_the_others_stay_what_they_were(name: str) -> None:
    document, stations = load(name)
    assert write_lecture(document, stations, documents.language()) == document.lecture
    chance = random.Random(name)
    done = 0
    refused: list[str] = []
    for _ in range(24):
        index, to = (chance.randrange(len(stations)) for _ in range(2))
        for edited in (
            move(stations, index, to),
            delete(stations, index),
            duplicate(stations, index),
        ):
            try:
                after = put(document, edited)
            except DocumentError as error:
                refused.append(error.reason)  # a guess without its answer
                continue
            done += 1
            assert [stand(one) for one in after] == [stand(one) for one in edited]
            words = [(one.words, one.watch) for one in edited if one.words is not None]
            found = [
                (one.words, one.watch)
                for one, wanted in zip(after, edited, strict=True)
                if wanted.words is not None
            ]
            assert found == words
    assert done > 20
    # A guess without its answer, a comparison with a beat before that is none any more.
    assert all("predict" in reason or "earlier beat" in reason for reason in refused)


def test_a_beat_that_still_leads_where_it_led_keeps_its_own_words_of_change() -> None:
    document, stations = load("01-deeper-and-worse")
    lecture = write_lecture(document, delete(stations, 0), documents.language())
    assert lecture is not None
    assert document.lecture is not None
    assert lecture.beats == document.lecture.beats[1:]
    assert lecture.question == document.lecture.question
    assert write_lecture(document, (), documents.language()) is None


def test_a_deleted_change_is_made_by_the_beat_behind_it() -> None:
    document, stations = load("01-deeper-and-worse")
    for index in (5, 3, 2):  # the play that goes back to ten layers, the guess and its answer
        stations = delete(stations, index)
    lecture = write_lecture(document, stations, documents.language())
    assert lecture is not None
    assert lecture.beats[3].changes == {"network.layers.0.repeat": 10}


def test_the_states_of_a_desk_become_beats() -> None:
    """Five in a row: shown, trained, another network, a variant beside it, the variant alone."""
    base = make_experiment(depth=3, units=4)
    deep = documents.with_values(base, [("network.layers.0.repeat", 6)])
    skips = documents.with_values(deep, [("network.skip.every", 1)])
    recorded: list[tuple[Experiment, Experiment | None, int]] = [
        (base, None, 0),
        (base, None, 40),
        (deep, None, 0),
        (deep, skips, 0),
        (skips, None, 30),
    ]
    document, language = base, documents.language()
    for baseline, variant, iteration in recorded:
        cues = documents.read_script(document)
        station = record_station(cues, len(cues) - 1, baseline, variant, iteration, 2, "history")
        stations = insert(read_stations(document, language), len(cues), station)
        lecture = write_lecture(document, stations, language)
        document = structs.replace(document, lecture=lecture)
    assert document.lecture is not None
    beats = document.lecture.beats
    assert [beat.kind for beat in beats] == ["show", "train", "show", "compare", "train"]
    assert [beat.until and beat.until.iterations for beat in beats] == [None, 40, None, None, 30]
    assert beats[1].changes == {}
    assert beats[3].variant == {"network.skip.every": 1}
    assert beats[4].promote
    assert not beats[4].changes
    assert all((beat.select, beat.lower) == (2, "history") for beat in beats)
    cues = documents.read_script(document)
    assert [(cue.baseline, cue.variant) for cue in cues] == [one[:2] for one in recorded]
    assert list_iterations(cues) == (0, 40, 0, 0, 30)


def test_a_run_that_began_again_is_a_fresh_one() -> None:
    base = make_experiment(depth=3, units=4)
    trained = Beat(kind="train", until=Until(iterations=50))
    document = structs.replace(base, lecture=Lecture(beats=(trained,)))
    cues = documents.read_script(document)
    again = record_station(cues, 0, base, None, 20, None, "clipping").beat
    assert (again.kind, again.fresh, again.until) == ("train", True, Until(iterations=20))
    assert (again.select, again.lower) == (None, None)
    assert not record_station(cues, 0, base, None, 50, None, None).beat.fresh


def test_a_beat_recorded_within_a_branch_stands_behind_what_is_not_optional() -> None:
    base = make_experiment(depth=3, units=4)
    beats = (
        Beat(kind="train", until=Until(iterations=50)),
        Beat(kind="train", until=Until(iterations=90), optional=True),
    )
    cues = documents.read_script(structs.replace(base, lecture=Lecture(beats=beats)))
    assert record_station(cues, 1, base, None, 50, None, None).beat.kind == "show"


@pytest.mark.parametrize("value", [0.84, 3e-11, -2.5, 0.0, 12_345.0, 1e-305])
def test_a_claim_holds_what_was_measured(value: float) -> None:
    for margin, unit in ((0.0, "percent"), (10.0, "percent"), (1.0, "decades")):
        claim = claim_within("loss", value, margin, cast(MarginUnit, unit))
        assert claim.at_least is not None
        assert claim.at_most is not None
        assert claim.at_least <= value <= claim.at_most
        if margin and abs(value) > 1e-300:
            spread = 10.0 if unit == "decades" else 1.1
            assert max(abs(claim.at_least), abs(claim.at_most)) == pytest.approx(
                abs(value) * spread, rel=0.01
            )


def test_words_are_claimed_as_they_are_and_nothing_is_not() -> None:
    assert claim_within("verdict", "frozen", 10.0, "percent") == Claim(
        quantity="verdict", is_="frozen"
    )
    with pytest.raises(ValueError, match="nothing can be claimed"):
        claim_within("loss", None, 10.0, "percent")
    assert suggest_margin("g") == (1.0, "decades")
    assert suggest_margin("accuracy") == (10.0, "percent")


@pytest.mark.parametrize("kind", BEAT_KINDS)
def test_every_kind_can_become_every_other(kind: BeatKind) -> None:
    beat = Beat(kind="question", ask="choice", choices=("a", "b"), answer=1)
    turned = turn_to_kind(beat, kind, 70)
    assert turned.kind == kind
    assert (turned.ask is None) == (kind not in ("predict", "question"))
    assert (turned.until == Until(iterations=70)) == (kind == "train")
    assert turn_to_kind(turned, "predict", 5).ask in ("curve", "choice")
