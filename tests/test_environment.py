"""What is told of pip at work, and what is kept of it: with a pip that only pretends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PIP = """
import os, pathlib, sys
arguments = sys.argv[1:]
log = pathlib.Path(arguments[arguments.index("--log") + 1])
target = arguments[-1]
print("Collecting", target, "bar", arguments[arguments.index("--progress-bar") + 1])
index = arguments[arguments.index("--extra-index-url") + 1] if "--retries" in arguments else "-"
with log.open("a") as file:
    print("2026-01-01T10:00:00,000 Collecting", target, index, file=file)
    if target in os.environ["ABSENT"].split():
        if os.environ["HAS_REASON"] == "True":
            print("2026-01-01T10:00:01,000 ERROR: something else", file=file)
            print("2026-01-01T10:00:02,000 ERROR: no", target, file=file)
        print("2026-01-01T10:00:03,000 ERROR: [present-rich] pip exited with 1", file=file)
        print("2026-01-01T10:00:04,000 Exception information:", file=file)
        sys.exit(3)
"""
CODE = """
import pathlib, sys
from desktop.setup import environment
here = pathlib.Path.cwd()
environment.ROOT, environment.LOG = here, here / "set-up.log"
environment.PYTHON = pathlib.Path(sys.executable)
environment._read_project = lambda: {"project": {"dependencies": ["numpy", "torch>=2"]}}
try:
    environment._install(".[tests]", sys.argv[1])
except environment.SetUpError as error:
    environment.say(str(error))
    sys.exit(2)
"""


def install(
    folder: Path,
    *,
    absent: str = "",
    index: str = "https://index.test",
    terminal: bool = False,
    has_reason: bool = True,
) -> tuple[int, list[str], str]:
    """Exit status, what standard error was told, and the log."""
    (folder / "pip.py").write_text(PIP)
    variables = {"ABSENT": absent, "HAS_REASON": str(has_reason), "PYTHONPATH": str(ROOT)}
    ours, theirs = os.openpty() if terminal else os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", CODE, index],
        cwd=folder,
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as child:
        os.close(theirs)
        told = b""
        try:
            while part := os.read(ours, 4096):
                told += part
        except OSError:  # how a terminal says that its other end is closed
            pass
        os.close(ours)
        assert child.stdout is not None
        assert child.stdout.read() == b""  # it belongs to the commands
    return child.returncode, told.decode().splitlines(), (folder / "set-up.log").read_text()


def test_torch_comes_first_and_alone_from_its_own_index(tmp_path: Path) -> None:
    status, told, log = install(tmp_path)
    assert status == 0
    assert told == ["Collecting torch>=2 bar off", "Collecting .[tests] bar off"]
    assert log.splitlines() == [
        "2026-01-01T10:00:00,000 Collecting torch>=2 https://index.test",
        "2026-01-01T10:00:00,000 Collecting .[tests] -",
    ]


def test_without_the_index_torch_comes_the_plain_way(tmp_path: Path) -> None:
    status, told, _ = install(tmp_path, absent="torch>=2")
    assert status == 0
    assert told[1] == (
        "PyTorch's own index https://index.test gives no torch: taking the one that pip knows."
    )
    assert told[2] == "Collecting .[tests] bar off"
    assert install(tmp_path, index="")[1] == ["Collecting .[tests] bar off"]


def test_what_fails_is_a_sentence_with_the_last_error_of_pip(tmp_path: Path) -> None:
    status, told, _ = install(tmp_path, absent=".[tests]")
    assert status == 2
    assert told[-2] == "pip says: no .[tests]"
    assert told[-1] == (
        "The set-up is unfinished: the packages could not be installed (is there a network "
        f"connection?); {tmp_path / 'set-up.log'} says more, and the next start tries again."
    )


def test_what_fails_without_a_reason_is_a_sentence_all_the_same(tmp_path: Path) -> None:
    status, told, _ = install(tmp_path, absent=".[tests]", has_reason=False)
    assert status == 2
    assert told[-2] == "Collecting .[tests] bar off"
    assert told[-1].startswith("The set-up is unfinished: ")


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals")
def test_on_a_terminal_pip_shows_its_progress_bars(tmp_path: Path) -> None:
    _, told, log = install(tmp_path, terminal=True)
    assert told == ["Collecting torch>=2 bar on", "Collecting .[tests] bar on"]
    assert "Collecting .[tests]" in log
