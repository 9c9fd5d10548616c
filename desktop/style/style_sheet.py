"""The palette and the text of the one application style sheet, filled from a theme."""

from __future__ import annotations

from string import Template
from typing import Protocol

from PySide6.QtGui import QColor, QPalette

from desktop.style.icons import write_recoloured


class Colours(Protocol):
    """The neutral colours of a theme, "#RRGGBB" each."""

    @property
    def ground(self) -> str: ...
    @property
    def panel(self) -> str: ...
    @property
    def raised(self) -> str: ...
    @property
    def hovered(self) -> str: ...
    @property
    def pressed(self) -> str: ...
    @property
    def selection(self) -> str: ...
    @property
    def disabled(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def line(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def dim(self) -> str: ...


class Sizes(Protocol):
    """Type sizes and targets of what is on stage, in pixels."""

    @property
    def headline(self) -> float: ...
    @property
    def title(self) -> float: ...
    @property
    def label(self) -> float: ...
    @property
    def tick(self) -> float: ...
    @property
    def smallest(self) -> float: ...
    @property
    def target(self) -> float: ...


def fill_style_sheet(theme: Colours, on_stage: Sizes) -> str:
    """The style sheet in the colours of `theme`.

    What an audience reads (verdict, switches, the bars of training and playback, the rails)
    has the sizes `on_stage`; docks and dialogs are for the desk, whatever the theme.
    """
    return _TEMPLATE.substitute(
        ground=theme.ground,
        panel=theme.panel,
        raised=theme.raised,
        hovered=theme.hovered,
        pressed=theme.pressed,
        selection=theme.selection,
        disabled=theme.disabled,
        field=theme.field,
        line=theme.line,
        text=theme.text,
        dim=theme.dim,
        chevron=write_recoloured("chevron-down", theme.dim).as_posix(),
        chevron_right=write_recoloured("chevron-right", theme.dim).as_posix(),
        check=write_recoloured("check", theme.text).as_posix(),
        stage_headline=_points(on_stage.headline),
        stage_title=_points(on_stage.title),
        stage_label=_points(on_stage.label),
        stage_tick=_points(on_stage.tick),
        reading=_points(max(on_stage.tick, _DESK_READING)),
        least=_points(max(on_stage.smallest, _DESK_READING)),
        stage_target=f"{on_stage.target - _TARGET_MARGIN:g}px",
    )


def _points(pixels: float) -> str:
    return f"{0.75 * pixels:g}pt"


def make_palette(theme: Colours) -> QPalette:
    """The application palette; painted widgets find their neutral colours in these roles."""
    role = QPalette.ColorRole
    colours = {
        role.Window: theme.ground,
        role.AlternateBase: theme.panel,
        role.Button: theme.raised,
        role.Base: theme.field,
        role.Mid: theme.line,
        role.WindowText: theme.text,
        role.Text: theme.text,
        role.ButtonText: theme.text,
        role.Highlight: theme.text,
        role.HighlightedText: theme.ground,
        role.PlaceholderText: theme.dim,
        role.Link: theme.text,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
    }
    palette = QPalette(QColor(theme.raised), QColor(theme.ground))
    for name, colour in colours.items():
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.dim))
    return palette


_DESK_READING = 14.0
"""In pixels: the type of menus, sentences and rails at the desk; before an audience it grows."""
_TARGET_MARGIN = 12
"""Padding and border of a tool button."""

