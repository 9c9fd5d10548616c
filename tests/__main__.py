"""Runs the tests: `python3 tests`; arguments go to pytest.

`--long` runs those that take minutes instead, `--benchmarks` measures ratios.
"""

import os
import sys
from pathlib import Path

if not __package__:  # started as a folder, whose `engine` and `desktop` hide the real ones
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from desktop.setup import bootstrap, environment

EXTRA = "tests"


def main() -> int:
    bootstrap.require_python()
    arguments = sys.argv[1:]
    if not bootstrap.is_ready(EXTRA):
        return bootstrap.enter("tests", arguments, (EXTRA,), "picture")
    os.chdir(environment.ROOT)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if "--benchmarks" in arguments:
        from tests.benchmarks import runner

        arguments.remove("--benchmarks")
        return runner.main(arguments)
    if "--long" in arguments:
        arguments[arguments.index("--long")] = "-mlong"
    import pytest

    return int(pytest.main(["--numprocesses=2", *arguments]))


if __name__ == "__main__":
    sys.exit(main())
