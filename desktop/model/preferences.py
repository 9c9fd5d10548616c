"""A typed front of QSettings: a value that is missing, foreign or damaged is the default."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from PySide6.QtCore import QByteArray, QSettings

if TYPE_CHECKING:
    from desktop.display.options import LowerView

ScreenTheme = Literal["dark", "light", "projector"]
SCREEN_THEMES: tuple[ScreenTheme, ...] = get_args(ScreenTheme)
MOST_RECENT_FILES = 8


class Preferences:
    """What the program remembers from one start to the next."""

    def __init__(self, settings: QSettings | None = None) -> None:
        if settings is None:
            settings = QSettings(
                QSettings.Format.IniFormat,
                QSettings.Scope.UserScope,
                "gradient-theatre",
                "gradient-theatre",
            )
        self._settings = settings

    @property
    def theme(self) -> ScreenTheme:
        """The theme of the window."""
        return cast(ScreenTheme, self._choice("view/theme", SCREEN_THEMES, "dark"))

    @theme.setter
    def theme(self, theme: ScreenTheme) -> None:
        self._settings.setValue("view/theme", theme)

    def quantity_of(self, kind: str) -> str:
        """What the bars show of a kind of network; empty for its usual quantity."""
        return self._word(f"view/quantity/{kind}", "")

    def set_quantity(self, kind: str, quantity: str) -> None:
        """Keep what the bars show of a kind of network."""
        self._settings.setValue(f"view/quantity/{kind}", quantity)

    @property
    def theories(self) -> frozenset[str]:
        """The theories that are drawn over the bars."""
        value = self._settings.value("view/theories", "")
        return frozenset(str(value).split()) if isinstance(value, str) else frozenset()

    @theories.setter
    def theories(self, names: frozenset[str]) -> None:
        self._settings.setValue("view/theories", " ".join(sorted(names)))

    @property
    def lower_view(self) -> LowerView:
        """What stands at the lower left."""
        return self._word("view/lower_view", "history")

    @lower_view.setter
    def lower_view(self, view: LowerView) -> None:
        self._settings.setValue("view/lower_view", view)

    @property
    def folds_lower_row(self) -> bool:
        """Whether history and curves leave their room to the others."""
        return self._is_set("view/folds_lower_row", False)

    @folds_lower_row.setter
    def folds_lower_row(self, folds: bool) -> None:
        self._settings.setValue("view/folds_lower_row", folds)

    @property
    def reduces_motion(self) -> bool:
        """Whether jumps replace movement."""
        return self._is_set("view/reduce_motion", False)

    @reduces_motion.setter
    def reduces_motion(self, reduces: bool) -> None:
        self._settings.setValue("view/reduce_motion", reduces)

    @property
    def lecture_screen(self) -> str:
        """The name of the screen on which lectures open; empty: another one than the desk's."""
        return str(self._settings.value("lecture/screen", ""))

    @lecture_screen.setter
    def lecture_screen(self, name: str) -> None:
        self._settings.setValue("lecture/screen", name)

    @property
    def geometry(self) -> QByteArray:
        """Size and place of the window; empty before the first start."""
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._settings.setValue("window/geometry", geometry)

    @property
    def layout(self) -> QByteArray:
        """Where the docks are; empty before the first start."""
        return self._bytes("window/layout")

    @layout.setter
    def layout(self, layout: QByteArray) -> None:
        self._settings.setValue("window/layout", layout)

    @property
    def has_seen_gallery(self) -> bool:
        """Whether the scenes have been offered by themselves: at the first start of all."""
        return self._is_set("gallery/seen", False)

    @has_seen_gallery.setter
    def has_seen_gallery(self, has_seen: bool) -> None:
        self._settings.setValue("gallery/seen", has_seen)

    @property
    def has_toured(self) -> bool:
        """Whether the first tour has been shown."""
        return self._is_set("gallery/toured", False)

    @has_toured.setter
    def has_toured(self, has_toured: bool) -> None:
        self._settings.setValue("gallery/toured", has_toured)

    @property
    def place(self) -> tuple[str, int]:
        """The scene that was open last, and the beat, from 0, where its lecture was left.

        The name is empty before the first one.
        """
        name = self._settings.value("gallery/scene", "")
        beat = str(self._settings.value("gallery/beat", "0"))
        # Every beat number that a document can have is shorter.
        is_number = beat.isascii() and beat.isdecimal() and len(beat) < 5
        return name if isinstance(name, str) else "", int(beat) if is_number else 0

    @place.setter
    def place(self, place: tuple[str, int]) -> None:
        self._settings.setValue("gallery/scene", place[0])
        self._settings.setValue("gallery/beat", place[1])

    @property
    def export_choices(self) -> str:
        """What was chosen in the export dialog, as JSON; empty before the first time."""
        return str(self._settings.value("export/choices", ""))

    @export_choices.setter
    def export_choices(self, choices: str) -> None:
        self._settings.setValue("export/choices", choices)

    @property
    def last_folder(self) -> Path:
        """Where the file dialogs start."""
        folder = Path(str(self._settings.value("files/folder", "")) or Path.home())
        return folder if folder.is_dir() else Path.home()

    @last_folder.setter
    def last_folder(self, folder: Path) -> None:
        self._settings.setValue("files/folder", str(folder))

    @property
    def recent_files(self) -> tuple[Path, ...]:
        """Documents opened or saved last, the newest first."""
        value = self._settings.value("files/recent", [])
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list):
            return ()
        return tuple(Path(text) for text in texts if isinstance(text, str) and text)

    def add_recent_file(self, file: Path) -> None:
        """Put a document at the top of the recent ones."""
        file = file.absolute()
        others = [other for other in self.recent_files if other != file]
        self._set_recent([file, *others])

    def forget_recent_file(self, file: Path) -> None:
        """Take a document away that cannot be opened any more."""
        self._set_recent([other for other in self.recent_files if other != file])

    def clear_recent_files(self) -> None:
        """Forget them all."""
        self._set_recent([])

    def _set_recent(self, files: list[Path]) -> None:
        self._settings.setValue("files/recent", [str(file) for file in files[:MOST_RECENT_FILES]])

    def _choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self._settings.value(key, default)
        return value if isinstance(value, str) and value in choices else default

    def _word(self, key: str, default: str) -> str:
        """A name that only its kind of network knows."""
        value = self._settings.value(key, default)
        return value if isinstance(value, str) and value.isidentifier() else default

    def _is_set(self, key: str, default: bool) -> bool:
        value = self._settings.value(key, default)
        if isinstance(value, bool):
            return value
        return {"true": True, "false": False}.get(str(value).lower(), default)

    def _bytes(self, key: str) -> QByteArray:
        value = self._settings.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()
