"""The cause under the verdict: its sentence, its shares, and the room that they take."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.display.cause import resolve_cause
from desktop.display.pictures import CausePicture, VerdictPicture
from desktop.panels.verdict import VerdictPanel
from desktop.style.theme import DARK, LIGHT, PROJECTOR, Theme, apply_theme
from desktop.widgets.palette import current_inks
from engine.records.cause import Cause, CauseEvidence, CauseKind, Shares

THEMES = [DARK, LIGHT, PROJECTOR]


def picture_of(
    shares: Shares, kind: CauseKind = "weights_too_large", total: float = 3.0
) -> CausePicture:
    evidence = CauseEvidence(T=total, shares=shares, weight_scale=2.0)
    return resolve_cause(Cause(kind, True, evidence, places=9))


LARGE = picture_of(Shares(-1.7, 0.0, 4.7, None))


def show(qtbot: QtBot, picture: CausePicture | None, width: int = 1100) -> VerdictPanel:
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    panel = VerdictPanel()
    panel.setParent(host)
    column.addWidget(panel)
    column.addStretch(1)
    host.resize(width, 400)
    host.show()
    panel.show_picture(VerdictPicture("exploding", "up", "Exploding", "Layer 1 receives.", ""))
    panel.show_cause(picture)
    for _ in range(3):
        QApplication.processEvents()
    panel.host = host  # type: ignore[attr-defined]  # lives as long as the panel
    return panel


def test_the_sentence_and_the_shares_are_those_of_the_cause(
    qtbot: QtBot, qapp: QApplication
) -> None:
    apply_theme(qapp, DARK)
    row = show(qtbot, LARGE).cause
    assert row.sentence.text() == (
        "Why: The weights are too large (2.0 × critical): 4.7 decades gained, 3.0 in all."
    )
    assert [(part.letter, part.text) for part in row.shares.parts] == [
        ("A", "−1.7"),
        ("N", "0"),
        ("W", "+4.7"),
        ("S", "–"),
    ]
    assert [part.letter for part in row.shares.parts if part.is_named] == ["W"]
    assert row.shares.accessibleName() == (
        "Shares in decades: activation −1.7, normalisation 0, weights +4.7, skip –"
    )
    for told in ("+3.0 decades", "−1.7 decades", "+4.7 decades", "not measured here"):
        assert told in row.shares.toolTip()
    assert row.sentence.label.accessibleName() == row.sentence.text()


def count_ink(image: QImage, ink: QColor, left: int, right: int) -> int:
    """Pixels of a colour in the lowest rows, where the bars are."""
    ratio = image.devicePixelRatio()
    low = int(image.height() - 6 * ratio)
    return sum(
        image.pixelColor(x, y) == ink
        for x in range(int(left * ratio), int(right * ratio))
        for y in range(low, image.height())
    )


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_loss_grows_to_the_left_and_a_gain_to_the_right(
    qtbot: QtBot, qapp: QApplication, theme: Theme
) -> None:
    apply_theme(qapp, theme)
    try:
        shares = show(qtbot, picture_of(Shares(-4.0, 0.0, 4.0, 0.0))).cause.shares
        image = shares.grab().toImage()
        cell = (shares.width() - 3 * 12) / 4
        half = cell / 2
        dim, text = current_inks().dim, current_inks().text
        assert count_ink(image, dim, 0, int(half) - 2) > 4 * count_ink(
            image, dim, int(half) + 2, int(cell)
        )
        start = int(2 * (cell + 12))
        middle = int(start + half)
        assert count_ink(image, text, middle + 2, int(start + cell)) > 4 * count_ink(
            image, text, start, middle - 2
        )
        colours = {
            image.pixelColor(x, y).rgb()
            for x in range(image.width())
            for y in range(image.height())
        }
        coloured = [c for c in map(QColor, colours) if c.saturation() > 90 and c.value() > 110]
        assert not coloured, "whatever is coloured is data"
    finally:
        apply_theme(qapp, DARK)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("width", [620, 908, 1400])
def test_nothing_of_the_row_is_cut_off(
    qtbot: QtBot, qapp: QApplication, theme: Theme, width: int
) -> None:
    apply_theme(qapp, theme)
    try:
        panel = show(qtbot, LARGE, width)
        row = panel.cause
        assert row.geometry().bottom() <= panel.height()
        assert row.shares.geometry().right() < row.width()
        assert row.shares.height() >= row.shares.sizeHint().height()
        assert row.sentence.width() > 0
        shown = QLabel.text(row.sentence.label).replace("\n", "")
        assert shown == LARGE.sentence or shown.endswith("…")
        assert LARGE.sentence in row.sentence.toolTip()
        assert row.sentence.geometry().right() < row.shares.geometry().left()
    finally:
        apply_theme(qapp, DARK)


def test_the_height_stays_without_a_cause_and_with_a_long_one(
    qtbot: QtBot, qapp: QApplication
) -> None:
    apply_theme(qapp, DARK)
    panel = show(qtbot, None)
    height = panel.height()
    assert panel.cause.sentence.text() == ""
    long = picture_of(Shares(-1.0, 0.0, 2.0, 5.0), "unscaled_skips")
    panel.show_cause(long)
    QApplication.processEvents()
    assert panel.height() == height
