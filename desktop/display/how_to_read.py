"""How to read each view, in sentences that a second-year student understands."""

from __future__ import annotations

from typing import Literal

from desktop.display.frame import DisplayFrame
from desktop.display.options import LowerView

Room = Literal["diagram", "flow", "lower", "curves"]

HOW_TO_READ: dict[Room | LowerView | Literal["unrolled", "time_flow"], str] = {
    "diagram": "Each column is a layer, each node a unit, lit by the gradient that reached it in "
    "this backward pass. Small and faded means little gradient, large and hot means much. A "
    "dotted outline has not been reached yet.",
    "unrolled": "Each column is a time step, each row a state of a layer. The road is as wide and "
    "as bright as the gradient that arrives from the loss on the right. The blades across it are "
    "a gate: where they close, the state is not handed on. A dotted outline has not been reached "
    "yet.",
    "flow": "Each bar is the size of the gradient at the layer above it, on a logarithmic axis: "
    "one gridline down is the same factor everywhere. The number over a bar is the factor on "
    "the way there.",
    "time_flow": "Each bar is the size of the gradient that reaches the time step above it, on a "
    "logarithmic axis: one gridline down is the same factor everywhere. The lines are what else "
    "comes back through time.",
    "history": "One row per layer or time step, one column per iteration, coloured by the gradient "
    "relative to the loss end of the same iteration. The strip above shows that end’s absolute "
    "size. A click on an iteration shows its pass.",
    "units": "One row per unit, one column per time step, coloured by the gradient of that unit’s "
    "hidden state. Rows that stay bright are the units through which the gradient comes back.",
    "gates": "Each line is a gate, from 0, closed, to 1, open: the mean over the batch and the "
    "units at each time step.",
    "weight_share": "Each bar is one time step’s term of the gradient of the recurrent weights. "
    "Where early bars are gone, the weights do not learn from early time steps.",
    "spectrum": "Each bar is σ₁, the largest stretch that a small change of the state undergoes "
    "from its time step to the loss. The line is ρ, the spectral radius of the same product: "
    "another number. The guides repeat one time step’s mean.",
    "curves": "The mean loss and the share of right answers over the iterations, on the batches "
    "trained on and on data held out. The dotted line is what guessing the most frequent class "
    "reaches.",
}


def describe_reading(display: DisplayFrame, room: Room) -> str:
    """How to read what is drawn in a room of the theatre; empty where a row is folded."""
    if room == "lower":
        return "" if display.lower.is_folded else HOW_TO_READ[display.lower.view]
    if display.unrolled is not None:
        if room == "diagram":
            return HOW_TO_READ["unrolled"]
        if room == "flow":
            return HOW_TO_READ["time_flow"]
    return HOW_TO_READ[room]
