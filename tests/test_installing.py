"""What is told of pip at work, and what is kept of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from desktop.installing import last_error, run_logged

PIP = """
import os, pathlib, sys, time
folder = pathlib.Path(os.environ["TMPDIR"]) / "pip-unpack-x"
folder.mkdir()
print("Collecting torch")
print("  Downloading torch-2.13.0-cp311.whl.metadata (29 kB)")
print("  Downloading small-1.0-py3-none-any.whl (11 kB)")
print("  Downloading https://index/whl/torch-2.13.0%2Bcpu-cp311-cp311-linux.whl (4.0 MB)")
for megabytes in (1, 3):
    (folder / "torch-2.13.0+cpu-cp311-cp311-linux.whl").write_bytes(bytes(megabytes * 1_000_000))
    time.sleep(1.0)
print("Installing collected packages: small, torch")
print("ERROR: something else", file=sys.stderr)
print("ERROR: no space left on device", file=sys.stderr)
sys.exit(3)
"""


def test_large_downloads_are_followed_and_everything_is_logged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "set-up.log"
    log.write_text("earlier\n")
    assert run_logged([sys.executable, "-c", PIP], log, tmp_path) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "Downloading torch 2.13.0: 0 of 4 MB",
        "Downloading torch 2.13.0: 1 of 4 MB",
        "Downloading torch 2.13.0: 3 of 4 MB",
        "Downloading torch 2.13.0: 4 of 4 MB",
        "Installing torch and what it needs.",
    ]
    kept = log.read_text()
    assert kept.startswith("earlier\nCollecting torch\n")
    assert last_error(log) == "no space left on device"
    assert list(tmp_path.iterdir()) == [log]


def test_a_log_without_an_error_gives_no_reason(tmp_path: Path) -> None:
    log = tmp_path / "set-up.log"
    log.write_text("Collecting torch\n")
    assert last_error(log) == ""
