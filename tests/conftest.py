"""Settings that every test needs, with or without Qt."""

import os
from importlib.util import find_spec

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # two workers share two cores


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Let the engine's tests run where there is no Qt.

    pytest-qt refuses to start without it, and without pytest-qt its settings in
    `pyproject.toml` would be unknown.
    """
    if not pluginmanager.has_plugin("pytest-qt"):
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "set for pytest-qt")
    elif find_spec("PySide6") is None:
        pluginmanager.unregister(name="pytest-qt")
