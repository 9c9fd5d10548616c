"""Rules of the house that neither a linter nor a type checker knows."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "desktop", "resources", "tests")
MODULES = sorted(file for name in PACKAGES for file in (ROOT / name).rglob("*.py"))
OURS = [file for file in MODULES if file.relative_to(ROOT).parts[0] in ("engine", "desktop")]


def parse(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def list_defined_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("engine.records.frames", ("torch", "PySide6")),
        ("engine.document.experiment", ("torch", "numpy", "PySide6")),
        ("engine.training.history", ("torch", "PySide6")),
        ("engine.document.scenes", ("torch", "PySide6")),
        ("engine.training.run", ("PySide6",)),
        ("desktop.display.resolve", ("torch", "PySide6")),
        ("desktop.cli.main", ("torch", "PySide6", "numpy", "msgspec")),
        ("desktop.app.app", ("torch",)),
    ],
)
def test_importing_a_module_loads_nothing_heavy(module: str, absent: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print(*sys.modules, sep=chr(10))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(absent).isdisjoint(done.stdout.splitlines())


def test_the_tests_of_the_engine_run_where_there_is_no_qt() -> None:
    code = """if True:
        import pytest, sys
        sys.modules.update({"PySide6": None})
        sys.exit(pytest.main(["tests/engine", "--collect-only", "-q", "-p", "no:cacheprovider"]))
    """
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@pytest.mark.parametrize(
    "file", [file for file in MODULES if file.name == "__init__.py"], ids=lambda file: file.parent
)
def test_a_package_holds_a_docstring_only(file: Path) -> None:
    tree = parse(file)
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_the_style_sheet_is_set_in_one_place() -> None:
    setting = [file for file in OURS if ".setStyleSheet(" in file.read_text(encoding="utf-8")]
    assert [file.name for file in setting] == ["theme.py"]


def test_plain_step_is_no_name() -> None:
    """A step could be an iteration, a time step, a stage, a phase, a tick or a beat."""
    allowed = re.compile(r"time_?steps?|step_jacobian", re.IGNORECASE)
    found = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in OURS
        for name in list_defined_names(parse(file))
        if re.search(r"(^|_)steps?(_|$)|Step(?![a-z])", allowed.sub("", name))
    ]
    assert not found


def test_no_module_is_a_drawer_for_everything() -> None:
    banned = {"utils", "util", "helpers", "helper", "manager", "data", "info", "common", "misc"}
    assert not [file for file in OURS if banned & set(file.stem.split("_"))]
