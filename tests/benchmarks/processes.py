"""Runs the probes: in processes of their own, with any checkout, on a screen of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

ROOT = Path(__file__).resolve().parent.parent.parent
_HERE = Path(__file__).resolve().parent


@contextmanager
def open_screen() -> Iterator[dict[str, str]]:
    """The environment for a process with a window; ends the virtual screen afterwards."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # a second start finds its bytecode
    if which("Xvfb") is None:
        environment["QT_QPA_PLATFORM"] = "offscreen"
        yield environment
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1600x900x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as stream:
            environment["DISPLAY"] = f":{stream.readline().strip()}"
        environment["QT_QPA_PLATFORM"] = "xcb"
        yield environment
    finally:
        server.terminate()
        server.wait()


def run_probe(
    name: str, environment: dict[str, str], checkout: Path = ROOT, **settings: object
) -> dict[str, float]:
    """What a probe finds in a checkout.

    Args:
        name: of a module in `probes`.
        environment: from `open_screen`.
        checkout: the project's folder whose code is measured.
        settings: the probe's own.
    """
    with tempfile.TemporaryDirectory() as home:
        own = {
            **environment,
            **dict.fromkeys(
                ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), home
            ),
            "PYTHONPATH": os.pathsep.join((str(checkout), str(_HERE))),
        }
        done = subprocess.run(
            [sys.executable, "-P", "-m", f"probes.{name}", json.dumps(settings)],
            stdout=subprocess.PIPE,
            cwd=home,
            env=own,
            check=True,
            text=True,
        )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
