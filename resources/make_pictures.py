"""Makes the README's pictures with the program itself: `python3 resources/make_pictures.py`."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "pictures"

# Picture: scene, view, theme, size, and what else the request says.
PICTURES = {
    "theatre": ("1-sigmoid-depth-10", "theatre", "dark", "1600x1000", "--iterations=200"),
    "vanishing": ("1-sigmoid-depth-10", "flow", "light", "1200x480", "--iterations=0"),
    "he": ("2-relu-he-depth-10", "flow", "light", "1200x480", "--iterations=0"),
    "skips-off": ("8-plain-depth-50", "diagram", "light", "1200x360", "--iterations=0"),
    "skips-on": ("8-skips-depth-50", "diagram", "light", "1200x360", "--iterations=0"),
    "explosion": ("10-explosion", "theatre", "light", "1200x900", "--iterations=20"),
    "forgetting": ("6-autocomplete-rnn", "diagram", "light", "1200x340", "--iterations=0"),
    "remembering": ("6-autocomplete-lstm", "diagram", "light", "1200x340", "--iterations=0"),
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, (scene, view, theme, size, *further) in PICTURES.items():
        out = FOLDER / f"{name}.png"
        request = ["render", scene, "--view", view, "--theme", theme, "--size", size, *further]
        subprocess.run([sys.executable, str(ROOT / "desktop"), *request, "--out", out], check=True)
    walks = ROOT / "resources" / "picture_of_window.py"
    python = ROOT / ".venv" / "bin" / "python"
    subprocess.run([python if python.exists() else sys.executable, walks, FOLDER], check=True)


if __name__ == "__main__":
    main()
