"""Many people at once: ``python -m eval.load`` asks `wenbao chat` as pages and as programs for a minute.

The server is a process of its own over an index of page dumps. People ask without a pause, unless one is
set, so that as many questions as there are people are always being answered. Exit status 1 where a limit is
missed.
"""

import asyncio
import json
import math
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from eval.metrics import percentile
from eval.page_dumps import write_page_dumps
from qa.assistant import Assistant
from qa.index import read_manifest

__all__ = ["ChatPage", "Times", "load"]

PAGES_A_ROUND = 100
MAX_ERRORS, MAX_P95_SECONDS, MAX_GROWTH_MB = 0, 2.0, 50.0
TIMEOUT = 60.0
WENBAO = "from qa.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many readers of the page, and programs, that ask for so many seconds.

    What they ask in the seconds of ``warm_up`` is not measured: what is loaded once, or kept within
    bounds, counts as no growth. ``pause`` is the mean of the seconds from an answer to the next question.
    """

    people: int
    programs: int
    seconds: float
    warm_up: float
    pause: float


@dataclass(slots=True)
class Times:
    """What one kind of people met: seconds to the first words and to the end, and what went wrong."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class ChatPage:
    """Asks as the page in a browser does, through Gradio's queue; read from the page's own configuration."""

    def __init__(self, config: dict[str, Any]) -> None:
        components = {component["id"]: component for component in config["components"]}
        [box] = [i for i, c in components.items() if c["props"].get("elem_id") == "question"]
        [self._function] = [d for d in config["dependencies"] if [box, "submit"] in d["targets"]]
        inputs = self._function["inputs"]
        self._values = [components[i]["props"].get("value") for i in inputs]
        self._place = inputs.index(box)

    async def ask(self, client: httpx.AsyncClient, question: str, session: str) -> AsyncIterator[Any]:
        """Yield what the page is given, step by step. Raises RuntimeError where it is given an error."""
        data = [*self._values]
        data[self._place] = question
        call = {"data": data, "fn_index": self._function["id"], "session_hash": session}
        (await client.post("/gradio_api/queue/join", json=call)).raise_for_status()
        async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                event = json.loads(line.removeprefix("data:")) if line.strip() else {}
                if event.get("success") is False:
                    raise RuntimeError(f"not answered: {event.get('output')}")
                if "output" in event:
                    yield event["output"]


def load(
    people: Annotated[int, typer.Option("--people", min=1, help="Readers of the page.")] = 20,
    programs: Annotated[int, typer.Option("--programs", min=1, help="Programs that use /api/ask.")] = 30,
    seconds: Annotated[float, typer.Option("--seconds", min=1, help="How long they ask.")] = 60,
    warm_up: Annotated[
        float, typer.Option("--warm-up", min=0, help="How long they ask before that, unmeasured.")
    ] = 30,
    pause: Annotated[
        float,
        typer.Option("--pause", min=0, help="Seconds from an answer to the next question, on the mean."),
    ] = 0,
    passages: Annotated[
        int, typer.Option("--passages", min=1, help="At least so many in the index.")
    ] = 10_000,
    index: Annotated[
        Path | None, typer.Option("--index", help="An index to ask instead of a made one.")
    ] = None,
) -> None:
    """Ask a server from many sides at once, and print how long the answers took."""
    console = Console()
    with TemporaryDirectory(prefix="wenbao-load-") as folder:
        place = index or Path(folder) / "index"
        if index is None:
            build_index(place, Path(folder) / "pages", passages)
        questions = read_questions(place)
        with serving(place) as (url, process):
            crowd = Crowd(people, programs, seconds, warm_up, pause)
            outcome = asyncio.run(ask_all(url, process, questions, crowd))
    page, program, growth = outcome
    console.print(table_of(page, program, seconds))
    console.print(f"memory growth of the server: {growth:.1f} MB")
    for error in (page.errors + program.errors)[:5]:
        console.print(error, markup=False)
    slowest = max(percentile(times.whole, 0.95) or TIMEOUT for times in (page, program))
    errors = len(page.errors) + len(program.errors)
    if errors > MAX_ERRORS or slowest > MAX_P95_SECONDS or growth >= MAX_GROWTH_MB:
        raise typer.Exit(1)