_TEMPLATE = Template("""
QWidget { color: $text; font-size: 10.5pt; outline: 0; }
QMainWindow, QDialog, QMessageBox { background: $ground; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QMainWindow::separator { background: $ground; width: 4px; height: 4px; }
QLabel { background: transparent; }
QLabel[tone="dim"] { color: $dim; }
QLabel[tone="small"] { color: $dim; font-size: 9.5pt; }
QLabel[tone="title"] { font-size: 12pt; font-weight: 600; }
QLabel[tone="heading"] { color: $dim; font-weight: 500; }
QLabel[tone="number"] { font-size: 12pt; font-weight: 600; }
QLabel[tone="headline"] { font-size: 15pt; font-weight: 600; }
QLabel[tone="strong"] { font-weight: 600; }
QLabel[tone="problem"] {
    background: $raised; border: 1px solid $dim; border-radius: 6px; padding: 6px 8px;
}
QLabel:disabled { color: $disabled; }

QWidget[surface="panel"] { background: $panel; }
QWidget[surface="rail"], QWidget[surface="rail"] QToolButton { font-size: $least; }
QWidget[surface="raised"] { background: $raised; }
QWidget[surface="ground"] { background: $ground; }
QFrame[surface="card"] { background: $panel; border-radius: 8px; }
QScrollArea { background: transparent; border: 0; }

QPushButton, QToolButton[kind="button"] {
    background: $raised; border: 1px solid $raised; border-radius: 6px;
    padding: 6px 14px; min-height: 18px; font-weight: 500;
}
QPushButton:hover, QToolButton[kind="button"]:hover {
    background: $hovered; border-color: $hovered;
}
QPushButton:pressed, QToolButton[kind="button"]:pressed { background: $pressed; }
QPushButton:checked { background: $selection; border-color: $dim; }
QPushButton:focus { border-color: $text; }
QPushButton:disabled { color: $disabled; background: $panel; border-color: $raised; }
QPushButton::menu-indicator { image: url("$chevron"); width: 14px; height: 14px;
    subcontrol-position: center right; right: 8px; }
QPushButton[kind="primary"] {
    background: $text; color: $ground; border-color: $text; font-weight: 600;
}
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:focus { border-color: $dim; }
QPushButton[kind="primary"]:pressed { background: $dim; }
QPushButton[kind="primary"]:disabled { background: $raised; color: $dim; border-color: $raised; }
QPushButton[kind="chip"] {
    background: transparent; border: 1px solid $dim; border-radius: 15px; padding: 5px 13px;
}
QPushButton[kind="chip"]:hover { background: $raised; border-color: $text; }
QPushButton[kind="chip"]:checked { background: $text; color: $ground; border-color: $text; }
QPushButton[kind="link"], QPushButton[kind="section"] {
    background: transparent; border: 0; padding: 4px 0; color: $text; text-align: left;
}
QPushButton[kind="section"] { font-weight: 600; padding: 3px 0; }
QPushButton[kind="link"]:hover, QPushButton[kind="section"]:hover { color: $dim; }
QPushButton[kind="link"]:focus, QPushButton[kind="section"]:focus { text-decoration: underline; }
QPushButton[kind="segment"] {
    background: $raised; border: 1px solid $raised; border-radius: 6px;
    padding: 4px 4px; color: $dim; font-weight: 500;
}
QPushButton[kind="segment"]:hover { color: $text; border-color: $dim; }
QPushButton[kind="segment"]:checked { background: $selection; color: $text; border-color: $dim; }
QPushButton[kind="segment"]:focus { border-color: $text; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px;
    padding: 5px; }
QToolButton:hover { background: $hovered; }
QToolButton:pressed { background: $pressed; }
QToolButton:focus { border-color: $text; }
QToolButton:checked { background: $selection; }
QToolButton[kind="reading"] { padding: 0; border-radius: 4px; }
#reading_card { background: $panel; border: 1px solid $dim; }

QLineEdit, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QComboBox {
    background: $field; border: 1px solid $line; border-radius: 6px;
    padding: 4px 8px; min-height: 20px;
    selection-background-color: $text; selection-color: $ground;
}
QLineEdit:hover, QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover { border-color: $dim; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: $text; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled {
    color: $disabled;
}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button {
    subcontrol-origin: border; width: 0; height: 0; border: 0; image: none;
}
QComboBox { padding-right: 2px; combobox-popup: 0; }
QComboBox::drop-down { subcontrol-origin: padding; subcontrol-position: center right;
    width: 26px; border: 0; }
QComboBox::down-arrow { image: url("$chevron"); width: 14px; height: 14px; }
QComboBoxPrivateContainer { background: transparent; border: 0; }
QComboBox QAbstractItemView {
    background: $raised; border: 1px solid $line; border-radius: 6px; padding: 4px;
    selection-background-color: $hovered; selection-color: $text;
}
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 8px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: $hovered; color: $text; }

QAbstractItemView { background: transparent; border: 0; }
QHeaderView { background: $panel; }
QHeaderView::section { background: $panel; color: $dim; border: 0; padding: 4px 8px; }
QTreeView::item { padding: 0 5px; }
QListView[kind="beats"]::item { padding: 0 4px; border-radius: 4px; }
QListView[kind="beats"]::item:hover { background: $hovered; }
QListView[kind="beats"]::item:selected { background: $selection; color: $text; }
QListView[kind="layers"] { background: transparent; border: 0; }

QSlider:horizontal { min-height: 22px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $text; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
    background: $text; }
QSlider::handle:horizontal:hover { background: $dim; }
QSlider::handle:horizontal:focus { border: 2px solid $dim; width: 12px; height: 12px;
    margin: -6px 0; border-radius: 8px; }
QSlider[idle="true"]::handle:horizontal, QSlider[idle="true"]::sub-page:horizontal {
    background: $dim; }
QSlider::handle:horizontal:disabled, QSlider::sub-page:horizontal:disabled { background: $dim; }

QProgressBar { background: $line; border: 0; border-radius: 2px; max-height: 4px;
    min-height: 4px; }
QProgressBar::chunk { background: $text; border-radius: 2px; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:vertical { background: $line; border-radius: 3px; min-height: 32px;
    margin: 2px; }
QScrollBar::handle:horizontal { background: $line; border-radius: 3px; min-width: 32px;
    margin: 2px; }
QScrollBar::handle:hover { background: $dim; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

#top_line { background: $ground; }
#top_line #status_strip { background: transparent; }
QMenuBar { background: $ground; padding: 2px 12px; color: $dim; }
QMenuBar::item { background: transparent; padding: 6px 12px; border-radius: 6px; }
QMenuBar::item:selected { background: $raised; color: $text; }
QMenu { background: $raised; border: 1px solid $line; border-radius: 8px; padding: 6px; }
QMenu::item { padding: 6px 28px 6px 28px; border-radius: 4px; }
QMenu::item:selected { background: $hovered; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 6px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 8px; }
QMenu::indicator:checked { image: url("$check"); }
QMenu::right-arrow { image: url("$chevron_right"); width: 14px; height: 14px; }

QToolBar { background: $panel; border: 0; padding: 0; spacing: 8px; }
QStatusBar { background: $raised; }
QStatusBar::item { border: 0; }
QDockWidget { background: $panel; }
QDockWidget > QWidget { background: $panel; }
QTabBar::tab { background: $panel; color: $dim; padding: 6px 14px; border: 0; }
QTabBar::tab:selected { color: $text; background: $raised; border-radius: 6px; }
QTabWidget::pane { border: 0; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 6px 8px;
    font-size: 9.5pt; }
QCheckBox { spacing: 8px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $dim; border-radius: 4px;
    background: $field; }
QCheckBox::indicator:hover, QCheckBox::indicator:focus { border-color: $text; }
QCheckBox::indicator:checked { image: url("$check"); }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $dim; border-radius: 8px;
    background: $field; }
QRadioButton::indicator:checked { background: $text; border: 4px solid $field; }
QGroupBox { border: 0; margin-top: 20px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; }
#verdict QWidget, #switch_strip QWidget, #training_bar QWidget, #playback_bar QWidget {
    font-size: $stage_label; }
#training_bar #iteration { font-size: $stage_title; }
#playback_bar QToolButton { min-width: $stage_target; min-height: $stage_target; }
#verdict #verdict_word { font-size: $stage_headline; font-weight: 600; }
#menu_bar, #status_strip QLabel { font-size: $stage_tick; }
QMenu, #remedies QWidget, #verdict #verdict_sentence, #verdict #cause_sentence {
    font-size: $reading; }
#autopsy_bar QWidget { font-size: $least; }
#verdict #cause_shares { font-size: $stage_tick; }
#verdict #verdict_word[is_dense="true"] { font-size: $stage_title; }
#verdict #verdict_sentence[is_dense="true"] { font-size: $least; }
#tour_card { background: transparent; }
#gallery_list::item { padding: 0; }
#presenter_time { font-size: 28pt; font-weight: 600; }
#presenter_clock { font-size: 15pt; }
#presenter_sentence { font-size: 18pt; font-weight: 600; }
#presenter_notes { font-size: 17pt; }
#presenter_following, #presenter_choices, #presenter_hidden QLabel[tone="strong"] {
    font-size: 13pt; }
#presenter_beats::item { padding: 5px 6px; }
#presenter_beats::item:selected { background: $selection; color: $text; border-radius: 4px; }
#presenter_beats::indicator { width: 14px; height: 14px; border: 1px solid $dim;
    border-radius: 4px; background: $field; }
#presenter_beats::indicator:checked { image: url("$check"); }
QLabel[tone="key"] { color: $dim; font-size: 9pt; border: 1px solid $dim;
    border-radius: 4px; padding: 0 4px; }
""")
