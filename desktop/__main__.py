"""Starts the program: `python3 desktop` anywhere, `python -m desktop` where it is installed."""

import sys
from pathlib import Path

if not __package__:  # started as a folder, whose modules must not pass for top-level ones
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from desktop.setup import bootstrap


def main() -> int:
    bootstrap.require_python()
    from desktop.cli import main as cli  # in today's grammar

    if bootstrap.is_ready():
        return cli.main()
    return bootstrap.enter("desktop", sys.argv[1:], (), cli.parse(sys.argv[1:]).surface)


if __name__ == "__main__":
    sys.exit(main())
