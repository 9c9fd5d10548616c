"""What the keys of keyboards and clickers do in a lecture.

The remotes they stand for: Logitech R400, R500 and Spotlight (PageUp, PageDown, F5 and Esc in
turn, "." or B), Kensington (PageUp, PageDown, B), presenter apps (arrows, Space).
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

_KEYS: dict[str, tuple[Qt.Key, ...]] = {
    "next": (Qt.Key.Key_PageDown, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_N),
    "previous": (Qt.Key.Key_PageUp, Qt.Key.Key_Left, Qt.Key.Key_P),
    "start": (Qt.Key.Key_F5,),
    "leave": (Qt.Key.Key_Escape,),
    "black": (Qt.Key.Key_Period, Qt.Key.Key_B),
    "white": (Qt.Key.Key_W,),
    "first": (Qt.Key.Key_Home,),
    "last": (Qt.Key.Key_End,),
    "faster": (Qt.Key.Key_Up,),
    "slower": (Qt.Key.Key_Down,),
    "replay": (Qt.Key.Key_R,),
    "stage": (Qt.Key.Key_S,),
    "train": (Qt.Key.Key_T,),
    "skips": (Qt.Key.Key_K,),
    "gate": (Qt.Key.Key_G,),
    "compare": (Qt.Key.Key_C,),
    "dark": (Qt.Key.Key_D,),
    "log": (Qt.Key.Key_L,),
    "relative": (Qt.Key.Key_A,),
    "refit": (Qt.Key.Key_0,),
    "curves": (Qt.Key.Key_H,),
    "full_screen": (Qt.Key.Key_F11,),
    "keys": (Qt.Key.Key_Question,),
}
_WITH_SHIFT: dict[Qt.Key, str] = {Qt.Key.Key_D: "preview", Qt.Key.Key_P: "presenter"}
_WITH_CONTROL: dict[Qt.Key, str] = {
    Qt.Key.Key_Z: "undo",
    Qt.Key.Key_Y: "redo",
    Qt.Key.Key_O: "open",
    Qt.Key.Key_S: "save",
    Qt.Key.Key_E: "export",
}
_OF_CLICKERS = frozenset({Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Period})
"""Sliders and fields with numbers would take these; a remote must never fail."""
_OF_REMOTES_ONLY = _OF_CLICKERS | {Qt.Key.Key_F5, Qt.Key.Key_Escape}
"""What is a command even where text is written."""
_MODIFIERS = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
    }
)
_LEFT_TO_WIDGETS = frozenset(
    {Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter}
)
_WRITING = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)
LISTED: tuple[tuple[str, str], ...] = (
    ("PageDown, Right, Space, N", "complete the motion, next beat"),
    ("PageUp, Left, P", "previous beat"),
    ("F5, Esc", "start, leave the lecture"),
    (". or B, W", "black, white screen"),
    ("Home, End", "first, last beat"),
    ("Up, Down", "faster, slower"),
    ("R, S", "replay the pass, one stage"),
    ("T", "train or pause"),
    ("K", "skips on or off"),
    ("G", "gate: learned, open, closed"),
    ("1 to 6", "switches, or the choice that won"),
    ("C", "compare"),
    ("D, Shift+D", "dark or light, hall preview"),
    ("L, A", "linear or log, absolute or relative"),
    ("0", "refit"),
    ("H", "history, loss and accuracy"),
    ("F11, ?", "full screen, these keys"),
    ("Shift+P", "presenter screen in a window"),
    ("Ctrl+Z, Ctrl+Shift+Z", "undo, redo"),
    ("Ctrl+O, S, E", "leave, and open, save, export"),
)
"""For the overlay: all of them, with what they do."""
_COMMANDS = {key: name for name, keys in _KEYS.items() for key in keys}
_DIGITS = (
    Qt.Key.Key_1,
    Qt.Key.Key_2,
    Qt.Key.Key_3,
    Qt.Key.Key_4,
    Qt.Key.Key_5,
    Qt.Key.Key_6,
)


def read_key(key: int, modifiers: Qt.KeyboardModifier) -> tuple[str, int]:
    """The command of a key, and a number that goes with it; "" for none.

    Args:
        key: a `Qt.Key`.
        modifiers: held with it; the keypad is no modifier here.
    """
    held = modifiers & ~Qt.KeyboardModifier.KeypadModifier
    known = Qt.Key(key) if key in Qt.Key._value2member_map_ else Qt.Key.Key_unknown
    shift, control = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
    if held == shift and known in _WITH_SHIFT:
        return _WITH_SHIFT[known], 0
    if held == control:
        return _WITH_CONTROL.get(known, ""), 0
    if held == control | shift and known == Qt.Key.Key_Z:
        return "redo", 0
    if held & ~shift:
        return "", 0
    if known in _DIGITS:
        return "number", _DIGITS.index(known) + 1
    return _COMMANDS.get(known, ""), 0


class LectureKeys(QObject):
    """Hears every key before the widget that has the focus does, while a lecture runs.

    In the lecture's own windows all keys are commands, but those that move the focus and, where
    text is written, those that write. In other windows of the program only those of clickers are.

    Args:
        is_ours: whether a window is the lecture's.
        parent: its owner.
    """

    pressed = Signal(str, int)
    """A command, "" for a key that has none, and the number that goes with it."""

    def __init__(self, is_ours: Callable[[QWidget], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_ours = is_ours

    def begin(self) -> None:
        """Listen."""
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def end(self) -> None:
        """Listen no more: the keys are the widgets' again."""
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a key that is a command; held down it counts once."""
        kind = event.type()
        if kind not in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            return False
        if not isinstance(watched, QWidget) or not isinstance(event, QKeyEvent):
            return False
        if not self._is_taken(watched, event.key()):
            return False
        event.accept()
        if kind == QEvent.Type.KeyPress and not event.isAutoRepeat():
            self.pressed.emit(*read_key(event.key(), event.modifiers()))
        return True

    def _is_taken(self, watched: QWidget, key: int) -> bool:
        if key in _MODIFIERS:
            return False
        if not self._is_ours(watched.window()):
            return key in _OF_CLICKERS
        if isinstance(watched, _WRITING):
            return key in _OF_REMOTES_ONLY
        return key not in _LEFT_TO_WIDGETS
