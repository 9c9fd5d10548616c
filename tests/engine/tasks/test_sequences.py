"""The sequence tasks are what their descriptions say; bad input is answered in one sentence."""

from __future__ import annotations

import numpy as np
import pytest

from engine.documents import from_builtins
from engine.errors import TaskError
from engine.tasks.autocomplete import CAUSES
from engine.tasks.labels import deciding_time_steps, label_time_steps
from engine.tasks.loading import load
from engine.tasks.sentences import encode_sentence
from engine.tasks.words import OTHER


def load_task(task, readout="last", folder=None, seed=0):
    return load(
        from_builtins(
            {
                "format": "gradient-theatre/1",
                "seed": seed,
                "task": task,
                "network": {"kind": "recurrent", "cell": "rnn", "readout": readout},
            }
        ),
        folder,
    )


def test_adding_marks_one_value_in_each_half():
    dataset = load_task({"name": "adding", "length": 11})
    x, y = dataset.train_x, dataset.train_y
    assert (x[:, :5, 1].sum(1) == 1).all()
    assert (x[:, 5:, 1].sum(1) == 1).all()
    np.testing.assert_allclose((x[:, :, 0] * x[:, :, 1]).sum(1), y[:, 0], rtol=1e-5)
    assert np.mean((dataset.held_out_y - 1.0) ** 2) == pytest.approx(1 / 6, rel=0.1)
    first = deciding_time_steps(dataset, x[0])
    assert [x[0, t - 1, 1] for t in first] == [1.0, 1.0]


def test_recall_repeats_the_symbols_at_the_end():
    dataset = load_task({"name": "recall", "length": 20}, "all")
    assert (dataset.train_y[:, -4:] == dataset.train_x[:, :4]).all()
    assert (dataset.train_y[:, :-4] == 8).all()
    assert dataset.majority == pytest.approx(16 / 20, abs=0.01)
    assert deciding_time_steps(dataset, dataset.train_x[0]) == (1, 2, 3, 4)
    assert load_task({"name": "recall", "length": 1}, "all").train_x.shape[1] == 1


@pytest.mark.parametrize(("rows", "shape"), [(True, (8, 8)), (False, (64, 1))])
def test_sequential_digits_are_the_digits(rows, shape):
    dataset = load_task({"name": "sequential_digits", "rows": rows})
    assert dataset.train_x.shape == (1200, *shape)
    assert dataset.held_out_x.shape == (597, *shape)


@pytest.mark.parametrize("source", ["sunspots", "co2"])
@pytest.mark.parametrize("readout", ["last", "all"])
def test_series_predicts_the_next_value(source, readout):
    dataset = load_task({"name": "series", "source": source, "length": 12}, readout)
    following = dataset.train_x[1:, -1]
    answers = dataset.train_y[:-1] if readout == "last" else dataset.train_y[:-1, -1]
    assert (answers == following).all()
    assert abs(dataset.train_x.mean()) < 0.1
    first = f"{dataset.train_x[0, 0, 0]:.2f}".replace("-", "−")
    assert label_time_steps(dataset, dataset.train_x[0])[0] == first


def test_autocomplete_follows_from_its_cause():
    dataset = load_task({"name": "autocomplete", "fillers": 20})
    assert dataset.train_x.shape[1] == 36
    for row, answer in zip(dataset.train_x[:50], dataset.train_y[:50], strict=True):
        words = label_time_steps(dataset, row)
        assert " ".join(words[:5]) == "today due to my current"
        assert CAUSES[words[5]] == dataset.class_names[answer]
        assert words[-4:] == ("need", "to", "take", "a")
    assert deciding_time_steps(dataset, dataset.train_x[0]) == (6,)


def test_chatbot_needs_the_first_request_and_the_last_sentence():
    dataset = load_task({"name": "chatbot", "fillers": 30})
    assert dataset.train_x.shape[1] == 40
    replies = {}
    for row, answer in zip(dataset.train_x, dataset.train_y, strict=True):
        words = label_time_steps(dataset, row)
        replies.setdefault((words[5], words[-4:]), set()).add(int(answer))
    assert len(replies) == 8
    assert all(len(found) == 1 for found in replies.values())
    assert load_task({"name": "chatbot", "fillers": 0}).train_x.shape[1] == 10


@pytest.mark.parametrize("name", ["autocomplete", "chatbot", "adding"])
def test_the_seed_decides(name):
    first, again = load_task({"name": name}, seed=5), load_task({"name": name}, seed=5)
    assert (first.train_x == again.train_x).all()
    assert not (first.train_x == load_task({"name": name}, seed=6).train_x).all()


def test_text_predicts_what_follows(tmp_path):
    (tmp_path / "poem.txt").write_text("The rose is red, the violet's blue. " * 20, "utf-8")
    words = load_task({"name": "text", "path": "poem.txt", "length": 5}, folder=tmp_path)
    assert set(words.vocabulary) == {"the", "rose", "is", "red", ",", "violet's", "blue", "."}
    assert (words.train_x[1:, -1] == words.train_y[:-1]).all()
    task = {"name": "text", "path": "poem.txt", "length": 5, "unit": "character"}
    characters = load_task(task, "all", tmp_path)
    assert (characters.train_y[:, :-1] == characters.train_x[:, 1:]).all()
    assert "T" in characters.vocabulary


