"""Windows starts this file without a terminal."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
runpy.run_path(str(ROOT / "desktop" / "setup" / "launcher.py"), run_name="__main__")
