"""The numbers behind a picture as a table, in full precision."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from desktop.display.frame import DisplayFrame
from desktop.display.options import ViewName
from desktop.kinds.recurrent.export_table import make_spectrum_rows, make_time_rows
from desktop.model.safe_write import write_whole
from engine.errors import RequestError
from engine.records.frames import FACTORS, LayerTrace
from engine.records.record import ValueKind
from engine.training.history import SCALARS

_ARRAYS = (
    "g_a",
    "g_a_rms",
    "g_z",
    "g_z_rms",
    "g_W",
    "g_b",
    "weight_norm",
    "update_ratio",
    "clipped_g_W",
    "decayed_g_W",
    "branch",
    "skip",
    "saturated",
    "dead",
    "z_mean",
    "z_std",
    "a_mean",
    "a_std",
)


def make_table(display: DisplayFrame, view: ViewName) -> str:
    """The table of a view as CSV text; its first lines are comments with the experiment.

    The diagram, the flow and the theatre give one row per layer of the pass, the input
    first, or per time step and recurrent layer; the history one row per iteration or
    stretch with every layer's (time step's) gradient; the curves its scalars.

    Raises:
        RequestError: if nothing has been measured yet.
    """
    text = io.StringIO()
    text.write(f"# Gradient Theatre, {view}, {display.footer}\n")
    text.write(f"# {msgspec.json.encode(display.experiment).decode()}\n")
    writer = csv.writer(text, lineterminator="\n")
    if view in ("history", "curves"):
        rows = _history_rows(display, with_layers=view == "history")
    elif view == "spectrum" and display.spectrum is not None:
        rows = make_spectrum_rows(display.spectrum)
    elif isinstance(display.trace, LayerTrace):
        rows = _layer_rows(display.trace)
    elif display.time_trace is not None:
        rows = make_time_rows(display.time_trace)
    else:
        raise RequestError("There is no pass to export yet: train one iteration first.")
    for row in rows:
        writer.writerow(row)
    return text.getvalue()


def separate_by_tabs(table: str) -> str:
    """The rows of a table as a spreadsheet takes them from the clipboard, without comments."""
    lines = [line for line in table.splitlines() if not line.startswith("#")]
    return "".join("\t".join(row) + "\n" for row in csv.reader(lines))


def _layer_rows(trace: LayerTrace) -> Iterable[Sequence[object]]:
    factors = tuple(f"factor_{name}" for name in FACTORS)
    yield ("layer", "name", "width", "kind", *_ARRAYS, *factors)
    for layer in range(trace.depth + 1):
        cells: list[object] = []
        for name in _ARRAYS:
            array = getattr(trace, name)
            index = layer if len(array) == trace.depth + 1 else layer - 1
            cells.append(repr(float(array[index])) if index >= 0 else "")
        handed_on: list[str] = [""] * len(FACTORS)
        if layer:
            handed_on = [repr(float(factor)) for factor in trace.factors[layer - 1]]
        yield (
            layer,
            trace.layer_names[layer - 1] if layer else "input",
            trace.widths[layer],
            ValueKind(int(trace.kinds[layer])).name.lower(),
            *cells,
            *handed_on,
        )


def _history_rows(display: DisplayFrame, *, with_layers: bool) -> Iterable[Sequence[object]]:
    stretches = display.history.stretches
    exact = bool((stretches.first == stretches.last).all())
    sides = ("",) if exact else ("_low", "_high")
    layers = stretches.rows_low.shape[1] if with_layers else 0
    names = [f"{name}{side}" for side in sides for name in SCALARS]
    row, first = ("g_a_rms", 0) if display.unrolled is None else ("g_hT", 1)
    names += [f"{row}.{layer + first}{side}" for side in sides for layer in range(layers)]
    yield ("iteration", "last_iteration", *names)
    tables = (
        (stretches.scalars_low, stretches.rows_low),
        (stretches.scalars_high, stretches.rows_high),
    )
    for index in range(len(stretches.first)):
        cells: list[str] = []
        for scalars, _ in tables[: len(sides)]:
            cells += [repr(float(value)) for value in scalars[index]]
        for _, rows in tables[: len(sides)]:
            cells += [repr(float(value)) for value in rows[index, :layers]]
        yield (int(stretches.first[index]), int(stretches.last[index]), *cells)


def export_table(display: DisplayFrame, view: ViewName, path: Path) -> None:
    """Write the table of a view; the file appears whole or not at all.

    Raises:
        WritingError: one sentence, where it cannot be written.
    """
    write_whole(path, make_table(display, view).encode())
