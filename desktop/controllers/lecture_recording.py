"""Records what the desk shows as beats of the document's lecture, and edits them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from msgspec import structs
from PySide6.QtCore import QObject, Signal, Slot

from desktop.controllers.frame_loop import FrameLoop
from desktop.kinds.table import kind_of, words_of_lower_view
from desktop.model.workspace import Workspace
from desktop.panels.lecture_panel.panel import LecturePanel
from desktop.panels.lecture_panel.sheet import LectureSheet
from desktop.panels.lecture_panel.whole import split_lines
from desktop.worker.controller import TrainingController
from engine import documents
from engine.analysis.quantity_question import QuantityQuestion
from engine.document import lecture_edits
from engine.document.experiment import Experiment
from engine.document.files import to_text
from engine.document.lanes import Lane
from engine.document.lecture import Beat, BeatKind, Claim, Lecture, LowerName
from engine.document.lecture_edits import MarginUnit, Station
from engine.document.quantities import QuantityName, list_quantities, object_to_quantity
from engine.document.script import Cue
from engine.document.typed_numbers import NumberError, read_number
from engine.errors import DocumentError
from engine.kinds.question import Question, Refusal
from engine.records.beat import MeasuredQuantities

_SLOW = "cause"
"""What takes too long to be measured whenever a menu opens."""
_SHARED_LOWER = (("accuracy", "Accuracy"), ("loss", "Loss"))
_SHOWN_AT_MOST = 400
"""Values that a menu shows: more would take longer than the menu is looked at."""
_WORDS = {
    "sentence": "sentence",
    "notes": "notes",
    "kind": "kind",
    "lower": "lower view",
    "select": "selection",
    "until": "training",
    "accuracy": "training",
    "speed": "speed",
    "fresh": "weights at the start",
    "pass_": "hidden pass",
    "optional": "optional mark",
    "role": "take-home mark",
    "words": "typed sentence",
    "watch": "watched word",
    "ask": "guess",
    "choices": "choices",
    "answer": "right choice",
    "chapter": "chapter",
    "question": "question",
    "take_home": "take-home sentence",
    "minutes": "minutes",
    "sources": "sources",
    "seeds": "seeds",
    "switches": "switches",
}
"""What undo calls what was edited."""


class LectureRecording(QObject):
    """Knows which beat is written, and makes every wish of the panel one edit or a sentence."""

    show_requested = Signal(int)
    """Begin the lecture at this beat, from 0."""

    def __init__(
        self,
        workspace: Workspace,
        controller: TrainingController,
        frame_loop: FrameLoop,
        panel: LecturePanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._controller = controller
        self._frame_loop = frame_loop
        self._panel = panel
        self._chosen = -1
        self._claimed: tuple[QuantityQuestion, int, float, MarginUnit] | None = None

    # What is shown

    @Slot()
    def show_document(self) -> None:
        """Another document: its first beat."""
        self._chosen = 0
        self._claimed = None
        self.show()

    @Slot()
    def show(self) -> None:
        """Show the lecture as it is, where anybody looks."""
        lecture = self._workspace.lanes.lecture
        count = 0 if lecture is None else len(lecture.beats)
        self._chosen = min(max(self._chosen, 0), count - 1)
        if self._panel.isVisible():
            self._panel.show_sheet(self._make_sheet())

    @Slot(int)
    def choose(self, index: int) -> None:
        """Write another beat."""
        self._chosen = index
        self.show()

    def _make_sheet(self) -> LectureSheet:
        document, number = self._workspace.document, self._workspace.document_number
        if document.lecture is None:
            return LectureSheet(number)
        cue = self._read_cues(document)[self._chosen]
        has_words = cue.words is not None
        variant = cue.variant
        network = cue.baseline.network
        own = kind_of(network).display.list_lower_views(network)
        shown = [("history", words_of_lower_view("history")[0])]
        named = get_args(LowerName)
        shown += [
            (name, words_of_lower_view(name)[0])
            for name in own
            if name != "history" and name in named
        ]
        return LectureSheet(
            document=number,
            lecture=document.lecture,
            chosen=self._chosen,
            quantities=list_quantities(cue.baseline, has_words=has_words),
            of_variant=None if variant is None else list_quantities(variant, has_words=has_words),
            reads_words=bool(cue.baseline.task.split_words("a")),
            lower_views=(*_SHARED_LOWER, *shown),
        )

    def _read_cues(self, document: Experiment) -> tuple[Cue, ...]:
        return documents.read_script(document)

    # The order

    @Slot()
    def record(self) -> None:
        """Add what the desk shows as a beat behind the chosen one."""
        if self._controller.is_training:
            self._workspace.notify("Pause the training, so that there is a state to add.")
            return
        self._panel.commit()
        lanes, options = self._workspace.lanes, self._frame_loop.options
        variant = lanes.variant
        document = self._workspace.document
        station = lecture_edits.record_station(
            self._read_cues(document),
            self._chosen,
            lanes.baseline.experiment,
            None if variant is None else variant.experiment,
            self._iteration,
            self._workspace.selected_layer,
            None if options.is_lower_folded else options.lower_view,
        )
        place = self._chosen + 1
        stations = lecture_edits.insert(self._read_stations(document), place, station)
        if self._arrange(stations, place, "Add a beat"):
            if not self._panel.isVisible():
                self._workspace.notify(f"Beat {place + 1} of the lecture is added.")
            elif station.opens and self._iteration:
                self._workspace.notify(
                    "The lecture trains the variant from its first weights: “To the desk” shows it."
                )
            self._panel.write_sentence()

    @property
    def _iteration(self) -> int:
        return self._frame_loop.runs[self._workspace.lanes.baseline.run].iteration

    @Slot(int, int)
    def move(self, index: int, to: int) -> None:
        """Put a beat at another place."""
        stations = lecture_edits.move(self._read_stations(), index, to)
        self._arrange(stations, to, f"Move beat {index + 1}")

    @Slot()
    def duplicate(self) -> None:
        """The chosen beat twice."""
        if self._chosen >= 0:
            stations = lecture_edits.duplicate(self._read_stations(), self._chosen)
            self._arrange(stations, self._chosen + 1, f"Duplicate beat {self._chosen + 1}")

    @Slot()
    def delete(self) -> None:
        """Leave the chosen beat out."""
        if self._chosen >= 0:
            stations = lecture_edits.delete(self._read_stations(), self._chosen)
            self._arrange(stations, self._chosen, f"Delete beat {self._chosen + 1}")

    def _read_stations(self, document: Experiment | None = None) -> tuple[Station, ...]:
        read = self._workspace.document if document is None else document
        return lecture_edits.read_stations(read, documents.language())

    def _arrange(self, stations: Sequence[Station], chosen: int, text: str) -> bool:
        document = self._workspace.document
        try:
            lecture = lecture_edits.write_lecture(document, stations, documents.language())
            self._check(lecture)
        except DocumentError as error:
            self.show()
            self._panel.complain(_explain(error, "The beat"))
            return False
        self._chosen = chosen
        self._workspace.edit_lecture(lecture, text)
        self.show()
        return True

    def _check(self, lecture: Lecture | None) -> None:
        """As it would be read from its file.

        Raises:
            DocumentError: for what could not be.
        """
        document = structs.replace(self._workspace.document, lecture=lecture)
        documents.parse(to_text(document))

    # What is written

    @Slot(str, object)
    def edit_beat(self, name: str, value: object) -> None:
        """Another value in the chosen beat."""
        stations = list(self._read_stations())
        if not 0 <= self._chosen < len(stations):
            return
        station = stations[self._chosen]
        text = f"Change the {_WORDS[name]} of beat {self._chosen + 1}"
        try:
            beat = self._edit(station.beat, name, value)
            lecture = self._workspace.document.lecture
            if name in ("words", "watch") and lecture is not None:
                beats = list(lecture.beats)  # those that follow go on with these words
                beats[self._chosen] = beat
                written: Lecture | None = structs.replace(lecture, beats=tuple(beats))
            else:
                stations[self._chosen] = replace(station, beat=beat)
                document = self._workspace.document
                written = lecture_edits.write_lecture(document, stations, documents.language())
            self._check(written)
        except DocumentError as error:
            self._panel.object_to(name, _explain(error, f"The {_WORDS[name]}"))
            return
        except ValueError as error:
            self._panel.object_to(name, _as_sentence(str(error)))
            return
        self._workspace.edit_lecture(written, text)
        self.show()

    def _edit(self, beat: Beat, name: str, value: Any) -> Beat:
        planned = max(self._iteration, 1) if self._iteration else self._planned
        until = beat.until
        match name:
            case "kind":
                return lecture_edits.turn_to_kind(beat, cast(BeatKind, value), planned)
            case "ask":
                return lecture_edits.ask_for(beat, value)
            case "choices":
                return lecture_edits.offer_choices(beat, value)
            case "until":
                accuracy = None if until is None else until.accuracy
                return lecture_edits.train_until(beat, _whole(value), accuracy)
            case "accuracy":
                iterations = planned if until is None else until.iterations
                return lecture_edits.train_until(beat, iterations, value)
            case "pass_":
                return structs.replace(beat, pass_="hidden" if value else "shown")
            case "role":
                return structs.replace(beat, role="take_home" if value else None)
            case "select" | "watch":
                return structs.replace(beat, **{name: _whole(value)})
            case "words":
                return structs.replace(beat, words=value or None)
            case _:
                return structs.replace(beat, **{name: value})

    @property
    def _planned(self) -> int:
        return self._workspace.experiment.training.iterations

    @Slot(str, object)
    def edit_lecture(self, name: str, value: Any) -> None:
        """Another value of the lecture itself."""
        lecture = self._workspace.document.lecture
        if lecture is None:
            return
        try:
            if name == "seeds":
                value = _read_seeds(value)
            elif name == "sources":
                value = split_lines(value)
            elif name == "minutes":
                value = 0 if value is None else value
            lecture = structs.replace(lecture, **{name: value})
            self._check(lecture)
        except DocumentError as error:
            self._panel.object_to(name, _explain(error, f"The {_WORDS[name]}"))
            return
        except NumberError as error:
            self._panel.object_to(name, str(error))
            return
        self._workspace.edit_lecture(lecture, f"Change the {_WORDS[name]} of the lecture")
        self.show()

    # What is measured

    @Slot()
    def ask_for_values(self) -> None:
        """What the quantities of the chosen beat are now, where the desk shows it."""
        cue = self._chosen_cue()
        if cue is None or self._object_to_lanes(cue):
            return
        names = [
            name
            for name in self._panel.words.menu.names
            if QuantityName.of(name).stem != _SLOW and self._is_measured(name, cue)
        ]
        self._controller.ask(self._make_question(tuple(names[:_SHOWN_AT_MOST]), cue))

    @Slot(str, float, str)
    def claim(self, quantity: str, margin: float, unit: str) -> None:
        """Measure a quantity as the lecture will, and claim it with a margin."""
        cue = self._chosen_cue()
        if cue is None:
            return
        if problem := self._object_to_lanes(cue) or self._object_to_iteration(cue):
            self._panel.claims.say(problem)
            return
        if not self._is_measured(quantity, cue):
            self._panel.claims.say(f"The quantity {quantity} needs a typed sentence and its word.")
            return
        question = self._make_question((quantity,), cue)
        self._claimed = (question, self._chosen, margin, cast(MarginUnit, unit))
        self._stand_at_end(cue.index)
        self._controller.ask(question)

    @Slot(int)
    def remove_claim(self, number: int) -> None:
        """All claims of the chosen beat but one."""
        cue = self._chosen_cue()
        if cue is not None:
            claims = [claim for index, claim in enumerate(cue.beat.claims) if index != number]
            self._put_claims(cue.index, claims, "Remove a claim")

    @Slot(object, object)
    def show_answer(self, question: Question, answer: object) -> None:
        """Show what was measured, or claim it."""
        if not isinstance(question, QuantityQuestion):
            return
        claimed = self._claimed
        if claimed is None or claimed[0] is not question:
            if isinstance(answer, MeasuredQuantities):
                for menu in (self._panel.words.menu, self._panel.claims.menu):
                    menu.show_values(answer.told)
            return
        self._claimed = None
        if isinstance(answer, Refusal):
            self._panel.claims.say(answer.sentence)
        elif isinstance(answer, MeasuredQuantities) and claimed[1] == self._chosen:
            self._take_claim(question.names[0], answer, claimed[2], claimed[3])

    @Slot(str)
    def give_up(self, sentence: str) -> None:
        """The beat that is to be measured cannot be played."""
        if self._claimed is not None:
            self._claimed = None
            self._panel.claims.say(sentence)

    def _take_claim(
        self, quantity: str, answer: MeasuredQuantities, margin: float, unit: MarginUnit
    ) -> None:
        cue = self._chosen_cue()
        if cue is None:
            return
        try:
            claim = lecture_edits.claim_within(quantity, answer.values[quantity], margin, unit)
        except ValueError as error:
            self._panel.claims.say(str(error))
            return
        self._panel.claims.say("")
        self._put_claims(cue.index, [*cue.beat.claims, claim], f"Claim {quantity}")

    def _put_claims(self, index: int, claims: Sequence[Claim], text: str) -> None:
        lecture = self._workspace.document.lecture
        assert lecture is not None
        beats = list(lecture.beats)
        beats[index] = structs.replace(beats[index], claims=tuple(claims))
        self._workspace.edit_lecture(structs.replace(lecture, beats=tuple(beats)), text)
        self.show()

    def _chosen_cue(self) -> Cue | None:
        cues = self._read_cues(self._workspace.document)
        return cues[self._chosen] if 0 <= self._chosen < len(cues) else None

    def _make_question(self, names: tuple[str, ...], cue: Cue) -> QuantityQuestion:
        return QuantityQuestion(names, self._list_runs(), cue.words, cue.watch)

    def _list_runs(self) -> tuple[tuple[Lane, int], ...]:
        lanes = self._workspace.lanes
        if lanes.variant is None:
            return (("baseline", lanes.baseline.run),)
        return ("baseline", lanes.baseline.run), ("variant", lanes.variant.run)

    @staticmethod
    def _is_measured(name: str, cue: Cue) -> bool:
        return not object_to_quantity(QuantityName.of(name), cue.lanes(), cue.words, cue.watch)

    def _object_to_lanes(self, cue: Cue) -> str:
        """Why the desk does not show a beat; "" where it does."""
        lanes = self._workspace.lanes
        variant = None if lanes.variant is None else lanes.variant.experiment
        if (lanes.baseline.experiment, variant) == (cue.baseline, cue.variant):
            return ""
        return "The desk shows another network than this beat: press “To the desk” first."

    def _object_to_iteration(self, cue: Cue) -> str:
        end = self._find_end(cue)
        stands = self._iteration
        until = cue.beat.until
        may_be_earlier = until is not None and until.accuracy is not None
        if self._controller.is_training:
            return "Pause the training first, so that what is measured stands still."
        if stands == end or (may_be_earlier and stands < end):
            return ""
        return (
            f"The desk stands at iteration {stands:,} and this beat ends at {end:,}: press "
            "“To the desk” first."
        )

    def _find_end(self, cue: Cue) -> int:
        cues = self._read_cues(self._workspace.document)
        return lecture_edits.list_iterations(cues)[cue.index]

    # Where it is shown

    @Slot()
    def show_from_here(self) -> None:
        """Begin the lecture at the chosen beat."""
        self._panel.commit()
        if self._chosen >= 0:
            self.show_requested.emit(self._chosen)

    @Slot()
    def bring_to_desk(self) -> None:
        """The networks of the chosen beat, as the lecture leaves them at its end, bit for bit."""
        cue = self._chosen_cue()
        if cue is None:
            return
        text = f"Bring beat {cue.index + 1} to the desk"
        self._workspace.bring(cue.baseline, cue.variant, text)
        self._panel.claims.say("")
        self._workspace.select(cue.beat.select, is_pinned=cue.beat.select is not None)
        self._stand_at_end(cue.index)

    def _stand_at_end(self, index: int) -> None:
        """Let the lanes on the desk be what the lecture makes of them.

        They may have come here on another way, such as a variant that began with the weights of
        the baseline, which the lecture trains from its own.
        """
        document = _without_words(self._workspace.document)
        folder, runs = self._workspace.folder, dict(self._list_runs())
        self._controller.perform(document, folder, index, runs, is_at_end=True)


def _without_words(document: Experiment) -> Experiment:
    """All that is trained for: what was played stays known while sentences are written."""
    lecture = document.lecture
    assert lecture is not None
    beats = tuple(structs.replace(b, sentence="", notes="", claims=()) for b in lecture.beats)
    return structs.replace(document, lecture=Lecture(beats=beats))


def _explain(error: DocumentError, subject: str) -> str:
    return error.tell_reason(subject).replace("`", "")


def _as_sentence(reason: str) -> str:
    plain = reason.replace("`", "")
    return f"{plain[:1].upper()}{plain[1:]}."


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _read_seeds(text: str) -> tuple[int, ...] | None:
    """The numbers of a list with commas or spaces between; None where there are none.

    Raises:
        NumberError: for what is no whole number.
    """
    parts = text.replace(",", " ").replace(";", " ").split()
    return tuple(int(read_number(part, is_integer=True)) for part in parts) or None
