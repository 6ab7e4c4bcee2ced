"""Approximate search: vectors in inverted lists, of which a search looks into the nearest few.

How many lists are looked into is not assumed but measured, on query vectors against exact search.
"""

from collections.abc import Iterable
from typing import Any

import faiss
import numpy as np

from embeddings.encoder import FloatArray
from embeddings.segments import IntArray

__all__ = ["LISTED_RECALL", "make_lists", "measure_probes", "nearest", "number_of_lists"]

LISTED_RECALL = 0.98
_NEAREST = 10
_TRAINED = 32  # vectors a list that the lists are made of
_ITERATIONS = 8
# Questions stand farther from their passages than the sentences with which recall is measured.
_FEWEST = 32  # lists looked into


def number_of_lists(count: int) -> int:
    """Return the power of two nearest to twice the root of the number of vectors.

    FAISS advises four to sixteen times the root; with twice, lists are made in a quarter of the time,
    and how many are looked into is measured anyway.
    """
    return int(2 ** round(np.log2(2 * np.sqrt(count))))


def make_lists(sample: FloatArray, lists: int) -> Any:
    """Make an empty index of inverted lists, their centres taken from a sample of shape (m, dimension)."""
    dimension = sample.shape[1]
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.niter = _ITERATIONS
    index.cp.min_points_per_centroid = 1
    index.cp.max_points_per_centroid = _TRAINED
    index.train(sample)
    return index


def sample_size(lists: int) -> int:
    """Return how many vectors are worth giving to `make_lists`."""
    return _TRAINED * lists


def nearest(chunks: Iterable[tuple[IntArray, FloatArray]], queries: FloatArray) -> IntArray:
    """Return the numbers of the ten nearest vectors of each of m queries, exactly, shape (m, 10).

    ``chunks`` are numbers of shape (n,) and vectors of shape (n, dimension), ten at least in all.
    """
    best = np.full((len(queries), _NEAREST), -np.inf, dtype=np.float32)
    numbers = np.zeros((len(queries), _NEAREST), dtype=np.int64)
    for own, vectors in chunks:
        scores = np.concatenate([best, queries @ vectors.T], axis=1)
        names = np.concatenate([numbers, np.broadcast_to(own, (len(queries), len(own)))], axis=1)
        top = np.argpartition(-scores, _NEAREST - 1, axis=1)[:, :_NEAREST]
        best, numbers = np.take_along_axis(scores, top, axis=1), np.take_along_axis(names, top, axis=1)
    return numbers


def measure_probes(index: Any, numbers: IntArray, queries: FloatArray, true: IntArray) -> tuple[int, float]:
    """Return the fewest lists to look into that reach LISTED_RECALL, and the recall measured.

    ``numbers`` are those of the vectors in the index, ``true`` the nearest of each query, shape (m, 10).
    Where no number of lists reaches it, it is the one that brings no 0.002 more than half as many.
    """
    probes, before = _FEWEST, -1.0
    while True:
        parameters: Any = faiss.SearchParametersIVF(nprobe=probes)  # type: ignore[call-arg]
        found = numbers[index.search(queries, _NEAREST, params=parameters)[1]]
        recall = (
            float(np.mean([len(np.intersect1d(a, b)) for a, b in zip(found, true, strict=True)])) / _NEAREST
        )
        if recall >= LISTED_RECALL or recall - before < 0.002 or probes >= index.nlist:
            return min(probes, index.nlist), recall
        probes, before = probes * 2, recall
