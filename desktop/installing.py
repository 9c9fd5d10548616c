"""pip at work: it shows its own progress, and keeps a log of all that it does.

Standard output belongs to the commands, so pip talks to standard error. Only the
standard library, in a grammar that an old Python reads too (see `desktop.bootstrap`).
"""

import os
import subprocess
import sys
from pathlib import Path

from desktop.surroundings import SetUpError

TORCH_INDEX_VARIABLE = "GRADIENT_THEATRE_TORCH_INDEX"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu" if sys.platform == "linux" else ""
_STDERR = 2


def say(sentence: str) -> None:
    """Tells the user something."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def describe_download() -> str:
    """How much the set-up is going to fetch."""
    if sys.platform != "linux":
        return "about 400 MB"
    if not os.environ.get(TORCH_INDEX_VARIABLE, TORCH_CPU_INDEX):
        return "about 3 GB"
    return (
        "about 400 MB, or about 3 GB where PyTorch's own index cannot be reached; "
        f"{TORCH_INDEX_VARIABLE} names another, or none"
    )


def install(python: Path, folder: Path, target: str, torch: str, log: Path) -> None:
    """Installs the project in a folder, such as ".[tests]", and the required torch before it.

    Raises:
        SetUpError: where a package cannot be had.
    """
    bar = "on" if os.isatty(_STDERR) else "off"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    pip += ["--log", str(log), "install", "--progress-bar", bar]
    index = os.environ.get(TORCH_INDEX_VARIABLE, TORCH_CPU_INDEX)
    # Alone and without retries: where the index cannot be reached, it costs seconds, and
    # whatever fails here is tried again below by the plain way.
    quick = ["--retries", "0", "--timeout", "15", "--extra-index-url", index]
    if index and run([*pip, *quick, torch], folder):
        say(f"PyTorch's own index {index} gives no torch: taking the one that pip knows.")
    if run([*pip, "--editable", target], folder):
        _, has_reason, reason = log.read_text("utf-8", "replace").rpartition("ERROR: ")
        if has_reason:
            say(f"pip says: {reason.splitlines()[0].strip()}")
        raise SetUpError(
            "The set-up is unfinished: the packages could not be installed (is there a network "
            f"connection?); {log} says more, and the next start tries again."
        )


def run(command: "list[str]", folder: Path) -> int:
    """Runs a command that may be pip, in a folder; returns its exit status."""
    # A user's own settings for pip may name another place than the environment.
    surplus = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONHOME", "PYTHONPATH")
    return subprocess.call(
        command,
        cwd=str(folder),
        env={name: value for name, value in os.environ.items() if name not in surplus},
        stdin=subprocess.DEVNULL,
        stdout=_STDERR,
        close_fds=False,  # it holds the lock of the set-up for as long as it runs
    )
