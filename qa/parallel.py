"""A function over many items: in several processes, few items in flight, or in threads that are kept."""

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import TypeVar

__all__ = ["available_cores", "one_ahead", "ordered_map", "side_by_side"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_MOST_WORKERS = 61  # Windows waits for no more
_AHEAD = 2  # items in flight for each worker: one at work, one waiting


def available_cores() -> int:
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(available_cores(), "side-by-side")


def side_by_side(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Begin ``function(item)`` of all items, in threads that are kept; yields the results in order.

    For work of some milliseconds that lets go of the interpreter, where starting threads would take as
    long. ``function`` must not call this again: it would wait for its own thread.
    """
    return _threads().map(function, items)


def ordered_map(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    crashed: Callable[[Item], Result],
    workers: int,
) -> Generator[Result, None, None]:
    """Yield ``function(item)`` of each item in order; with fewer than two workers, in this process.

    Items are taken as they are needed, and no more than two for each worker are in flight.
    ``function`` must be one that another process can import. An item that makes a worker crash or be
    killed yields ``crashed(item)``.
    """
    if workers < 2:
        yield from map(function, items)
        return
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    pool = _start(workers)
    try:
        for item in items:
            try:
                waiting.append((item, _submit(pool, function, item)))
            except BrokenProcessPool:
                pool = _start(workers)
                waiting.append((item, _submit(pool, function, item)))
            if len(waiting) >= _AHEAD * workers:
                yield _result(function, *waiting.popleft(), crashed)
        while waiting:
            yield _result(function, *waiting.popleft(), crashed)
    finally:
        pool.shutdown(cancel_futures=True)


def one_ahead(
    function: Callable[[Item], Result], items: Iterable[Item]
) -> Generator[tuple[Item, Result], None, None]:
    """Yield each item with ``function(item)``, which a thread works out while the one before is used."""
    with ThreadPoolExecutor(1) as pool:
        waiting: deque[tuple[Item, Future[Result]]] = deque()
        for item in items:
            waiting.append((item, pool.submit(function, item)))
            if len(waiting) > 1:
                before, result = waiting.popleft()
                yield before, result.result()
        for item, result in waiting:
            yield item, result.result()


def _start(workers: int) -> ProcessPoolExecutor:
    # The libraries in use start threads, with which forked processes may hang: hence spawned ones.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(min(workers, _MOST_WORKERS), context, _ignore_interrupts)


def _ignore_interrupts() -> None:
    """Leave Ctrl-C, which reaches all processes of a terminal, to the one that has the index."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _submit(pool: ProcessPoolExecutor, function: Callable[[Item], Result], item: Item) -> Future[Result]:
    with _without_main():
        return pool.submit(function, item)


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep workers from running the user's script again.

    A spawned process imports the main module, and a script without ``if __name__ == "__main__"``
    would begin anew in every worker. The functions that are sent here never stand in that module.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _result(
    function: Callable[[Item], Result],
    item: Item,
    future: Future[Result],
    crashed: Callable[[Item], Result],
) -> Result:
    """Return a result; where the pool has broken, try the item alone to find the one at fault."""
    try:
        return future.result()
    except BrokenProcessPool:
        with _start(1) as pool:
            try:
                return _submit(pool, function, item).result()
            except BrokenProcessPool:
                return crashed(item)
