"""What a beat claims, and a claim of what is measured now."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.panels.lecture_panel.quantity_menu import QuantityMenu
from desktop.panels.lecture_panel.sheet import LectureSheet, say_claim
from desktop.widgets.fields import ChoiceBox, NumberField
from desktop.widgets.palette import IconButton, TextButton
from desktop.widgets.sections import LabelledRow, Section, caption
from engine.document.lecture import Beat, Claim
from engine.document.lecture_edits import suggest_margin
from engine.document.quantities import QuantityName

_FIRST = "loss"


class ClaimsSection(Section):
    """The claims, each of which can be removed, and what makes another one."""

    claim_requested = Signal(str, float, str)
    """A quantity, and the margin with its unit."""
    removal_requested = Signal(int)
    values_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("Claims", "claims_section")
        self._listed = QVBoxLayout()
        self._listed.setSpacing(2)
        self._claims: tuple[Claim, ...] | None = None
        self.quantity = TextButton(
            _FIRST, "claim_quantity", "Choose what is claimed", icon="chevron-down"
        )
        self.menu = QuantityMenu("claim_quantity_menu", self)
        self.margin = NumberField(
            "claim_margin", "Margin", "How far off it may be with other seeds", bounds=(0.0, 300.0)
        )
        self.unit = ChoiceBox(
            "claim_unit",
            "Unit of the margin",
            "Per cent of the value, or powers of ten for what spans many",
            [("percent", "± %"), ("decades", "± powers of ten")],
        )
        self.claim = TextButton(
            "Claim what is measured now",
            "claim_now",
            "Measure it on the desk, and claim that it lies within the margin",
            icon="check",
        )
        self.problem = caption("", "problem")
        self.problem.setObjectName("claim_problem")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.rows.addLayout(self._listed)
        self.add_row("Quantity", self.quantity)
        self.rows.addWidget(LabelledRow("Margin", self.margin, self.unit))
        self.rows.addWidget(self.claim)
        self.rows.addWidget(self.problem)
        self.choose(_FIRST)
        self.quantity.clicked.connect(self._open_menu)
        self.menu.quantity_chosen.connect(self.choose)
        self.unit.chosen.connect(lambda _key: self.say(""))
        self.claim.clicked.connect(self._request)

    def choose(self, name: str) -> None:
        """The quantity that is to be claimed, with a margin that suits it."""
        self.quantity.setText(name)
        margin, unit = suggest_margin(QuantityName.of(name).stem)
        self.margin.show_value(margin)
        self.unit.show_key(unit)
        self.say("")

    def show_sheet(self, sheet: LectureSheet, beat: Beat) -> None:
        """Show the claims of a beat."""
        self.menu.offer(sheet.quantities or {}, sheet.of_variant)
        if self.quantity.text() not in self.menu.names:
            self.choose(_FIRST)
        if beat.claims == self._claims:
            return
        self._claims = beat.claims
        while (item := self._listed.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for number, claim in enumerate(beat.claims):
            self._listed.addWidget(self._make_row(number, claim))

    def _make_row(self, number: int, claim: Claim) -> QWidget:
        box = QWidget()
        text = QLabel(say_claim(claim))
        text.setObjectName(f"claim_{number}")
        text.setWordWrap(True)
        remove = IconButton("x", f"remove_claim_{number}", f"Remove the claim {number + 1}", 16)
        remove.clicked.connect(lambda _checked: self.removal_requested.emit(number))
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(text, 1)
        row.addWidget(remove)
        return box

    def say(self, sentence: str) -> None:
        """Why nothing was claimed; "" takes it away."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _open_menu(self) -> None:
        self.menu.show_values({})
        self.values_wanted.emit()
        self.menu.open_under(self.quantity)

    def _request(self) -> None:
        self.margin.editingFinished.emit()
        if not self.margin.problem:
            margin, unit = self.margin.value or 0.0, self.unit.currentData()
            self.claim_requested.emit(self.quantity.text(), margin, unit)
