"""The inspector: the selected layer's numbers, and why it hands on what it hands on."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.display.frame import DisplayFrame
from desktop.display.inspection import inspect
from desktop.display.inspector import Fact, HistogramPicture, InspectorPicture
from desktop.style.theme import Theme
from desktop.widgets.equation_view import EquationView
from desktop.widgets.fixed_size import Still
from desktop.widgets.histogram import Histogram
from desktop.widgets.sections import caption, scrollable
from desktop.widgets.share_bars import ShareBars
from desktop.widgets.update_ruler import UpdateRuler
from desktop.widgets.why_bars import WhyBars

_MOST_FACTS = 12
_MOST_HISTOGRAMS = 10
"""An LSTM has four of gates on their curves, two more, and the spectra of four blocks."""
_MOST_SHARE_GROUPS = 2


class InspectorPanel(QWidget):
    """Shows what a display frame says about its selected layer; changes nothing."""

    title_changed = Signal(str)
    """What the dock's title bar says: the layer's name and shape."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName("Inspector")
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._picture = InspectorPicture("", "")
        self._waiting: DisplayFrame | None = None
        self.hint = caption("")
        self.hint.setObjectName("inspector_hint")
        self.hint.setWordWrap(True)
        self.why_heading = caption("", "heading")
        self.why_bars = WhyBars()
        self.why_sentence = _make_sentence()
        self.second_heading = caption("", "heading")
        self.second_heading.setContentsMargins(0, 8, 0, 0)
        self.second_bars = WhyBars()
        self.second_bars.setObjectName("second_why_bars")
        self.second_sentence = _make_sentence()
        self.shares = [ShareBars(f"shares_{i}") for i in range(1, _MOST_SHARE_GROUPS + 1)]
        self.equation_heading = caption("", "heading")
        self.equation = EquationView()
        self.equation_note = _make_sentence()
        self.update_heading = caption("Update : weight", "heading")
        update_number = caption("", "headline")
        update_number.setObjectName("inspector_update")
        self.update_number = Still(update_number)
        self.update_ruler = UpdateRuler()
        self.update_curve = _Chart("update_curve")
        self._charts = [_Chart(f"histogram_{i}") for i in range(1, _MOST_HISTOGRAMS + 1)]
        self.histograms = [chart.histogram for chart in self._charts]
        self._facts = [(caption(""), _make_number()) for _ in range(_MOST_FACTS)]
        self._lay_out()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 4, 16, 16)
        column.setSpacing(4)
        column.addWidget(self.hint)
        column.addWidget(self.why_heading)
        column.addWidget(self.why_bars)
        column.addWidget(self.why_sentence)
        column.addWidget(self.second_heading)
        column.addWidget(self.second_bars)
        column.addWidget(self.second_sentence)
        for shares in self.shares:
            column.addWidget(shares)
        column.addSpacing(12)
        column.addWidget(self.equation_heading)
        column.addWidget(self.equation)
        column.addWidget(self.equation_note)
        column.addSpacing(12)
        column.addWidget(self.update_heading)
        column.addWidget(self.update_number)
        column.addWidget(self.update_ruler)
        column.addWidget(self.update_curve)
        column.addSpacing(12)
        self._fact_box = QWidget()
        grid = QGridLayout(self._fact_box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        for row, (name, value) in enumerate(self._facts):
            name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            grid.addWidget(name, row, 0)
            grid.addWidget(value, row, 1)
        grid.setColumnStretch(0, 1)
        column.addWidget(self._fact_box)
        for chart in self._charts:
            column.addWidget(chart)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrollable(content, "inspector_scroll"))
        self._show_picture(InspectorPicture("Inspector", "Select a layer."))

    @property
    def picture(self) -> InspectorPicture:
        """What is shown."""
        return self._picture

    def sizeHint(self) -> QSize:
        """Wide enough for the names and numbers; the height scrolls."""
        return QSize(336, 600)

    def minimumSizeHint(self) -> QSize:
        """Never narrower than its numbers, as low as need be."""
        return QSize(264, 120)

    def apply_theme(self, theme: Theme) -> None:
        """Take the tones of another theme."""
        self.why_bars.apply_theme(theme)
        self.second_bars.apply_theme(theme)

    def show_frame(self, frame: DisplayFrame) -> None:
        """Show what this frame says about its selected layer; costs nothing while hidden."""
        if self.isVisible() or not self.window().isVisible():
            self._waiting = None
            self._show_picture(inspect(frame))
        else:
            self._waiting = frame

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while the panel was hidden."""
        super().showEvent(event)
        if self._waiting is not None:
            self.show_frame(self._waiting)

    def _show_picture(self, picture: InspectorPicture) -> None:
        if picture.title != self._picture.title:
            self.title_changed.emit(picture.title)
        self._picture = picture
        _write(self.hint, picture.hint)
        self.hint.setVisible(bool(picture.hint))
        self._show_why(picture)
        self._show_equation(picture)
        self._show_update(picture)
        self._show_facts(picture.facts)
        drawn = picture.histograms
        for index, chart in enumerate(self._charts):
            chart.show_picture(drawn[index] if index < len(drawn) else None)

    def _show_why(self, picture: InspectorPicture) -> None:
        first = (self.why_heading, self.why_bars, self.why_sentence)
        second = (self.second_heading, self.second_bars, self.second_sentence)
        for why, widgets in ((picture.why, first), (picture.second_why, second)):
            heading, bars, sentence = widgets
            for widget in widgets:
                widget.setVisible(why is not None)
            if why is not None:
                _write(heading, why.heading)
                _write(sentence, why.sentence)
                bars.show_picture(why)
                bars.setVisible(bool(why.rows))
        for index, shares in enumerate(self.shares):
            has_one = index < len(picture.share_groups)
            shares.setVisible(has_one)
            if has_one:
                shares.show_group(picture.share_groups[index])

    def _show_equation(self, picture: InspectorPicture) -> None:
        equation = picture.equation
        for widget in (self.equation_heading, self.equation, self.equation_note):
            widget.setVisible(equation is not None)
        if equation is not None:
            _write(self.equation_heading, equation.heading)
            _write(self.equation_note, equation.note)
            self.equation.show_picture(equation)

    def _show_update(self, picture: InspectorPicture) -> None:
        for widget in (self.update_heading, self.update_number, self.update_ruler):
            widget.setVisible(picture.update is not None)
        if picture.update is not None:
            _write(self.update_number, picture.update.text)
            self.update_ruler.show_picture(picture.update)
        self.update_curve.show_picture(picture.update_curve)

    def _show_facts(self, facts: tuple[Fact, ...]) -> None:
        self._fact_box.setVisible(bool(facts))
        for index, (name, value) in enumerate(self._facts):
            has_one = index < len(facts)
            name.setVisible(has_one)
            value.setVisible(has_one)
            if has_one:
                fact = facts[index]
                _write(name, fact.name)
                _write(value, fact.value)
                if name.toolTip() != fact.tooltip:
                    name.setToolTip(fact.tooltip)
                    value.setToolTip(fact.tooltip)


class _Chart(QWidget):
    """A histogram with the sentence that its numbers make, under it."""

    def __init__(self, object_name: str) -> None:
        super().__init__()
        self.histogram = Histogram(object_name)
        self.words = _make_sentence()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.histogram)
        column.addWidget(self.words)
        self.setVisible(False)

    def show_picture(self, picture: HistogramPicture | None) -> None:
        """Draw another one, or nothing."""
        self.setVisible(picture is not None)
        if picture is not None:
            self.histogram.show_picture(picture)
            _write(self.words, picture.words)
            self.words.setVisible(bool(picture.words))


def _make_number() -> Still:
    number = caption("", "strong")
    number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return Still(number)


def _make_sentence() -> Still:
    sentence = caption("", "small")
    sentence.setWordWrap(True)
    return Still(sentence)


def _write(label: QLabel | Still, text: str) -> None:
    if label.text() != text:
        label.setText(text)
