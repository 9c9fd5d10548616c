"""Every formula of every equation can be typeset, and Qt draws it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from desktop.display.equation import EquationPicture
from desktop.kinds.feedforward.display.equation import resolve_equation
from desktop.kinds.recurrent.display.equation import resolve_time_equation
from desktop.painting.typesetting import Formula, TypesetQuestion, typeset
from engine.kinds.feedforward.records import layer_trace_of
from engine.kinds.feedforward.spec import NORMALISATIONS, Feedforward
from engine.kinds.recurrent.records import time_trace_of
from engine.parts import ACTIVATIONS
from engine.training.run import Run
from tests.engine import cases, recurrent_cases


def list_equations() -> Iterator[EquationPicture]:
    """Of every activation, normalisation and order, with and without skips; of every cell."""
    for number, activation in enumerate(ACTIVATIONS):
        normalisation = NORMALISATIONS[number % len(NORMALISATIONS)]
        layer = {"activation": activation, "normalisation": normalisation}
        widths = (6, 6, 5, 6)
        for order in cases.ORDERS:
            experiment = cases.make_experiment(
                [{"units": width, **layer} for width in widths],
                {"every": 1 + number % 2, "order": order, "scale": "1/L"},
            )
            trace = Run(experiment, cases.make_dataset()).measure().trace
            assert trace is not None
            assert isinstance(experiment.network, Feedforward)
            for place in range(1, len(widths) + 2):
                yield resolve_equation(experiment.network, layer_trace_of(trace), place)
    for cell in ("rnn", "lstm", "gru"):
        for activation in ("tanh", "relu", "linear"):
            experiment = recurrent_cases.make_experiment(
                cell=cell, readout="all", layers=2, activation=activation
            )
            trace = Run(experiment, recurrent_cases.make_dataset(5, "all")).measure(3).trace
            assert trace is not None
            own = time_trace_of(trace)
            assert own.detail is not None
            for row in (0, 1):
                yield resolve_time_equation(own, own.detail, row, activation)


def test_every_formula_leaves_ink(qtbot: QtBot) -> None:
    del qtbot
    formulas = {
        term.formula for equation in list_equations() for line in equation.lines for term in line
    }
    assert len(formulas) > 40
    for formula in sorted(formulas):
        read = Formula.read(typeset(formula))
        assert read.renderer.isValid(), formula
        picture = read.draw(18.0, QColor("#204060"), 1.0).toImage()
        inked = [
            picture.pixelColor(x, y)
            for x in range(picture.width())
            for y in range(picture.height())
            if picture.pixelColor(x, y).alpha() > 200
        ]
        assert inked, formula
        assert inked[0].blue() > inked[0].red(), "in the colour that was asked for"
        # It hangs on its baseline, whatever is above and below.
        box = read.box(18.0)
        assert box.top() < 0.0 < box.width()


def test_a_question_is_answered_in_parts() -> None:
    question = TypesetQuestion(tuple(f"q_{{{n}}}" for n in range(40)))
    first = question.answer(None)  # type: ignore[arg-type]
    assert isinstance(first, tuple)
    assert 1 <= len(first) < 40
    assert first[0][0] == "q_{0}"
    assert first[0][1].startswith(b"<svg")


def test_without_the_library_characters_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from engine.kinds.question import Refusal

    monkeypatch.setitem(sys.modules, "ziamath.config", None)
    answer = TypesetQuestion((r"\text{never typeset before}",)).answer(None)  # type: ignore[arg-type]
    assert isinstance(answer, Refusal)
