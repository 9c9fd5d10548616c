"""Runs every `bench_*.py` beside it and prints one JSON object of ratios on standard output.

A benchmark module has `measure() -> dict[str, float]`, name and ratio, and `GOALS`,
name and what `goals` can judge, such as ("<=", 1.0). Each runs in a process of its own, so
that none inherits another's caches, threads or windows. With `--against` another
version of the program is measured beside this one instead (`against.py`).
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
from pathlib import Path

from tests.benchmarks import against
from tests.benchmarks.goals import judge

_FOLDER = Path(__file__).parent


def main(arguments: list[str]) -> int:
    """Measures the benchmarks that are named, or all; the exit status is 1 if a goal is missed."""
    names = sorted(file.stem.removeprefix("bench_") for file in _FOLDER.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python3 tests --benchmarks")
    parser.add_argument("names", nargs="*", choices=[*names, []], help="instead of all")
    parser.add_argument(
        "--against", metavar="VERSION", help="compare with another checkout's folder or a revision"
    )
    parser.add_argument("--quick", action="store_true", help="with it: one short round, as a trial")
    request = parser.parse_args(arguments)
    if request.against is not None:
        return _compare(parser, request)
    results: dict[str, dict[str, object]] = {}
    for name in request.names or names:
        sys.stderr.write(f"measuring {name} ...\n")
        command = [sys.executable, "-m", "tests.benchmarks.runner", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        results |= json.loads(done.stdout)
    return _tell(results)


def _compare(parser: argparse.ArgumentParser, request: argparse.Namespace) -> int:
    try:
        results = against.measure(request.against, is_quick=request.quick)
    except ValueError as error:
        parser.error(str(error))
    sys.stderr.write(against.format_table(results))
    return _tell(results)


def _tell(results: dict[str, dict[str, object]]) -> int:
    sys.stdout.write(json.dumps(results, indent=2) + "\n")
    return int(not all(result["is_met"] for result in results.values()))


def measure(name: str) -> dict[str, dict[str, object]]:
    """The ratios of one benchmark module beside their goals."""
    module = importlib.import_module(f"tests.benchmarks.bench_{name}")
    results: dict[str, dict[str, object]] = {}
    for ratio_name, ratio in module.measure().items():
        results[ratio_name] = {
            "ratio": round(ratio, 4),
            **judge(ratio, module.GOALS[ratio_name]),
        }
    return results


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(sys.argv[1])))
