"""The gallery: all scenes to choose from, as a page over the window."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.display.scene_cards import SceneCard
from desktop.widgets.eliding import ElidingLabel
from desktop.widgets.palette import (
    IconButton,
    TextButton,
    current_inks,
    name_widget,
)
from desktop.widgets.sections import caption

PICTURE = QSize(272, 153)
"""Of a pass, on a card."""
_PAD, _GAP = 10, 12
_ROUND = 8.0
_CARD, _PICTURE, _CHAPTER = (
    Qt.ItemDataRole.UserRole,
    Qt.ItemDataRole.UserRole + 1,
    Qt.ItemDataRole.UserRole + 2,
)
_SMALL, _LARGE = 0.905, 1.143
"""9.5 pt and 12 pt beside 10.5 pt."""


class _Cards(QStyledItemDelegate):
    """Paints a scene as a card, and a chapter as a line of its own."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """A card has its picture, two lines of title and two of a question."""
        metrics = option.fontMetrics
        if index.data(_CARD) is None:
            view = option.widget
            width = view.viewport().width() if isinstance(view, QAbstractItemView) else 400
            return QSize(width - 2 * _GAP, round(2.4 * metrics.height()))
        lines = 4.6 if index.data(_CARD).question else 2.4
        height = PICTURE.height() + 2 * _PAD + round(lines * metrics.height())
        return QSize(PICTURE.width() + 2 * _PAD, height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """In the colours of the theme; what is chosen has a frame in the text's colour."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        card = index.data(_CARD)
        if card is None:
            self._paint_chapter(painter, option, index.data(Qt.ItemDataRole.DisplayRole))
        else:
            self._paint_card(painter, option, card, index.data(_PICTURE))
        painter.restore()

    def _paint_chapter(self, painter: QPainter, option: QStyleOptionViewItem, title: str) -> None:
        font = QFont(option.font)
        font.setPointSizeF(font.pointSizeF() * _LARGE)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(current_inks().text)
        row = option.rect.adjusted(4, 0, 0, -6)
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, title)

    def _paint_card(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        card: SceneCard,
        picture: QPixmap | None,
    ) -> None:
        inks = current_inks()
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_under_mouse = bool(option.state & QStyle.StateFlag.State_MouseOver)
        box = QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setBrush(inks.raised if is_chosen or is_under_mouse else inks.panel)
        frame = QPen(inks.text, 2) if is_chosen else QPen(inks.line, 1)
        painter.setPen(frame)
        painter.drawRoundedRect(box, _ROUND, _ROUND)
        room = QRect(option.rect.topLeft() + QPoint(_PAD, _PAD), PICTURE)
        self._paint_picture(painter, room, picture, inks.ground)
        text = option.rect.adjusted(_PAD, _PAD + PICTURE.height() + 6, -_PAD, -_PAD)
        heading = QFont(option.font)
        heading.setWeight(QFont.Weight.DemiBold)
        length = card.length
        small = QFont(option.font)
        small.setPointSizeF(option.font.pointSizeF() * _SMALL)
        beside = QFontMetrics(small).horizontalAdvance(length) + 8 if length else 0
        top = _write(painter, text.adjusted(0, 0, -beside, 0), card.heading, heading, inks.text, 2)
        if length:
            painter.setFont(small)
            painter.setPen(inks.dim)
            painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, length)
        rest = QRect(text)
        rest.setTop(top + 2)
        lines = max(1, rest.height() // QFontMetrics(small).height())
        _write(painter, rest, card.question, small, inks.dim, lines)

    @staticmethod
    def _paint_picture(
        painter: QPainter, room: QRect, picture: QPixmap | None, ground: QColor
    ) -> None:
        path = QPainterPath()
        path.addRoundedRect(QRectF(room), 4, 4)
        painter.fillPath(path, ground)
        if picture is not None:
            painter.setClipPath(path)
            painter.drawPixmap(room, picture)
            painter.setClipping(False)


def _write(
    painter: QPainter, room: QRect, text: str, font: QFont, colour: QColor, most_lines: int
) -> int:
    """Write as many lines as there may be, the last one cut; returns where they end."""
    metrics = QFontMetrics(font)
    painter.setFont(font)
    painter.setPen(colour)
    words, lines = text.split(), [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and metrics.horizontalAdvance(longer) > room.width():
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > most_lines:
        rest = " ".join(lines[most_lines - 1 :])
        cut = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room.width())
        lines = [*lines[: most_lines - 1], cut]
    top = room.top()
    for line in lines:
        row = QRect(room.left(), top, room.width(), metrics.height())
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
        top += metrics.height()
    return top


class Gallery(QWidget):
    """Lies over all of the window but its menus; what is chosen is only announced."""

    scene_chosen = Signal(str)
    """A scene that is to stand at the desk."""
    lecture_requested = Signal(str)
    """A scene that is to be played before an audience."""
    continue_requested = Signal()
    tour_requested = Signal()
    close_requested = Signal()

    def __init__(self, menu_bar: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        name_widget(self, "gallery", "Scenes", "")
        self.setProperty("surface", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._menu_bar, self._window = menu_bar, parent
        self._items: dict[str, QListWidgetItem] = {}
        self._chapters: list[tuple[QListWidgetItem, list[str]]] = []
        self.search = QLineEdit()
        name_widget(
            self.search,
            "gallery_search",
            "Search",
            "Show the scenes with these words in title, question or sentences (Ctrl+F)",
        )
        self.search.setPlaceholderText("Search title, question, sentences")
        self.search.setClearButtonEnabled(False)
        self.search.setMaximumWidth(360)
        self.go_on = TextButton(
            "Continue", "gallery_continue", "Open the scene, and the beat, where you were", "chip"
        )
        self.tour = TextButton(
            "First tour", "gallery_tour", "What is what in the window, in 60 seconds", "chip"
        )
        self.cross = IconButton("x", "gallery_close", "Close the scenes (Esc)", 18)
        self.found = caption("", "dim")
        self.found.setObjectName("gallery_found")
        self.list = QListWidget()
        name_widget(
            self.list,
            "gallery_list",
            "Scenes",
            "Enter or a double click opens a scene at the desk, F5 plays its lecture",
        )
        self._dress_list()
        self.question = ElidingLabel()
        self.question.setObjectName("gallery_question")
        self.question.setWordWrap(True)
        self.open = TextButton(
            "Open", "gallery_open", "Open the scene at the desk (Enter)", "primary"
        )
        self.lecture = TextButton(
            "Lecture (F5)", "gallery_lecture", "Play the scene before an audience", icon="play"
        )
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._show_choice)
        self.list.itemActivated.connect(self._open_chosen)
        self.open.clicked.connect(self._open_chosen)
        self.lecture.clicked.connect(self._play_chosen)
        self.go_on.clicked.connect(self.continue_requested)
        self.tour.clicked.connect(self.tour_requested)
        self.cross.clicked.connect(self.close_requested)
        parent.installEventFilter(self)
        self._cover()

    def _dress_list(self) -> None:
        view = self.list
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setMovement(QListView.Movement.Static)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setWrapping(True)
        view.setSpacing(_GAP // 2)
        view.setUniformItemSizes(False)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        view.setItemDelegate(_Cards(view))
        view.setMouseTracking(True)
        view.verticalScrollBar().setSingleStep(48)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(caption("Scenes", "headline"))
        head.addWidget(self.search, 1)
        head.addWidget(self.found)
        head.addStretch(1)
        head.addWidget(self.go_on)
        head.addWidget(self.tour)
        head.addWidget(self.cross)
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.question, 1)
        foot.addWidget(self.lecture)
        foot.addWidget(self.open)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 16, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.setTabOrder(self.search, self.list)
        self.setTabOrder(self.list, self.open)

    # What is shown

    def show_scenes(self, chapters: Iterable[tuple[str, Iterable[SceneCard]]]) -> None:
        """Fill the list."""
        self.list.clear()
        self._items.clear()
        self._chapters.clear()
        for chapter, cards in chapters:
            heading = QListWidgetItem(chapter, self.list)
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            names = []
            for card in cards:
                item = QListWidgetItem(card.heading, self.list)
                item.setData(_CARD, card)
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, card.question)
                item.setToolTip(card.question or card.title)
                self._items[card.name] = item
                names.append(card.name)
            self._chapters.append((heading, names))

    def show_picture(self, name: str, picture: QPixmap) -> None:
        """The first pass of a scene, in the place that was kept for it."""
        item = self._items.get(name)
        if item is not None:
            item.setData(_PICTURE, picture)

    def has_picture(self, name: str) -> bool:
        """Whether the first pass of a scene is shown."""
        item = self._items.get(name)
        return item is not None and item.data(_PICTURE) is not None

    def show_place(self, said: str) -> None:
        """Where the user was; empty: nowhere yet."""
        self.go_on.setVisible(bool(said))
        self.go_on.setText(f"Continue: {said}")
        self.go_on.setAccessibleName(self.go_on.text())

    def choose(self, name: str) -> None:
        """Select a scene; the first one where there is no such scene."""
        item = self._items.get(name) or next(iter(self._items.values()), None)
        if item is not None:
            self.list.setCurrentItem(item)
            self._scroll_to(item)

    def _scroll_to(self, item: QListWidgetItem) -> None:
        """With its chapter's name, where it is the first one there."""
        row = self.list.row(item)
        before = self.list.item(row - 1)
        if before.data(_CARD) is None:
            self.list.scrollToItem(before)
        self.list.scrollToItem(item)

    @property
    def chosen(self) -> str:
        """The scene that is selected; empty for none."""
        item: QListWidgetItem | None = self.list.currentItem()
        card = None if item is None or item.isHidden() else item.data(_CARD)
        return card.name if isinstance(card, SceneCard) else ""

    @property
    def listed(self) -> tuple[str, ...]:
        """The scenes that are to be seen, in order."""
        return tuple(name for name, item in self._items.items() if not item.isHidden())

    @Slot(str)
    def _filter(self, wanted: str) -> None:
        """Show the scenes with these words, and chapters that have any."""
        for heading, names in self._chapters:
            shown = [n for n in names if self._items[n].data(_CARD).has_words(wanted)]
            for name in names:
                self._items[name].setHidden(name not in shown)
            heading.setHidden(not shown)
        listed = self.listed
        self.found.setText(_count(len(listed)) if wanted.strip() else "")
        if listed and self.chosen not in listed:
            self.choose(listed[0])
        self._show_choice()

    @Slot()
    def _show_choice(self) -> None:
        item: QListWidgetItem | None = self.list.currentItem()
        card = item.data(_CARD) if item is not None and self.chosen else None
        self.question.setText("" if card is None else card.question or card.title)
        self.open.setEnabled(card is not None)
        self.lecture.setEnabled(card is not None)

    # What is chosen

    @Slot()
    def _open_chosen(self) -> None:
        if self.chosen:
            self.scene_chosen.emit(self.chosen)

    @Slot()
    def _play_chosen(self) -> None:
        if self.chosen:
            self.lecture_requested.emit(self.chosen)

    def event(self, event: QEvent) -> bool:
        """Take every plain key, before it is a shortcut of the window behind."""
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            held = event.modifiers()
            of_the_window = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            if not held & of_the_window or event.key() == Qt.Key.Key_F:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes, F5 plays, Enter opens, Ctrl+F searches; Down goes from there to the list."""
        key, is_control = event.key(), event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
        elif key == Qt.Key.Key_Escape:
            self.close_requested.emit()
        elif key == Qt.Key.Key_F5:
            self._play_chosen()
        elif key == Qt.Key.Key_F and is_control:
            self.search.setFocus()
            self.search.selectAll()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_chosen()
        elif key == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window in each of its sizes."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._cover()
        return False

    def _cover(self) -> None:
        window = self._window
        top = self._menu_bar.mapTo(window, QPoint(0, self._menu_bar.height())).y()
        self.setGeometry(0, top, window.width(), window.height() - top)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A chapter's line is as wide as the list."""
        super().resizeEvent(event)
        self.list.doItemsLayout()


def _count(found: int) -> str:
    if not found:
        return "no scene has these words"
    return "1 scene" if found == 1 else f"{found} scenes"
