"""The equation in the panel: characters, then formulas; nothing is cut off, hovering explains."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.display.equation import (
    CLOSE,
    EQUALS,
    OPEN,
    TIMES,
    EquationPicture,
    factor_term,
    list_clusters,
    norm_term,
)
from desktop.painting.typesetting import TypesetQuestion
from desktop.widgets.equation_view import EquationView
from engine.kinds.question import Refusal

LINE = (
    norm_term(r"\frac{\partial L}{\partial a_{l-1}}", "∂L/∂a(l−1)", 1.25e-7, "below"),
    EQUALS,
    factor_term(r"W_l^\top", "W(l)ᵀ", 0.57, "the weights"),
    OPEN,
    factor_term(r"\sigma'(z_l)", "σ′(z(l))", 0.23, "the slope"),
    TIMES,
    norm_term(r"\frac{\partial L}{\partial a_l}", "∂L/∂a(l)", 9.5e-7, "here"),
    CLOSE,
)
PICTURE = EquationPicture("Backward", (LINE, LINE[:3]), "A note.")


@pytest.fixture
def view(qtbot: QtBot) -> EquationView:
    view = EquationView()
    qtbot.addWidget(view)
    view.resize(300, 300)
    view.show_picture(PICTURE)
    return view


def answer(view: EquationView, question: TypesetQuestion) -> None:
    view.show_answer(question, question.answer(None))  # type: ignore[arg-type]


def test_formulas_are_asked_for_when_they_are_seen_and_then_drawn(
    qtbot: QtBot, view: EquationView
) -> None:
    with qtbot.assertNotEmitted(view.typesetting_requested):
        view.repaint()  # hidden
    with qtbot.waitSignal(view.typesetting_requested) as asked:
        view.show()
    assert not view.is_typeset
    plain = view.grab().toImage()
    question = asked.args[0]
    assert set(question.formulas) == {term.formula for term in LINE}
    while not view.is_typeset:
        with qtbot.waitSignal(view.typesetting_requested, raising=False, timeout=50) as more:
            answer(view, question)
        question = more.args[0] if more.args else question
    assert view.grab().toImage() != plain
    asked_again = []
    view.typesetting_requested.connect(asked_again.append)
    numbers = EquationPicture("Backward", (LINE[:4], LINE[4:]), "Other numbers, the same formulas.")
    view.show_picture(numbers)
    view.repaint()
    QApplication.processEvents()
    assert view.is_typeset
    assert not asked_again, "what was typeset once is kept"


def test_where_nothing_typesets_characters_stay(qtbot: QtBot, view: EquationView) -> None:
    with qtbot.waitSignal(view.typesetting_requested) as asked:
        view.show()
    with qtbot.assertNotEmitted(view.typesetting_requested, wait=0):
        view.show_answer(asked.args[0], Refusal("ziamath is not installed."))
        view.repaint()
    assert not view.is_typeset
    assert "W(l)ᵀ [× 0.57]" in view.accessibleDescription()


@pytest.mark.parametrize("is_typeset", [False, True])
@pytest.mark.parametrize("width", [150, 232, 300, 700])
def test_nothing_is_cut_off_or_written_over(
    view: EquationView, width: int, is_typeset: bool
) -> None:
    view.show()
    if is_typeset:
        for term in LINE:
            answer(view, TypesetQuestion((term.formula,)))
        assert view.is_typeset
    rooms = view.list_rooms(width)
    assert len(rooms) == len(LINE) + 3
    for index, room in enumerate(rooms):
        assert room.left() >= 0
        assert room.right() <= width + 0.5
        assert room.bottom() <= view.heightForWidth(width)
        assert not any(room.intersects(other) for other in rooms[index + 1 :])


def test_hovering_a_term_says_it_with_all_digits(view: EquationView) -> None:
    rooms = view.list_rooms(view.width())
    inside: QPointF = rooms[2].center()
    assert view.describe_at(inside.toPoint()) == "the weights, changes the norm × 0.57"
    assert view.describe_at(QPoint(290, 290)) == view.toolTip()


def test_a_line_is_never_broken_after_what_belongs_to_the_next() -> None:
    clusters = [[term.plain for term in cluster] for cluster in list_clusters(LINE)]
    assert clusters == [
        ["∂L/∂a(l−1)"],
        ["=", "W(l)ᵀ"],
        ["(", "σ′(z(l))"],
        ["·", "∂L/∂a(l)", ")"],
    ]
