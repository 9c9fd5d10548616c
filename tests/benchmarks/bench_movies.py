"""A movie of a backward pass in 1080p: paint and encode, against encoding alone.

The encoder works beside the painter; at twice the encoder's own time, ten seconds are made in
five on two cores of which it would need half of that alone.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

GOALS = {"movies: a pass in 1080p": ("<=", 2.0)}

_SECONDS = 3.0


def measure() -> dict[str, float]:
    """The ratio for the first scene's network."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from desktop.export.footage import Movie, list_pictures
    from desktop.export.movie_file import written_movie
    from desktop.export.movies import MovieOrder, PassMovie
    from desktop.export.rehearsals import rehearse_lanes
    from engine import documents
    from tests.benchmarks.interleaving import measure_ratio

    application = QApplication.instance() or QApplication([])
    scene = documents.load_scene("1-sigmoid-depth-10")
    lanes = {"baseline": documents.with_values(scene, [("training.iterations", 20)])}
    sources = rehearse_lanes(lanes, None, "theatre")
    order = MovieOrder(seconds=_SECONDS)

    def plan() -> PassMovie:
        return PassMovie(order, sources["baseline"].places, lambda: sources, has_lanes=False)

    pictures = list(list_pictures(plan()))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "movie.mp4"

        def make() -> None:
            for _ in Movie(plan()).make(file):
                pass

        def encode() -> None:
            with written_movie(file, order.size, order.fps) as writer:
                for picture in pictures:
                    writer.add(picture)

        ratio = measure_ratio(make, encode, rounds=3)
    del application
    return {"movies: a pass in 1080p": ratio}
