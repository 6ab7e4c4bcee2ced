"""One evaluation from its settings: gold read, index opened or built, questions asked, outcomes kept."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from embeddings.loading import load_encoder
from eval.gold import GoldSet
from eval.judged import read_questions
from eval.runs import Outcome, read_answers, run
from qa.assistant import Assistant
from qa.building import add_articles
from qa.contracts import article_to_json
from qa.endpoint import endpoint_writing
from qa.errors import IndexStateError, InputError
from qa.index import read_manifest
from qa.writing import Unsupported

__all__ = ["SAMPLE_GOLD", "SAMPLE_PAGES", "Evaluation", "Settings", "carry_out", "hash_gold", "read_gold_set"]

SAMPLE_GOLD = Path(__file__).parent / "sample" / "gold.jsonl"
SAMPLE_PAGES = Path(__file__).parent / "sample" / "pages"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that decides what an evaluation asks; paths are absolute.

    ``gold`` None is the bundled sample; ``index`` None one that is made for the run, of the sample's
    pages or of the articles that the set brings. With ``answers``, nothing is asked. With ``llm`` the
    model of that URL tells the answers.
    """

    gold: str | None = None
    qrels: str | None = None
    index: str | None = None
    answers: str | None = None
    limit: int | None = None
    retrieval_only: bool = False
    reranker: str | None = None
    llm: str | None = None
    llm_model: str | None = None
    llm_timeout: float = 60.0
    unsupported: Unsupported = "drop"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was asked, over which index (None: answers came from a file), and what came of it."""

    settings: Settings
    gold: GoldSet
    index: dict[str, Any] | None
    outcomes: list[Outcome]
    started: str
    seconds: float


def hash_gold(gold: GoldSet) -> str:
    """Return the SHA-256 of the questions, answers and judgements, in whatever form they are kept."""
    text = json.dumps([asdict(question) for question in gold.questions], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def read_gold_set(settings: Settings) -> GoldSet:
    """Read the questions that the settings name. Raises InputError."""
    path = Path(settings.gold) if settings.gold else SAMPLE_GOLD
    gold = read_questions(path, Path(settings.qrels) if settings.qrels else None)
    if settings.answers and gold.retrieval_only:
        raise InputError(f"{path}: judges documents, no answers; leave --answers out")
    return gold.sample(settings.limit) if settings.limit else gold


def carry_out(
    settings: Settings, gold: GoldSet, progress: Callable[[int, int], None] | None = None
) -> Evaluation:
    """Ask the questions of ``gold`` as the settings say. Raises WenbaoError."""
    started, began = datetime.now(UTC).isoformat(timespec="seconds"), perf_counter()
    if settings.answers:
        index, outcomes = None, read_answers(Path(settings.answers), gold)
    else:
        with (
            _index_folder(settings, gold) as folder,
            Assistant.open(folder, reranker=settings.reranker) as assistant,
        ):
            index = describe_index(folder, assistant)
            assistant.writing = endpoint_writing(
                settings.llm, settings.llm_model, settings.llm_timeout, settings.unsupported
            )
            outcomes = run(assistant, gold, retrieval_only=settings.retrieval_only, progress=progress)
    return Evaluation(settings, gold, index, outcomes, started, perf_counter() - began)


def describe_index(folder: Path, assistant: Assistant) -> dict[str, Any]:
    """Return hash, encoder and counts of an Index that is open.

    The hash is over its articles, its encoder and its vectors, not over the bytes of its files, which
    SQLite and tantivy write differently each time: an Index built again of the same pages has the same.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise IndexStateError(f"{folder}: no index here any more")
    vectors = [
        told["sha256"] for name, told in manifest.store.get("files", {}).items() if name.endswith(".faiss")
    ]
    digest = hashlib.sha256(json.dumps([manifest.format, manifest.encoder, vectors]).encode())
    for article in assistant.articles():
        digest.update(json.dumps(article_to_json(article)).encode())
    return {"sha256": digest.hexdigest(), "encoder": manifest.encoder, "counts": manifest.counts}


@contextmanager
def _index_folder(settings: Settings, gold: GoldSet) -> Iterator[Path]:
    """Give the folder of the index to ask; one that was made for it is deleted at the end."""
    if settings.index:
        yield Path(settings.index)
        return
    with TemporaryDirectory(prefix="wenbao-") as name:
        folder = Path(name) / "index"
        if gold.articles:
            add_articles(folder, gold.articles, load_encoder())
        else:
            Assistant.build([SAMPLE_PAGES], index=folder).close()
        yield folder
