"""Statement: a sentence that a language model wrote, and what supports it."""

from dataclasses import dataclass

__all__ = ["Statement"]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that a language model wrote, and the numbers of the Citations that support it.

    Where none does, ``citations`` is empty and ``reason`` says what is missing.
    """

    text: str
    citations: tuple[int, ...]
    reason: str | None = None
