"""The start on a machine that has nothing but Python: makes the environment, enters it.

Only the standard library, and in a grammar that an old Python reads too, if only
to be refused in a sentence. All talk goes to standard error: standard output
belongs to the commands.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from desktop import environment, surroundings
from desktop.installing import say
from desktop.surroundings import SetUpError

_ENTERED = "gradient_theatre_entered"


def require_python() -> None:
    """Ends the process with a sentence where this Python is too old."""
    if sys.version_info >= environment.OLDEST_PYTHON:
        return
    newer = [name for name in ("python3.13", "python3.12", "python3.11") if _starts(name)]
    advice = f"use {newer[0]} instead" if newer else "get one from python.org"
    say(
        "Gradient Theatre needs Python {}.{} or newer, this is {}.{}: {}.".format(
            *environment.OLDEST_PYTHON, *sys.version_info[:2], advice
        )
    )
    sys.exit(2)


def _starts(python: str) -> bool:
    place = shutil.which(python)
    return bool(place) and not subprocess.call([str(place), "-c", ""], stderr=subprocess.DEVNULL)


def is_ready(*extras: str) -> bool:
    """Whether this very Python already has the project and what the extras name."""
    if not environment.PROJECT.exists() or _ENTERED in getattr(sys, "_xoptions", {}):
        return True
    if Path(sys.prefix).resolve() == environment.ENVIRONMENT.resolve():
        return environment.is_current(extras)
    return _has_project(extras)


def enter(folder: str, arguments: "list[str]", extras: "tuple[str, ...]", surface: str) -> int:
    """Starts `folder` of this project again inside the environment, made first if need be.

    Args:
        folder: "desktop" or "tests".
        arguments: those of the command line, passed on.
        extras: the optional dependencies it needs.
        surface: what it will draw on, as `desktop.surroundings` names it.

    Returns:
        The exit status, where the process could not simply be replaced.
    """
    require_python()
    try:
        python = prepare(extras, surface)
    except SetUpError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("Interrupted: the set-up begins afresh at the next start.")
        return 130
    command = [python, "-X", _ENTERED, str(environment.ROOT / folder), *arguments]
    if os.name != "nt":  # where exec would return to the prompt while the program still runs
        os.execv(python, command)
    return subprocess.call(command)


def prepare(extras: "tuple[str, ...]", surface: str) -> str:
    """The Python of the environment, made or brought up to date if need be.

    Raises:
        SetUpError: with the one sentence, and the one command, that helps.
    """
    if environment.is_current(extras):
        surroundings.require(surface)
    else:
        surroundings.require(surface, also=missing_packages())
        environment.set_up(extras)
    return str(environment.PYTHON)


def missing_packages() -> "list[str]":
    """Debian's package without which its Python can make no environment, if it is missing."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return ["python{}.{}-venv".format(*sys.version_info[:2])]
    return []


def _has_project(extras: "tuple[str, ...]") -> bool:
    from importlib import metadata

    try:
        project = metadata.distribution("gradient-theatre")
        for line in project.requires or ():
            requirement, _, marker = line.partition(";")
            if any(f"'{extra}'" in marker.replace('"', "'") for extra in extras):
                name = requirement
                for sign in "[<>=!~ ":
                    name = name.partition(sign)[0]
                metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def main() -> int:
    """Makes the environment and prints its Python, or the system packages that are missing."""
    parser = argparse.ArgumentParser(prog="python3 -m desktop.bootstrap", description=main.__doc__)
    parser.add_argument("--surface", default="none", help="none, picture or window")
    parser.add_argument("--extra", action="append", default=[], help="such as tests")
    parser.add_argument("--packages", action="store_true", help="print the missing packages")
    arguments = parser.parse_args()
    require_python()
    try:
        if arguments.packages:
            lines = missing_packages() + surroundings.missing_packages(arguments.surface)
            sys.stdout.write("".join(line + "\n" for line in lines))
        else:
            sys.stdout.write(prepare(tuple(arguments.extra), arguments.surface) + "\n")
    except SetUpError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
