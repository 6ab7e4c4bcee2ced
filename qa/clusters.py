"""Pages read, rebuilt, cut and embedded on a Ray cluster, for the one writer of an Index.

The writer opens the files and sends their bytes, so that the cluster needs no disk in common; it gets
Articles and vectors back in order, and writes them as it would its own. What a worker had in hand when
it was lost is done again by another one: a result is either there once or not at all.
"""

import socket
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from embeddings.encoder import Encoder, FloatArray, TextKind
from embeddings.loading import load_encoder
from qa.embedding import cut_entries
from qa.errors import InputError
from qa.rebuilding import OrderedMap, Rebuilt, Task

__all__ = ["RayWorkers", "working"]

_AHEAD = 4  # items in flight for each actor
_SECONDS = 10
_TRIES = 3  # an item that loses so many actors is at fault itself
_KEPT = 50_000  # vectors waiting to be asked for: 100 MB

Item = Task | Rebuilt


class _Reader:
    """The actor: one process on the cluster, with an encoder of its own."""

    def __init__(self, encoder: str) -> None:
        self._encoder = load_encoder(encoder)

    def ready(self) -> None:
        """Return when the encoder is loaded."""

    def read(self, function: Callable[[Item], Rebuilt], item: Item) -> tuple[Rebuilt, list[str], FloatArray]:
        """Return what became of an item, and texts and vectors of the passages in it."""
        rebuilt = function(item)
        entries = [entry for article in rebuilt.articles for entry in cut_entries(article)]
        texts = list(dict.fromkeys(entry.text for entry in entries))
        return rebuilt, texts, self._encoder.encode(texts)


@dataclass(slots=True)
class _Job:
    item: Item
    actor: Any = None
    result: Any = None
    tries: int = 0


@dataclass(slots=True)
class RayWorkers:
    """Actors, one for each core of the cluster that Ray is connected to; an Encoder that has their vectors.

    What they did not embed, such as an article that goes on in another file, ``encoder`` embeds here.
    """

    encoder: Encoder
    name: str = field(init=False)
    dimension: int = field(init=False)
    _alive: deque[Any] = field(default_factory=deque)
    _starting: dict[Any, Any] = field(default_factory=dict)
    _vectors: dict[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = self.encoder.name
        self.dimension = self.encoder.dimension

    def encode(self, texts: Sequence[str], kind: TextKind = "document") -> FloatArray:
        """Return unit vectors of shape (n, dimension); those that actors made are given away once."""
        keys = texts if kind == "document" else ()
        made = {key: self._vectors.pop(key) for key in dict.fromkeys(keys) if key in self._vectors}
        if not made:
            return self.encoder.encode(texts, kind)
        missing = [key not in made for key in keys]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        rest = [text for text, absent in zip(texts, missing, strict=True) if absent]
        if rest:
            vectors[missing] = self.encoder.encode(rest)
        for row, key in enumerate(keys):
            if key in made:
                vectors[row] = made[key]
        return vectors

    def keep(self, texts: Sequence[str], vectors: FloatArray) -> None:
        """Keep vectors, shape (n, dimension), until they are asked for; the oldest go where they are many."""
        self._vectors |= zip(texts, vectors, strict=True)
        while len(self._vectors) > _KEPT:
            del self._vectors[next(iter(self._vectors))]

    def map(
        self,
        function: Callable[[Item], Rebuilt],
        items: Iterable[Item],
        crashed: Callable[[Item], Rebuilt],
    ) -> Generator[Rebuilt, None, None]:
        """Yield ``function(item)`` in order; ``crashed(item)`` for one that brings actor after actor down."""
        import ray  # noqa: PLC0415

        for _ in range(max(1, int(ray.cluster_resources().get("CPU", 1)))):
            self._start()
        jobs: deque[_Job] = deque()
        for item in items:
            jobs.append(self._submit(function, _Job(item)))
            if len(jobs) >= _AHEAD * len(self._alive):
                yield self._result(function, jobs.popleft(), crashed)
        while jobs:
            yield self._result(function, jobs.popleft(), crashed)

    def _start(self) -> None:
        """Ask for an actor; it is given work when it is ready, which waits for a core to be free."""
        import ray  # noqa: PLC0415

        actor = ray.remote(_Reader).options(num_cpus=1).remote(self.name)
        self._starting[actor.ready.remote()] = actor

    def _submit(self, function: Callable[[Item], Rebuilt], job: _Job) -> _Job:
        import ray  # noqa: PLC0415

        while True:
            waiting = list(self._starting)
            done = ray.wait(waiting, num_returns=len(waiting), timeout=0)[0] if waiting else []
            if not done and not self._alive:
                done = ray.wait(waiting, num_returns=1)[0]
            for reference in done:
                self._welcome(reference)
            if self._alive:
                break
        self._alive.rotate(-1)
        job.actor = self._alive[0]
        job.result = job.actor.read.remote(function, job.item)
        return job

    def _welcome(self, reference: Any) -> None:
        import ray  # noqa: PLC0415

        actor = self._starting.pop(reference)
        try:
            ray.get(reference)
        except ray.exceptions.RayTaskError:
            raise
        except ray.exceptions.RayError:
            self._start()
        else:
            self._alive.append(actor)

    def _result(
        self, function: Callable[[Item], Rebuilt], job: _Job, crashed: Callable[[Item], Rebuilt]
    ) -> Rebuilt:
        """Return a result; where the actor was lost, that of another one."""
        import ray  # noqa: PLC0415

        while True:
            try:
                result: tuple[Rebuilt, list[str], FloatArray] = ray.get(job.result)
            except ray.exceptions.RayTaskError:
                raise  # an error in our own code
            except ray.exceptions.RayError:
                job.tries += 1
                if job.actor in self._alive:
                    self._alive.remove(job.actor)
                    self._start()
                if job.tries == _TRIES:
                    return crashed(job.item)
                self._submit(function, job)
            else:
                self.keep(*result[1:])
                return result[0]


def _check_reachable(address: str) -> None:
    """Raise OSError where nothing listens at an address: Ray itself would try for minutes."""
    host, colon, port = address.removeprefix("ray://").rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host, int(port)), timeout=_SECONDS).close()


@contextmanager
def working(address: str | None, encoder: Encoder) -> Iterator[tuple[Encoder, OrderedMap | None]]:
    """Give an encoder, and who rebuilds pages: a Ray cluster, or with no ``address`` this machine.

    ``local`` starts a cluster on this machine, ``auto`` is the one that runs here or that RAY_ADDRESS
    names. Raises InputError when Ray is not installed, or there is no cluster.
    """
    if address is None:
        yield encoder, None
        return
    try:
        import ray  # noqa: PLC0415 (an extra, and seconds to import)
    except ModuleNotFoundError as error:
        raise InputError('indexing on Ray needs it: pip install "wenbao[ray]"') from error
    try:
        _check_reachable(address)
        ray.init(address, log_to_driver=False, configure_logging=False)
    except (OSError, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{address}: no Ray cluster there ({reason}); start one, or use --ray local"
        ) from error
    try:
        workers = RayWorkers(encoder)
        yield workers, workers.map
    finally:
        ray.shutdown()
