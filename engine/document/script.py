"""What every beat of a lecture stands on: the experiments of its lanes, and its words.

The changes of the beats follow from the document alone, whatever was trained; so a lecture
is checked when it is read, each name against its own beat's experiment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from msgspec import structs

from engine.document.experiment import Experiment
from engine.document.lanes import Lane
from engine.document.language import Language
from engine.document.lecture import Beat, Lecture
from engine.document.quantities import QuantityName, list_braced, object_to_quantity
from engine.document.values import variant_of, with_values
from engine.errors import DocumentError


@dataclass(frozen=True, slots=True)
class Cue:
    """Where a beat begins: what its lanes are, after its own changes."""

    index: int
    """From 0."""
    beat: Beat
    baseline: Experiment
    variant: Experiment | None
    promotes: bool
    """Whether the variant of the beat before has become the only lane."""
    opens: bool
    """Whether a second lane begins here, in the place of an older one too."""
    words: str | None
    """Typed in, by this beat or an earlier one; None too where its task reads no words."""
    watch: int | None
    before: int | None
    """The beat with which `times_before` compares; None without one."""
    returns_to: int | None
    """Of the first beat after a branch of optional ones: the beat at whose end it begins, -1 where
    the branch is the lecture's beginning."""

    def lanes(self) -> Mapping[Lane, Experiment]:
        """Those that are open."""
        if self.variant is None:
            return {"baseline": self.baseline}
        return {"baseline": self.baseline, "variant": self.variant}


@dataclass(frozen=True, slots=True)
class Accumulated:
    """What has accumulated at the end of a beat."""

    changes: tuple[tuple[str, object], ...] = ()
    variant: tuple[tuple[str, object], ...] | None = None
    words: str | None = None
    watch: int | None = None


def read_script(experiment: Experiment, language: Language) -> tuple[Cue, ...]:
    """The cues of all beats, in order; none for an experiment without a lecture.

    Raises:
        DocumentError: one sentence, with the path, for a change that is not allowed, a quantity
            that is not measured there, or a guess that is never resolved.
    """
    lecture = experiment.lecture
    if lecture is None:
        return ()
    base = structs.replace(experiment, variant=None, lecture=None)
    opened = None if experiment.variant is None else tuple(experiment.variant.items())
    standing = kept = Accumulated(variant=opened)
    last_core: int | None = None
    was_optional = False
    cues: list[Cue] = []
    for index, beat in enumerate(lecture.beats):
        returns_to = None
        if beat.optional and not was_optional:
            kept = standing
        elif was_optional and not beat.optional:
            standing = kept
            returns_to = -1 if last_core is None else last_core
        before = index - 1 if beat.optional and was_optional else last_core
        standing, cue = take(index, beat, base, standing, language)
        cues.append(replace(cue, before=before, returns_to=returns_to))
        was_optional = beat.optional
        if not beat.optional:
            last_core = index
    for cue in cues:
        _check(cue, None if cue.before is None else cues[cue.before])
    _check_guesses(lecture)
    return tuple(cues)


def take(
    index: int, beat: Beat, base: Experiment, standing: Accumulated, language: Language
) -> tuple[Accumulated, Cue]:
    """What a beat makes of what has accumulated before it.

    Raises:
        DocumentError: one sentence, with the path, for a change that is not allowed.
    """
    where = ("lecture", "beats", str(index))
    changes, variant = standing.changes, standing.variant
    if beat.promote:
        if variant is None:
            raise DocumentError((*where, "promote"), "there is no variant to promote")
        changes, variant = (*changes, *variant), None
    elif beat.variant is None:
        variant = None
    changes = (*changes, *beat.changes.items())
    opens = isinstance(beat.variant, dict)
    if isinstance(beat.variant, dict):
        variant = tuple(beat.variant.items())
    baseline = _apply(base, changes, language, (*where, "changes"))
    other = None
    if variant is not None:
        # Through the document's own form, so that what both lanes share cannot differ.
        document = structs.replace(baseline, variant=dict(variant))
        try:
            other = variant_of(document, language)
        except DocumentError as error:
            path = (*where, *(error.path or ("variant",)))
            raise _move(error, path) from error
    words, watch = standing.words, standing.watch
    if beat.fresh:
        words = watch = None
    if beat.words is not None:
        words, watch = beat.words, None
    if beat.watch is not None:
        watch = beat.watch
    is_read = beat.words is not None or bool(baseline.task.split_words(words or ""))
    cue = Cue(
        index=index,
        beat=beat,
        baseline=baseline,
        variant=other,
        promotes=beat.promote,
        opens=opens,
        words=words if is_read else None,
        watch=watch if is_read or beat.watch is not None else None,
        before=None,
        returns_to=None,
    )
    return Accumulated(changes, variant, words, watch), cue


