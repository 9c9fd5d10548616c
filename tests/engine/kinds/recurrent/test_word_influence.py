"""Word influence against autograd and against its own definition."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from engine.errors import RequestError, TaskError
from engine.kinds.recurrent.word_influence import (
    LONGEST_SENTENCE,
    measure_gradient_influence,
    measure_swap_influence,
    measure_word_influence,
    predict_answers,
)
from tests.engine.recurrent_cases import make_dataset, make_experiment, run_pass


@pytest.mark.parametrize("readout", ["last", "mean", "all"])
def test_gradient_influence_is_the_gradient_of_a_logit(readout):
    dataset = make_dataset(tokens=True, readout=readout)
    network, _ = run_pass(make_experiment(cell="gru", readout=readout), dataset)
    sentence = dataset.train_x[2]
    found = measure_gradient_influence(network, sentence, 3)

    cell = torch.nn.GRU(16, 6, batch_first=True, dtype=torch.float64)
    values = {p.name: p.value for p in network.parameters}
    cell.load_state_dict({k: v for k, v in values.items() if k.endswith("_l0")})
    x = values["emb"][torch.from_numpy(sentence.copy())][None].requires_grad_()
    h = cell(x)[0][0]
    seen = h.mean(0) if readout == "mean" else h[-1]
    (values["W.out"][3] @ seen).backward()
    np.testing.assert_allclose(found, x.grad[0].norm(dim=1).numpy(), rtol=1e-10)


def test_swap_influence_is_the_mean_drop_of_the_probability():
    dataset = make_dataset(tokens=True, rows=6)
    network, _ = run_pass(make_experiment(cell="lstm", batch=6), dataset)
    sentence = dataset.train_x[0]
    found = measure_swap_influence(network, sentence, 1, donors=6)

    def probability(tokens):
        logits = network.predict(torch.from_numpy(np.array(tokens)[None]))[0]
        return float(torch.softmax(logits, 0)[1])

    for t in range(len(sentence)):
        drops = []
        for donor in dataset.held_out_x:
            swapped = sentence.copy()
            swapped[t] = donor[t]
            drops.append(probability(sentence) - probability(swapped))
        assert found[t] == pytest.approx(np.mean(drops), abs=1e-12)


def test_a_sentence_of_any_length_is_answered():
    network, _ = run_pass(make_experiment(cell="lstm"), make_dataset(tokens=True))
    for length in (1, 3, 90):
        sentence = np.arange(length) % 11
        answers = predict_answers(network, sentence)
        assert sum(probability for _, probability in answers) == pytest.approx(1.0)
        assert len(measure_swap_influence(network, sentence, 0)) == length


def test_asking_leaves_no_mark_on_training():
    network, _ = run_pass(make_experiment(cell="lstm"), make_dataset(tokens=True))
    row = network.row()[0].copy()
    measure_gradient_influence(network, np.arange(5), 0)
    measure_swap_influence(network, np.arange(5), 0)
    assert (network.row()[0] == row).all()


def test_predictions_work_inside_and_outside_of_inference_mode():
    network, _ = run_pass(make_experiment(cell="lstm"), make_dataset(tokens=True))
    with torch.inference_mode():
        network.predict(torch.arange(5)[None])
    assert predict_answers(network, np.arange(5))


def test_a_held_out_sentence_is_asked_for_its_right_answer():
    dataset = dataclasses.replace(make_dataset(tokens=True), vocabulary=tuple("abcdefghijk"))
    network, experiment = run_pass(make_experiment(cell="lstm"), dataset)[0], make_experiment()
    found = measure_word_influence(network, experiment.task, None, 1)
    words = tuple(dataset.vocabulary[token] for token in dataset.held_out_x[1])
    assert found.words == words
    assert found.answer == dataset.class_names[int(np.ravel(dataset.held_out_y[1])[-1])]
    typed = measure_word_influence(network, experiment.task, " ".join(words))
    assert typed.words == words
    assert typed.answer == typed.predicted[0][0]
    np.testing.assert_array_equal(
        typed.gradient.shape, measure_gradient_influence(network, dataset.held_out_x[1], 0).shape
    )


def test_an_unknown_word_and_a_task_without_words_are_refused():
    network, _ = run_pass(make_experiment(cell="gru"), make_dataset(tokens=True))
    with pytest.raises(TaskError, match="does not know “crocodile”"):
        measure_word_influence(network, make_experiment().task, "crocodile")
    numbers, _ = run_pass(make_experiment(cell="gru"), make_dataset())
    with pytest.raises(RequestError, match="no words"):
        measure_word_influence(numbers, make_experiment().task, None)


def test_a_sentence_that_would_take_many_seconds_is_refused_in_a_sentence():
    dataset = dataclasses.replace(make_dataset(tokens=True), vocabulary=tuple("abcdefghijk"))
    network, experiment = run_pass(make_experiment(cell="lstm"), dataset)[0], make_experiment()
    with pytest.raises(RequestError, match="has 601 words"):
        measure_word_influence(network, experiment.task, "a " * (LONGEST_SENTENCE + 1))
