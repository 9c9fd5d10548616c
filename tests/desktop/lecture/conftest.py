"""What every test of a lecture's windows needs."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from desktop.style.theme import load_fonts


@pytest.fixture(autouse=True)
def _fonts(qapp: QApplication) -> None:
    """As in the program, whose windows are never without them."""
    del qapp
    load_fonts()
