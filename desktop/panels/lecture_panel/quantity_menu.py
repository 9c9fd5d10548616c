"""A menu of all that is measured of a beat, with the present values where they are known."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget


class QuantityMenu(QMenu):
    """Announces the name that is chosen."""

    quantity_chosen = Signal(str)

    def __init__(self, object_name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setToolTipsVisible(True)
        self._entries: dict[str, QAction] = {}
        self._listed: object = None

    @property
    def names(self) -> tuple[str, ...]:
        """All that can be chosen."""
        return tuple(self._entries)

    def offer(self, baseline: Mapping[str, int], variant: Mapping[str, int] | None) -> None:
        """These quantities, with how many places they have; those of the variant apart."""
        listed = (dict(baseline), None if variant is None else dict(variant))
        if listed == self._listed:
            return
        self._listed = listed
        self._entries.clear()
        self.clear()
        self._fill(self, baseline, "")
        if variant is not None:
            self.addSeparator()
            self._fill(self._open(self, "Of the variant", "variant"), variant, "variant.")

    def _fill(self, menu: QMenu, quantities: Mapping[str, int], before: str) -> None:
        for stem, count in quantities.items():
            name = f"{before}{stem}"
            if not count:
                self._add(menu, name, name)
                continue
            places = self._open(menu, stem, name)
            for place in range(1, count + 1):
                self._add(places, f"{name}.{place}", f"{name}.{place}")

    def _open(self, menu: QMenu, title: str, name: str) -> QMenu:
        inner = menu.addMenu(title)
        inner.setObjectName(f"{self.objectName()}_{name}_places")
        inner.setToolTipsVisible(True)
        return inner

    def _add(self, menu: QMenu, text: str, name: str) -> None:
        action = menu.addAction(text)
        action.setObjectName(f"{self.objectName()}_{name}")
        action.setToolTip(f"The quantity {name}")
        action.triggered.connect(lambda _checked, name=name: self.quantity_chosen.emit(name))
        self._entries[name] = action

    def show_values(self, told: Mapping[str, str]) -> None:
        """Behind the names, where a value is known."""
        for name, action in self._entries.items():
            value = told.get(name)
            action.setText(name if value is None else f"{name}\t{value}")

    def open_under(self, button: QWidget) -> None:
        """Stand under a button."""
        self.popup(button.mapToGlobal(QPoint(0, button.height())))
