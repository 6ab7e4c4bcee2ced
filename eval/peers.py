"""Other engines over the passages and vectors of an Index: `python -m eval.peers INDEX`.

Told are queries a second, and how often what is found first is right. A query is the first sentence of a
passage; right is any passage that holds it. Every engine gets the texts as they are, or the terms that our
segmentation cuts, and the vectors of the Index's own encoder, as it comes by default, asked in one thread.
Where a peer is not installed, it is left out.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from embeddings.encoder import Encoder, FloatArray
from embeddings.loading import load_encoder
from qa.assistant import Assistant
from qa.index import Index
from qa.passages import sentence_spans
from qa.segmentation import terms

__all__ = ["Peer", "compare_peers", "main"]

_QUERIES = 200
_SECONDS = 30.0  # an engine that is slow is asked fewer questions
_SHORTEST = 8  # characters of a query

# Texts, their vectors of shape (n, dimension) and the encoder in, a function from a query to the number of
# the first text out.
Engine = Callable[[Sequence[str], FloatArray, Encoder], Callable[[str], int]]


@dataclass(frozen=True, slots=True)
class Peer:
    """An engine measured on so many queries; ``first_is_right`` is the share of them, 0..1."""

    name: str
    queries: int
    queries_a_second: float
    first_is_right: float


def main(folder: Path) -> None:
    """Compare our search with the engines that are installed, and print a table."""
    measured = list(compare_peers(folder))
    columns = ("", "queries a second", "ours to it", "first is right", "queries")
    table = Table(*columns, title="the same passages, vectors and queries, one thread")
    for peer in measured:
        ratio = measured[0].queries_a_second / peer.queries_a_second
        figures = f"{peer.queries_a_second:.1f}", f"{ratio:.1f}", f"{peer.first_is_right:.3f}"
        table.add_row(peer.name, *figures, str(peer.queries))
    Console().print(table)


def compare_peers(folder: Path) -> Iterator[Peer]:
    """Measure our own search over an Index, then each peer that is installed over the same passages."""
    index, encoder = Index.open(folder), load_encoder(None)
    rows = [(number, passage.passage_id, passage.text) for number, passage, _ in index.database.contents()]
    vectors = index.store.vectors_of([number for number, _, _ in rows])
    index.close()
    texts, places = [text for _, _, text in rows], {name: place for place, (_, name, _) in enumerate(rows)}
    queries = _queries(texts)
    with Assistant.open(folder) as assistant:

        def ours(query: str) -> int:
            return places[assistant.search(query, top_k=10)[0].passage.passage_id]

        yield _measure("wenbao", ours, texts, queries)
    for name, engine in _ENGINES.items():
        if find_spec(name):
            yield _measure(name, engine(texts, vectors, encoder), texts, queries)


def _queries(texts: Sequence[str]) -> list[str]:
    found = []
    for place in range(0, len(texts), max(1, len(texts) // _QUERIES)):
        start, end = sentence_spans(texts[place])[0]
        if end - start >= _SHORTEST:
            found.append(texts[place][start:end])
    return found[:_QUERIES]


def _measure(name: str, first: Callable[[str], int], texts: Sequence[str], queries: Sequence[str]) -> Peer:
    first(queries[-1])  # what is loaded once is no part of it
    right, began, asked = 0, perf_counter(), 0
    for query in queries:
        right += query in texts[first(query)]
        asked += 1
        if perf_counter() - began > _SECONDS:
            break
    return Peer(name, asked, asked / (perf_counter() - began), right / asked)


def _bm25s(texts: Sequence[str], _: FloatArray, __: Encoder) -> Callable[[str], int]:
    import bm25s  # type: ignore[import-not-found]  # noqa: PLC0415 (a peer, where it is installed)

    retriever = bm25s.BM25()
    retriever.index([terms(text)[0] for text in texts], show_progress=False)
    options = {"k": 10, "show_progress": False, "n_threads": 1}
    return lambda query: int(retriever.retrieve([terms(query)[0]], **options).documents[0][0])


def _txtai(_: Sequence[str], vectors: FloatArray, encoder: Encoder) -> Callable[[str], int]:
    from txtai import Embeddings  # type: ignore[import-not-found]  # noqa: PLC0415 (likewise)

    def transform(given: Sequence[Any]) -> FloatArray:
        ready = [one if isinstance(one, np.ndarray) else encoder.encode([one], "query")[0] for one in given]
        return np.array(ready, dtype=np.float32)

    engine = Embeddings({"method": "external", "transform": transform})
    engine.index((place, vector, None) for place, vector in enumerate(vectors))
    return lambda query: int(engine.search(query, 10)[0][0])


def _haystack(texts: Sequence[str], vectors: FloatArray, encoder: Encoder) -> Callable[[str], int]:
    from haystack import Document  # type: ignore[import-not-found]  # noqa: PLC0415 (likewise)
    from haystack.components.retrievers.in_memory import (  # type: ignore[import-not-found]  # noqa: PLC0415
        InMemoryEmbeddingRetriever,
    )
    from haystack.document_stores.in_memory import (  # type: ignore[import-not-found]  # noqa: PLC0415
        InMemoryDocumentStore,
    )

    store = InMemoryDocumentStore(embedding_similarity_function="dot_product")
    pairs = enumerate(zip(texts, vectors, strict=True))
    store.write_documents(
        [Document(id=str(place), content=text, embedding=vector.tolist()) for place, (text, vector) in pairs]
    )
    retriever = InMemoryEmbeddingRetriever(store, top_k=10)

    def first(query: str) -> int:
        vector = encoder.encode([query], "query")[0].tolist()
        return int(retriever.run(query_embedding=vector)["documents"][0].id)

    return first


def _llama_index(texts: Sequence[str], vectors: FloatArray, encoder: Encoder) -> Callable[[str], int]:
    from llama_index.core.schema import TextNode  # noqa: PLC0415 (likewise)
    from llama_index.core.vector_stores import (  # noqa: PLC0415
        SimpleVectorStore,
        VectorStoreQuery,
    )

    store = SimpleVectorStore()
    pairs = enumerate(zip(texts, vectors, strict=True))
    store.add(
        [TextNode(id_=str(place), text=text, embedding=vector.tolist()) for place, (text, vector) in pairs]
    )

    def first(query: str) -> int:
        vector = encoder.encode([query], "query")[0].tolist()
        return int(store.query(VectorStoreQuery(query_embedding=vector, similarity_top_k=10)).ids[0])

    return first


_ENGINES: dict[str, Engine] = {
    "bm25s": _bm25s,
    "txtai": _txtai,
    "haystack": _haystack,
    "llama_index": _llama_index,
}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