def test_rare_words_of_a_large_text_are_one(tmp_path):
    (tmp_path / "long.txt").write_text(" ".join(f"w{i % 2500}" for i in range(9000)), "utf-8")
    dataset = load_task({"name": "text", "path": "long.txt"}, folder=tmp_path)
    assert len(dataset.vocabulary) == 2001
    assert dataset.vocabulary[-1] == OTHER


def test_long_sequences_stay_small():
    dataset = load_task({"name": "adding", "length": 5000})
    assert dataset.train_x.nbytes < 200e6
    assert len(dataset.train_x) >= 256


def refusal(task, folder, readout="last"):
    with pytest.raises(TaskError) as caught:
        load_task(task, readout, folder)
    message = str(caught.value)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def test_a_text_of_one_word_is_refused(tmp_path):
    (tmp_path / "one.txt").write_text("Hello", "utf-8")
    message = refusal({"name": "text", "path": "one.txt"}, tmp_path)
    assert message.startswith("one.txt has 1 word, but a length of 40 needs at least 42")
    (tmp_path / "empty.txt").write_text("", "utf-8")
    assert "0 words" in refusal({"name": "text", "path": "empty.txt"}, tmp_path)
    (tmp_path / "same.txt").write_text("la " * 100, "utf-8")
    assert "repeats one word" in refusal({"name": "text", "path": "same.txt"}, tmp_path)


def test_a_text_in_no_known_encoding_is_refused(tmp_path):
    (tmp_path / "latin.txt").write_bytes(b"\xff\x81\x8d\x01" * 50)
    message = refusal({"name": "text", "path": "latin.txt"}, tmp_path)
    assert "is not UTF-8, and in no other encoding" in message


def test_a_huge_text_is_refused(tmp_path):
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(17 * 2**20)
    assert "at most 16 MB" in refusal({"name": "text", "path": "huge.txt"}, tmp_path)


def test_a_missing_file_is_refused(tmp_path):
    assert "does not exist" in refusal({"name": "text", "path": "no.txt"}, tmp_path)
    assert "is a folder" in refusal({"name": "text", "path": "."}, tmp_path)


SERIES = {"name": "series", "source": "csv", "path": "s.csv", "column": "b", "length": 3}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n2,\n3,4\n", "has no value in line 3"),
        ("a,b\n1,2\n2\n3,4\n", "Line 3 of s.csv has 1 cell"),
        ("a,b\n1,2\n2,two\n", "the text 'two' in line 3"),
        ("a,b\n1,one\n2,two\n", "texts such as 'one': a series needs numbers"),
        ("a,b\n1,2\n2,inf\n", "'inf' in line 3, which is not a finite number"),
        ("a,b\n1,2\n" + "x" * 200_000 + ",3\n", "has 2 values, but a length of 3"),
        ("a,c\n1,2\n", "no column 'b'; its columns are 'a', 'c'"),
        ("a,b\n", "no rows"),
        ("", "is empty"),
        ("a,b\n1,2\n1,3\n1,4\n1,5\n", "has 4 values, but a length of 3 needs at least 5"),
        ("a,b\n" + "1,2\n" * 9, "never changes"),
    ],
)
def test_an_unusable_series_is_refused(tmp_path, text, said):
    (tmp_path / "s.csv").write_text(text, "utf-8")
    assert said in refusal(SERIES, tmp_path)


def test_a_column_of_the_users_table_is_read(tmp_path):
    rows = "".join(f"{i};{np.sin(i):.4f}\n" for i in range(50))
    (tmp_path / "s.csv").write_text("a;b\n" + rows, "utf-8")
    dataset = load_task(SERIES, folder=tmp_path)
    assert len(dataset.train_x) + len(dataset.held_out_x) == 47
    (tmp_path / "s.csv").write_text("\ufeffa;b\r\n" + rows.replace(".", ","), "utf-8")
    np.testing.assert_array_equal(load_task(SERIES, folder=tmp_path).train_x, dataset.train_x)


def test_a_length_beyond_the_bundled_series_is_refused():
    message = refusal({"name": "series", "length": 5000}, None)
    assert message.startswith("The series has 309 values, but a length of 5,000 needs")


def test_a_typed_sentence_becomes_numbers():
    dataset = load_task({"name": "autocomplete"})
    tokens = encode_sentence(dataset, "Today due to my current health situation, I", False)
    assert [dataset.vocabulary[t] for t in tokens][-3:] == ["situation", ",", "i"]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("today due to my dragon", "does not know “dragon”: it knows 34 words"),
        ("   ", "no word"),
        ("today " * 5001, "at most 5,000"),
    ],
)
def test_an_unusable_sentence_is_refused(sentence, said):
    with pytest.raises(TaskError, match=said):
        encode_sentence(load_task({"name": "autocomplete"}), sentence, False)
