"""Which word matters: what the gradient reaches, and what a swap changes.

The two answer different questions. The gradient norm |d logit / d x_t| says where a small
change of the embedded word would be felt; in a trained network it ranks the deciding word
far down. The swap replaces a word by another sentence's and shows the drop of the
answer's probability: it says which word decides.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import RequestError
from engine.kinds.recurrent.network import RecurrentNetwork
from engine.kinds.recurrent.records import WordInfluence
from engine.kinds.recurrent.stack import Stack
from engine.kinds.recurrent.trace import rank_probabilities
from engine.tasks.sentences import encode_sentence
from engine.tasks.text import Text

F64 = NDArray[np.float64]
Sentence = NDArray[Any]

LONGEST_SENTENCE = 600
"""Every word is swapped in a sentence of its own: beyond it that takes many seconds."""
_MAX_NUMBERS = 400_000
"""Words that the network reads for all swaps of a sentence, where one donor has not more."""


def predict_answers(
    network: RecurrentNetwork, sentence: Sentence, count: int = 8
) -> tuple[tuple[str, float], ...]:
    """The most probable answers to one sentence (T,) with their probabilities, best first."""
    logits = _last_outputs(network, torch.from_numpy(np.array(sentence)[None]))[0]
    return rank_probabilities(logits, network.dataset.class_names, count)


def measure_gradient_influence(network: RecurrentNetwork, sentence: Sentence, answer: int) -> F64:
    """(T) norms of d logit(answer) / d x_t for one sentence (T,), x_t the embedded word."""
    x = torch.from_numpy(np.array(sentence)[None])
    stack = Stack(network.parameters, network.spec, x.shape[1], 1)
    output = stack.forward(x)
    gradient = torch.zeros_like(output)
    gradient.view(-1, output.shape[-1])[-1, answer] = 1.0
    stack.enter_loss(gradient)
    stack.backward()
    return stack.cells[0].norms_x


def measure_swap_influence(
    network: RecurrentNetwork, sentence: Sentence, answer: int, donors: int = 8
) -> F64:
    """(T) mean drop of the answer's probability when a word is replaced by another sentence's.

    Args:
        network: as it is now.
        sentence: (T,) tokens.
        answer: the class whose probability is watched.
        donors: how many held-out sentences lend their word at the same place, spread evenly.
    """
    tokens = np.array(sentence, dtype=np.int64)
    others = network.dataset.held_out_x
    count = max(1, min(donors, len(others), _MAX_NUMBERS // max(1, len(tokens) ** 2)))
    picked = others[np.linspace(0, len(others) - 1, count).astype(int)]
    place = np.minimum(np.arange(len(tokens)), others.shape[1] - 1)
    swapped = np.tile(tokens, (count, len(tokens), 1))
    each = np.arange(len(tokens))
    swapped[:, each, each] = picked[:, place]
    rows = torch.from_numpy(np.concatenate([tokens[None], swapped.reshape(-1, len(tokens))]))
    logits = _last_outputs(network, rows).double()
    probabilities = torch.softmax(logits, -1)[:, answer].numpy()
    drops = probabilities[0] - probabilities[1:].reshape(count, len(tokens))
    return np.asarray(drops.mean(axis=0))


def measure_word_influence(
    network: RecurrentNetwork, task: object, typed: str | None, example: int = 0
) -> WordInfluence:
    """Both influences of a typed sentence, or of a held-out one.

    A held-out sentence is asked for its right answer, a typed one for the most probable.

    Args:
        network: as it is now.
        task: of the document.
        typed: the sentence; None takes a held-out one.
        example: which held-out sentence, counted on from the last to the first again.

    Raises:
        RequestError: for a task that has no words, or a sentence that has too many.
        TaskError: for a word that is not in the vocabulary.
    """
    dataset = network.dataset
    if not dataset.is_tokens or dataset.loss != "ce" or not dataset.class_names:
        raise RequestError("This task has no words whose influence could be measured.")
    splits_characters = isinstance(task, Text) and task.unit == "character"
    if typed is not None:
        sentence = encode_sentence(dataset, typed, splits_characters)
    else:
        sentence = dataset.held_out_x[example % len(dataset.held_out_x)]
    if len(sentence) > LONGEST_SENTENCE:
        raise RequestError(
            f"This sentence has {len(sentence):,} words: which one matters is measured in "
            f"sentences of up to {LONGEST_SENTENCE:,}."
        )
    predicted = predict_answers(network, sentence)
    if typed is not None:
        answer = dataset.class_names.index(predicted[0][0])
    else:
        answer = int(np.ravel(dataset.held_out_y[example % len(dataset.held_out_y)])[-1])
    return WordInfluence(
        words=tuple(dataset.vocabulary[int(token)] for token in sentence),
        answer=dataset.class_names[answer],
        gradient=measure_gradient_influence(network, sentence, answer),
        swap=measure_swap_influence(network, sentence, answer),
        predicted=predicted,
        deciding=dataset.deciding if typed is None else (),
        vocabulary=dataset.vocabulary,
        splits_characters=splits_characters,
    )


def _last_outputs(network: RecurrentNetwork, rows: Tensor) -> Tensor:
    """(N, k) the output at the last time step."""
    found = []
    for place, output in network.predict_in_parts(rows):
        if output.dim() == 2:
            found.append(output)
        elif place[1].stop == rows.shape[1]:
            found.append(output[:, -1].clone())  # a view would keep all time steps
    return torch.cat(found)
