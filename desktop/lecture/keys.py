"""What the keys of keyboards and clickers do in a lecture.

The remotes they stand for: Logitech R400, R500 and Spotlight (PageUp, PageDown, F5 and Esc in
turn, "." or B), Kensington (PageUp, PageDown, B), presenter apps (arrows, Space).
"""

from __future__ import annotations

from PySide6.QtCore import Qt

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
_WITH_SHIFT: dict[Qt.Key, str] = {Qt.Key.Key_D: "preview"}
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
    if held == Qt.KeyboardModifier.ShiftModifier and known in _WITH_SHIFT:
        return _WITH_SHIFT[known], 0
    if held & ~Qt.KeyboardModifier.ShiftModifier:
        return "", 0
    if known in _DIGITS:
        return "number", _DIGITS.index(known) + 1
    return _COMMANDS.get(known, ""), 0
