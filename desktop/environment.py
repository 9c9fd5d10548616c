"""The folder `.venv`: made once, stamped when complete, repaired after an interruption.

Only the standard library, in a grammar that an old Python reads too (see
`desktop.bootstrap`). The order is what makes it safe: the lock (two starts at once
take turns), a stamp that says "unfinished", the environment, the packages, and at
last the stamp that makes every later start immediate.
"""

import contextlib
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any, Iterator

from desktop.installing import last_error, run_logged, say
from desktop.surroundings import SetUpError

OLDEST_PYTHON = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "pyproject.toml"
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "gradient-theatre.json"
LOCK = ENVIRONMENT / "gradient-theatre.lock"
LOG = ENVIRONMENT / "set-up.log"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

TORCH_INDEX_VARIABLE = "GRADIENT_THEATRE_TORCH_INDEX"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
DOWNLOAD = "about 400 MB"
DOWNLOAD_WITH_CUDA = "about 3 GB"


def is_current(extras: "tuple[str, ...]") -> bool:
    """Whether the environment is complete, up to date, and has these extras."""
    return _matches(_read_stamp(), extras)


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
        raise SetUpError(
            f"The folder {ENVIRONMENT} cannot be set up: {error.strerror or error}."
        ) from error


def _set_up(extras: "tuple[str, ...]") -> None:
    stamp = _read_stamp()
    kept = tuple(stamp["extras"]) if stamp else ()
    if stamp and (not stamp["key"] or stamp["key"][:2] != _key()[:2] or not _runs()):
        _clear()  # interrupted, moved to another folder, or its Python is gone
    elif not stamp and (PYTHON.is_symlink() or PYTHON.exists()) and not _runs():
        raise SetUpError(
            f"The folder {ENVIRONMENT} holds an environment that Gradient Theatre cannot use: "
            "remove it and start again."
        )
    extras = tuple(sorted({*kept, *extras}))
    _write_stamp({"key": [], "extras": list(extras)})
    say(f"Setting up Gradient Theatre in {ENVIRONMENT} (once; it downloads {_download_size()}).")
    LOG.write_bytes(b"")
    if not PYTHON.exists():
        _call([_base_python(), "-m", "venv", str(ENVIRONMENT)], "the environment could not be made")
    elif subprocess.call([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL):
        _call([str(PYTHON), "-m", "ensurepip"], "the environment has no pip")
    _install(extras)
    _write_stamp({"key": _key(), "extras": list(extras)})
    say("The set-up is complete.")


def _install(extras: "tuple[str, ...]") -> None:
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", "install"]
    index = _torch_index()
    if index:
        # Alone and without retries: where the index cannot be reached, it costs seconds, and
        # whatever fails here is tried again below by the plain way.
        quick = ["--retries", "0", "--timeout", "15", "--extra-index-url", index]
        if _run([*pip, *quick, _torch_requirement()]):
            say(f"PyTorch's own index {index} gives no torch: taking the one that pip knows.")
    target = f".[{','.join(extras)}]" if extras else "."
    _call(
        [*pip, "--editable", target],
        "the packages could not be installed (is there a network connection?)",
    )


def _torch_requirement() -> str:
    dependencies = _read_project()["project"]["dependencies"]
    return next(str(line) for line in dependencies if line.startswith("torch"))


def _read_project() -> "dict[str, Any]":
    import tomllib

    return tomllib.loads(PROJECT.read_text(encoding="utf-8"))


def _torch_index() -> str:
    default = TORCH_CPU_INDEX if sys.platform == "linux" else ""
    return os.environ.get(TORCH_INDEX_VARIABLE, default)


def _download_size() -> str:
    if sys.platform != "linux":
        return DOWNLOAD
    if not _torch_index():
        return DOWNLOAD_WITH_CUDA
    return (
        f"{DOWNLOAD}, or {DOWNLOAD_WITH_CUDA} where PyTorch's own index cannot be reached; "
        f"{TORCH_INDEX_VARIABLE} names another, or none"
    )


def _call(command: "list[str]", complaint: str) -> None:
    if _run(command):
        reason = last_error(LOG)
        if reason:
            say(f"pip says: {reason}")
        raise SetUpError(
            f"The set-up is unfinished: {complaint}; {LOG} says more, and the next start "
            "tries again."
        )


def _run(command: "list[str]") -> int:
    return run_logged(command, LOG, ROOT)


def _base_python() -> str:
    """The Python that made the environment in which this runs, or this one."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _runs() -> bool:
    """Whether the environment's Python starts, is new enough, and knows the environment."""
    code = "import sys; sys.exit(not (sys.version_info >= {} and sys.prefix != sys.base_prefix))"
    try:
        return not subprocess.call([str(PYTHON), "-c", code.format(OLDEST_PYTHON)])
    except OSError:
        return False


def _key() -> "list[str]":
    """What a finished environment depends on: its place, its Python and the project's settings."""
    # The settings of tools change often, and nothing that is installed.
    project = _read_project()
    installed = json.dumps([project.get("build-system"), project.get("project")], sort_keys=True)
    settings = hashlib.sha256(installed.encode()).hexdigest()
    return [str(ENVIRONMENT), str(PYTHON.resolve()), settings]


def _matches(stamp: "dict[str, list[str]] | None", extras: "tuple[str, ...]") -> bool:
    return (
        stamp is not None
        and stamp["key"] == _key()
        and set(extras) <= set(stamp["extras"])
        and PYTHON.exists()
    )


def _read_stamp() -> "dict[str, list[str]] | None":
    """The stamp, or None where no set-up of ours has begun."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return {"key": list(stamp["key"]), "extras": list(stamp["extras"])}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):
        return {"key": [], "extras": []}


def _write_stamp(stamp: "dict[str, list[str]]") -> None:
    draft = STAMP.with_suffix(".new")
    draft.write_text(json.dumps(stamp), encoding="utf-8")
    draft.replace(STAMP)


def _clear() -> None:
    """Empties the environment, but for the stamp and the lock that this set-up holds."""
    for entry in ENVIRONMENT.iterdir():
        if entry in (STAMP, LOCK, LOG):
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(str(entry))
        else:
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
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
            return False
        raise
    return True
