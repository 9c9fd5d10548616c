"""A scene to take home: movie, hand-out and slides say what was measured, beat by beat."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from PySide6.QtGui import QImage

from desktop.export.footage import Movie, list_pictures
from desktop.export.movies import MovieOrder
from desktop.lecture.hand_out import HandOut
from desktop.lecture.scene_movie import SceneMovie
from desktop.lecture.slides import Slides
from desktop.style.theme import DARK, PROJECTOR
from engine import documents
from engine.document.experiment import Experiment
from engine.errors import RequestError
from engine.lecture.check import check_lecture
from tests.desktop.export.reading import read_pdf

pytestmark = pytest.mark.usefixtures("qapp")

SIZE = (800, 600)
ORDER = MovieOrder(size=SIZE, fps=4, seconds=8.0)
LECTURE: dict[str, Any] = {
    "chapter": "Why it vanishes",
    "question": "Who hears the loss?",
    "take_home": "Nobody hears it.",
    "sources": ["Hochreiter 1991"],
    "beats": [
        {"kind": "show", "sentence": "Four layers.", "notes": "Say hello.", "pass": "hidden"},
        {"kind": "train", "sentence": "{accuracy} right.", "until": {"iterations": 12}},
        {
            "kind": "question",
            "ask": "choice",
            "sentence": "How much?",
            "choices": ["Everything", "Nothing"],
            "answer": 1,
        },
        {"kind": "play", "fresh": True, "sentence": "{first_last_ratio} arrives."},
        {"kind": "show", "optional": True, "sentence": "An aside.", "notes": "Skip me."},
        {"kind": "compare", "sentence": "Skips.", "variant": {"network.skip.every": 1}},
    ],
}


def make_document(**changes: Any) -> Experiment:
    document = {
        "format": "gradient-theatre/1",
        "title": "A scene",
        "seed": 7,
        "task": {"name": "insurance"},
        "network": {
            "kind": "feedforward",
            "layers": [{"units": 8, "activation": "sigmoid", "repeat": 4}],
        },
        "lecture": {**LECTURE, **changes},
    }
    return documents.parse(json.dumps(document))


def read_pixels(image: QImage) -> bytes:
    return bytes(np.frombuffer(image.constBits(), np.uint8))


def list_sentences(document: Experiment) -> list[str]:
    beats = check_lecture(document)["seeds"]["7"]["beats"]
    return [beat["sentence"] for beat in beats]


def test_the_pictures_of_a_scene_are_the_same_in_two_runs_and_of_a_beat_alone() -> None:
    document = make_document()
    first, second = (
        [read_pixels(image) for image in list_pictures(SceneMovie(document, None, ORDER))]
        for _ in range(2)
    )
    assert len(first) == 32
    assert first == second
    assert len(set(first)) > 10
    alone = list_pictures(SceneMovie(document, None, ORDER, beat=5))
    *_, end = [read_pixels(image) for image in alone]
    assert end == first[-1]


def test_a_scene_takes_as_long_as_it_is_read_or_as_is_asked_for() -> None:
    document = make_document()
    natural = SceneMovie(document, None, MovieOrder(size=SIZE, fps=10))
    assert 25 < natural.count / 10 < 60
    assert SceneMovie(document, None, ORDER).count == 32
    longer = make_document(question="Who of all those layers " * 3 + "hears the loss?")
    assert SceneMovie(longer, None, MovieOrder(size=SIZE, fps=10)).count > natural.count


def test_a_scene_becomes_a_movie(tmp_path: Path) -> None:
    av = pytest.importorskip("av")
    file = tmp_path / "scene.mp4"
    movie = Movie(SceneMovie(make_document(), None, ORDER))
    assert list(movie.make(file))[-1] == movie.count == 32
    with av.open(str(file)) as container:
        assert container.streams.video[0].frames == 32
    assert list(tmp_path.iterdir()) == [file]


def test_the_hand_out_has_every_beat_on_a_page_with_what_was_measured(tmp_path: Path) -> None:
    document = make_document()
    file = tmp_path / "scene.pdf"
    assert list(HandOut(document, None).make(file))[-1] == 6
    words = " ".join(text.words for text in read_pdf(file.read_bytes()).texts)
    for said in (
        *list_sentences(document),
        *("A scene", "Who hears the loss?", "Nobody hears it.", "Hochreiter 1991"),
        *("Say hello.", "Skip me.", "2  Nothing (right)", "1  Everything"),
        *("Beat 1 of 6", "Beat 5 of 6 · optional", "Beat 6 of 6"),
    ):
        assert said in words, said
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", file.read_bytes())
    assert len(pages) == 7


def test_long_notes_go_on_over_the_page(tmp_path: Path) -> None:
    beats = [{"kind": "show", "sentence": "Four.", "notes": "\n".join(200 * ["One more word."])}]
    file = tmp_path / "scene.pdf"
    list(HandOut(make_document(beats=beats), None).make(file))
    texts = [text.words for text in read_pdf(file.read_bytes()).texts]
    assert sum("One more word." in words for words in texts) == 200
    assert sum("Beat 1 of 1" in words for words in texts) > 2


def test_slides_are_what_the_hall_sees_one_a_beat(tmp_path: Path) -> None:
    document = make_document()
    slides = Slides(document, None, SIZE, PROJECTOR)
    assert list(slides.make(tmp_path / "slide.png"))[-1] == 6
    files = [tmp_path / f"slide-{number:02}.png" for number in range(1, 7)]
    assert sorted(tmp_path.iterdir()) == files
    images = [QImage(str(file)) for file in files]
    assert {(image.width(), image.height()) for image in images} == {SIZE}
    alone = tmp_path / "alone.png"
    list(Slides(document, None, SIZE, PROJECTOR, beat=3).make(alone))
    assert QImage(str(alone)) == images[3]
    list(Slides(document, None, SIZE, DARK, beat=3).make(alone))
    assert QImage(str(alone)).pixelColor(2, 2).lightness() < 60
    assert images[3].pixelColor(2, 2).lightness() == 255


def test_whoever_gives_up_leaves_no_hand_out(tmp_path: Path) -> None:
    parts = HandOut(make_document(), None).make(tmp_path / "scene.pdf")
    assert [next(parts), next(parts)] == [1, 2]
    parts.close()
    assert list(tmp_path.iterdir()) == []


def test_a_beat_that_there_is_not_or_no_lecture_is_refused() -> None:
    document = make_document()
    with pytest.raises(RequestError, match="beats from 0 to 5, and no beat 6"):
        HandOut(document, None, beat=6)
    plain = msgspec.structs.replace(document, lecture=None)
    for make in (
        lambda: HandOut(plain, None),
        lambda: Slides(plain, None, SIZE, PROJECTOR),
        lambda: SceneMovie(plain, None, ORDER),
    ):
        with pytest.raises(RequestError, match="no `lecture`"):
            make()
