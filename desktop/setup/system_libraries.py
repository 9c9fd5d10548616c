"""What drawing needs from the machine: a display, and the libraries that Qt is linked to.

Qt aborts the process where one of them is missing, before Python could catch
anything; so they are looked for beforehand, without Qt. The display comes first, and is
found out without any library: a machine without a screen needs none for windows. Only the
standard library, in a grammar that an old Python reads too (see `desktop.setup.bootstrap`).
"""

import ctypes
import os
import re
import socket
import sys
from pathlib import Path
from typing import Sequence

COMMANDS_WITHOUT_DISPLAY = ("measure", "compare", "lecture", "render", "scenes", "schema")

PICTURE_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
"""Libraries that Qt's own are linked to, and Debian's packages that bring them."""

X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND_LIBRARIES = {
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
}


_X_PORT = 6000
_X_SOCKET = "/tmp/.X11-unix/X{}"
_X_DISPLAY = re.compile(r"(?:(?P<protocol>[^/:]+)/)?(?P<host>.*):(?P<number>\d{1,5})(?:\.\d+)?")
_ANSWER_S = 5.0
"""How long a display on another machine may take to answer."""


class SetUpError(Exception):
    """What stands in the way of a start; its message is one sentence for the user."""


def require(surface: str, also: "Sequence[str]" = ()) -> None:
    """Checks that what a command draws on is there.

    Args:
        surface: what the command draws on: "none", "picture" (in memory) or "window".
        also: Debian packages that are missing for another reason, so that one line installs all.

    Raises:
        SetUpError: names the display, or the one line that installs what is missing.
    """
    needs_display = surface == "window" and sys.platform == "linux" and not _platform()
    if needs_display and not _window_system():
        raise SetUpError(_no_display())
    packages = [*also, *missing_packages(surface)]
    if packages:
        raise SetUpError(
            "This machine lacks libraries that the program stands on; on Debian and Ubuntu "
            f"this line installs them: sudo apt install {' '.join(packages)}"
        )
    if needs_display and _window_system() == "x11" and not _x_server_lets_in():
        raise SetUpError(_no_display())


def _no_display() -> str:
    commands = ", ".join(COMMANDS_WITHOUT_DISPLAY)
    return (
        "There is no display to open the window on; "
        f"these commands need none: {commands} (see --help)."
    )


def missing_packages(surface: str) -> "list[str]":
    """Debian's packages with the libraries that Qt would abort without; sorted."""
    if surface == "none" or sys.platform != "linux":
        return []
    libraries = dict(PICTURE_LIBRARIES)
    if surface == "window" and not _platform():
        libraries.update(WAYLAND_LIBRARIES if _window_system() == "wayland" else X11_LIBRARIES)
    return sorted({package for name, package in libraries.items() if not _is_there(name)})


def _is_there(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _platform() -> str:
    """Qt's platform plug-in, where the user has chosen one that needs neither X11 nor Wayland."""
    name = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    return "" if name.startswith(("xcb", "wayland")) else name


def _window_system() -> str:
    """What answers where the variables say that a display is, as Qt chooses: or nothing."""
    wanted = os.environ.get("QT_QPA_PLATFORM", "").partition(";")[0]
    if wanted.startswith("wayland"):
        return "wayland" if _wayland_answers() else ""
    if wanted.startswith("xcb"):
        return "x11" if _x_server_answers() else ""
    if os.environ.get("XDG_SESSION_TYPE") == "wayland" and _wayland_answers():
        return "wayland"
    if _x_server_answers():
        return "x11"
    return "wayland" if _wayland_answers() else ""


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    return bool(name) and _listens(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name or "")))


def _x_server_answers() -> bool:
    """Whether anything listens where `DISPLAY` points: at a path, a socket or a port."""
    display = os.environ.get("DISPLAY", "")
    for path in (display, display.rpartition(".")[0]):  # a path may be followed by a screen
        if path.startswith("/") and Path(path).exists():
            return _listens(path)
    found = _X_DISPLAY.fullmatch(display)
    if found is None:
        return False
    host, number = found.group("host"), int(found.group("number"))
    if host in ("", "unix") or found.group("protocol") == "unix":
        place = _X_SOCKET.format(number)
        if _listens("\0" + place) or _listens(place):
            return True
        if host or found.group("protocol"):
            return False
    try:
        address = (host.strip("[]") or "localhost", _X_PORT + number)
        socket.create_connection(address, _ANSWER_S).close()
    except (OSError, OverflowError, UnicodeError):
        return False
    return True


def _listens(path: str) -> bool:
    """Whether somebody listens at a socket in the file system, or at an abstract one."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_ANSWER_S)
            connection.connect(path)
    except (OSError, ValueError):  # ValueError: a path with a null character in it
        return False
    return True


def _x_server_lets_in() -> bool:
    """Whether the X server takes a connection from this user; needs its library."""
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    connection = x11.XOpenDisplay(None)
    if connection is None:
        return False
    x11.XCloseDisplay(connection)
    return True
