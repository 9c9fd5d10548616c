"""The command line: the window, and the commands that need no display.

Reading the arguments needs the standard library only, so that a wrong one is
answered before anything is installed; what a command stands on is imported when
it runs. Standard output carries the result and nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import textwrap
import time
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from desktop.cli.arguments import (
    read_assignment,
    read_base_name,
    read_count,
    read_seconds,
    read_size,
    read_updates,
)
from desktop.setup import environment, system_libraries

if TYPE_CHECKING:
    from engine.document.experiment import Experiment
    from engine.document.lanes import Lane

NAME = "gradient-theatre"
FAILURE = 2
INTERRUPTED = 130  # 128 + SIGINT
PIPE_CLOSED = 141  # 128 + SIGPIPE

COMMANDS = {
    "measure": "print the gradients of an experiment as JSON",
    "compare": "print those of an experiment and of its variant, side by side",
    "lecture": "play a lecture's beats and check what they claim",
    "render": "draw a view of an experiment into a file",
    "scenes": "list the built-in scenes",
    "schema": "print the JSON Schema of a document",
}
"""What stands after the program's name in place of an experiment, and what it does."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are one sentence."""

    def error(self, message: str) -> NoReturn:
        self.exit(FAILURE, f"{NAME}: {message} (see `{self.prog} --help`).\n")


class _WindowParser(_Parser):
    """The parser of a start without a command; its help names commands and scenes."""

    def format_help(self) -> str:
        """The arguments, then the commands, then the scenes, which are looked up only here."""
        from engine.document import scenes

        commands = "".join(f"  {name:<10}{does}\n" for name, does in COMMANDS.items())
        listed = "".join(
            f"  {chapter}:\n{_wrap(', '.join(names))}\n" for chapter, names in scenes.chapters()
        )
        return (
            f"{super().format_help()}\n"
            f"commands, which need no display (each has --help of its own):\n{commands}\n"
            f"scenes (the command scenes says what each shows):\n{listed}"
        )


