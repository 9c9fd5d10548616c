"""The errors that reach a user: each message is one sentence that says what to do."""

from __future__ import annotations

from collections.abc import Sequence


class GradientTheatreError(Exception):
    """Base of every error whose message is meant for the user's eyes."""


class DocumentError(GradientTheatreError):
    """A document that cannot be read: damaged, foreign, newer or with values out of bounds.

    Its sentence is made here, of its fields, and nowhere taken apart again.
    """

    def __init__(
        self,
        path: Sequence[str],
        reason: str,
        *,
        opening: str = "The document cannot be used",
        is_about_value: bool = False,
    ) -> None:
        """Take the fields.

        Args:
            path: the keys, and indices from 0, that lead to the value which is refused; none
                where the whole document is.
            reason: a clause that says what is wrong and what to do, without a full stop.
            opening: what is said before the place and the reason; empty where the reason is a
                sentence in itself.
            is_about_value: whether the reason is said of the value: "must be a number".
        """
        super().__init__(path, reason)
        self.path = tuple(path)
        self.reason = reason
        self.opening = opening
        self.is_about_value = is_about_value

    def __str__(self) -> str:
        if not self.opening:
            return self.tell_reason()
        where = f", at {'.'.join(self.path)}" if self.path else ""
        subject = "it " if self.is_about_value else ""
        return f"{self.opening}{where}: {subject}{self.reason}."

    def tell_reason(self, subject: str = "it") -> str:
        """The reason alone as a sentence.

        Args:
            subject: what the value is called, where the reason is about it.
        """
        clause = f"{subject} {self.reason}" if self.is_about_value else self.reason
        return f"{clause[:1].upper()}{clause[1:]}."


class CheckpointError(GradientTheatreError):
    """A checkpoint that cannot be used: damaged, foreign, newer or of another network."""


class TaskError(GradientTheatreError):
    """Data that a task cannot use: a missing file or column, a text in a number."""


class TooLargeError(GradientTheatreError):
    """A network, batch or data set that would not fit into memory."""


class RequestError(GradientTheatreError):
    """A request that makes no sense for this experiment, such as an unknown view or option."""


class WritingError(GradientTheatreError):
    """A file that cannot be written: no such folder, a read-only one, a full disk."""


LACK_OF_MEMORY = (
    "The experiment does not fit into this machine's memory: make the data, the batch or the "
    "network smaller."
)


def is_lack_of_memory(error: BaseException) -> bool:
    """Whether Python, numpy or torch was refused memory; torch has no error of its own for it."""
    return isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "DefaultCPUAllocator" in str(error)
    )
