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


def is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()


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


# One protocol for every kind of network: what is shared asks the kind, never which one it is.

TABLES = (ROOT / "engine/kinds/table.py", ROOT / "desktop/kinds/table.py")
KINDS = sorted(folder.name for folder in (ROOT / "engine/kinds").iterdir() if is_package(folder))
OF_A_KIND = {
    file: name
    for name in KINDS
    for floor in ("engine", "desktop")
    for file in (ROOT / floor / "kinds" / name).rglob("*.py")
}
SHARED = [file for file in OURS if file not in OF_A_KIND and file not in TABLES]
_KIND_FOLDER = re.compile(r"(?:engine|desktop)\.kinds\.(\w+)")


def list_imports(tree: ast.Module) -> Iterator[str]:
    """What a module imports, in functions and for type checking too."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (each.name for each in names)
            case ast.ImportFrom(module=str(module), names=names):
                yield from (f"{module}.{each.name}" for each in names)


def list_kinds_imported(file: Path) -> set[str]:
    found = (_KIND_FOLDER.match(name) for name in list_imports(parse(file)))
    return {match[1] for match in found if match is not None} & set(KINDS)


def list_docstrings(tree: ast.Module) -> Iterator[ast.AST]:
    """Texts that stand as a statement of their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield node.value


def test_there_are_kinds_on_both_floors() -> None:
    assert {"feedforward", "recurrent"} <= set(KINDS)
    for name in KINDS:
        assert is_package(ROOT / "desktop/kinds" / name)
    assert len(SHARED) > 100


def test_shared_code_imports_no_kind() -> None:
    found = {str(file.relative_to(ROOT)): list_kinds_imported(file) for file in SHARED}
    assert not {file: kinds for file, kinds in found.items() if kinds}


def test_no_kind_imports_another() -> None:
    found = {
        str(file.relative_to(ROOT)): list_kinds_imported(file) - {own}
        for file, own in OF_A_KIND.items()
    }
    assert not {file: kinds for file, kinds in found.items() if kinds}


def test_shared_code_asks_for_no_class_of_a_kind() -> None:
    """Neither by `isinstance` and `match` nor otherwise: the names do not occur."""
    classes = {
        node.name
        for file in OF_A_KIND
        for node in ast.walk(parse(file))
        if isinstance(node, ast.ClassDef)
    }
    shared = {
        node.name
        for file in SHARED
        for node in ast.walk(parse(file))
        if isinstance(node, ast.ClassDef)
    }
    assert {"Feedforward", "Recurrent", "LayerTrace", "TimeTrace"} <= classes
    own = classes - shared
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}: {node.id}"
        for file in SHARED
        for node in ast.walk(parse(file))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in own
    ]
    assert not found


def test_shared_code_names_no_kind() -> None:
    found = []
    for file in SHARED:
        tree = parse(file)
        told = set(map(id, list_docstrings(tree)))
        for node in ast.walk(tree):
            is_text = isinstance(node, ast.Constant) and id(node) not in told
            if is_text and node.value in KINDS:
                found.append(f"{file.relative_to(ROOT)}:{node.lineno}: {node.value}")
    assert not found


def test_what_is_a_kind_s_own_is_read_in_its_folder_only() -> None:
    """A picture's `own` is handed on to the kind; nobody else looks into it, nor into a trace's."""
    handed_on = {"display.own", "picture.own"}
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"
        for file in SHARED
        for node in ast.walk(parse(file))
        if isinstance(node, ast.Attribute) and node.attr == "own"
        if ast.unparse(node) not in handed_on
    ]
    assert not found
