"""How many time steps the sequences of a task have, known before its data are loaded."""

from __future__ import annotations

from engine.tasks.sentences import count_words
from engine.tasks.specs import (
    Adding,
    Autocomplete,
    Chatbot,
    Recall,
    SequentialDigits,
    Series,
    Task,
    Text,
)

_DIGIT_ROWS, _DIGIT_PIXELS = 8, 64


def count_time_steps(task: Task) -> int:
    """T; 1 for a task without sequences."""
    match task:
        case Adding() | Recall() | Series() | Text():
            return task.length
        case SequentialDigits():
            return _DIGIT_ROWS if task.rows else _DIGIT_PIXELS
        case Autocomplete() | Chatbot():
            return count_words(task)
        case _:
            return 1
