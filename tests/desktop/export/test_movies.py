"""Movies of a pass and of a training, read back picture by picture."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import av
import msgspec
import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from desktop.display.frame import DisplayFrame
from desktop.export import movie_file
from desktop.export.footage import Footage, Movie, list_pictures
from desktop.export.movies import MovieOrder, PassMovie, TrainingMovie
from desktop.export.moving_page import MovingPage
from desktop.export.rehearsals import rehearse_lanes
from desktop.style.theme import LIGHT, PROJECTOR, Theme
from engine import documents
from engine.document.experiment import Experiment, Training
from engine.document.lanes import LANES, Lane, baseline_of
from engine.errors import RequestError, WritingError
from tests.desktop.disks import full_disk
from tests.synthetic import make_experiment

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

pytestmark = pytest.mark.usefixtures("qapp")

DEPTH = 4
ITERATIONS = 12


def make_lanes(*, is_compared: bool = False) -> dict[Lane, Experiment]:
    experiment = msgspec.structs.replace(
        make_experiment(depth=DEPTH), training=Training(iterations=3)
    )
    if not is_compared:
        return {"baseline": experiment}
    document = msgspec.structs.replace(experiment, variant={"network.skip.every": 1})
    variant = documents.variant_of(document)
    assert variant is not None
    return dict(zip(LANES, (baseline_of(document), variant), strict=True))


def make_pass(order: MovieOrder, *, is_compared: bool = False) -> PassMovie:
    lanes = make_lanes(is_compared=is_compared)
    return PassMovie(
        order,
        DEPTH,
        lambda: rehearse_lanes(lanes, None, order.view),
        has_lanes=is_compared,
    )


def make_training(order: MovieOrder, *, is_compared: bool = False) -> TrainingMovie:
    return TrainingMovie(order, make_lanes(is_compared=is_compared), None, ITERATIONS)


SHORT = MovieOrder(size=(640, 480), fps=10, seconds=1.5)
MOVIES = {"pass": make_pass, "training": make_training}


def read_pixels(image: QImage) -> Pixels:
    rows = np.frombuffer(image.constBits(), np.uint8)
    return rows.reshape(image.height(), image.width(), 4)[..., 2::-1].copy()  # red, green, blue


def make(footage: Footage, file: Path) -> None:
    assert list(Movie(footage).make(file)) == list(range(1, footage.count + 1))


def read_movie(file: Path) -> list[Pixels]:
    with av.open(str(file)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_a_movie_is_what_browsers_play(tmp_path: Path) -> None:
    file = tmp_path / "pass.mp4"
    footage = make_pass(MovieOrder(size=(1280, 720), fps=25))
    make(footage, file)
    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (stream.width, stream.height) == (1280, 720)
        assert stream.average_rate == 25
        assert stream.frames == footage.count
        assert (stream.codec_context.color_range, stream.codec_context.colorspace) == (1, 1)
        assert stream.duration * stream.time_base == pytest.approx(footage.count / 25)
    content = file.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")  # it plays while it still loads
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("kind", list(MOVIES))
def test_a_movie_shows_what_is_painted_in_its_own_colours(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "movie.mp4"
    make(MOVIES[kind](SHORT), file)
    painted = [read_pixels(image) for image in list_pictures(MOVIES[kind](SHORT))]
    shown = read_movie(file)
    assert len(shown) == len(painted) == 15
    for one, other in zip(shown, painted, strict=True):
        apart = np.abs(one.astype(int) - other.astype(int))
        assert apart.mean() < 1.5  # edges of text lose colour, as every movie has half of it
        assert np.abs(one.mean((0, 1)) - other.mean((0, 1))).max() < 1.0
        assert (one[:4, :4] >= 254).all()  # white is white: not the 235 of another range


def test_the_pass_runs_from_the_loss_to_the_input() -> None:
    footage = make_pass(MovieOrder(size=(640, 480), fps=30))
    heads = [footage.playhead_at(number) for number in range(footage.count)]
    places = [head.position for head in heads]
    assert places[0] == 0
    assert places == sorted(places)
    assert heads[-1].at_end()
    assert not heads[-1].is_playing
    assert len({*places}) > 40  # it moves, and does not jump
    long, short = (
        make_pass(MovieOrder(size=(640, 480), fps=30, seconds=seconds)) for seconds in (4.0, 2.0)
    )
    assert (long.count, short.count) == (120, 60)
    assert short.playhead_at(20).position == pytest.approx(long.playhead_at(40).position)


def test_a_training_goes_from_its_first_pass_to_its_last() -> None:
    footage = make_training(SHORT)
    shown = [footage.iteration_at(number) for number in range(footage.count)]
    assert (shown[0], shown[-1]) == (0, ITERATIONS)
    assert shown == sorted(shown)
    assert shown[-2] == ITERATIONS  # the end can be looked at
    assert set(shown) == set(range(ITERATIONS + 1))


@pytest.mark.parametrize("kind", list(MOVIES))
@pytest.mark.parametrize("is_compared", [False, True])
@pytest.mark.parametrize("theme", [PROJECTOR, LIGHT], ids=lambda theme: theme.name)
def test_every_picture_is_the_same_in_two_runs_and_painted_alone(
    monkeypatch: pytest.MonkeyPatch, kind: str, theme: Theme, *, is_compared: bool
) -> None:
    order = MovieOrder(size=(960, 720), fps=6, seconds=1.5, theme=theme)
    first, second = (
        [
            read_pixels(image)
            for image in list_pictures(MOVIES[kind](order, is_compared=is_compared))
        ]
        for _ in range(2)
    )
    paint = MovingPage.paint

    def paint_alone(page: MovingPage, display: DisplayFrame) -> QImage:
        """On a page on which nothing was painted before."""
        alone = MovingPage(page._view, page._sheet, page._theme, page._style)  # noqa: SLF001
        image = paint(alone, display)
        alone.close()
        return image

    monkeypatch.setattr(MovingPage, "paint", paint_alone)
    footage = MOVIES[kind](order, is_compared=is_compared)
    alone = [read_pixels(image) for image in list_pictures(footage)]
    assert len(first) == len(second) == len(alone) == 9
    for number, pictures in enumerate(zip(first, second, alone, strict=True)):
        assert np.array_equal(pictures[0], pictures[1]), number
        assert np.array_equal(pictures[0], pictures[2]), number
    assert any(not np.array_equal(first[0], other) for other in first)


def test_two_movies_of_the_same_are_the_same_file(tmp_path: Path) -> None:
    files = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    for file in files:
        make(make_pass(SHORT), file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_whoever_gives_up_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(b"old")
    production = Movie(make_pass(SHORT)).make(file)
    assert [next(production) for _ in range(4)] == [1, 2, 3, 4]
    production.close()
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_what_goes_wrong_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    class Broken(PassMovie):
        def paint(self, take: object) -> Iterator[QImage]:
            yield from list(super().paint(take))[:2]
            raise RequestError("It cannot be.")

    lanes = make_lanes()
    footage = Broken(SHORT, DEPTH, lambda: rehearse_lanes(lanes, None, "theatre"), has_lanes=False)
    with pytest.raises(RequestError, match="It cannot be"):
        list(Movie(footage).make(tmp_path / "a.mp4"))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_in_a_sentence_and_the_old_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.write_bytes(b"old")
    with full_disk(4_000), pytest.raises(WritingError) as caught:
        list(Movie(make_pass(SHORT)).make(file))
    assert str(caught.value) == (
        f"“a.mp4” cannot be saved in “{tmp_path}”: file too large; choose another place."
    )
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_without_the_encoder_one_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "av" else name)
    with pytest.raises(RequestError, match=r"pip install 'gradient-theatre\[movies\]'") as caught:
        SHORT.check()
    assert movie_file.INSTALL in str(caught.value)


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (MovieOrder(size=(1281, 720)), "even"),
        (MovieOrder(size=(1280, 719)), "even"),
        (MovieOrder(size=(8192, 4320)), "4,096"),
        (MovieOrder(size=(64, 48)), "320 × 240"),
        (MovieOrder(fps=0), "1 to 120"),
        (MovieOrder(fps=500), "1 to 120"),
        (MovieOrder(seconds=1e9), "3,600"),
    ],
)
def test_what_no_player_could_show_is_refused(order: MovieOrder, reason: str) -> None:
    with pytest.raises(RequestError, match=reason):
        order.check()


def test_a_movie_in_4k_has_its_size(tmp_path: Path) -> None:
    assert QApplication.instance() is not None
    file = tmp_path / "a.mp4"
    make(make_pass(MovieOrder(size=(3840, 2160), fps=2, seconds=1.0)), file)
    assert [picture.shape for picture in read_movie(file)] == [(2160, 3840, 3)] * 2
