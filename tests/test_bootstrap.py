"""The start on a machine that has nothing but Python, tried on copies of the project."""

from __future__ import annotations

import ast
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.setup import system_libraries

ROOT = Path(__file__).resolve().parent.parent
READ_BY_OLD_PYTHONS = (
    "desktop/__init__.py",
    "desktop/__main__.py",
    "desktop/setup/bootstrap.py",
    "desktop/setup/environment.py",
    "desktop/setup/launcher.py",
    "desktop/setup/system_libraries.py",
    "tests/__init__.py",
    "tests/__main__.py",
)
READ_BEFORE_THE_SET_UP = (
    "desktop/cli/__init__.py",
    "desktop/cli/arguments.py",
    "desktop/cli/main.py",
    "desktop/setup/__init__.py",
    "engine/__init__.py",
    "engine/document/__init__.py",
    "engine/document/typed_numbers.py",
)
TINY_PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "gradient-theatre"
version = "0"
dependencies = ["torch"]
"""
NO_INDEX = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
NO_PIP = "import sys\nsys.modules['ensurepip'] = None\n"
NO_LIBRARY = """
import ctypes
def refuse(name, *arguments, **options):
    raise OSError(name + ": cannot open shared object file")
ctypes.CDLL = refuse
"""
X11 = system_libraries.PICTURE_LIBRARIES | system_libraries.X11_LIBRARIES
WAYLAND = system_libraries.PICTURE_LIBRARIES | system_libraries.WAYLAND_LIBRARIES
on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere Qt brings all that it needs"
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A project with our bootstrap, whose only commands are its own."""
    folder = tmp_path / "a folder"
    for name in (*READ_BY_OLD_PYTHONS, *READ_BEFORE_THE_SET_UP):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / "pyproject.toml").write_text(TINY_PROJECT)
    return folder


def run(
    copy: Path, *arguments: str, cwd: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    surplus = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in surplus}
    return subprocess.run(
        [python_outside(), *arguments],
        cwd=cwd or copy,
        env=kept | variables,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


def python_outside() -> str:
    """The Python that made the environment of the tests: it has none of our packages."""
    return str(getattr(sys, "_base_executable", sys.executable))


def set_up_by_hand(copy: Path) -> None:
    """An environment that looks complete, and whose Python has no packages to import."""
    subprocess.run(
        [python_outside(), "-m", "venv", "--without-pip", str(copy / ".venv")], check=True
    )
    code = "from desktop.setup import environment as e; e._write_stamp(e._key(), [])"
    subprocess.run([python_outside(), "-c", code], cwd=copy, check=True)


@pytest.mark.parametrize("name", READ_BY_OLD_PYTHONS)
def test_an_old_python_can_read_the_bootstrap(name: str) -> None:
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 6))


PRETENDS_TO_BE_OLD = (
    "import sys, runpy; sys.version_info = (3, 9, 1, 'final', 0); sys.argv = ['desktop'];"
    "runpy.run_path('desktop', run_name='__main__')"
)


def test_an_old_python_is_refused_in_a_sentence(copy: Path) -> None:
    done = run(copy, "-c", PRETENDS_TO_BE_OLD)
    assert done.returncode == 2
    assert done.stderr.startswith("Gradient Theatre needs Python 3.11 or newer, this is 3.9")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="shell scripts stand for Pythons")
def test_a_newer_python_is_named_if_it_starts(copy: Path, tmp_path: Path) -> None:
    for name, status in (("python3.13", 127), ("python3.12", 0)):
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\nexit {status}\n")
        file.chmod(0o755)
    done = run(copy, "-c", PRETENDS_TO_BE_OLD, PATH=str(tmp_path))
    assert done.stderr.endswith("this is 3.9: use python3.12 instead.\n")
    (tmp_path / "python3.12").unlink()
    done = run(copy, "-c", PRETENDS_TO_BE_OLD, PATH=str(tmp_path))
    assert done.stderr.endswith("this is 3.9: get one from python.org.\n")


def test_without_a_display_one_sentence_names_the_commands_that_need_none(copy: Path) -> None:
    done = run(copy, "desktop")
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    for word in ("display", "measure", "render", "scenes", "schema"):
        assert word in done.stderr
    assert not (copy / ".venv").exists()


