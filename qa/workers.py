"""Threads in which questions are computed: one for each core, questions in the order in which they came."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock
from typing import TypeVar

from qa.parallel import available_cores

__all__ = ["Workers"]

Result = TypeVar("Result")


class Workers:
    """A thread for each core, in which everything that computes for long is done, whoever asks.

    More threads would only wait for one another at the interpreter, and each that computed would keep
    memory of its own (malloc has arenas for threads).
    """

    def __init__(self) -> None:
        self._cores = available_cores()
        self._threads = ThreadPoolExecutor(self._cores, "worker")
        self._lock, self._jobs = Lock(), 0

    @property
    def busy(self) -> bool:
        """Whether a job waits for a worker."""
        return self._jobs > self._cores

    def run(self, job: Callable[[], Result]) -> Result:
        """Return what a job returns, or raise what it raises; it is done in the caller's context."""
        with self._lock:
            self._jobs += 1
        try:
            return self._threads.submit(copy_context().run, job).result()
        finally:
            with self._lock:
                self._jobs -= 1

    def close(self) -> None:
        """Let the threads end when they have done what they were given."""
        self._threads.shutdown()
