"""pip at work: all that it says goes to a log, what a person wants to know to the terminal.

Only the standard library, in a grammar that an old Python reads too (see
`desktop.bootstrap`).
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO
from urllib.parse import unquote

_POLL_S = 0.2
_LEAST_MB = 2.0
"""Smaller packages are there before anyone has read their names."""
_DOWNLOADING = re.compile(r"\s*Downloading (\S+) \(([\d.]+) MB\)")
_INSTALLING = re.compile(r"\s*Installing collected packages: (.+)")
_BYTES_PER_MB = 1e6


def say(sentence: str) -> None:
    """Tells the user something; standard output belongs to the commands."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def run_logged(command: "list[str]", log: Path, folder: Path) -> int:
    """Runs a command that may be pip; returns its exit status.

    It writes into the log itself, so that nothing is lost if this process is killed.

    Args:
        command: the program and its arguments.
        log: what the command says is appended to it.
        folder: where it runs.
    """
    with tempfile.TemporaryDirectory(dir=str(log.parent), prefix="downloads-") as downloads:
        progress = _Progress(Path(downloads))
        with log.open("ab") as output, log.open("rb") as said:
            said.seek(0, os.SEEK_END)
            with subprocess.Popen(
                command,
                cwd=str(folder),
                env=_variables(downloads),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                close_fds=False,
            ) as child:
                while child.poll() is None:
                    time.sleep(_POLL_S)
                    progress.show(said)
            progress.show(said)
            return child.returncode


def last_error(log: Path) -> str:
    """The last line of the log in which pip says what went wrong, or nothing."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line.partition("ERROR: ")[2].strip() for line in lines if "ERROR: " in line]
    return errors[-1] if errors else ""


def _variables(downloads: str) -> "dict[str, str]":
    # A user's own settings for pip may name another place than the environment.
    surplus = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONHOME", "PYTHONPATH")
    variables = {name: value for name, value in os.environ.items() if name not in surplus}
    # Into a folder of its own, whose growing files show how far pip has come.
    variables.update(dict.fromkeys(("TMPDIR", "TEMP", "TMP"), downloads))
    variables["PYTHONUNBUFFERED"] = "1"
    return variables


class _Progress:
    """Tells of the large downloads how far they are, and of the installation that it has begun.

    On a terminal a line is written over; elsewhere each quarter is a line of its own.
    """

    def __init__(self, downloads: Path) -> None:
        self._downloads = downloads
        self._file = ""
        self._title = ""
        self._whole = 0.0
        self._quarter = 0
        self._is_terminal = sys.stderr.isatty()

    def show(self, said: "IO[bytes]") -> None:
        """Read what pip has said since the last call, and look at what it is downloading."""
        for line in said.read().decode("utf-8", "replace").splitlines():
            self._read(line)
        if self._title:
            self._tell(self._measure())

    def _read(self, line: str) -> None:
        started, installing = _DOWNLOADING.match(line), _INSTALLING.match(line)
        if self._title and line.strip():
            self._tell(self._whole)
            self._end()
        if started and float(started.group(2)) >= _LEAST_MB:
            self._file = unquote(started.group(1).rpartition("/")[2])
            name, _, rest = self._file.partition("-")
            self._title = f"Downloading {name} {rest.partition('-')[0].partition('+')[0]}"
            self._whole, self._quarter = float(started.group(2)), -1
            self._tell(0.0)
        elif installing:
            wanted = installing.group(1).rpartition(", ")[2]  # what it needs comes before it
            say(f"Installing {wanted} and what it needs.")

    def _measure(self) -> float:
        """Megabytes that have arrived."""
        try:
            sizes = [path.stat().st_size for path in self._downloads.rglob(self._file)]
        except OSError:  # pip has just moved it away
            return self._whole
        return min(max(sizes, default=0) / _BYTES_PER_MB, self._whole)

    def _tell(self, arrived: float) -> None:
        words = f"{self._title}: {arrived:.0f} of {self._whole:.0f} MB"
        quarter = int(4 * arrived / self._whole)
        if self._is_terminal:
            sys.stderr.write("\r" + words)
            sys.stderr.flush()
        elif quarter > self._quarter:
            say(words)
        self._quarter = max(quarter, self._quarter)

    def _end(self) -> None:
        if self._is_terminal:
            sys.stderr.write("\n")
        self._title = ""