def _apply(
    base: Experiment,
    changes: Iterable[tuple[str, object]],
    language: Language,
    where: tuple[str, ...],
) -> Experiment:
    for path, _ in changes:
        if path.partition(".")[0] in ("format", "lecture", "variant"):
            raise DocumentError(where, f"`{path[:60]}` cannot be changed by a beat")
    try:
        return with_values(base, changes, language)
    except DocumentError as error:
        raise _move(error, (*where, *error.path)) from error


def _move(error: DocumentError, path: tuple[str, ...]) -> DocumentError:
    return DocumentError(path, error.reason, is_about_value=error.is_about_value)


def _check(cue: Cue, before: Cue | None) -> None:
    beat, lanes = cue.beat, cue.lanes()
    where = ("lecture", "beats", str(cue.index))
    counts = [lane.network.list_quantities(lane.task).get("g", 0) for lane in lanes.values()]
    if beat.select is not None and any(counts) and beat.select > max(counts) + 1:
        raise DocumentError((*where, "select"), f"there is no place {beat.select:,} to select")
    _check_words(cue, where)
    if beat.until is not None and beat.until.accuracy is not None:
        _check_name(QuantityName("baseline", "accuracy"), cue, (*where, "until", "accuracy"))
    try:
        named = tuple(list_braced(beat.sentence))
    except ValueError as error:
        raise DocumentError((*where, "sentence"), str(error)) from error
    for text in named:
        _check_name(QuantityName.of(text), cue, (*where, "sentence"))
    for number, claim in enumerate(beat.claims):
        place = (*where, "claims", str(number))
        name = QuantityName.of(claim.quantity)
        _check_name(name, cue, (*place, "quantity"))
        if claim.times_before is not None:
            _check_earlier(name, before, (*place, "times_before"))
        if claim.times_baseline is not None:
            for lane in ("baseline", "variant"):
                _check_name(replace(name, lane=lane), cue, (*place, "times_baseline"))


def _check_words(cue: Cue, where: tuple[str, ...]) -> None:
    beat = cue.beat
    if beat.watch is not None and cue.words is None:
        raise DocumentError((*where, "watch"), "it needs `words`, a sentence typed in")
    if cue.words is None:
        return
    count = len(cue.baseline.task.split_words(cue.words))
    if not count:
        what = "the sentence has no word that this task reads"
        raise DocumentError((*where, "words"), what)
    if cue.watch is not None and cue.watch > count:
        raise DocumentError(
            (*where, "watch"),
            f"the sentence has {count:,} words, so there is no word {cue.watch:,}",
        )


def _check_name(name: QuantityName, cue: Cue, where: tuple[str, ...]) -> None:
    if reason := object_to_quantity(name, cue.lanes(), cue.words, cue.watch):
        raise DocumentError(where, reason)


def _check_earlier(name: QuantityName, before: Cue | None, where: tuple[str, ...]) -> None:
    if before is None:
        raise DocumentError(where, "there is no earlier beat to compare with, so remove it")
    if reason := object_to_quantity(name, before.lanes(), before.words, before.watch):
        what = f"in the beat with which it is compared, lecture.beats.{before.index}, {reason}"
        raise DocumentError(where, what)


def _check_guesses(lecture: Lecture) -> None:
    """Every guess is resolved: by a reveal or a training, before the next one is asked."""
    for index, beat in enumerate(lecture.beats):
        if beat.kind != "predict":
            continue
        for later in lecture.beats[index + 1 :]:
            if later.kind in ("reveal", "train") and not later.optional:
                break
            if later.kind == "predict":
                _refuse_guess(index)
        else:
            _refuse_guess(index)


def _refuse_guess(index: int) -> None:
    raise DocumentError(
        ("lecture", "beats", str(index)),
        "a predict needs a reveal or a train after it, not optional, before the next predict",
    )
