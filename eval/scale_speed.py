"""Speed at size: an index of recombined articles built, and one that is there measured in a fresh process."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from threading import Event
from time import perf_counter, sleep

import numpy as np

from embeddings.approximate import nearest
from embeddings.encoder import FloatArray
from embeddings.loading import load_encoder
from embeddings.segments import IntArray
from eval.command import SAMPLE_GOLD
from eval.composing import compose_index
from eval.gold import read_gold
from eval.metrics import percentile
from eval.scale import make_article, make_articles
from qa.assistant import Assistant
from qa.building import add_articles
from qa.embedding import cut_entries
from qa.index import Index
from qa.lexical import Filters

__all__ = ["Served", "build", "serve_in_own_process"]

_CLIENTS = 8
_ADDED = 100  # articles added while clients ask
_ALONE = 10.0  # seconds for which they ask before
_CHUNK = 32_768


@dataclass(frozen=True, slots=True)
class Added:
    """Articles added while clients ask: the clients' 95th percentiles in ms before and meanwhile, seconds."""

    clients_ask_p95: float = 0.0
    clients_ask_p95_meanwhile: float = 0.0
    adding_seconds: float = 0.0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Served:
    """What an index was measured at: milliseconds, megabytes, recall; seconds of opening and adding."""

    passages: int
    searched: str
    opening_seconds: float
    first_search: float
    search: float
    search_p95: float
    dense: float
    ask: float
    ask_p95: float
    recall_told: float
    recall: float
    memory: float
    disk: float
    scan_limit: float
    clients_ask_p95: float = 0.0
    clients_ask_p95_meanwhile: float = 0.0
    adding_seconds: float = 0.0
    failed: int = 0


def questions() -> list[str]:
    """Return the questions of the sample that its articles answer."""
    return [question.question for question in read_gold(SAMPLE_GOLD).questions if question.answerable]


def build(folder: Path, passages: int, *, composed: bool) -> tuple[int, float, float]:
    """Build an index; return its passages, the seconds, and those of encoding alone (0 if composed)."""
    encoder = load_encoder(None)
    encoder.encode(["灯塔"] * 64)  # the first call loads what later calls share
    if composed:
        took = seconds(lambda: compose_index(folder, passages, encoder))
        return _passages(folder), took, 0.0
    articles = list(make_articles(passages))
    texts = [entry.text for article in articles for entry in cut_entries(article)]
    encoding = seconds(lambda: [encoder.encode(texts[b : b + 1024]) for b in range(0, len(texts), 1024)])
    took = seconds(lambda: add_articles(folder, articles, encoder))
    return _passages(folder), took, encoding


def _passages(folder: Path) -> int:
    index = Index.open(folder)
    index.close()
    return index.manifest.counts["passages"]


def serve_in_own_process(folder: Path, *, adding: bool) -> Served:
    """Measure an index in a fresh process, whose files are not in memory."""
    for path in folder.rglob("*"):
        if path.is_file() and hasattr(os, "posix_fadvise"):
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    command = [sys.executable, "-m", "eval.scale_speed", str(folder), "adding" * adding]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)  # noqa: S603
    return Served(**json.loads(done.stdout.splitlines()[-1]))


def measure(folder: Path, *, adding: bool) -> Served:
    """Measure an index that is open in this process."""
    opening = seconds(lambda: Index.open(folder).close())
    asked = questions()
    with Assistant.open(folder) as assistant:
        first = seconds(partial(assistant.search, asked[0])) * 1000
        for question in asked:  # the files that are read are in memory then
            assistant.search(question)
        for question in asked[::2]:
            assistant.ask(question)
        searching = [seconds(partial(assistant.search, question)) * 1000 for question in asked]
        asking = [seconds(partial(assistant.ask, question)) * 1000 for question in asked[::2]]
        memory = resident_memory()
        index = Index.open(folder)
        stats, disk = index.store.stats(), sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
        vectors = load_encoder(None).encode(asked)
        dense = [seconds(partial(index.store.search_dense, v, 100, Filters())) * 1000 for v in vectors]
        recall = recall_at_ten(index, vectors)
        index.close()
        added = add_while_asked(folder, assistant, asked) if adding else Added()
    width = 1 if "lists" in stats.vectors else 2
    return Served(
        passages=stats.passages,
        searched=stats.vectors,
        opening_seconds=opening,
        first_search=first,
        search=statistics.median(searching),
        search_p95=percentile(searching, 0.95) or 0.0,
        dense=statistics.median(dense),
        ask=statistics.median(asking),
        ask_p95=percentile(asking, 0.95) or 0.0,
        recall_told=stats.recall,
        recall=recall,
        memory=memory,
        disk=disk / 1e6,
        scan_limit=stats.passages * 512 * width / bandwidth() * 1000,
        **asdict(added),
    )


