"""What can be drawn of a pass through time."""

from __future__ import annotations

from typing import Literal

from desktop.display.options import DisplayOptions

TimeQuantity = Literal[
    "hidden_last", "hidden", "cell_last", "cell", "cell_carried", "cell_direct", "share", "gates"
]
TIME_QUANTITIES: tuple[TimeQuantity, ...] = (
    "hidden_last",
    "hidden",
    "cell_last",
    "cell",
    "cell_carried",
    "cell_direct",
    "share",
    "gates",
)
"""Of a pass through time; "last" belongs to the loss at one time step alone."""

TIME_QUANTITY_WORDS: dict[str, str] = {
    "hidden_last": "&Hidden states, loss at one time step",
    "hidden": "Hidden states, &all losses",
    "cell_last": "&Cell states, loss at one time step",
    "cell": "Cell states, all &losses",
    "cell_carried": "Ca&rried by the cell states",
    "cell_direct": "&Direct cell path",
    "share": "&Share of the weight gradient",
    "gates": "&Gates",
}

_OF_CELL: tuple[TimeQuantity, ...] = ("cell_last", "cell", "cell_carried", "cell_direct")


def list_time_quantities(cell: str) -> tuple[TimeQuantity, ...]:
    """What can be drawn of a cell."""
    lacking = (*(() if cell == "lstm" else _OF_CELL), *(("gates",) if cell == "rnn" else ()))
    return tuple(quantity for quantity in TIME_QUANTITIES if quantity not in lacking)


def choose_time_quantity(cell: str, options: DisplayOptions) -> TimeQuantity:
    """The quantity asked for, or g_hT where this cell has no such thing."""
    wanted = options.quantities.get("recurrent", "")
    return wanted if wanted in list_time_quantities(cell) else "hidden_last"
