"""The folder `.venv`: made once, stamped when complete, repaired after an interruption.

The order is what makes it safe: the lock (two starts at once take turns), a stamp
that says "unfinished", the environment, the packages, and at last the stamp that
makes every later start immediate. Only the standard library, in a grammar that an
old Python reads too (see `desktop.setup.bootstrap`).
"""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any, Iterator

from desktop.setup.system_libraries import SetUpError

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "pyproject.toml"
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "gradient-theatre.json"
LOCK = ENVIRONMENT / "gradient-theatre.lock"
LOG = ENVIRONMENT / "set-up.log"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
TORCH_INDEX_VARIABLE = "GRADIENT_THEATRE_TORCH_INDEX"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu" if sys.platform == "linux" else ""
_STDERR = 2


def say(sentence: str) -> None:
    """Tells the user something; standard output belongs to the commands."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def is_current(extras: "tuple[str, ...]") -> bool:
    """Whether the environment is complete, up to date, and has these extras."""
    key, present = _read_stamp() or ([], [])
    return PYTHON.exists() and key == _key() and set(extras) <= set(present)


def set_up(extras: "tuple[str, ...]") -> None:
    """Makes the environment or brings it up to date, unless another start just did.

    Raises:
        SetUpError: where the folder cannot be written, or a package cannot be had.
    """
    try:
        ENVIRONMENT.mkdir(exist_ok=True)
        with _lock():
            if not is_current(extras):
                _set_up(extras)
    except OSError as error:
        reason = error.strerror or error
        raise SetUpError(f"The folder {ENVIRONMENT} cannot be set up: {reason}.") from error


def _set_up(extras: "tuple[str, ...]") -> None:
    stamp = _read_stamp()
    if stamp and (stamp[0][:2] != _key()[:2] or not _runs()):
        _clear()  # interrupted, moved to another folder, or its Python is gone
    elif not stamp and (PYTHON.is_symlink() or PYTHON.exists()) and not _runs():
        raise SetUpError(
            f"The folder {ENVIRONMENT} holds an environment that Gradient Theatre cannot use: "
            "remove it and start again."
        )
    wanted = sorted({*extras, *(stamp[1] if stamp else ())})
    _write_stamp([], wanted)
    LOG.write_bytes(b"")
    index = os.environ.get(TORCH_INDEX_VARIABLE, TORCH_CPU_INDEX)
    size = "about 400 MB" if index or sys.platform != "linux" else "about 3 GB"
    if index:
        size += ", or about 3 GB where PyTorch's own index cannot be reached; "
        size += f"{TORCH_INDEX_VARIABLE} names another, or none"
    say(f"Setting up Gradient Theatre in {ENVIRONMENT} (once; it downloads {size}).")
    base = getattr(sys, "_base_executable", None) or sys.executable
    make = [base, "-m", "venv", str(ENVIRONMENT)]
    mend = [str(PYTHON), "-m", "ensurepip"]  # an environment of the user's own may have no pip
    if _run(mend if PYTHON.exists() else make):
        raise SetUpError("The set-up is unfinished: no environment; the next start tries again.")
    _install(f".[{','.join(wanted)}]" if wanted else ".", index)
    _write_stamp(_key(), wanted)
    say("The set-up is complete.")


def _install(target: str, index: str) -> None:
    """Installs the project, and torch before it from an index of its own, if one is given."""
    bar = "on" if os.isatty(_STDERR) else "off"
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    pip += ["--log", str(LOG), "install", "--progress-bar", bar]
    torch = next(t for t in _read_project()["project"]["dependencies"] if t.startswith("torch"))
    # Alone and without retries: where the index cannot be reached, it costs seconds, and
    # whatever fails here is tried again below by the plain way.
    quick = ["--retries", "0", "--timeout", "15", "--extra-index-url", index]
    if index and _run([*pip, *quick, torch]):
        say(f"PyTorch's own index {index} gives no torch: taking the one that pip knows.")
    if _run([*pip, "--editable", target]):
        lines = LOG.read_text("utf-8", "replace").splitlines()
        # What pip has drawn in a box says only that there is an error above.
        errors = [line for line in lines if "ERROR: " in line and "[present-rich]" not in line]
        if errors:
            say("pip says: " + errors[-1].partition("ERROR: ")[2].strip())
        raise SetUpError(
            "The set-up is unfinished: the packages could not be installed (is there a network "
            f"connection?); {LOG} says more, and the next start tries again."
        )


def _run(command: "list[str]") -> int:
    """Runs a command that may be pip, which talks to standard error; returns its exit status."""
    # A user's own settings for pip may name another place than the environment.
    surplus = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONHOME", "PYTHONPATH")
    return subprocess.call(
        command,
        cwd=str(ROOT),
        env={name: value for name, value in os.environ.items() if name not in surplus},
        stdin=subprocess.DEVNULL,
        stdout=_STDERR,
        close_fds=False,  # it holds the lock for as long as it runs
    )


def _runs() -> bool:
    """Whether the environment's Python starts, is new enough, and knows the environment."""
    code = "import sys; sys.exit(not (sys.version_info >= {} and sys.prefix != sys.base_prefix))"
    try:
        return not subprocess.call([str(PYTHON), "-c", code.format(OLDEST_PYTHON)])
    except OSError:
        return False


def _read_project() -> "dict[str, Any]":
    import tomllib

    return tomllib.loads(PROJECT.read_text(encoding="utf-8"))


def _key() -> "list[str]":
    """What a finished environment depends on: its place, its Python and the project's settings."""
    project = _read_project()
    project.pop("tool", None)  # its settings change often, and nothing that is installed
    settings = hashlib.sha256(json.dumps(project, sort_keys=True).encode()).hexdigest()
    return [str(ENVIRONMENT), str(PYTHON.resolve()), settings]


def _read_stamp() -> "tuple[list[str], list[str]] | None":
    """Key and extras, or None where no set-up of ours has begun; the key is empty meanwhile."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return list(stamp["key"]), list(stamp["extras"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):  # interrupted while it was written
        return [], []


def _write_stamp(key: "list[str]", extras: "list[str]") -> None:
    STAMP.write_text(json.dumps({"key": key, "extras": extras}), encoding="utf-8")


def _clear() -> None:
    """Empties the environment, but for what this set-up holds."""
    for entry in ENVIRONMENT.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(str(entry))
        elif entry not in (STAMP, LOCK, LOG):
            entry.unlink()


@contextlib.contextmanager
def _lock() -> "Iterator[None]":
    """Held by one start at a time; the system lets go of it when all its processes have ended."""
    with LOCK.open("a+b") as file:
        os.set_inheritable(file.fileno(), True)  # by pip too, which may outlive a killed start
        if not _take(file):
            say("Another start is setting up Gradient Theatre: waiting for it.")
            while not _take(file):
                time.sleep(0.2)
        yield


def _take(file: "IO[bytes]") -> bool:
    """Whether the lock on an open file could be had at once."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # another has it
        return False
    return True
