"""What drawing needs from the machine: a display, and the libraries that Qt is linked to.

Qt aborts the process where one of them is missing, before Python could catch
anything; so they are looked for beforehand, without Qt. Only the standard library,
in a grammar that an old Python reads too (see `desktop.bootstrap`).
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import Sequence

SURFACES = ("none", "picture", "window")
"""What a command draws on: nothing, a picture in memory, a window on the screen."""

COMMANDS_WITHOUT_DISPLAY = ("measure", "render", "scenes", "schema")

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


class SetUpError(Exception):
    """What stands in the way of a start; its message is one sentence for the user."""


def require(surface: str, also: "Sequence[str]" = ()) -> None:
    """Checks that what a command draws on is there.

    Args:
        surface: what the command draws on, one of `SURFACES`.
        also: Debian packages that are missing for another reason, so that one line installs all.

    Raises:
        SetUpError: names the display, or the one line that installs what is missing.
    """
    packages = [*also, *missing_packages(surface)]
    if packages:
        raise SetUpError(
            "This machine lacks libraries that the program stands on; on Debian and Ubuntu "
            f"this line installs them: sudo apt install {' '.join(packages)}"
        )
    if surface == "window" and sys.platform == "linux" and not _has_display():
        commands = ", ".join(COMMANDS_WITHOUT_DISPLAY)
        raise SetUpError(
            "There is no display to open the window on; "
            f"these commands need none: {commands} (see --help)."
        )


def missing_packages(surface: str) -> "list[str]":
    """Debian's packages with the libraries that Qt would abort without; sorted."""
    if surface == "none" or sys.platform != "linux":
        return []
    libraries = dict(PICTURE_LIBRARIES)
    if surface == "window" and not _platform():
        wayland = os.environ.get("XDG_SESSION_TYPE") == "wayland" and _wayland_socket()
        libraries.update(WAYLAND_LIBRARIES if wayland else X11_LIBRARIES)
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


def _has_display() -> bool:
    return bool(_platform()) or _wayland_socket() or _x_server_answers()


def _wayland_socket() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    return bool(name) and Path(os.environ.get("XDG_RUNTIME_DIR", "/"), name or "").is_socket()


def _x_server_answers() -> bool:
    if not os.environ.get("DISPLAY"):
        return False
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    connection = x11.XOpenDisplay(None)
    if connection is None:
        return False
    x11.XCloseDisplay(connection)
    return True
