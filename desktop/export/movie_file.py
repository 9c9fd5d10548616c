"""A movie as a file: painted pictures, encoded as H.264 in MP4 while the next one is painted.

Needs PyAV, which comes with the extra `movies`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QImage

from desktop.model.safe_write import place_whole, told_of
from engine.errors import RequestError

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

INSTALL = "pip install 'gradient-theatre[movies]'"
MOST_PIXELS = 4_096
LEAST_SIZE = (320, 240)
LEAST_FPS, MOST_FPS = 1, 120

_CODEC = "libx264"
_ENCODING = {"preset": "superfast", "crf": "18"}
_WAITING = 3
"""Pictures that may wait for the encoder: of a movie in 4K each has 33 MB."""


def check_movies() -> None:
    """Refuse a movie, before any work is put into it, where it cannot be encoded.

    Raises:
        RequestError: one sentence, with the line that installs what is missing.
    """
    if importlib.util.find_spec("av") is None:
        raise RequestError(f"A movie needs PyAV, which is not installed: install it with {INSTALL}")


def check_size(size: tuple[int, int]) -> None:
    """Refuse sizes that players cannot show.

    Raises:
        RequestError: one sentence.
    """
    width, height = size
    if width % 2 or height % 2:
        raise RequestError(
            f"A movie's width and height are even numbers of pixels, not {width} × {height}."
        )
    if width < LEAST_SIZE[0] or height < LEAST_SIZE[1] or max(size) > MOST_PIXELS:
        raise RequestError(
            f"A movie has from {LEAST_SIZE[0]} × {LEAST_SIZE[1]} pixels to {MOST_PIXELS:,} "
            f"a side, not {width} × {height}."
        )


class MovieWriter:
    """Takes pictures in their order; all have the movie's size.

    The encoder works in a thread of its own, which needs the interpreter only now and then.
    """

    def __init__(self, file: Path, part: Path, size: tuple[int, int], fps: int) -> None:
        """Open the file.

        Args:
            file: what it will be called.
            part: where to write until then.
            size: width and height in pixels, even.
            fps: pictures a second.

        Raises:
            RequestError: where PyAV cannot encode H.264.
        """
        import av

        if _CODEC not in av.codecs_available:
            raise RequestError(f"This PyAV has no H.264: install another one with {INSTALL}")
        self._container: OutputContainer = av.open(
            str(part), "w", format="mp4", options={"movflags": "+faststart"}
        )
        self._stream = _open_stream(self._container, size, fps)
        self._file, self._size = file, size
        self._queue: Queue[QImage | None] = Queue(_WAITING)
        self._problem: Exception | None = None
        self._is_given_up = False
        self._thread = Thread(target=self._encode_all, name="movie", daemon=True)
        self._thread.start()

    def add(self, image: QImage) -> None:
        """Append a picture, which nobody paints on any more.

        Raises:
            WritingError: where the disk is full.
        """
        if (image.width(), image.height()) != self._size:
            raise ValueError("a picture of another size")
        self._queue.put(image)
        self._tell()

    def finish(self) -> None:
        """Encode what waits, and close the file.

        Raises:
            WritingError: where the disk is full.
        """
        self._queue.put(None)
        self._thread.join()
        self._tell()

    def give_up(self) -> None:
        """Close the file as it is: nobody wants it."""
        self._is_given_up = True
        self._queue.put(None)
        self._thread.join()

    def _tell(self) -> None:
        if self._problem is not None:
            with told_of(self._file):
                raise self._problem

    def _encode_all(self) -> None:
        """Until the end, or an error: then what is still added is taken and forgotten."""
        import av

        images = iter(self._queue.get, None)
        try:
            with self._container:
                self._encode(images)
        except (OSError, av.FFmpegError) as error:
            self._problem = OSError(error.errno, error.strerror)
        except Exception as error:  # noqa: BLE001 -- whoever adds pictures is told
            self._problem = error
        for _ in images:
            pass

    def _encode(self, images: Iterator[QImage]) -> None:
        last: tuple[QImage, VideoFrame] | None = None
        for count, image in enumerate(images):
            if self._is_given_up:
                return
            if last is None or last[0] is not image:
                last = (image, _convert(image))
            last[1].pts = count
            self._container.mux(self._stream.encode(last[1]))
        if not self._is_given_up:
            self._container.mux(self._stream.encode())


@contextmanager
def written_movie(file: Path, size: tuple[int, int], fps: int) -> Iterator[MovieWriter]:
    """A movie that appears whole when the block has ended well, or not at all.

    Raises:
        GradientTheatreError: one sentence, where it cannot be encoded or written.
    """
    check_movies()
    with place_whole(file) as part:
        writer = MovieWriter(file, part, size, fps)
        try:
            yield writer
        except BaseException:
            writer.give_up()
            raise
        writer.finish()


def _open_stream(container: OutputContainer, size: tuple[int, int], fps: int) -> VideoStream:
    from av.video.reformatter import ColorRange, Colorspace
    from av.video.stream import VideoStream

    stream = container.add_stream(_CODEC, rate=fps, options=_ENCODING)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    # Said in the file, since players guess it from the size otherwise.
    context.colorspace = Colorspace.ITU709
    context.color_range = ColorRange.MPEG
    context.color_primaries = context.color_trc = 1  # BT.709
    return stream


def _convert(image: QImage) -> VideoFrame:
    """The picture as the encoder takes it: BT.709, limited range."""
    from av.video.frame import VideoFrame
    from av.video.reformatter import ColorRange, Colorspace

    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8)
    rows = pixels.reshape(image.height(), image.bytesPerLine())[:, : 4 * image.width()]
    shaped = rows.reshape(image.height(), image.width(), 4)
    return VideoFrame.from_numpy_buffer(shaped, format="bgra").reformat(
        format="yuv420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
    )
