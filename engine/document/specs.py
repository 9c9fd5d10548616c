"""What the document knows of a task and of a network: what they say of themselves.

The document names a task by `task.name` and a network by `network.kind`; which there are
stands in two tables, `engine.tasks.catalogue` and `engine.kinds.table`, and nowhere else.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from engine.document.initialisation import Initialisation
from engine.parts import BatchSize, Part, ReadoutName

if TYPE_CHECKING:
    from engine.records.dataset import Dataset

Reads = Literal["vectors", "sequences"]
"""What one example is: a vector of numbers, or a sequence of vectors or words."""
Answers = Literal["classes", "numbers"]


class TaskSpec(Part, frozen=True):
    """Base of every task: its fields, and what is known of it before its data are loaded."""

    reads: ClassVar[Reads]
    readouts: ClassVar[tuple[ReadoutName, ...]] = ()
    """The read-outs that a task of sequences can be learned with, the usual one first."""

    batch_size: BatchSize = 64

    @property
    def name(self) -> str:
        """The document's name of the task, for example "sequential_digits"."""
        return str(self.__struct_config__.tag)

    @property
    def time_steps(self) -> int:
        """T of its sequences; 1 for a task of vectors."""
        return 1

    def expects(self) -> Answers | None:
        """What is predicted; None where only the data tell."""
        return "classes"

    def split_words(self, sentence: str) -> tuple[str, ...]:
        """The words of a typed sentence; none where the task does not read words."""
        del sentence
        return ()

    @abstractmethod
    def load(self, seed: int, readout: str, folder: Path | None) -> Dataset:
        """The examples; the same seed gives the same ones.

        Args:
            seed: the experiment's.
            readout: where a sequence network answers; "last" for one that reads vectors.
            folder: where a relative path in the document starts; None: the current folder.

        Raises:
            TaskError: one sentence, for a file that cannot be used.
        """


class NetworkSpec(Part, frozen=True):
    """Base of every network as the document describes it."""

    reads: ClassVar[Reads]
    instead: ClassVar[str] = "a network of another kind"
    """What a task needs that this kind cannot read."""

    initialisation: Initialisation = Initialisation()

    @property
    def kind(self) -> str:
        """The document's name of the kind: the tag of its class."""
        return str(self.__struct_config__.tag)

    def check_task(self, task: TaskSpec) -> None:
        """Refuse a task that this network cannot learn.

        Raises:
            ValueError: why, in a sentence.
        """
        if task.reads == self.reads:
            return
        what = "is a sequence" if task.reads == "sequences" else "is no sequence"
        raise ValueError(f"the task '{task.name}' {what} and needs {self.instead}")

    def readout_name(self) -> ReadoutName:
        """Where a sequence network answers; "last" for one that reads vectors."""
        return "last"

    def list_quantities(self, task: TaskSpec) -> Mapping[str, int]:
        """What is measured of such a network beside what is measured of all.

        Args:
            task: that it learns.

        Returns:
            By name: 0 for one number, n for one at each of the places 1 ... n.
        """
        del task
        return {}

    @abstractmethod
    def weights_key(self) -> object:
        """Equal for two networks that can share their weights: what their shapes depend on."""
