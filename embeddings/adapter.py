"""A linear adapter over an encoder's vectors, fitted to pairs of texts that belong together.

Relevant component analysis (Bar-Hillel et al., Learning Distance Functions using Equivalence Relations, ICML
2003): the directions in which texts that belong together differ say nothing of what a text is about, and are
shrunk: vectors are multiplied by C^(-1/2), where C is the covariance of the differences of pairs.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from embeddings.encoder import Encoder, EncoderUnavailableError, FloatArray, TextKind

__all__ = ["ADAPTER_SUFFIX", "AdaptedEncoder", "Adapter", "fit_adapter", "load_adapter", "save_adapter"]

ADAPTER_SUFFIX = ".adapter.npz"
_FORMAT = 1
# Of the mean variance, added to every direction's. At this much an adapter of news of 1998 does not lose on
# encyclopaedia articles (python -m eval.adaptation BENCH_FOLDER), and less gains no more.
_SHRINKAGE = 1.0


@dataclass(frozen=True)
class Adapter:
    """The matrix, of shape (dimension, dimension), for the vectors of the encoder of that name."""

    encoder: str
    matrix: FloatArray

    def apply(self, vectors: FloatArray) -> FloatArray:
        """Return vectors of shape (n, dimension), adapted, as unit vectors."""
        adapted = vectors @ self.matrix
        lengths = np.linalg.norm(adapted, axis=1, keepdims=True)
        unit: FloatArray = (adapted / np.maximum(lengths, 1e-12)).astype(np.float32)
        return unit

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits that tell this adapter from others."""
        content = self.encoder.encode() + np.ascontiguousarray(self.matrix, "<f4").tobytes()
        return hashlib.sha256(content).hexdigest()[:12]


def fit_adapter(encoder: str, differences: Sequence[FloatArray]) -> Adapter:
    """Fit an adapter to differences of pairs, of shape (pairs, dimension) for each kind of pair.

    All kinds weigh alike, however many pairs there are of each.
    """
    covariance = sum((kind.T @ kind) / len(kind) for kind in differences if len(kind))
    values, directions = np.linalg.eigh(np.asarray(covariance, np.float64))
    # Pairs that do not differ at all have no directions to shrink.
    shrunk = np.maximum(values + _SHRINKAGE * values.mean(), 1e-12) ** -0.5
    # The scale does not matter to unit vectors; this one keeps the matrix near the identity.
    matrix = (directions * (shrunk / shrunk.mean())) @ directions.T
    return Adapter(encoder, matrix.astype(np.float32))


def save_adapter(adapter: Adapter, path: Path) -> None:
    """Write an adapter to a file whose name ends in ADAPTER_SUFFIX."""
    with path.open("wb") as file:
        np.savez(file, format=_FORMAT, encoder=adapter.encoder, matrix=adapter.matrix)


def load_adapter(path: Path) -> Adapter:
    """Read an adapter. Raises EncoderUnavailableError where the file is missing or is none."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            version, encoder, matrix = (stored[name] for name in ("format", "encoder", "matrix"))
    except FileNotFoundError as error:
        raise EncoderUnavailableError(f"adapter {path} is not there: make it with `wenbao adapt`") from error
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        message = f"adapter {path} cannot be read ({error}): make it anew with `wenbao adapt`"
        raise EncoderUnavailableError(message) from error
    if int(version) != _FORMAT:
        raise EncoderUnavailableError(
            f"adapter {path} has format {version}: make it anew with `wenbao adapt`"
        )
    return Adapter(str(encoder), np.asarray(matrix, np.float32))


class AdaptedEncoder:
    """Encoder whose vectors are those of another one, adapted; its name has the file and the digest."""

    def __init__(self, base: Encoder, adapter: Adapter, path: Path) -> None:
        if adapter.matrix.shape != (base.dimension, base.dimension):
            shape = adapter.matrix.shape
            message = f"adapter {path} is for {shape[0]} dimensions, {base.name} has {base.dimension}"
            raise EncoderUnavailableError(message)
        self._base = base
        self._adapter = adapter
        self.name = f"{path.resolve()}#{adapter.digest}"
        self.dimension = base.dimension

    def encode(self, texts: Sequence[str], kind: TextKind = "document") -> FloatArray:
        """Return unit vectors of shape (n, dimension), float32."""
        return self._adapter.apply(self._base.encode(texts, kind))