@on_linux
@pytest.mark.parametrize("display", [":4711", "unix:4711", "localhost:4711.0", "/no/socket:0", "x"])
def test_a_display_that_does_not_answer_counts_as_none(copy: Path, display: str) -> None:
    done = run(copy, "desktop", DISPLAY=display)
    assert done.returncode == 2
    assert "There is no display" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@on_linux
@pytest.mark.parametrize("display", ["", ":4711"])
def test_a_machine_without_a_screen_is_told_so_even_where_every_library_is_missing(
    copy: Path, tmp_path: Path, display: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_LIBRARY)
    done = run(copy, "desktop", DISPLAY=display, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert "There is no display" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Linux machine of which nothing says that it has a screen."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def x_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Something that listens where `DISPLAY` says."""
    server = next(filter(None, map(_listen, range(6400, 6500))))
    monkeypatch.setenv("DISPLAY", f"127.0.0.1:{server.getsockname()[1] - 6000}.0")
    with server:
        yield


def _listen(port: int) -> socket.socket | None:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError:
        return None


@pytest.fixture
def compositor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Something that listens where `WAYLAND_DISPLAY` says."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    monkeypatch.chdir(tmp_path)  # the whole path may be longer than a socket's name can be
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("wayland-7")
        server.listen()
        monkeypatch.setenv("XDG_RUNTIME_DIR", ".")
        yield


def hide(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every library loads but this one."""

    def load(name: str) -> object:
        if name == library:
            raise OSError(f"{name}: cannot open shared object file")
        return object()

    monkeypatch.setattr(system_libraries.ctypes, "CDLL", load)


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize("library", sorted({*X11, *WAYLAND}))
def test_without_a_display_no_library_is_missed(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(library, monkeypatch)
    with pytest.raises(
        system_libraries.SetUpError,
        match=r"no display .* measure, compare, lecture",
    ):
        system_libraries.require("window", also=["python9-venv"])
    system_libraries.require("none")


@pytest.mark.usefixtures("bare_machine", "x_server")
@pytest.mark.parametrize("library", sorted(X11))
def test_with_a_display_a_missing_library_is_named_by_its_package(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(library, monkeypatch)
    with pytest.raises(system_libraries.SetUpError, match=f"sudo apt install {X11[library]}$"):
        system_libraries.require("window")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets")
@pytest.mark.usefixtures("bare_machine", "compositor")
@pytest.mark.parametrize("library", sorted(WAYLAND))
def test_on_wayland_a_missing_library_is_named_by_its_package(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(library, monkeypatch)
    with pytest.raises(system_libraries.SetUpError, match=f"sudo apt install {WAYLAND[library]}$"):
        system_libraries.require("window")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets")
@pytest.mark.usefixtures("bare_machine", "compositor")
@pytest.mark.parametrize("library", sorted(system_libraries.X11_LIBRARIES))
def test_a_screen_that_is_wayland_s_needs_nothing_of_x(
    library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hide(library, monkeypatch)
    system_libraries.require("window")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no such sockets")
@pytest.mark.usefixtures("bare_machine")
def test_a_socket_that_a_dead_compositor_left_is_no_display(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("wayland-7")
        server.listen()
    assert Path("wayland-7").is_socket()
    monkeypatch.setenv("XDG_RUNTIME_DIR", ".")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    with pytest.raises(system_libraries.SetUpError, match="no display"):
        system_libraries.require("window")


def test_wrong_arguments_are_answered_before_anything_is_installed(copy: Path) -> None:
    done = run(copy, "desktop", "render", "some-scene")
    assert done.returncode == 2
    assert "--view" in done.stderr
    assert not (copy / ".venv").exists()


def test_a_python_that_can_make_no_environment_gets_one_line_to_install(
    copy: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(NO_PIP)
    done = run(copy, "desktop", "schema", PYTHONPATH=str(tmp_path))
    version = ".".join(map(str, sys.version_info[:2]))
    assert done.returncode == 2
    assert f"sudo apt install python{version}-venv" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_missing_library_is_named_by_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system_libraries, "PICTURE_LIBRARIES", {"libnowhere.so.9": "libnowhere9"})
    assert system_libraries.missing_packages("picture") == ["libnowhere9"]
    assert system_libraries.missing_packages("none") == []
    with pytest.raises(system_libraries.SetUpError, match=r"apt install python9-venv libnowhere9$"):
        system_libraries.require("picture", also=["python9-venv"])


def test_a_set_up_that_fails_is_a_sentence_and_begins_afresh_the_next_time(copy: Path) -> None:
    for _ in range(2):
        done = run(
            copy,
            "desktop",
            "schema",
            PIP_NO_INDEX="1",
            PIP_FIND_LINKS="",
            PIP_CONFIG_FILE=os.devnull,
        )
        assert done.returncode == 2
        assert done.stdout == ""
        assert "The set-up is unfinished" in done.stderr.splitlines()[-1]
        assert "Traceback" not in done.stderr.splitlines()[-1]
        stamp = json.loads((copy / ".venv/gradient-theatre.json").read_text())
        assert stamp["key"] == []
        (copy / ".venv/left-by-an-interruption").touch()
    assert (copy / ".venv/left-by-an-interruption").exists()
    run(copy, "-m", "desktop.setup.bootstrap", **NO_INDEX)
    assert not (copy / ".venv/left-by-an-interruption").exists()


def test_a_complete_environment_is_entered_at_once(copy: Path) -> None:
    set_up_by_hand(copy)
    (copy / "desktop/cli/main.py").write_text(
        "import sys\n"
        "class Request: surface = 'none'\n"
        "def parse(arguments): return Request\n"
        "def main(): print(sys.prefix, sys.path[0], *sys.argv[1:], sep='|'); return 7\n"
    )
    begun = time.monotonic()
    done = run(copy, str(copy / "desktop"), "a b", "--c", cwd=copy.parent)
    assert done.stderr == ""
    assert done.stdout == f"{copy / '.venv'}|{copy}|a b|--c\n"
    assert done.returncode == 7
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("change", ["settings", "extras", "moved", "interrupted"])
def test_what_is_out_of_date_is_not_entered(copy: Path, change: str) -> None:
    set_up_by_hand(copy)
    code = "from desktop.setup.environment import is_current as e; print(e(()), e(('tests',)))"
    assert run(copy, "-c", code).stdout == "True False\n"
    if change == "settings":
        (copy / "pyproject.toml").write_text(TINY_PROJECT.replace('"torch"', '"numpy"'))
    elif change == "moved":
        copy = copy.rename(copy.with_name("elsewhere"))
    elif change == "interrupted":
        (copy / ".venv/gradient-theatre.json").write_text('{"key": [], "ext')
    expected = "True False\n" if change == "extras" else "False False\n"
    assert run(copy, "-c", code).stdout == expected


def test_two_starts_take_turns(copy: Path) -> None:
    code = (
        "import time; from desktop.setup import environment as e\n"
        "e.ENVIRONMENT.mkdir(exist_ok=True)\n"
        "with e._lock():\n"
        "    assert not (e.ROOT / 'inside').exists(); (e.ROOT / 'inside').touch()\n"
        "    time.sleep(0.5); (e.ROOT / 'inside').unlink()\n"
    )
    starts = [
        subprocess.Popen([python_outside(), "-c", code], cwd=copy, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    talk = [start.communicate(timeout=60)[1] for start in starts]
    assert [start.returncode for start in starts] == [0, 0, 0]
    assert sum(b"waiting" in said for said in talk) >= 1


def test_the_lock_stays_with_what_a_killed_start_leaves_running(copy: Path) -> None:
    code = (
        "import os, sys, time; from desktop.setup import environment as e\n"
        "e.ENVIRONMENT.mkdir(exist_ok=True)\n"
        "with e._lock():\n"
        "    e._run([sys.executable, '-c', 'import time; time.sleep(2)'])\n"
    )
    with subprocess.Popen([python_outside(), "-c", code], cwd=copy) as start:
        time.sleep(1)
        start.kill()
    ask = "from desktop.setup import environment as e; print(e._take(e.LOCK.open('a+b')))"
    if os.name != "nt":
        assert run(copy, "-c", ask).stdout == "False\n"
    time.sleep(2)
    assert run(copy, "-c", ask).stdout == "True\n"
