"""What can be drawn of a pass through layers."""

from __future__ import annotations

from typing import Literal

from desktop.display.options import DisplayOptions

Quantity = Literal["gradient_a", "gradient_z", "weight_gradient", "update_ratio"]
QUANTITIES: tuple[Quantity, ...] = (
    "gradient_a",
    "gradient_z",
    "weight_gradient",
    "update_ratio",
)

QUANTITY_WORDS: dict[str, str] = {
    "gradient_a": "Gradient of the &activations",
    "gradient_z": "Gradient of the &pre-activations",
    "weight_gradient": "Gradient of the &weights",
    "update_ratio": "&Update : weight",
}


def choose_quantity(options: DisplayOptions) -> Quantity:
    """The one that the viewer chose, or the usual one."""
    wanted = options.quantities.get("feedforward", "")
    return wanted if wanted in QUANTITIES else "gradient_a"
