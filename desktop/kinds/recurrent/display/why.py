"""The why waterfalls of one time step: along the hidden state, and along an LSTM's cell state.

Where a factor is 0 nothing is left to be split up, and a log axis has no place for it: a
sentence says what stops the gradient instead.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from desktop.display.captions import describe_portion
from desktop.display.pictures import Part, WhyPicture, WhyRow
from desktop.display.scales import format_count
from engine.kinds.recurrent.records import TimeTrace


def list_time_factors(trace: TimeTrace, t: int, layer: int = -1) -> tuple[Part, ...]:
    """What a layer's cell does to the gradient from h_t to h_{t-1}; empty if unknown.

    Args:
        trace: the pass.
        t: the time step that hands on.
        layer: row of the trace's arrays; the top layer unless given.
    """
    row = trace.factors_h[layer, t - 1]
    if not np.all(np.isfinite(row)):
        return ()
    pairs = list(zip(trace.factor_names_h, row.tolist(), strict=True))
    return tuple(
        Part(name, factor)
        for index, (name, factor) in enumerate(pairs)
        if index == 0 or abs(factor - 1.0) > 1e-9
    )


def resolve_time_why(trace: TimeTrace, t: int, layer: int = -1) -> WhyPicture | None:
    """What the cell hands on from h_t to h_{t-1}; None where nothing is said of it."""
    if not 1 <= t <= trace.loss_time or not np.isfinite(trace.g_hT[layer, t - 1]):
        return None
    if trace.g_hT[layer, t - 1] == 0.0:
        return _tell_nothing(trace, t, layer, "Nothing arrives here, so nothing is handed on.")
    parts = list_time_factors(trace, t, layer)
    if not parts:
        sentence = f"All that reaches {_name_before(t)} comes from the layer above, not from here."
        return _tell_nothing(trace, t, layer, sentence) if _is_below(trace, layer) else None
    if any(part.factor <= 0.0 for part in parts):
        sentence = f"Nothing goes on to {_name_before(t)}: {_reason_along_h(trace, t, parts)}."
        return _tell_nothing(trace, t, layer, sentence)
    rows, total = _stack_rows(parts)
    return WhyPicture(
        layer=t,
        title=title_of_time_step(trace, t, layer),
        heading=f"Why it {'shrinks' if total < 1.0 else 'enlarges'} the gradient",
        rows=rows,
        sentence=f"It hands on {describe_portion(total)} what it receives, to {_name_before(t)}.",
    )


def resolve_cell_why(trace: TimeTrace, t: int, layer: int = -1) -> WhyPicture | None:
    """What is handed on from c_t to c_{t-1}; None without a cell state, or where nothing is."""
    if not trace.factor_names_c or not 1 <= t <= trace.loss_time:
        return None
    arriving = float(trace.g_cT[layer, t - 1])
    if not math.isfinite(arriving) or arriving == 0.0:
        return None
    heading = "Along the cell state c"
    row = trace.factors_c[layer, t - 1]
    title = title_of_time_step(trace, t, layer)
    if not np.all(np.isfinite(row)) or bool(np.any(row <= 0.0)):
        is_cut = t - 1 in trace.truncation_cuts
        reason = "truncation cuts here" if is_cut else "the forget gate lets nothing through"
        back = "" if np.all(np.isfinite(row)) else "; what arrives there comes through h"
        sentence = f"Nothing goes along c to {_name_before(t)}: {reason}{back}."
        return WhyPicture(t, title, heading, (), sentence)
    names = zip(trace.factor_names_c, row.tolist(), strict=True)
    rows, total = _stack_rows([Part(name, factor) for name, factor in names])
    sentence = f"The cell state hands on {describe_portion(total)} it, to {_name_before(t)}."
    return WhyPicture(t, title, heading, rows, sentence)


def title_of_time_step(trace: TimeTrace, t: int, layer: int = -1) -> str:
    """Its number and word, and the layer that is spoken of."""
    word = trace.labels[t - 1]
    name = f" · “{word}”" if word != str(t) else ""
    count = len(trace.layer_names)
    which = f" · layer {range(count)[layer] + 1} of {count}" if count > 1 else ""
    return f"Time step {format_count(t)}{name} · {trace.layer_names[layer]}{which}"


def _stack_rows(parts: Sequence[Part]) -> tuple[tuple[WhyRow, ...], float]:
    rows, place = [], 0.0
    for part in parts:
        change = math.log10(part.factor)
        rows.append(WhyRow(part.name, part.factor, place, place + change))
        place += change
    total = 10.0**place
    return (*rows, WhyRow("together", total, 0.0, place, is_total=True)), total


def _tell_nothing(trace: TimeTrace, t: int, layer: int, sentence: str) -> WhyPicture:
    title = title_of_time_step(trace, t, layer)
    return WhyPicture(t, title, "What it hands on", (), sentence)


def _reason_along_h(trace: TimeTrace, t: int, parts: Sequence[Part]) -> str:
    """What makes the first factor of 0; the most deliberate reason first."""
    if t - 1 in trace.truncation_cuts:
        return "truncation cuts the gradient here"
    if trace.cuts_hidden_to_gates:
        return "the way from h to the gates is cut"
    shut = [
        f"the {name} gate"
        for name, value in zip(trace.gate_names, trace.forced_gates, strict=True)
        if value == 0.0
    ]
    if shut:
        verb = "is" if len(shut) == 1 else "are"
        return f"{' and '.join(shut)} {verb} forced shut"
    name = next(part.name for part in parts if part.factor <= 0.0)
    return f"its factor “{name}” is exactly 0"


def _is_below(trace: TimeTrace, layer: int) -> bool:
    count = len(trace.layer_names)
    return range(count)[layer] < count - 1


def _name_before(t: int) -> str:
    return f"time step {t - 1:,}" if t > 1 else "the state before the first time step"
