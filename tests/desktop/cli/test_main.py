"""The commands as a person or a script meets them: output, exit status, sentences."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import av
import pytest

from desktop.cli import main
from desktop.setup.system_libraries import COMMANDS_WITHOUT_DISPLAY
from engine.document import scenes
from engine.documents import read, read_assignments, with_values
from engine.errors import DocumentError
from tests.desktop.disks import full_disk, read_only
from tests.typed_numbers import TYPED

DOCUMENT = {
    "format": "gradient-theatre/1",
    "task": {"name": "insurance"},
    "network": {"kind": "feedforward", "layers": [{"units": 4, "activation": "sigmoid"}]},
}
SHORT = ("--iterations", "3")
on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere a display is always there"
)


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "small.gtheatre"
    file.write_text(json.dumps(DOCUMENT))
    return file


def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    without_display = {name: os.environ[name] for name in os.environ if "DISPLAY" not in name}
    without_display.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, "-m", "desktop", *map(str, arguments)],
        cwd=Path(__file__).parents[3],
        env=without_display | variables,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )


def assert_refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr


def test_measure_prints_one_json_object_and_nothing_else(document: Path) -> None:
    done = run("measure", document, *SHORT)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["initial"]["iteration"] == 0
    assert result["final"]["iteration"] == 3
    assert len(result["final"]["layers"]) == 1
    assert done.stderr == ""


def test_values_of_the_document_can_be_set_and_a_bare_word_is_a_string(document: Path) -> None:
    done = run(
        "measure",
        document,
        *SHORT,
        "--set",
        "network.layers.0.repeat=3",
        "--set",
        "network.initialisation.scheme=normal",
        "--set",
        "network.initialisation.std=0.5",
        "--dtype",
        "float64",
        "--seed",
        "11",
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["final"]["layers"]) == 3


@pytest.mark.parametrize(("text", "number", "whole"), TYPED)
def test_whatever_is_typed_after_set_is_read_or_refused(
    document: Path, text: str, number: float | None, whole: int | None
) -> None:
    experiment = read(document)
    for path, expected in (("training.learning_rate", number), ("training.iterations", whole)):
        request = main.parse(["measure", str(document), "--set", f"{path}={text}"])
        if expected is None:
            with pytest.raises(DocumentError) as refusal:
                with_values(experiment, read_assignments(experiment, request.values))
            assert path in str(refusal.value)
        else:
            edited = with_values(experiment, read_assignments(experiment, request.values))
            assert getattr(edited.training, path.rpartition(".")[2]) == expected


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--set", "training.learning_rate=1,000"), ("1.000 or as 1000", "learning_rate")),
        (("--set", "network.layers.0.units=1.000"), ("1 or as 1000", "layers.0.units")),
        (("--set", "network.skip.scale=2/L"), ('"1/L", "1/sqrt(L)", not "2/L"',)),
        (("--set", "training.iterations=10²¹"), ("from 0 to 1,000,000,000",)),
        (("--iterations", "1.000"), ("--iterations", "1 or as 1000")),
        (("--seed", "5k"), ("--seed", "5k")),
    ],
)
def test_a_number_that_is_not_taken_is_refused_before_anything_is_measured(
    document: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: tuple[str, ...],
) -> None:
    try:
        status = main.main(["measure", str(document), *arguments])
    except SystemExit as end:
        status = int(end.code or 0)
    said = capsys.readouterr()
    assert (status, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    for word in words:
        assert word in said.err


def test_numbers_of_the_flags_are_read_as_any_other(document: Path) -> None:
    typed = ["measure", str(document), "--iterations", "1,000", "--seed", "12 000"]
    request = main.parse(typed)
    assert (request.iterations, request.seed) == (1000, 12000)
    drawn = ["render", str(document), "--view", "flow", "--out", "a.png"]
    request = main.parse([*drawn, "--size", "85,5 mm", "--dpi", "150 dpi"])
    assert (request.size, request.dpi) == (85.5, 150)


def test_the_same_request_prints_the_same_numbers(document: Path) -> None:
    assert run("measure", document, *SHORT).stdout == run("measure", document, *SHORT).stdout


def test_a_dump_gets_both_files(document: Path, tmp_path: Path) -> None:
    done = run("measure", document, *SHORT, "--dump", tmp_path / "kept")
    assert done.returncode == 0, done.stderr
    described = json.loads((tmp_path / "kept.json").read_text())
    assert described["format"] == "gt-dump/1"
    assert (tmp_path / described["arrays"]).exists()


def test_a_pipe_gets_the_bare_names_of_the_scenes() -> None:
    done = run("scenes")
    names = done.stdout.split()
    assert names == done.stdout.splitlines()
    assert names == list(scenes.names())
    assert run("measure", names[0], "--iterations", "0").returncode == 0


def test_the_schema_is_json() -> None:
    assert "$defs" in json.loads(run("schema").stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--set", "network.layers.0.units=0"), ("network.layers.0.units", "from 1 to 4,096")),
        (("--set", "network.layers.0.unitz=3"), ("unitz",)),
        (("--set", "network.layers.7.units=3"), ("network.layers.7.units",)),
        (("--set", "training.learning_rate=quick"), ("training.learning_rate",)),
        (("--set", "training.learning_rate=NaN"), ("training.learning_rate",)),
        (("--set", "units"), ("path=value",)),
        (("--set", "\udcff=1"), ("--set", "no text", "UTF-8")),
        (("--set", "title=\udcff"), ("--set", "no text", "UTF-8")),
        (("--iterations", "-1"), ("training.iterations",)),
        (("--iterations", "many"), ("--iterations",)),
        (("--seed", "4294967296"), ("seed",)),
        (("--dtype", "float16"), ("--dtype",)),
        (("--dump", "no/such/folder/name"), ("no/such/folder",)),
        (("--dump", ""), ("--dump", "name of a file")),
        (("--dump", "tests/"), ("'tests/'", "name of a file")),
    ],
)
def test_a_wrong_request_is_refused_in_a_sentence(
    document: Path, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert_refused(run("measure", document, *SHORT, *arguments), *words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ("JSON",)),
        (b"{", ("JSON",)),
        (b"\xff\xfe", ("JSON",)),
        (b"[1]", ("Gradient Theatre document",)),
        (b'{"format": "gradient-theatre/9"}', ("newer",)),
        (b'{"format": "cooking/1"}', ("cooking/1",)),
        (b"[" * 100_000, ("JSON",)),
    ],
)
def test_a_foreign_document_is_refused_in_a_sentence(
    tmp_path: Path, content: bytes, words: tuple[str, ...]
) -> None:
    file = tmp_path / "strange.gtheatre"
    file.write_bytes(content)
    assert_refused(run("measure", file), *words)


@pytest.mark.parametrize("command", [("measure",), ("render", "--view", "flow", "--out", "a.svg")])
def test_a_table_is_refused_with_what_to_do_instead(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = tmp_path / "houses.csv"
    file.write_text("rooms,price\n1,2\n")
    done = run(command[0], file, *command[1:])
    assert_refused(done, "is a table", "window", '"name": "csv"')
    assert "JSON" not in done.stderr


def test_a_size_is_read_with_any_sign_between() -> None:
    for text in ("640x480", "640X480", "640 × 480"):
        request = main.parse(["render", "x", "--view", "flow", "--out", "a.png", "--size", text])
        assert request.size == (640, 480)


def test_neither_file_nor_scene_is_a_sentence(tmp_path: Path) -> None:
    assert_refused(run("measure", "no-such-scene"), "no-such-scene", "scenes")
    assert_refused(run("measure", "1-sigmoid-depth-11"), "did you mean “1-sigmoid-depth-10”")
    alike = "did you mean “16-the-chatbot” or “7-chatbot-lstm” or “7-chatbot-rnn”?"
    assert_refused(run("measure", "Chatbot"), alike)
    assert_refused(run("measure", ""), "neither a file nor a scene")
    assert_refused(run("measure", tmp_path), "folder")
    assert_refused(run("measure", "/"), "“/” is a folder")


@pytest.mark.parametrize("ending", ["svg", "pdf", "png", "csv"])
def test_render_writes_the_format_of_the_ending(
    document: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"picture.{ending}"
    size = ("--size", "800x600")
    done = run("render", document, *SHORT, "--view", "theatre", "--out", out, *size)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    head = {"svg": b"<?xml", "pdf": b"%PDF", "png": b"\x89PNG", "csv": b"#"}[ending]
    assert out.read_bytes().startswith(head)


@pytest.mark.parametrize("movie", ["pass", "training"])
def test_render_makes_a_movie(document: Path, tmp_path: Path, movie: str) -> None:
    out = tmp_path / "a.mp4"
    options = ("--movie", movie, "--fps", "5", "--seconds", "1", "--size", "640x480")
    done = run("render", document, *SHORT, "--view", "theatre", "--out", out, *options)
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    with av.open(str(out)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.frames) == (640, 480, 5)


@pytest.mark.parametrize(
    ("out", "options", "reason"),
    [
        ("a.mp4", ("--size", "85mm"), "in pixels"),
        ("a.mp4", ("--size", "641x480"), "even"),
        ("a.mp4", ("--fps", "0"), "pictures a second"),
        ("a.mp4", ("--seconds", "-1"), "length of time"),
        ("a.mp4", ("--movie", "film"), "invalid choice"),
        ("a.png", ("--movie", "pass"), "--movie is of movies"),
        ("a.png", ("--fps", "30"), "--fps is of movies"),
        ("gone/a.mp4", (), "no folder"),
    ],
)
def test_a_movie_that_cannot_be_is_refused_in_a_sentence(
    document: Path, tmp_path: Path, out: str, options: tuple[str, ...], reason: str
) -> None:
    asked = ("render", document, *SHORT, "--view", "theatre", "--out", tmp_path / out, *options)
    assert_refused(run(*asked), reason)
    assert not list(tmp_path.glob("*.mp4"))


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no such terminals")
def test_pictures_of_scenes_are_drawn_only_where_they_are_missing(tmp_path: Path) -> None:
    assert_refused(run("scenes", "--pictures", str(tmp_path / "nowhere")), "no folder", "nowhere")
    last = scenes.names()[-1]
    for name in scenes.names()[:-1]:
        (tmp_path / f"{name}.png").touch()
    done = run("scenes", "--pictures", str(tmp_path), "--theme", "light")
    assert (done.returncode, done.stdout) == (0, f"{last}\n")
    assert (tmp_path / f"{last}.png").read_bytes().startswith(b"\x89PNG")
    again = run("scenes", "--pictures", str(tmp_path))
    assert (again.returncode, again.stdout) == (0, "")


def test_a_terminal_gets_the_scenes_by_chapter_with_their_titles() -> None:
    ours, theirs = os.openpty()
    with subprocess.Popen([sys.executable, "-m", "desktop", "scenes"], stdout=theirs) as speaker:
        os.close(theirs)
        said = b""
        with suppress(OSError):  # how a terminal ends
            while more := os.read(ours, 4096):
                said += more
    os.close(ours)
    assert speaker.returncode == 0
    lines = said.decode().splitlines()
    headings = [line for line in lines if not line.startswith(" ")]
    assert headings == [chapter for chapter, _ in scenes.chapters()]
    assert len(lines) == len(headings) + len(scenes.names())
    assert lines[1].split() == [
        "01-deeper-and-worse",
        *scenes.titles()["01-deeper-and-worse"].split(),
    ]


def test_help_names_every_command_with_what_it_does_and_every_scene() -> None:
    said = run("--help").stdout
    for command in main.COMMANDS:
        assert re.search(rf"^  {command}  +\w+", said, re.MULTILINE)
        assert run(command, "--help").stdout.startswith(f"usage: gradient-theatre {command}")
    assert set(scenes.names()) <= set(re.split(r"[\s,]+", said))
    for chapter, _ in scenes.chapters():
        assert chapter in said
    assert tuple(main.COMMANDS) == COMMANDS_WITHOUT_DISPLAY


@on_linux
def test_the_window_is_asked_for_a_file_or_a_scene_and_for_nothing_else(tmp_path: Path) -> None:
    there = {"QT_QPA_PLATFORM": "offscreen"}
    assert_refused(run("no-such-scene", **there), "neither a file nor a scene", "no-such-scene")
    assert_refused(run("6-autocomplete-ltsm", **there), "did you mean “6-autocomplete-lstm”")
    assert_refused(run(tmp_path / "gone.gtheatre", **there), "neither a file nor a scene")
    assert_refused(run(tmp_path, **there), "folder")
    (tmp_path / "bad.gtheatre").write_text("{")
    assert_refused(run(tmp_path / "bad.gtheatre", **there), "“bad.gtheatre”", "JSON")


@pytest.mark.parametrize(("typed", "meant"), [("mesure", "measure"), ("scene", "scenes")])
def test_a_command_typed_alone_and_wrongly_is_guessed(typed: str, meant: str) -> None:
    assert_refused(run(typed), f"no command “{typed}”", f"did you mean “{meant}”?")


def test_a_command_that_is_not_there_is_refused_in_a_sentence() -> None:
    assert_refused(
        run("mesure", "1-sigmoid-depth-2"),
        "no command “mesure”",
        "measure, compare, lecture, render",
    )


def test_a_picture_for_paper_is_as_wide_as_was_asked_for(document: Path, tmp_path: Path) -> None:
    out = tmp_path / "column.svg"
    request = ("render", document, *SHORT, "--view", "flow", "--theme", "paper", "--out", out)
    done = run(*request, "--size", "85mm")
    assert done.returncode == 0, done.stderr
    assert 'width="84.' in out.read_text() or 'width="85.' in out.read_text()


@pytest.mark.parametrize(
    ("view", "name", "options", "words"),
    [
        ("kitchen", "a.png", (), ("kitchen", "theatre")),
        ("theatre", "a.gif", (), ("gif", "png")),
        ("theatre", "a.png", ("--theme", "pink"), ("pink", "paper")),
        ("theatre", "a.png", ("--size", "big"), ("big", "1920x1080")),
        ("theatre", "a.png", ("--size", "5x5"), ("pixels for its type", "5 × 5")),
        ("theatre", "a.png", ("--size", "widemm"), ("widemm", "85mm")),
        ("theatre", "a.png", ("--size", "2mm"), ("40 to 1,200 mm", "2")),
        ("theatre", "a.png", ("--dpi", "1"), ("dpi",)),
        ("gates", "a.png", (), ("no view gates", "feedforward", "history")),
        ("units", "a.csv", (), ("no view units", "feedforward", "history")),
        ("theatre", "no/such/folder/a.png", (), ("a.png", "no folder")),
        ("theatre", "no/such/folder/a.csv", (), ("a.csv", "no folder")),
    ],
)
def test_a_picture_that_cannot_be_is_refused_in_a_sentence(
    document: Path,
    tmp_path: Path,
    view: str,
    name: str,
    options: tuple[str, ...],
    words: tuple[str, ...],
) -> None:
    out = tmp_path / name
    request = ("render", document, *SHORT, "--view", view, "--out", out, *options)
    assert_refused(run(*request), *words)


@pytest.mark.parametrize("ending", ["svg", "pdf", "png", "csv"])
def test_a_full_disk_is_refused_in_a_sentence_and_keeps_the_old_file(
    document: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / "pictures" / f"old.{ending}"
    out.parent.mkdir()
    out.write_bytes(b"old")
    with full_disk(512):  # the command inherits the limit
        done = run("render", document, *SHORT, "--view", "flow", "--out", out)
    assert_refused(done, out.name, "cannot be saved")
    assert out.read_bytes() == b"old"
    assert list(out.parent.iterdir()) == [out]


def test_a_scene_that_is_called_untrained_is_drawn_untrained(tmp_path: Path) -> None:
    out = tmp_path / "gates.csv"
    done = run("render", "5-forget-gate", "--view", "flow", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "untrained" in scenes.titles()["5-forget-gate"]
    assert "iteration 0 " in out.read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize("ending", ["png", "csv"])
def test_a_read_only_folder_is_refused_in_a_sentence(
    document: Path, tmp_path: Path, ending: str
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    with read_only(closed) as folder:
        out = folder / f"new.{ending}"
        assert_refused(
            run("render", document, *SHORT, "--view", "flow", "--out", out),
            out.name,
            "cannot be saved",
        )


def test_a_picture_that_cannot_be_is_refused_before_training(tmp_path: Path) -> None:
    out = tmp_path / "missing" / "a.png"
    request = ("render", "8-plain-depth-100", "--iterations", "1000000", "--view", "flow")
    assert_refused(run(*request, "--out", out), "no folder")


def test_a_reader_that_leaves_early_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "desktop", "schema"],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as speaker:
        assert speaker.stdout is not None
        assert speaker.stderr is not None
        speaker.stdout.close()
        assert speaker.stderr.read() == b""


def test_without_a_display_the_window_is_refused_in_a_sentence() -> None:
    if sys.platform == "linux":
        assert_refused(run(), "display", "measure", "render", "scenes", "schema")


def test_the_version_and_help_need_nothing() -> None:
    assert run("--version").stdout.startswith("gradient-theatre 0.")
    assert "measure" in run("--help").stdout
    assert "--dump" in run("measure", "--help").stdout


def test_a_momentum_that_does_nothing_is_said_beside_the_result(tmp_path: Path) -> None:
    file = tmp_path / "old.gtheatre"
    training = {"optimiser": "adam", "momentum": 0.9}
    file.write_text(json.dumps(DOCUMENT | {"training": training}))
    done = run("measure", file, *SHORT)
    assert done.returncode == 0, done.stderr
    assert done.stderr == "Momentum 0.9 is read as 0: with adam it does nothing.\n"
    assert_refused(run("measure", file, *SHORT, "--set", "seed=-1"), "at seed")
    file.write_text(json.dumps(DOCUMENT | {"training": {"optimiser": "adam"}}))
    assert run("measure", file, *SHORT).stdout == done.stdout
    refused = run("measure", file, *SHORT, "--set", "training.momentum=0.9")
    assert_refused(refused, "a momentum acts with sgd, nesterov and rmsprop", "not with adam")


def test_remedies_are_measured_and_tried_on_demand() -> None:
    ended = run("measure", "1-sigmoid-depth-5", "--iterations", "0", "--remedies", "--try", "3")
    assert ended.returncode == 0
    remedies = json.loads(ended.stdout)["remedies"]
    assert {remedy["tried"]["iterations"] for remedy in remedies} == {3}


def test_a_trial_without_remedies_is_refused_in_a_sentence() -> None:
    assert_refused(run("measure", "1-sigmoid-depth-5", "--try", "3"), "--remedies")
    assert_refused(run("measure", "1-sigmoid-depth-5", "--remedies", "--try", "-3"), "less than 0")


def _read_rows(file: Path) -> list[list[str]]:
    lines = file.read_text().splitlines()
    return list(csv.reader(line for line in lines if not line.startswith("#")))


def test_render_draws_both_lanes_or_the_one_that_is_asked_for(
    document: Path, tmp_path: Path
) -> None:
    variant = 'variant={"network.layers.0.activation": "relu"}'
    tables = {}
    for name, options in {
        "both": ("--set", variant),
        "baseline": ("--set", variant, "--lane", "baseline"),
        "variant": ("--set", variant, "--lane", "variant"),
        "alone": ("--lane", "baseline"),
        "relu": ("--set", "network.layers.0.activation=relu"),
    }.items():
        out = tmp_path / f"{name}.csv"
        done = run("render", document, *SHORT, "--view", "flow", "--out", out, *options)
        assert done.returncode == 0, done.stderr
        tables[name] = _read_rows(out)
    heading, *rows = tables["both"]
    assert heading == ["lane", *tables["alone"][0]]
    for lane, alone in (("baseline", "alone"), ("variant", "relu")):
        assert [row[1:] for row in rows if row[0] == lane] == tables[alone][1:]
        assert tables[lane] == tables[alone]
    assert tables["alone"] != tables["relu"]


def test_a_picture_of_two_lanes_names_their_differences(document: Path, tmp_path: Path) -> None:
    out = tmp_path / "lanes.svg"
    variant = 'variant={"network.layers.0.activation": "relu"}'
    done = run("render", document, *SHORT, "--view", "theatre", "--set", variant, "--out", out)
    assert done.returncode == 0, done.stderr
    said = out.read_text()
    assert "Variant: ReLU" in said
    assert "variant: ReLU" in said


def test_a_variant_that_is_not_there_is_refused_in_a_sentence(
    document: Path, tmp_path: Path
) -> None:
    request = ("render", document, *SHORT, "--view", "flow", "--out", tmp_path / "a.png")
    assert_refused(run(*request, "--lane", "variant"), "no `variant`", "--lane")
    assert_refused(run(*request, "--lane", "other"), "other", "baseline")
    assert not (tmp_path / "a.png").exists()
