"""The cause: why the gradient is as it is, with what each part of the network accounts for."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from desktop.display.pictures import CausePicture
from desktop.widgets.cause_shares import CauseShares
from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.fixed_size import Still

_HOW_TO_READ = (
    "From measured numbers alone. A is what activations account for, N normalisation, W weights, "
    "S skip connections, in decades of the gradient: what is left takes away, what is right gives. "
    "Causes overlap."
)


class CauseRow(QWidget):
    """A sentence beside its shares; as high as one line, or two in a narrow window."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("cause")
        self.setAccessibleName("Cause")
        self._picture: CausePicture | None = None
        self._lines = 1
        sentence = ElidingLabel()
        sentence.setObjectName("cause_sentence")
        sentence.setWordWrap(True)
        sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.sentence = Still(sentence)
        self.shares = CauseShares()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.shares)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(_HOW_TO_READ)

    def set_narrow(self, is_narrow: bool) -> None:
        """Take two lines for the sentence, or one."""
        self._lines = 2 if is_narrow else 1
        self.updateGeometry()

    def show_picture(self, picture: CausePicture | None) -> None:
        """Show a cause; None leaves its room empty."""
        if picture == self._picture:
            return
        self._picture = picture
        parts, tooltip = ((), "") if picture is None else (picture.parts, picture.tooltip)
        self.shares.show_parts(parts, f"{tooltip}\n{_HOW_TO_READ}" if tooltip else "")
        told = "" if picture is None else picture.sentence
        if self.sentence.text() != told:
            self.sentence.setText(told)
            self.sentence.setToolTip(f"{told}\n{_HOW_TO_READ}" if told else "")

    def sizeHint(self) -> QSize:
        """As high as its lines, whatever they say."""
        line = self.sentence.label.fontMetrics().lineSpacing()
        return QSize(480, max(self._lines * line, self.shares.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """As high, however narrow."""
        return QSize(240, self.sizeHint().height())
