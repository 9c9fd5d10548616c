"""An autopsy in words: where the first number was that is not finite, and what led there."""

from __future__ import annotations

from engine.analysis.verdict_words import tell_where
from engine.records.frames import Autopsy
from engine.wording import spell


def tell_autopsy(autopsy: Autopsy, part: str) -> str:
    """Iteration, phase and layer of the halt; the growth before it, and the layer that led.

    Args:
        autopsy: of the halt.
        part: what has weights of its own: "layer".
    """
    halted = autopsy.halted
    where = tell_where(halted, part)
    growth = tell_growth(autopsy, part)
    return f"Halted at iteration {halted.iteration:,} {where}. {growth}"


def tell_growth(autopsy: Autopsy, part: str) -> str:
    """The growth of the gradient before a halt, its factor, and the layer that led."""
    if autopsy.growth is None or autopsy.norms is None:
        if autopsy.halted.iteration == 0:
            return "No update was made before it: the weights drawn, or the data, lead there."
        return "Too few finite gradients came before it to tell how they grew."
    first, last = (spell(norm) for norm in autopsy.norms)
    over = "one iteration" if autopsy.span == 1 else f"{autopsy.span} iterations"
    factor = f"× {spell(autopsy.growth)}" + ("" if autopsy.span == 1 else " in each")
    led = "" if autopsy.led_by is None else f"; {part} {autopsy.led_by} led"
    return f"Before it the gradient’s norm went from {first} to {last} in {over}, {factor}{led}."
