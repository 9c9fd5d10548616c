"""The start by double click: the same bootstrap, with its progress in a small window.

The window is tkinter's, which needs nothing installed; where Python comes without it,
what the set-up says goes to the terminal or the journal. Only the standard library, in
a grammar that an old Python reads too.
"""

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Sets the program up if need be, then opens its window."""
    python = Path(sys.executable)  # on Windows pythonw, without any output: its neighbour has one
    python = python.with_name(python.name.replace("pythonw", "python"))
    set_up = subprocess.Popen(
        [str(python), "-m", "desktop.setup.bootstrap", "--surface", "window"],
        cwd=str(ROOT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    lines = queue.Queue()  # type: queue.Queue[str]
    threading.Thread(target=_read, args=(set_up, lines), daemon=True).start()
    with contextlib.suppress(subprocess.TimeoutExpired):
        set_up.wait(timeout=2)  # what is set up already answers at once, and needs no window
    if set_up.poll() != 0:
        try:
            _show(set_up, lines)
        except Exception:  # noqa: BLE001 -- no tkinter, or no display: TclError has many faces
            for line in iter(lines.get, ""):
                if sys.stderr is not None:
                    sys.stderr.write(line)
    if set_up.wait() != 0:
        return 2
    if sys.platform == "linux":
        _lend_icon()
    return subprocess.call([sys.executable, str(ROOT / "desktop"), *sys.argv[1:]])


def _read(set_up: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    for line in set_up.stdout or ():
        lines.put(line)
    lines.put("")  # the end


def _show(set_up: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    """Shows what the set-up says until it is complete; a failure stays until it is closed."""
    import tkinter as tk
    from tkinter import scrolledtext, ttk

    window = tk.Tk()
    window.title("Gradient Theatre")
    window.tk_setPalette(background="#181E27", foreground="#E8EDF4")
    style = ttk.Style(window)
    style.theme_use("clam")
    style.configure("TProgressbar", background="#E8EDF4", troughcolor="#10141B", borderwidth=0)
    heading = tk.Label(window, text="Setting up Gradient Theatre. This happens once.")
    bar = ttk.Progressbar(window, mode="indeterminate")
    text = scrolledtext.ScrolledText(window, height=12, width=96, wrap="word", relief="flat")
    for part in (heading, bar, text):
        part.pack(fill="both", expand=part is text, padx=16, pady=8)
    bar.start(20)

    def update() -> None:
        while not lines.empty():
            line = lines.get()
            text.insert("end", line)
            text.see("end")
            if not line and set_up.wait() == 0:
                window.destroy()
                return
            if not line:
                bar.stop()
                heading.configure(text="Gradient Theatre could not be set up.")
        window.after(100, update)

    update()
    window.mainloop()
    set_up.terminate()  # where the window was closed before the end


def _lend_icon() -> None:
    """Puts the icon where desktops look for the name that the .desktop entry gives it."""
    share = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    place = share / "icons" / "hicolor" / "scalable" / "apps" / "gradient-theatre.svg"
    with contextlib.suppress(OSError):  # an entry without its icon works as well
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(ROOT / "resources" / "icons" / place.name), str(place))


if __name__ == "__main__":
    sys.exit(main())
