"""The start by double click: the same bootstrap, with its progress in a small window.

The window is tkinter's, which needs nothing installed; where Python comes without it,
the set-up runs all the same, and what it says goes to the terminal or the journal.
Only the standard library, in a grammar that an old Python reads too.
"""

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
_POLL_MS = 100
_LINES = 400
_GROUND, _PANEL, _TEXT = "#10141B", "#181E27", "#E8EDF4"


def main() -> int:
    """Sets the program up if need be, then opens its window."""
    set_up = subprocess.Popen(
        [_console_python(), "-m", "desktop.bootstrap", "--surface", "window"],
        cwd=str(ROOT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    with contextlib.suppress(subprocess.TimeoutExpired):
        set_up.wait(timeout=2)  # what is set up already answers at once, and needs no window
    if set_up.poll() != 0:
        _show(set_up)
    elif set_up.stdout is not None:
        set_up.stdout.close()
    if set_up.wait() != 0:
        return 2
    if sys.platform == "linux":
        _lend_icon()
    return subprocess.call([sys.executable, str(ROOT / "desktop"), *sys.argv[1:]])


def _lend_icon() -> None:
    """Puts the icon where desktops look for the name that the .desktop entry gives it."""
    share = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    place = share / "icons" / "hicolor" / "scalable" / "apps" / "gradient-theatre.svg"
    with contextlib.suppress(OSError):  # an entry without its icon works as well
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(ROOT / "resources" / "icons" / place.name), str(place))


def _console_python() -> str:
    """On Windows pythonw has no output to read; its neighbour has."""
    executable = Path(sys.executable)
    if executable.stem.lower() == "pythonw":
        return str(executable.with_name("python.exe"))
    return str(executable)


def _show(set_up: "subprocess.Popen[str]") -> None:
    """Shows what the set-up says until it is complete; a failure stays until it is closed."""
    lines = queue.Queue()  # type: queue.Queue[str]
    reader = threading.Thread(target=_read, args=(set_up.stdout, lines), daemon=True)
    try:
        import tkinter as tk
        from tkinter import scrolledtext, ttk

        window = tk.Tk()
    except Exception:  # noqa: BLE001 -- no tkinter, or no display: TclError has many faces
        _echo(set_up)
        return
    window.title("Gradient Theatre")
    window.geometry("720x320")
    window.configure(background=_GROUND)
    style = ttk.Style(window)
    style.theme_use("clam")
    style.configure("TProgressbar", background=_TEXT, troughcolor=_PANEL, borderwidth=0)
    style.configure("TLabel", background=_GROUND, foreground=_TEXT)
    heading = ttk.Label(window, text="Setting up Gradient Theatre. This happens once.")
    heading.pack(anchor="w", padx=16, pady=(16, 8))
    bar = ttk.Progressbar(window, mode="indeterminate")
    bar.pack(fill="x", padx=16)
    bar.start(20)
    text = scrolledtext.ScrolledText(window, height=10, relief="flat", wrap="word")
    text.configure(background=_PANEL, foreground=_TEXT, borderwidth=0, highlightthickness=0)
    text.pack(fill="both", expand=True, padx=16, pady=16)

    def close() -> None:
        set_up.terminate()
        window.destroy()

    def update() -> None:
        while not lines.empty():
            text.insert("end", lines.get())
            text.delete("1.0", f"end-{_LINES}l")
            text.see("end")
        if reader.is_alive() or not lines.empty():
            window.after(_POLL_MS, update)
        elif set_up.wait() == 0:
            window.destroy()
        else:
            bar.stop()
            heading.configure(text="Gradient Theatre could not be set up.")

    window.protocol("WM_DELETE_WINDOW", close)
    reader.start()
    update()
    window.mainloop()


def _read(stream: "IO[str] | None", lines: "queue.Queue[str]") -> None:
    for line in stream or ():
        lines.put(line)


def _echo(set_up: "subprocess.Popen[str]") -> None:
    for line in set_up.stdout or ():
        if sys.stderr is not None:
            sys.stderr.write(line)


if __name__ == "__main__":
    sys.exit(main())
