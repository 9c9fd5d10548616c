"""The numbers behind a picture as a table, in full precision."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from desktop.display.frame import DisplayFrame
from desktop.display.options import ViewName
from desktop.model.safe_write import write_whole
from engine.document.experiment import Experiment
from engine.document.lanes import join
from engine.errors import RequestError
from engine.training.history import SCALARS

_CURVES = tuple(SCALARS[: SCALARS.index("gradient_norm")])
_SCALARS_OF: dict[ViewName, tuple[str, ...]] = {
    "history": _CURVES,
    "curves": _CURVES,
    "clipping": tuple(SCALARS[SCALARS.index("gradient_norm") :]),
}
"""Of views over the iterations; the others have a row for each place of the pass."""


def make_table(display: DisplayFrame, view: ViewName) -> str:
    """The table of a view as CSV text; its first lines are comments with the experiment.

    The diagram, the flow and the theatre give one row per layer of the pass, the input
    first, or per time step and recurrent layer; the history one row per iteration or
    stretch with every layer's (time step's) gradient; the curves its scalars; the clipping the
    norm of the gradient, and what clipping did. Of two lanes the first column is the lane.

    Raises:
        RequestError: if nothing has been measured yet.
    """
    text = io.StringIO()
    text.write(f"# Gradient Theatre, {view}, {display.source}\n")
    text.write(f"# {msgspec.json.encode(_document_of(display)).decode()}\n")
    writer = csv.writer(text, lineterminator="\n")
    rows = _list_rows(display, view) if display.variant is None else _list_both(display, view)
    for row in rows:
        writer.writerow(row)
    return text.getvalue()


def _document_of(display: DisplayFrame) -> Experiment:
    if display.variant is None:
        return display.experiment
    return join(display.experiment, display.variant.experiment)


def _list_rows(display: DisplayFrame, view: ViewName) -> Iterable[Sequence[object]]:
    """The heading, then the rows of one lane."""
    if view in _SCALARS_OF:
        return _history_rows(display, _SCALARS_OF[view], with_places=view == "history")
    if display.trace is None:
        raise RequestError("There is no pass to export yet: train one iteration first.")
    return display.kind.list_rows(display.trace, display.own, view)


def _list_both(display: DisplayFrame, view: ViewName) -> Iterable[Sequence[object]]:
    """The rows of both lanes, named in the first column; empty cells for what one has not."""
    needs_pass = view not in _SCALARS_OF
    tables = [
        (lane.lane.name, list(_list_rows(lane, view)))
        for lane in display.lanes
        if lane.lane is not None and not (needs_pass and lane.trace is None)
    ]
    if not tables:
        raise RequestError("There is no pass to export yet: train one iteration first.")
    columns = tuple(dict.fromkeys(name for _, rows in tables for name in rows[0]))
    yield ("lane", *columns)
    for lane_name, (heading, *rows) in tables:
        for row in rows:
            cells = dict(zip(heading, row, strict=True))
            yield (lane_name, *(cells.get(column, "") for column in columns))


def separate_by_tabs(table: str) -> str:
    """The rows of a table as a spreadsheet takes them from the clipboard, without comments."""
    lines = [line for line in table.splitlines() if not line.startswith("#")]
    return "".join("\t".join(row) + "\n" for row in csv.reader(lines))


def _history_rows(
    display: DisplayFrame, scalars: Sequence[str], *, with_places: bool
) -> Iterable[Sequence[object]]:
    stretches = display.history.stretches
    exact = bool((stretches.first == stretches.last).all())
    sides = ("",) if exact else ("_low", "_high")
    places = stretches.rows_low.shape[1] if with_places else 0
    columns = [SCALARS.index(name) for name in scalars]
    names = [f"{name}{side}" for side in sides for name in scalars]
    names += [
        f"{display.kind.row_name}.{place + display.kind.row_place}{side}"
        for side in sides
        for place in range(places)
    ]
    yield ("iteration", "last_iteration", *names)
    tables = (
        (stretches.scalars_low, stretches.rows_low),
        (stretches.scalars_high, stretches.rows_high),
    )
    for index in range(len(stretches.first)):
        cells: list[str] = []
        for values, _ in tables[: len(sides)]:
            cells += [repr(float(value)) for value in values[index, columns]]
        for _, rows in tables[: len(sides)]:
            cells += [repr(float(value)) for value in rows[index, :places]]
        yield (int(stretches.first[index]), int(stretches.last[index]), *cells)


def export_table(display: DisplayFrame, view: ViewName, path: Path) -> None:
    """Write the table of a view; the file appears whole or not at all.

    Raises:
        WritingError: one sentence, where it cannot be written.
    """
    write_whole(path, make_table(display, view).encode())
