"""The lecturer chooses the screen of the hall; a clicker starts and leaves a lecture in turn."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.desktop.lecture.test_presenter import ROOT

_THREE_SCREENS = """if True:
    import json, sys, time
    from pathlib import Path
    from PySide6.QtCore import QSettings, Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication
    from desktop.app.app import Start
    from desktop.model.preferences import Preferences

    folder = Path(sys.argv[1])
    application = QApplication([])
    screens = {screen.name(): screen for screen in application.screens()}
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    start = Start(Preferences(settings), folder, "02-a-product")
    start.window.setGeometry(screens["laptop"].geometry().adjusted(20, 20, -20, -20))
    start.show()

    def wait(is_so):
        end = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < end
            application.processEvents()

    wait(lambda: start.program is not None and start.program.components.controller is not None)
    menus = start.window.menus
    wait(lambda: bool(menus.screens.actions()))
    told = {"offered": sorted(a.objectName() for a in menus.screens.actions())}
    next(a for a in menus.screens.actions() if a.objectName() == "screen_wall").trigger()
    told["ticked"] = [each.objectName() for each in menus.screens.actions() if each.isChecked()]
    commands = start.program.components.lecture_commands
    told["beats"] = []
    for number in range(2):
        start.window.activateWindow()
        wait(start.window.isActiveWindow)
        QTest.keyClick(start.window, Qt.Key.Key_F5)
        wait(lambda: commands.program is not None)
        hall = commands.program.hall
        QTest.keyClick(hall, Qt.Key.Key_F5)
        if number == 0:
            session = commands.program.session
            QTest.keyClick(hall, Qt.Key.Key_PageDown)
            wait(lambda: session.moment.record is not None and session.moment.record.is_complete)
            QTest.keyClick(hall, Qt.Key.Key_PageDown)
            wait(lambda: session.index == 1)
        told["beats"].append(commands.program.session.index)
        told["screen"] = hall.screen().name()
        QTest.keyClick(hall, Qt.Key.Key_Escape)
        wait(lambda: commands.program is None)
    QTest.keyClick(start.window, Qt.Key.Key_Escape)
    print(json.dumps(told))
    start.close()
"""


def test_the_hall_opens_where_the_lecturer_says_and_again_at_the_same_beat(tmp_path: Path) -> None:
    screens = [
        {"name": "laptop", "x": 0, "y": 0, "width": 1280, "height": 720},
        {"name": "beamer", "x": 1280, "y": 0, "width": 1024, "height": 768},
        {"name": "wall", "x": 2304, "y": 0, "width": 1920, "height": 1080},
    ]
    for screen in screens:
        screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    configuration = tmp_path / "screens.json"
    configuration.write_text(json.dumps({"screens": screens}))
    done = subprocess.run(
        [sys.executable, "-c", _THREE_SCREENS, str(tmp_path)],
        cwd=ROOT,
        env={
            "QT_QPA_PLATFORM": f"offscreen:configfile={configuration}",
            "HOME": str(tmp_path),
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {
        "offered": ["screen_", "screen_beamer", "screen_laptop", "screen_wall"],
        "ticked": ["screen_wall"],
        "beats": [1, 1],
        "screen": "wall",
    }