def build_index(place: Path, pages: Path, passages: int) -> None:
    """Index page dumps until there are so many passages."""
    pages_wanted, indexed = PAGES_A_ROUND, 0
    while indexed < passages:
        write_page_dumps(pages, pages_wanted)
        Assistant.build([pages], index=place).close()
        manifest = read_manifest(place)
        indexed = manifest.counts["passages"] if manifest else 0
        pages_wanted = math.ceil(pages_wanted * passages / indexed) + 1


def read_questions(place: Path) -> list[str]:
    """Return a question about each article of an index, in an order that is the same in each run."""
    with Assistant.open(place) as assistant:
        titles = sorted({article.headline for article in assistant.articles() if article.headline})
    questions = [
        f"{title}{asked}" for title in titles for asked in ("是哪天的事？", "涉及多少人？", "说了什么？")
    ]
    random.Random(1).shuffle(questions)
    return questions


@contextmanager
def serving(place: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run `wenbao chat`, without a limit on the rate, which is that of one person; gives its address."""
    command = [sys.executable, "-c", WENBAO, "chat", "--port", "0", "--rate", "0", "--index", str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:  # noqa: S603 (ourselves)
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise typer.Exit(2)
            yield line.split()[-1], process
        finally:
            process.terminate()


async def ask_all(
    url: str, process: subprocess.Popen[str], questions: Sequence[str], crowd: Crowd
) -> tuple[Times, Times, float]:
    """Return the times of the page and of programs, and the growth of the server's memory in MB."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT, limits=limits) as client:
        page = ChatPage((await client.get("/config")).json())

        async def ask_for(seconds: float, offset: int) -> tuple[Times, Times]:
            """Have everyone ask for a while, beginning at an offset into the questions."""
            page_times, program_times = Times(), Times()
            ends = time.monotonic() + seconds

            async def keep_asking(number: int) -> None:
                pauses = random.Random(number)
                await asyncio.sleep(pauses.uniform(0, crowd.pause))
                for turn in count(offset):
                    if time.monotonic() >= ends:
                        return
                    question = questions[(number * 997 + turn) % len(questions)]
                    if number < crowd.people:
                        await ask_page(client, page, question, f"reader-{number}", page_times)
                    else:
                        await ask_program(client, question, program_times)
                    await asyncio.sleep(pauses.uniform(0.5, 1.5) * crowd.pause)

            await asyncio.gather(*map(keep_asking, range(crowd.people + crowd.programs)))
            return page_times, program_times

        await ask_for(crowd.warm_up, offset=500)
        before = memory_mb(process.pid)
        page_times, program_times = await ask_for(crowd.seconds, offset=0)
        return page_times, program_times, memory_mb(process.pid) - before


async def ask_page(
    client: httpx.AsyncClient, page: ChatPage, question: str, session: str, times: Times
) -> None:
    """Ask as a reader of the page, and note the times."""
    began = time.monotonic()
    shown = 0
    try:
        async for _ in page.ask(client, question, session):
            shown += 1
            if shown == 1:
                times.first.append(time.monotonic() - began)
    except (httpx.HTTPError, RuntimeError, ValueError) as error:
        times.errors.append(f"page: {error!r}")
        return
    times.whole.append(time.monotonic() - began)
    if not shown:
        times.errors.append("page: nothing was shown")


async def ask_program(client: httpx.AsyncClient, question: str, times: Times) -> None:
    """Ask as a program, and note the times."""
    began = time.monotonic()
    try:
        response = await client.post("/api/ask", json={"question": question})
        response.raise_for_status()
        response.json()["answered"]
    except (httpx.HTTPError, LookupError, ValueError) as error:
        times.errors.append(f"program: {error!r}")
        return
    times.first.append(time.monotonic() - began)
    times.whole.append(time.monotonic() - began)


def memory_mb(process_id: int) -> float:
    """Return the memory that a process holds (resident set), in MB; only Linux tells."""
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def table_of(page: Times, program: Times, seconds: float) -> Table:
    """Return the times as a table."""
    header = ("", "answers", "a second", "errors", "first words p50", "p50", "p95", "slowest")
    table = Table(*header, title=f"{seconds:g} seconds")
    for name, times in (("page", page), ("/api/ask", program)):
        figures = (
            percentile(times.first, 0.5),
            *(percentile(times.whole, share) for share in (0.5, 0.95)),
            max(times.whole, default=None),
        )
        told = [f"{figure:.2f} s" if figure else "-" for figure in figures]
        rate = f"{len(times.whole) / seconds:.1f}"
        table.add_row(name, str(len(times.whole)), rate, str(len(times.errors)), *told)
    return table


if __name__ == "__main__":
    typer.run(load)
