"""The weights of the fused lists: the bundled encoder's, and those that `wenbao tune` kept with an Index."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

__all__ = ["FUSION", "FusionWeights", "read_weights", "write_weights"]

_FILE, _FORMAT = "fusion.json", 1


@dataclass(frozen=True, slots=True)
class FusionWeights:
    """The weight of each list; every list is divided by its best score for the question first."""

    words: float
    bigrams: float
    vectors: float


# Fitted on DRCD and ATS news questions for the bundled encoder: eval/fit_retrieval.py prints the grid.
FUSION = FusionWeights(words=1.0, bigrams=1.4, vectors=0.5)


def read_weights(folder: Path, encoder: str) -> FusionWeights:
    """Return the weights kept with an Index for an encoder, else FUSION.

    A file that is damaged or for another encoder counts as none: weights are tuned anew in minutes.
    """
    try:
        told = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        if told["format"] == _FORMAT and told["encoder"] == encoder:
            return FusionWeights(*(float(told[name]) for name in ("words", "bigrams", "vectors")))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return FUSION


def write_weights(folder: Path, encoder: str, weights: FusionWeights) -> None:
    """Keep the weights for an encoder with an Index; the file is replaced in one step."""
    told = {"format": _FORMAT, "encoder": encoder} | asdict(weights)
    temporary = folder / f"{_FILE}.new"
    temporary.write_text(json.dumps(told), encoding="utf-8")
    temporary.replace(folder / _FILE)
