"""Remedies as they are written: what one changes, and what was measured of it."""

from __future__ import annotations

import json

from engine.document.experiment import Experiment, keeps_weights
from engine.records.remedy import Effect, Remedy, Trial
from engine.wording import spell

WAITING = "…"
"""Stands where nothing was measured yet."""
_MOST_CHANGES = 8
"""That are told one by one."""
_HOW_TO = "A click makes this one edit; with Shift it becomes the variant of a comparison."
_ANEW = "The weights cannot be kept: the network begins anew at iteration 0."


def describe_effect(effect: Effect | None) -> str:
    """What is carried, before and after: "1.9 × 10⁻⁸ → 0.8"."""
    if effect is None:
        return WAITING
    if effect.problem:
        return "cannot be measured"
    return f"{_spell(effect.before)} → {_spell(effect.after)}"


def describe_changes(experiment: Experiment, remedy: Remedy, result: Experiment) -> str:
    """A tool tip: every value that changes, and what becomes of the weights."""
    lines = [f"{path} = {_write(value)}" for path, value in remedy.changes]
    if len(lines) > _MOST_CHANGES:
        rest = len(lines) - _MOST_CHANGES + 1
        lines = [*lines[: _MOST_CHANGES - 1], f"and {rest:,} more like these"]
    if not keeps_weights(experiment, result):
        lines.append(_ANEW)
    return "\n".join([remedy.name, *lines, _HOW_TO])


def explain_effect(effect: Effect | None) -> str:
    """The measured effect in a sentence, for a tool tip."""
    if effect is None:
        return "Its effect is being measured."
    if effect.problem:
        return effect.problem
    return f"Measured in one pass: carried {describe_effect(effect)}."


def tell_outcome(
    remedy: Remedy,
    before: float | None,
    after: float | None,
    *,
    helps: bool,
    still: str,
    is_new: bool,
) -> str:
    """What a remedy that was tried has done, as measured.

    Args:
        remedy: that was tried.
        before: what was carried.
        after: what is carried now.
        helps: whether that is help, as `engine.analysis.remedies.is_helpful` says.
        still: the verdict now, in a word such as "vanishing"; empty where all is well.
        is_new: whether the network began anew.
    """
    measured = f"measured, {_spell(before)} → {_spell(after)}"
    if not helps:
        told = f"“{remedy.name}” did not help here: {measured}."
    elif still:
        told = f"“{remedy.name}” helped a little: {measured}, and still {still}."
    else:
        told = f"“{remedy.name}” helped: {measured}; whether it learns, only training shows."
    return f"{told} The network began anew." if is_new else told


def describe_trial(trial: Trial | None, iterations: int) -> tuple[str, str, str, str]:
    """How far a trial came, and what is carried, loss and accuracy after it."""
    if trial is None:
        return ("", "", "", "")
    done = f"{trial.iterations:,}"
    if trial.iterations < iterations:
        done = f"NaN/Inf after {trial.iterations:,}"
    score = "–"
    if trial.accuracy is not None:
        score = f"{100.0 * trial.accuracy:.1f} %"
    elif trial.r2 is not None:
        score = f"R² {spell(trial.r2)}"
    return (done, _spell(trial.carried), "–" if trial.loss is None else spell(trial.loss), score)


def _spell(ratio: float | None) -> str:
    return "no number" if ratio is None else spell(ratio)


def _write(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
