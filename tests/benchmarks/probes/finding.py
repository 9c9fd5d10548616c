"""Where a version of the program keeps the few classes that the probes hold on to."""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self

PLACES = {
    "Start": ("desktop.app.app:Start", "desktop.app:Start"),
    "Preferences": ("desktop.model.preferences:Preferences", "desktop.preferences:Preferences"),
    "FrameLoop": (
        "desktop.controllers.frame_loop:FrameLoop",
        "desktop.controllers.frame_loop:Presenter",
        "desktop.presenter:Presenter",
    ),
    "Theatre": ("desktop.views.theatre:Theatre",),
    "Mailbox": ("desktop.worker.mailbox:Mailbox", "desktop.training.mailbox:Mailbox"),
    "main": ("desktop.cli.main:main", "desktop.cli:main"),
}
"""Newest place first."""

WINDOW = (1600, 900)


def find(name: str) -> Any:
    """The class or function of this version.

    Raises:
        LookupError: where it stands at none of its known places.
    """
    for place in PLACES[name]:
        module, _, attribute = place.partition(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            if not module.startswith(str(error.name)):
                raise  # it is there, and lacks something itself
        except AttributeError:
            continue
    raise LookupError(f"{name} is at none of {', '.join(PLACES[name])}: add where it is now.")


def make_document(load: str) -> dict[str, Any]:
    """A document by its name: "100", "1000" (so many layers x 64), "wide" or "lstm" (T = 200)."""
    training: dict[str, Any] = {"learning_rate": 0.01, "iterations": 1_000_000}
    if load == "lstm":
        task: dict[str, Any] = {"name": "adding", "length": 200}
        network: dict[str, Any] = {"kind": "recurrent", "cell": "lstm", "hidden": 64}
        training |= {"optimiser": "adam", "learning_rate": 0.001}
    else:
        task = {"name": "insurance"}
        network = {
            "kind": "feedforward",
            "layers": [
                {"units": 512, "activation": "tanh", "repeat": 10}
                if load == "wide"
                else {"units": 64, "activation": "tanh", "repeat": int(load)}
            ],
            "initialisation": {"scheme": "xavier_uniform"},
        }
    return {
        "format": "gradient-theatre/1",
        "task": task,
        "network": network,
        "training": training,
    }


def write_document(folder: Path, load: str) -> Path:
    """The file of such a document."""
    file = folder / "load.gtheatre"
    file.write_text(json.dumps(make_document(load)))
    return file


class Show:
    """The real window with a document, measured once; closed again at the end of `with`."""

    def __init__(self, load: str) -> None:
        from PySide6.QtWidgets import QApplication

        self.application = QApplication.instance() or QApplication([])
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        self.file = write_document(folder, load)
        self._start = find("Start")(find("Preferences")(), folder / "recovery", self.file)
        self.window = self._start.window

    def __enter__(self) -> Self:
        self._start.show()
        while self._start.program is None:
            self.application.processEvents()
        self.window.resize(*WINDOW)
        self.spin(0.5)
        return self

    def __exit__(self, *_: object) -> None:
        self._start.close()
        self._folder.cleanup()

    @property
    def components(self) -> Any:
        """All objects of the running program."""
        return self._start.program.components

    @property
    def theatre(self) -> Any:
        """The widget that draws the pass."""
        return self.window.theatre

    def spin(self, seconds: float) -> None:
        """Let the window live for a while."""
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(round(1000 * seconds), loop.quit)
        loop.exec()

    def train(self) -> None:
        """Choose *Train* in the menu.

        Raises:
            LookupError: where there is no such entry.
        """
        from PySide6.QtWidgets import QMenu

        for menu in self.window.findChildren(QMenu):
            for action in menu.actions():
                if action.objectName() == "action_train":
                    action.trigger()
                    return
        raise LookupError("The menu has no entry that trains.")


def answer(measure: Callable[..., dict[str, float]]) -> None:
    """Print what a probe finds with the settings of the command line."""
    sys.stdout.write(json.dumps(measure(**json.loads(sys.argv[1]))) + "\n")


def new_folder() -> AbstractContextManager[str]:
    """A folder that is gone afterwards."""
    return tempfile.TemporaryDirectory()
