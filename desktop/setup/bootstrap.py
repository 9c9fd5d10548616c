"""The start on a machine that has nothing but Python: makes the environment, enters it.

Only the standard library, and in a grammar that an old Python reads too, if only
to be refused in a sentence. All talk goes to standard error: standard output
belongs to the commands.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from desktop.setup import environment, system_libraries
from desktop.setup.environment import say
from desktop.setup.system_libraries import SetUpError

_ENTERED = "gradient_theatre_entered"


def require_python() -> None:
    """Ends the process with a sentence where this Python is too old."""
    if sys.version_info >= environment.OLDEST_PYTHON:
        return
    newer = [name for name in ("python3.13", "python3.12", "python3.11") if _starts(name)]
    advice = f"use {newer[0]} instead" if newer else "get one from python.org"
    needed, present = environment.OLDEST_PYTHON, sys.version_info
    say(
        f"Gradient Theatre needs Python {needed[0]}.{needed[1]} or newer, "
        f"this is {present[0]}.{present[1]}: {advice}."
    )
    sys.exit(2)


def _starts(python: str) -> bool:
    place = shutil.which(python)  # which may be a stand-in that knows of none
    return bool(place) and not subprocess.call([str(place), "-c", ""], stderr=subprocess.DEVNULL)


def is_ready(*extras: str) -> bool:
    """Whether this very Python already has the project and what the extras name."""
    if not environment.PROJECT.exists() or _ENTERED in getattr(sys, "_xoptions", {}):
        return True
    if Path(sys.prefix).resolve() == environment.ENVIRONMENT.resolve():
        return environment.is_current(extras)
    from importlib import metadata

    try:
        for line in metadata.requires("gradient-theatre") or ():
            found = re.match(r"([\w.-]+).*;.*\bextra\s*==\s*['\"]([\w.-]+)", line)
            if found and found.group(2) in extras:
                metadata.distribution(found.group(1))
    except metadata.PackageNotFoundError:
        return False
    return True


def enter(folder: str, arguments: "list[str]", extras: "tuple[str, ...]", surface: str) -> int:
    """Starts "desktop" or "tests" of this project again inside the environment.

    Args:
        folder: the one to start.
        arguments: those of the command line, passed on.
        extras: the optional dependencies it needs; what is missing is installed first.
        surface: what it will draw on, as `desktop.setup.system_libraries` names it.
    """
    python = prepare(extras, surface)
    command = [python, "-X", _ENTERED, str(environment.ROOT / folder), *arguments]
    if os.name != "nt":  # where exec would return to the prompt while the program still runs
        os.execv(python, command)
    return subprocess.call(command)


def prepare(extras: "tuple[str, ...]", surface: str) -> str:
    """The Python of the environment, made or brought up to date if need be.

    Raises:
        SystemExit: after the one sentence, with the one command, that helps.
    """
    try:
        is_current = environment.is_current(extras)
        system_libraries.require(surface, also=() if is_current else missing_packages())
        if not is_current:
            environment.set_up(extras)
    except SetUpError as error:
        say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        say("Interrupted: the set-up begins afresh at the next start.")
        sys.exit(130)
    return str(environment.PYTHON)


def missing_packages() -> "list[str]":
    """Debian's package without which its Python can make no environment, if it is missing."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return ["python{}.{}-venv".format(*sys.version_info[:2])]
    return []


def main() -> int:
    """Makes the environment and prints its Python, or the system packages that are missing."""
    parser = argparse.ArgumentParser(
        prog="python3 -m desktop.setup.bootstrap", description=main.__doc__
    )
    parser.add_argument("--surface", default="none", help="none, picture or window")
    parser.add_argument("--extra", action="append", default=[], help="such as tests")
    parser.add_argument("--packages", action="store_true", help="print the missing packages")
    arguments = parser.parse_args()
    require_python()
    if arguments.packages:
        lines = missing_packages() + system_libraries.missing_packages(arguments.surface)
    else:
        lines = [prepare(tuple(arguments.extra), arguments.surface)]
    sys.stdout.write("".join(line + "\n" for line in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