def recall_at_ten(index: Index, queries: FloatArray) -> float:
    """Return the share of the ten nearest vectors as they are stored that a search finds."""
    numbers = index.database.numbers()

    def chunks() -> Iterator[tuple[IntArray, FloatArray]]:
        for begin in range(0, len(numbers), _CHUNK):
            own = numbers[begin : begin + _CHUNK]
            yield own, index.store.vectors_of(own.tolist())

    shares = []
    for query, true in zip(queries, nearest(chunks(), queries), strict=True):
        found = [number for number, _ in index.store.search_dense(query, 10, Filters())]
        shares.append(len(set(found) & set(true.tolist())) / 10)
    return statistics.mean(shares)


def add_while_asked(folder: Path, assistant: Assistant, asked: Sequence[str]) -> Added:
    """Add articles while clients ask, and until they are to be seen; before, clients ask by themselves.

    The writer is another process, which has loaded what it needs: that of `wenbao index --watch`.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as writer:
        writer.submit(_write, folder, 10**7, 1).result()

        def add() -> None:
            last = writer.submit(_write, folder, 10**7 + 1, _ADDED).result()
            assistant.article(last)  # KeyError where it is not to be seen

        _, alone, failed = while_asked(assistant, asked, lambda: sleep(_ALONE))
        took, meanwhile, failed_meanwhile = while_asked(assistant, asked, add)
    return Added(alone, meanwhile, took, failed + failed_meanwhile)


def _write(folder: Path, first: int, count: int) -> str:
    """Add articles by their numbers, and return the id of the last."""
    articles = [make_article(first + number) for number in range(count)]
    add_articles(folder, articles, load_encoder(None))
    return articles[-1].article_id


def while_asked(
    assistant: Assistant, asked: Sequence[str], job: Callable[[], object]
) -> tuple[float, float, int]:
    """Do a job while clients ask; return its seconds, their 95th percentile in ms, and how many failed."""
    done, times, failed = Event(), list[float](), list[Exception]()

    def client(place: int) -> None:
        while not done.is_set():
            place += 1
            try:
                times.append(seconds(partial(assistant.ask, asked[place % len(asked)])) * 1000)
            except Exception as error:  # noqa: BLE001 (whatever fails counts)
                failed.append(error)

    with ThreadPoolExecutor(_CLIENTS) as pool:
        clients = [pool.submit(client, place) for place in range(0, _CLIENTS * 17, 17)]
        try:
            took = seconds(job)
        finally:
            done.set()
        for finished in clients:
            finished.result()
    return took, percentile(times, 0.95) or 0.0, len(failed)


def bandwidth() -> float:
    """Return the bytes a second that one core reads from memory."""
    values = np.ones(2**26, dtype=np.float32)
    return values.nbytes / min(seconds(values.max) for _ in range(3))


def resident_memory() -> float:
    """Return the megabytes of this process that are in memory, mapped files included."""
    from resource import getpagesize  # noqa: PLC0415 (not there on Windows)

    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * getpagesize() / 1e6


def seconds(job: Callable[[], object]) -> float:
    """Return the wall time of one call."""
    started = perf_counter()
    job()
    return perf_counter() - started


if __name__ == "__main__":
    print(
        json.dumps(asdict(measure(Path(sys.argv[1]), adding=len(sys.argv) > 2 and sys.argv[2] == "adding")))
    )
