"""The tasks there are."""

from __future__ import annotations

from engine.document.specs import TaskSpec
from engine.tasks.adding import Adding
from engine.tasks.autocomplete import Autocomplete
from engine.tasks.chatbot import Chatbot
from engine.tasks.csv import Csv
from engine.tasks.digits import Digits
from engine.tasks.insurance import Insurance
from engine.tasks.recall import Recall
from engine.tasks.sequential_digits import SequentialDigits
from engine.tasks.series import Series
from engine.tasks.spirals import Spirals
from engine.tasks.text import Text

TASKS: tuple[type[TaskSpec], ...] = (
    Insurance,
    Spirals,
    Digits,
    Csv,
    Adding,
    Recall,
    SequentialDigits,
    Series,
    Autocomplete,
    Chatbot,
    Text,
)