def _wrap(text: str) -> str:
    indent = " " * 4
    return textwrap.fill(
        text, 80, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The request in the arguments: `run` does it, `surface` is what it draws on.

    Raises:
        SystemExit: after --help, --version, or a sentence about a wrong argument.
    """
    if arguments and arguments[0] in system_libraries.COMMANDS_WITHOUT_DISPLAY:
        commands = _command_parser()
        request = commands.parse_args(arguments)
        if getattr(request, "trial", None) is not None and not request.remedies:
            commands.error("--try trains the remedies, so ask for them with --remedies")
        return request
    parser = _window_parser()
    if len(arguments) > 1 and not arguments[0].startswith("-"):
        parser.error(f"there is no command “{arguments[0]}”, only {', '.join(COMMANDS)}")
    near = get_close_matches(arguments[0], COMMANDS, 1, 0.75) if arguments else []
    if near and not Path(arguments[0]).exists():
        parser.error(f"there is no command “{arguments[0]}”; did you mean “{near[0]}”?")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the arguments ask for; returns the exit status."""
    request = parse(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _answer(request)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has gone: nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _answer(request: argparse.Namespace) -> int:
    from engine.errors import LACK_OF_MEMORY, GradientTheatreError, is_lack_of_memory

    try:
        system_libraries.require(request.surface)
        return int(request.run(request))
    except (GradientTheatreError, system_libraries.SetUpError) as error:
        return _fail(str(error))
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"“{error.filename}”" if error.filename else "A file"
        return _fail(f"{where} cannot be used: {(error.strerror or str(error)).lower()}.")
    except Exception as error:  # noqa: BLE001 -- a user is owed a sentence, never a traceback
        if is_lack_of_memory(error):
            return _fail(LACK_OF_MEMORY)
        return _fail(f"The program has a fault, please report it: {type(error).__name__}: {error}")


def _fail(sentence: str) -> int:
    sys.stderr.write(" ".join(sentence.split()) + "\n")
    return FAILURE


def _note(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def _window_parser() -> _Parser:
    parser = _WindowParser(
        prog=NAME,
        description="Watch the gradients of a neural network vanish, explode or arrive.",
    )
    parser.add_argument("--version", action="version", version=_version())
    parser.add_argument(
        "experiment",
        nargs="?",
        metavar="EXPERIMENT",
        help="a *.gtheatre document or a scene's name, to open it in the window",
    )
    parser.set_defaults(run=_open_window, surface="window")
    return parser


def _command_parser() -> _Parser:
    parser = _Parser(prog=NAME)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    measure = _add_command(commands, "measure")
    _add_experiment(measure)
    measure.add_argument(
        "--dump",
        type=read_base_name,
        metavar="NAME",
        help="also write NAME.json and NAME.npz",
    )
    _add_theory(measure)
    _add_quantities(measure)
    _add_remedies(measure)
    measure.set_defaults(run=_measure, surface="none")

    compare = _add_command(commands, "compare")
    _add_experiment(compare)
    compare.add_argument(
        "--with",
        action="append",
        default=[],
        type=read_assignment,
        metavar="PATH=VALUE",
        dest="differences",
        help="what differs in the variant, such as network.skip.every=1",
    )
    _add_theory(compare)
    _add_quantities(compare)
    _add_remedies(compare)
    compare.set_defaults(run=_compare, surface="none", dump=None)

    lecture = _add_command(commands, "lecture")
    _add_document(lecture)
    lecture.add_argument(
        "--check", action="store_true", help="print what every beat measures, and which claims hold"
    )
    lecture.add_argument(
        "--seed", type=read_count, metavar="S", help="this one instead of the lecture's"
    )
    lecture.set_defaults(run=_check_lecture, surface="none")

    render = _add_command(commands, "render")
    _add_experiment(render)
    render.add_argument(
        "--view",
        required=True,
        help="such as theatre, diagram, flow, history, clipping; or lecture, of a scene with "
        "beats: a hand-out (pdf), slides as the hall sees them (png: one a beat, FILE-01.png and "
        "so on), or the scene as a movie (mp4)",
    )
    render.add_argument(
        "--beat",
        type=read_count,
        metavar="K",
        help="of a scene's beats, from 0, this one as it ends",
    )
    render.add_argument(
        "--out",
        required=True,
        type=Path,
        help="an svg, pdf, png or csv file, or a movie, mp4",
    )
    render.add_argument(
        "--size",
        type=read_size,
        metavar="SIZE",
        help="in pixels, 1920x1080, or a width on paper, 85mm",
    )
    render.add_argument(
        "--theme",
        help="dark, light, projector or paper; else paper for a width on paper, projector for "
        "a size in pixels",
    )
    render.add_argument(
        "--dpi",
        type=lambda text: read_count(text, "dpi"),
        default=300,
        help="of a png on paper (default 300)",
    )
    render.add_argument(
        "--lane",
        choices=("baseline", "variant"),
        help="one lane of a comparison instead of both",
    )
    movie = render.add_argument_group("movies (mp4)")
    movie.add_argument(
        "--movie",
        choices=("pass", "training", "scene"),
        help="a backward pass (the default), a training from its first pass to its last, or a "
        "scene, beat after beat, with its sentences",
    )
    movie.add_argument("--fps", type=read_count, metavar="N", help="pictures a second (30)")
    movie.add_argument(
        "--seconds", type=read_seconds, metavar="S", help="how long it is; else as long as it needs"
    )
    render.set_defaults(run=_render, surface="picture")

    scenes = _add_command(commands, "scenes")
    scenes.add_argument(
        "--pictures",
        type=Path,
        metavar="FOLDER",
        help="draw a small picture of each first pass into a folder, and name what is drawn",
    )
    scenes.add_argument(
        "--theme", choices=("dark", "light"), default="dark", help="of the pictures"
    )
    scenes.set_defaults(run=_list_scenes, surface="none")

    json_schema = _add_command(commands, "schema")
    json_schema.set_defaults(run=_print_schema, surface="none")
    return parser


def _add_command(
    commands: argparse._SubParsersAction[_Parser],
    name: str,
) -> _Parser:
    return commands.add_parser(name, help=COMMANDS[name], description=_as_sentence(COMMANDS[name]))


def _as_sentence(words: str) -> str:
    return words[0].upper() + words[1:] + "."


def _add_document(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("experiment", metavar="EXPERIMENT", help="a document or a scene's name")


def _add_experiment(parser: argparse.ArgumentParser) -> None:
    _add_document(parser)
    parser.add_argument(
        "--iterations",
        type=lambda text: read_count(text, "iterations"),
        metavar="N",
        help="instead of the document's",
    )
    parser.add_argument("--dtype", choices=("float32", "float64"), help="likewise")
    parser.add_argument("--seed", type=read_count, metavar="S", help="likewise")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=read_assignment,
        metavar="PATH=VALUE",
        dest="values",
        help="another value in the document, such as network.layers.0.units=32",
    )


def _add_theory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--theory",
        action="store_true",
        help="also say what theory predicts of the first pass, and where it does not hold",
    )


def _add_quantities(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--quantity",
        action="append",
        default=[],
        metavar="NAME",
        dest="quantities",
        help="also give a quantity by the name that lectures use, such as factor.weights",
    )


def _add_remedies(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--remedies",
        action="store_true",
        help="also measure what would help against the cause",
    )
    parser.add_argument(
        "--try",
        type=read_updates,
        metavar="N",
        dest="trial",
        help="with --remedies: also train each of them for N iterations",
    )


def _version() -> str:
    """From the project's settings where they lie beside the program, else as installed."""
    if environment.PROJECT.exists():
        import tomllib

        settings = tomllib.loads(environment.PROJECT.read_text(encoding="utf-8"))
        return f"{NAME} {settings['project']['version']}"
    from importlib import metadata

    return f"{NAME} {metadata.version(NAME)}"


def _open_experiment(request: argparse.Namespace) -> tuple[Experiment, Path | None]:
    """The experiment that was asked for, and the folder its relative paths start at."""
    from engine import documents

    notices: list[str] = []
    experiment, folder = _find_document(request.experiment, notices)
    shorthand = {
        "training.iterations": request.iterations,
        "training.dtype": request.dtype,
        "seed": request.seed,
    }
    values = [(path, value) for path, value in shorthand.items() if value is not None]
    experiment = documents.with_values(experiment, values)
    typed = documents.read_assignments(experiment, request.values)
    experiment = documents.with_values(experiment, typed)
    for notice in notices:  # only now: a refusal is one sentence
        _note(notice)
    return experiment, folder


def _find_document(name: str, notices: list[str]) -> tuple[Experiment, Path | None]:
    """A file's document, or a scene, and the folder its relative paths start at."""
    from engine import documents

    file = Path(name)
    if name and file.exists():
        return documents.read(file, notices.append), file.absolute().parent
    return documents.load_scene(name), None


def _measure(request: argparse.Namespace) -> int:
    experiment, folder = _open_experiment(request)  # may refuse, before torch is waited for
    return _print(_measure_one(request, experiment, folder))


def _compare(request: argparse.Namespace) -> int:
    from engine import documents
    from engine.document.lanes import DOCUMENT_PATHS, SHARED_PATHS, baseline_of, join
    from engine.errors import RequestError

    for path, _ in request.differences:
        if path in SHARED_PATHS:
            raise RequestError(
                f"`{path}` cannot differ between baseline and variant: give it to both with --set."
            )
        if (own := path.partition(".")[0]) in DOCUMENT_PATHS:
            raise RequestError(f"`{own}` belongs to the document, not to a lane: leave it out.")
    experiment, folder = _open_experiment(request)
    baseline, variant = baseline_of(experiment), documents.variant_of(experiment)
    if variant is None and not request.differences:
        raise RequestError(
            "There is nothing to compare: the document has no `variant`; say what differs, such "
            "as --with network.skip.every=1."
        )
    variant = variant or baseline
    typed = documents.read_assignments(variant, request.differences)
    document = join(baseline, documents.with_values(variant, typed))
    variant = documents.variant_of(document)  # which refuses what both lanes share
    assert variant is not None

    from engine.analysis.comparison import compare

    return _print(compare(baseline, variant, lambda lane: _measure_one(request, lane, folder)))


def _check_lecture(request: argparse.Namespace) -> int:
    from engine.errors import RequestError

    if not request.check:
        raise RequestError("Lectures are shown in the window; here they are checked: add --check.")
    notices: list[str] = []
    experiment, folder = _find_document(request.experiment, notices)
    for notice in notices:
        _note(notice)
    if experiment.lecture is None:  # before torch is waited for
        raise RequestError("The document has no `lecture`, so there are no beats to check.")

    from engine.lecture.check import check_lecture
    from engine.training.run import use_one_thread

    use_one_thread()
    result = check_lecture(experiment, folder, request.seed, _beats_to_terminal())
    _print(result)
    return 0 if result["held"] else 1


def _beats_to_terminal() -> Callable[[int, int, int], None] | None:
    """Counts beats on a terminal; None where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def show(seed: int, beat: int, beats: int) -> None:
        end = "\n" if beat == beats else ""
        sys.stderr.write(f"\rseed {seed}: beat {beat} of {beats}{end}")
        sys.stderr.flush()

    return show


def _measure_one(
    request: argparse.Namespace, experiment: Experiment, folder: Path | None
) -> dict[str, Any]:
    """What `measure` says of one network, whichever command asked."""
    from engine.analysis import measure
    from engine.training.run import use_one_thread

    use_one_thread()
    return measure.measure(
        experiment,
        folder,
        experiment.training.iterations,
        request.dump,
        _progress_to_terminal(),
        with_theory=request.theory,
        with_remedies=request.remedies,
        trial_iterations=request.trial,
        quantities=request.quantities,
    )


def _print(result: dict[str, Any]) -> int:
    sys.stdout.write(json.dumps(result, indent=2, allow_nan=False) + "\n")
    return 0


def _render(request: argparse.Namespace) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"  # whatever display there is, none is needed
    from PySide6.QtWidgets import QApplication

    from desktop.cli import productions
    from desktop.display.lanes import resolve_sources
    from desktop.display.lower_view import check_view
    from desktop.display.options import SHARED_VIEWS
    from desktop.export import pictures, tables
    from desktop.export.movies import LECTURE
    from desktop.export.rehearsals import rehearse_lanes
    from desktop.export.sheets import make_sheet
    from desktop.kinds.table import kind_of, list_lower_views
    from desktop.model.safe_write import check_place
    from desktop.style.theme import THEMES, ThemeName
    from engine.errors import RequestError

    endings = ("csv", *pictures.FORMATS, "mp4")
    ending = request.out.suffix.lower().removeprefix(".")
    views = (*SHARED_VIEWS, *list_lower_views(), LECTURE)
    is_width = isinstance(request.size, float)
    theme_name: ThemeName = request.theme or ("paper" if is_width else "projector")
    choices = (("view", request.view, views), ("theme", theme_name, tuple(THEMES)))
    for name, chosen, allowed in (*choices, ("ending of a file", ending, endings)):
        if chosen not in allowed:
            raise RequestError(f"The {name} is one of {', '.join(allowed)}, not “{chosen}”.")
    check_place(request.out)
    theme = THEMES[theme_name]
    if ending == "mp4":
        experiment, folder = _open_experiment(request)

        def choose_lanes() -> dict[Lane, Experiment]:
            return _choose_lanes(experiment, request.lane)

        productions.render_movie(
            request, experiment, folder, choose_lanes, theme, _progress_to_terminal
        )
        return 0
    for option in ("movie", "fps", "seconds"):
        if getattr(request, option) is not None:
            raise RequestError(f"--{option} is of movies: let the file's name end in .mp4.")
    if request.view == LECTURE or request.beat is not None:
        experiment, folder = _open_experiment(request)
        is_lecture = request.view == LECTURE
        render = productions.render_lecture if is_lecture else productions.render_beat
        render(request, experiment, folder, theme, _progress_to_terminal)
        return 0
    size, width_mm = (None, request.size) if is_width else (request.size, None)
    make_sheet(theme, request.view, size=size, width_mm=width_mm, dpi=request.dpi)
    experiment, folder = _open_experiment(request)
    lanes = _choose_lanes(experiment, request.lane)
    sheet = make_sheet(
        theme,
        request.view,
        size=size,
        width_mm=width_mm,
        dpi=request.dpi,
        has_lanes=len(lanes) > 1,
    )
    for lane in lanes.values():  # nothing is trained for a picture refused
        check_view(kind_of(lane.network).display, request.view, lane.network)

    sources = rehearse_lanes(lanes, folder, request.view, _progress_to_terminal())
    picture = resolve_sources(sources)
    if ending == "csv":
        tables.export_table(picture, request.view, request.out)
        return 0
    application = QApplication.instance() or QApplication([NAME])
    pictures.export_picture(picture, request.view, request.out, sheet, theme)
    del application
    return 0


def _choose_lanes(experiment: Experiment, lane: Lane | None) -> dict[Lane, Experiment]:
    """What is drawn: both lanes of a comparison, or the one that was asked for."""
    from engine import documents
    from engine.document.lanes import baseline_of
    from engine.errors import RequestError

    lanes: dict[Lane, Experiment] = {"baseline": baseline_of(experiment)}
    variant = documents.variant_of(experiment)
    if variant is not None:
        lanes["variant"] = variant
    if lane is None:
        return lanes
    if lane not in lanes:
        raise RequestError(
            "The document has no `variant` to draw: leave --lane out, or say what differs, such "
            'as --set variant={"network.skip.every":1}.'
        )
    return {lane: lanes[lane]}


def _progress_to_terminal(what: str = "iteration") -> Callable[[int, int], None] | None:
    """Counts iterations on a terminal, a few times a second; None where nobody watches."""
    if not sys.stderr.isatty():
        return None
    shown = 0.0

    def show(iteration: int, iterations: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown > 0.2 or iteration == iterations:
            shown = now
            end = "\n" if iteration == iterations else ""
            sys.stderr.write(f"\r{what} {iteration:,} of {iterations:,}{end}")
            sys.stderr.flush()

    return show


def _list_scenes(request: argparse.Namespace) -> int:
    from engine.document import scenes

    if request.pictures is not None:
        return _draw_scenes(request.pictures, request.theme)
    if not sys.stdout.isatty():
        sys.stdout.write("".join(f"{name}\n" for name in scenes.names()))
        return 0
    widest = max(map(len, scenes.names()))
    for chapter, names in scenes.chapters():
        sys.stdout.write(f"{chapter}\n")
        sys.stdout.write(
            "".join(f"  {name:<{widest}}  {scenes.titles()[name]}\n" for name in names)
        )
    return 0


def _draw_scenes(folder: Path, theme_name: Literal["dark", "light"]) -> int:
    """Pictures of the first passes that are not there yet; the names, each as soon as it is."""
    from engine.document import scenes
    from engine.errors import RequestError

    if not folder.is_dir():
        raise RequestError(f"There is no folder “{folder}” for the pictures.")
    missing = [name for name in scenes.names() if not (folder / f"{name}.png").exists()]
    if not missing:
        return 0
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if hasattr(os, "nice"):
        os.nice(10)  # who draws all of them waits for none of them
    from msgspec.structs import replace
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtWidgets import QApplication

    from desktop.display.lanes import LaneSource, resolve_sources
    from desktop.export.thumbnails import render_thumbnail
    from desktop.kinds.table import kind_of
    from desktop.model.safe_write import write_whole
    from desktop.style.theme import THEMES
    from desktop.worker.headless import rehearse
    from engine import documents

    application = QApplication.instance() or QApplication([NAME])
    for name in missing:
        scene = documents.load_scene(name)
        training = replace(scene.training, iterations=0)
        first = replace(scene, training=training, lecture=None, variant=None)
        shown = rehearse(first, None)
        source = LaneSource(
            kind=kind_of(first.network).display,
            experiment=first,
            frame=shown.frame,
            history=shown.history,
            verdict=shown.verdict,
        )
        image = render_thumbnail(resolve_sources({"baseline": source}), THEMES[theme_name])
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        write_whole(folder / f"{name}.png", bytes(buffer.data().data()))
        sys.stdout.write(f"{name}\n")
        sys.stdout.flush()
    del application
    return 0


def _print_schema(_request: argparse.Namespace) -> int:
    from engine import documents

    sys.stdout.write(json.dumps(documents.describe_document(), indent=2) + "\n")
    return 0


def _open_window(request: argparse.Namespace) -> int:
    from desktop.app import app

    return app.run(request.experiment)
