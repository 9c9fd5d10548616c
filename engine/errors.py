"""The errors that reach a user: each message is one sentence that says what to do."""


class GradientTheatreError(Exception):
    """Base of every error whose message is meant for the user's eyes."""


class DocumentError(GradientTheatreError):
    """A document that cannot be read: damaged, foreign, newer or with values out of bounds."""


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
