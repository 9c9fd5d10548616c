"""Every command of the menus as one QAction: its words, its key, its icon name."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoStack

from desktop.display import lower_view
from desktop.kinds import table
from desktop.kinds.table import kind_of, list_lower_views, words_of_lower_view
from desktop.model.command import Command
from desktop.model.preferences import SCREEN_THEMES, ScreenTheme
from desktop.panels.switches import SWITCH_KEYS
from engine.analysis.theory import list_rows
from engine.document.experiment import Experiment
from engine.records.theory import TheoryRow

_FIRST_COMMANDS = (
    Command("new", "&New", ("Ctrl+N",), "Begin a new experiment"),
    Command("open", "&Open…", ("Ctrl+O",), "Open a document"),
    Command(
        "scenes",
        "S&cenes…",
        ("Ctrl+Shift+O",),
        "Choose a scene of the lecture, or an experiment",
    ),
    Command("save", "&Save", ("Ctrl+S",), "Save the document"),
    Command("save_as", "Save &as…", ("Ctrl+Shift+S",), "Save the document in another file"),
    Command("export", "&Export…", ("Ctrl+E",), "Write a picture or a table of what is shown"),
    Command("copy_picture", "&Copy picture", ("Ctrl+Shift+C",), "Copy a picture of the theatre"),
    Command("quit", "&Quit", ("Ctrl+Q",), "Close the program"),
    Command("clear_recent", "Clear the list", (), "Forget the recent documents"),
    Command(
        "compare",
        "&Compare with a variant",
        ("C",),
        "Compare the network with a variant of it, side by side; again: keep the baseline alone",
        is_checkable=True,
    ),
    Command(
        "other_lane",
        "&Edit the other lane",
        ("Shift+C",),
        "Let the panels show and edit the other lane, as a click into it does",
    ),
    Command(
        "swap_lanes",
        "&Swap baseline and variant",
        (),
        "Let the networks change places, with all that they have learned",
    ),
    Command(
        "copy_to_variant",
        "Copy &baseline to variant",
        (),
        "Let the variant begin again as a copy of the baseline, with its weights",
    ),
    Command(
        "copy_to_baseline",
        "Copy &variant to baseline",
        (),
        "Let the baseline begin again as a copy of the variant, with its weights",
    ),
    Command(
        "promote_variant",
        "&Promote the variant",
        (),
        "Keep the variant, with all that it has learned, and leave the comparison",
    ),
    Command(
        "leave_comparison",
        "&Leave the comparison",
        (),
        "Keep the baseline alone; undo brings the variant back",
    ),
    Command("lecture", "&Lecture", ("F5",), "Show the beats of this scene, full screen"),
    Command(
        "lecture_with_presenter",
        "Lecture with &presenter window",
        ("Shift+F5",),
        "The same, with notes, clock and numbers in a window of their own, on one screen too",
    ),
    Command(
        "record_beat",
        "Add this state as a &beat",
        ("Ctrl+B",),
        "Add what the desk shows to the lecture, as a beat behind the chosen one",
    ),
    Command("clear_marks", "Clear &marks", ("Esc",), "Remove the before-marks and the selection"),
    Command("full_screen", "&Full screen", ("F11",), "Fill the screen", is_checkable=True),
    Command("dark_or_light", "Dark or light", ("D",), "Change between dark and light"),
    Command(
        "reduce_motion",
        "&Reduce motion",
        (),
        "Show changes at once, without movement",
        is_checkable=True,
    ),
    Command(
        "relative",
        "Relative to the &loss end",
        ("A",),
        "Gradients relative to the loss end, or absolute",
        is_checkable=True,
    ),
    Command("log", "Lo&garithmic axis", ("L",), "Logarithmic or linear axis", is_checkable=True),
    Command(
        "lower_row",
        "&History and curves",
        ("H",),
        "Show or hide history and curves",
        is_checkable=True,
    ),
    Command(
        "next_lower",
        "&Next at the lower left",
        ("V",),
        "Next view at the lower left: history, units, gates, clipping …",
    ),
    Command("refit", "Re&fit the axis", ("0",), "Fit the axis to the bars"),
    Command(
        "restore_docks", "Restore the &layout", (), "Put all panels back where they were at first"
    ),
    Command("train", "&Train or pause", ("T",), "Train the network, or pause"),
    Command(
        "train_on",
        "Train o&n",
        ("Shift+T",),
        "Train beyond the planned end, as many iterations as were planned",
    ),
    Command("one_iteration", "&One iteration", ("I",), "Make one update of the weights"),
    Command("rewind", "Re&wind", ("Ctrl+Backspace",), "Return to the initial weights"),
    Command(
        "replay",
        "&Replay the backward pass",
        ("R",),
        "Play the backward pass from the loss to the input; after a halt, the iterations before it",
    ),
    Command(
        "go_on",
        "&Go on from the last good state",
        ("Ctrl+G",),
        "After a number that is not finite: train on from the last good state",
    ),
    Command(
        "start_again",
        "Start a&gain from iteration 0",
        ("Ctrl+Shift+G",),
        "After a number that is not finite: train again from the initial weights",
    ),
    Command("stage", "One &stage", ("S",), "Move the backward pass one stage on"),
)
"""What any network can be told, before what its kind adds; then the switches."""
_LAST_COMMANDS = (
    Command("keys", "&Keys", ("?", "F1"), "Show all keys"),
    Command("tour", "First &tour", (), "Tell what is what in the window, in 60 seconds"),
    Command("about", "&About Gradient Theatre", (), "Version and licences"),
)

OF_TWO_LANES = (
    "other_lane",
    "swap_lanes",
    "copy_to_variant",
    "copy_to_baseline",
    "promote_variant",
    "leave_comparison",
)
"""Commands that mean nothing where nothing is compared."""

THEME_WORDS: dict[ScreenTheme, str] = {
    "dark": "&Dark",
    "light": "&Light",
    "projector": "&Projector",
}


class Actions(QObject):
    """The actions by name; menus and keys show them, `wiring` gives them their meaning."""

    def __init__(self, undo_stack: QUndoStack, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.commands = _list_commands()
        self._by_name = {command.name: self._make(command) for command in self.commands}
        self.undo = undo_stack.createUndoAction(self, "Undo")
        self.redo = undo_stack.createRedoAction(self, "Redo")
        _describe(self.undo, "undo", "Take the last edit back", ("Ctrl+Z",))
        _describe(self.redo, "redo", "Make the edit again", ("Ctrl+Shift+Z", "Ctrl+Y"))
        self.themes = self._make_group("theme", ((t, THEME_WORDS[t]) for t in SCREEN_THEMES))
        self.quantities = {
            kind.name: self._make_group(f"quantity_{kind.name}", kind.display.quantities.items())
            for kind in table.KINDS
        }
        """What can be drawn as bars, by the kind of network."""
        self.theories = {row.name: self._make_theory(row) for row in list_rows()}
        """What can be laid over the bars, by its name."""
        lower = ((view, words_of_lower_view(view)[0]) for view in list_lower_views())
        self.lower_views = self._make_group("lower_view", lower)

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def switches(self) -> dict[int, QAction]:
        """The six switches by their keys."""
        return {key: self._by_name[f"switch_{key}"] for key in SWITCH_KEYS}

    def of_kinds(self) -> tuple[QAction, ...]:
        """What only networks of some kinds can be told."""
        return tuple(self[command.name] for kind in table.KINDS for command in kind.commands)

    def all(self) -> tuple[QAction, ...]:
        """Every action, so that its key works wherever the focus is."""
        return (*self._by_name.values(), self.undo, self.redo)

    def suit(self, experiment: Experiment) -> None:
        """Enable what this network has."""
        network = experiment.network
        kind = kind_of(network)
        lower = lower_view.list_lower_views(kind.display.list_lower_views(network))
        for name, group in self.quantities.items():
            offered = kind.display.list_quantities(network) if name == kind.name else ()
            _enable(group, offered)
        _enable(self.lower_views, lower)
        texts = kind.list_commands(network)
        for action in self.of_kinds():
            action.setEnabled(False)
        for name, text in texts.items():
            self[name].setEnabled(True)
            self[name].setText(text)
        self["next_lower"].setEnabled(len(lower) > 1)

    def show_lanes(self, *, is_comparing: bool) -> None:
        """Enable what can be done with one lane, or with two."""
        self["compare"].setChecked(is_comparing)
        for name in OF_TWO_LANES:
            self[name].setEnabled(is_comparing)

    def _make(self, command: Command) -> QAction:
        action = QAction(command.text, self)
        action.setCheckable(command.is_checkable)
        _describe(action, command.name, command.tooltip, command.keys)
        return action

    def _make_theory(self, row: TheoryRow) -> QAction:
        action = QAction(row.title, self)
        action.setCheckable(True)
        _describe(action, f"theory_{row.name}", row.formula, ())
        return action

    def _make_group(self, kind: str, choices: Iterable[tuple[str, str]]) -> QActionGroup:
        group = QActionGroup(self)
        group.setObjectName(f"{kind}_group")
        for key, text in choices:
            action = QAction(text, group)
            action.setCheckable(True)
            action.setData(key)
            _describe(action, f"{kind}_{key}", text.replace("&", ""), ())
        return group


def _list_commands() -> tuple[Command, ...]:
    """Every command: the numbers, whose meaning each kind has, after those of the kinds."""
    own = [command for kind in table.KINDS for command in kind.commands]
    switches = [
        Command(f"switch_{key}", f"Switch &{key}", (str(key),), _describe_switch(key))
        for key in SWITCH_KEYS
    ]
    return (*_FIRST_COMMANDS, *own, *switches, *_LAST_COMMANDS)


def _describe_switch(key: int) -> str:
    """What a number is about, as in "Layers: activation; time steps: cell"."""
    words = "; ".join(
        f"{kind.display.noun}s: {kind.switch_words[key]}"
        for kind in table.KINDS
        if key in kind.switch_words
    )
    return words[:1].upper() + words[1:]


def _enable(group: QActionGroup, offered: tuple[str, ...]) -> None:
    for action in group.actions():
        action.setEnabled(action.data() in offered)


def check(group: QActionGroup, key: str) -> None:
    """Show which choice of a group holds."""
    for action in group.actions():
        action.setChecked(action.data() == key)


def _describe(action: QAction, name: str, tooltip: str, keys: tuple[str, ...]) -> None:
    action.setObjectName(f"action_{name}")
    action.setShortcuts([QKeySequence(key) for key in keys])
    words = ", ".join(keys)
    action.setToolTip(f"{tooltip} ({words})" if words else tooltip)
    action.setStatusTip(tooltip)
