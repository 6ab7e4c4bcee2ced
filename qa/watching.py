"""Follows files and folders: what changes in them is indexed as soon as it is still for a moment."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from qa.corrections import SUFFIX
from qa.files import format_of_name

__all__ = ["changes"]

# Milliseconds that it is waited for more changes after one: a page being copied is many.
_STILL = 400
_LONGEST = 5_000


def changes(folder: Path, paths: Sequence[str | Path], stop: Event | None = None) -> Iterator[None]:
    """Yield whenever something has changed in the paths that the Index at ``folder`` is made of.

    The first time is at once: what changed before it was listened to went unheard. Ends with an
    interrupt (Ctrl-C), or when ``stop`` is set.
    """
    wanted = _wanted_outside(folder)
    there = [path for path in paths if Path(path).exists()]
    heard = watch(
        *there,
        watch_filter=wanted,
        debounce=_LONGEST,
        step=_STILL,
        stop_event=stop,
        rust_timeout=_STILL,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    for number, found in enumerate(heard):
        if found or number == 0:
            yield


def _wanted_outside(folder: Path) -> Callable[[Change, str], bool]:
    own = os.path.realpath(folder)

    def wanted(_: Change, name: str) -> bool:
        path = Path(os.path.realpath(name))
        if path.is_relative_to(own):  # the index may lie among the pages
            return False
        # A folder that comes or goes has no suffix, and pages in it.
        return bool(format_of_name(name)) or path.suffix in {SUFFIX, ".toml", ""}

    return wanted
