"""The errors that the product raises on purpose; each message says what was got and what to do."""

__all__ = [
    "EncoderError",
    "IndexStateError",
    "InputError",
    "QuestionError",
    "RerankerError",
    "WenbaoError",
    "WriterError",
]


class WenbaoError(Exception):
    """Root of the tree: anything a user can put right. The command line prints it as one line."""


class InputError(WenbaoError):
    """A file or folder cannot be read as a page."""


class QuestionError(WenbaoError):
    """A question cannot be asked as it stands (empty or far too long)."""


class IndexStateError(WenbaoError):
    """An Index, or a file beside it, is missing, damaged, locked, or of another encoder or version."""


class EncoderError(WenbaoError):
    """An encoder cannot be loaded."""


class RerankerError(WenbaoError):
    """A reranker cannot be loaded."""


class WriterError(WenbaoError):
    """A language model cannot be asked, or gave no whole reply."""
