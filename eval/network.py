"""The neural reader as a torch module, and its export to ONNX; torch is needed for training only.

Characters are embedded as the sum of a learned vector, LAC's hidden state, the bundled encoder's vector
of their piece, and the overlap features of qa/overlap.py. Gated convolutions (Gehring et al., 2017) read
question and passage, the passage attends to the question before and after them, and a vector of each
sentence, pooled from its characters, is seen by its neighbours and given back to its characters.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import torch
from torch import Tensor, nn
from torch.nn import functional

from embeddings.pieces import PIECE_WIDTH
from qa.interpretation import AnswerType
from qa.overlap import CHARACTER_FEATURES, QUESTION_FEATURES
from qa.tagging import STATE_WIDTH

__all__ = ["INPUTS", "TYPES", "Network", "export"]

TYPES: tuple[str, ...] = get_args(AnswerType)
# Names and axes of the inputs: Q characters of the question, N passages of L characters, S sentences.
INPUTS = {
    "question_characters": {1: "Q"},
    "question_states": {1: "Q"},
    "question_vectors": {1: "QP"},
    "question_piece_of": {1: "Q"},
    "question_features": {1: "Q"},
    "type": {},
    "characters": {0: "N", 1: "L"},
    "states": {0: "N", 1: "L"},
    "vectors": {0: "N", 1: "P"},
    "piece_of": {0: "N", 1: "L"},
    "features": {0: "N", 1: "L"},
    "mask": {0: "N", 1: "L"},
    "sentences": {0: "N", 1: "S", 2: "L"},
}
OUTPUTS = {"start": {0: "N", 1: "L"}, "end": {0: "N", 1: "L"}, "sentence": {0: "N", 1: "S"}}
WIDTH, CHARACTER_WIDTH = 96, 64
DROPOUT, BLOCK_DROPOUT = 0.2, 0.1
# Piece vectors have a standard deviation of 1 / PIECE_SCALE; their first weights make up for it.
PIECE_SCALE = 2.7784
HALF = 0.7071


class ChannelDropout(nn.Module):  # type: ignore[misc]
    """Dropout of whole channels of (batch, channels, length): cheap, and the same at every place."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = (torch.rand(x.shape[0], x.shape[1], 1) > self.share).to(x.dtype)
        return x * kept / (1 - self.share)


class Block(nn.Module):  # type: ignore[misc]
    """A gated dilated convolution of three places with a residual connection."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(WIDTH, 2 * WIDTH, 3, padding=dilation, dilation=dilation)
        self.dropout = ChannelDropout(BLOCK_DROPOUT)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        return (x + self.dropout(functional.glu(self.convolution(x), 1)) * mask) * HALF


def across(layer: nn.Module, x: Tensor) -> Tensor:
    """Apply a layer that works on the last axis to the channels of (batch, channels, length)."""
    turned: Tensor = layer(x.transpose(1, 2))
    return turned.transpose(1, 2)


def pool(x: Tensor, sentences: Tensor) -> Tensor:
    """Return (batch, channels, sentences): a smooth maximum of each channel within each sentence."""
    exponents = torch.exp(x.clamp(-8, 8))
    total = torch.matmul(sentences, (exponents * x).transpose(1, 2))
    return (total / (torch.matmul(sentences, exponents.transpose(1, 2)) + 1e-6)).transpose(1, 2)


class Network(nn.Module):  # type: ignore[misc]
    """Start and end scores of characters, and scores of sentences, of N passages for G questions."""

    def __init__(self, characters: int) -> None:
        super().__init__()
        self.character = nn.Embedding(characters, CHARACTER_WIDTH, padding_idx=0)
        self.from_character = nn.Linear(CHARACTER_WIDTH, WIDTH)
        self.from_state = nn.Linear(STATE_WIDTH, WIDTH, bias=False)
        self.from_piece = nn.Linear(PIECE_WIDTH, WIDTH, bias=False)
        self.from_piece.weight.data *= PIECE_SCALE
        self.from_features = nn.Linear(len(CHARACTER_FEATURES), WIDTH, bias=False)
        self.from_question_features = nn.Linear(len(QUESTION_FEATURES), WIDTH, bias=False)
        self.from_type = nn.Embedding(len(TYPES), WIDTH)
        self.input_norm = nn.LayerNorm(WIDTH)
        self.dropout = ChannelDropout(DROPOUT)
        self.encoder = nn.ModuleList([Block(dilation) for dilation in (1, 2)])
        self.early = nn.Linear(WIDTH, WIDTH, bias=False)
        self.key = nn.Linear(WIDTH, WIDTH, bias=False)
        self.query = nn.Linear(WIDTH, WIDTH, bias=False)
        self.fusion = nn.Conv1d(5 * WIDTH, WIDTH, 1)
        self.fusion_norm = nn.LayerNorm(WIDTH)
        self.summary = nn.Linear(WIDTH, 1)
        self.modulation = nn.Linear(WIDTH, 2 * WIDTH)
        self.lower = nn.ModuleList([Block(dilation) for dilation in (1, 2, 4)])
        self.neighbours = nn.Conv1d(WIDTH, 2 * WIDTH, 3, padding=1)
        self.to_characters = nn.Conv1d(WIDTH, WIDTH, 1)
        self.upper = nn.ModuleList([Block(dilation) for dilation in (1, 2, 1)])
        self.output_norm = nn.LayerNorm(WIDTH)
        self.span = nn.Linear(WIDTH, 2)
        self.sentence_hidden = nn.Linear(3 * WIDTH, 64)
        self.sentence = nn.Linear(64, 1)

    def embed(
        self, characters: Tensor, states: Tensor, vectors: Tensor, piece_of: Tensor, extra: Tensor
    ) -> Tensor:
        """Return (batch, channels, length)."""
        pieces = self.from_piece(vectors)
        pieces = torch.gather(pieces, 1, piece_of.unsqueeze(-1).expand(-1, -1, WIDTH))
        x = self.from_character(self.character(characters)) + self.from_state(states) + pieces + extra
        normed: Tensor = self.input_norm(x)
        return normed.transpose(1, 2)

    def forward(self, inputs: Mapping[str, Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """Read a batch: INPUTS, and ``question_mask`` (G, Q) and ``question_of`` (N,).

        Returns start and end scores of shape (N, L) and sentence scores of shape (N, S).
        """
        of = inputs["question_of"]
        kind = self.from_type(inputs["type"]).unsqueeze(1)
        question_mask = inputs["question_mask"]
        question0, question, summary = self.read_question(inputs, kind)
        question0, question, summary = question0[of], question[of], summary[of]
        absent = (1 - question_mask[of]).unsqueeze(1) * -1e4
        # Half the width of a float is enough for training, and twice as fast.
        kept = torch.bfloat16 if self.training else torch.float32
        mask, sentences = inputs["mask"].unsqueeze(1).to(kept), inputs["sentences"].to(kept)
        extra = self.from_features(inputs["features"]) + kind[of]
        passage0 = self.embed(
            inputs["characters"], inputs["states"], inputs["vectors"], inputs["piece_of"], extra
        )
        passage0 = self.dropout(passage0.to(kept)) * mask
        passage = passage0
        for block in self.encoder:
            passage = block(passage, mask)
        early = self.attend(across(self.early, passage0).relu(), across(self.early, question0).relu(), absent)
        late = self.attend(across(self.key, passage), across(self.query, question), absent)
        aligned0 = torch.matmul(early, question0.transpose(1, 2)).transpose(1, 2).to(kept)
        aligned = torch.matmul(late, question.transpose(1, 2)).transpose(1, 2).to(kept)
        x = self.fusion(torch.cat([passage, aligned, passage * aligned, aligned0, passage0 * aligned0], 1))
        gain, bias = self.modulation(summary).to(kept).unsqueeze(-1).chunk(2, 1)
        x = self.dropout((across(self.fusion_norm, x) * (1 + gain) + bias).to(kept)) * mask
        for block in self.lower:
            x = block(x, mask)
        pooled = pool(x, sentences)
        pooled = pooled + functional.glu(self.neighbours(pooled), 1)
        x = x + torch.matmul(self.to_characters(pooled), sentences)
        for block in self.upper:
            x = block(x, mask)
        x = self.dropout(across(self.output_norm, x).to(kept))
        start, end = self.span(x.transpose(1, 2)).float().unbind(-1)
        last = pool(x, sentences)
        joined = torch.cat([last, summary.to(kept).unsqueeze(-1) * last, pooled.to(kept)], 1)
        score = self.sentence(self.sentence_hidden(joined.transpose(1, 2)).relu()).squeeze(-1).float()
        return start, end, score

    def read_question(self, inputs: Mapping[str, Tensor], kind: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the question embedded and read, each (G, channels, Q), and its summary (G, channels)."""
        mask = inputs["question_mask"].unsqueeze(1)
        extra = self.from_question_features(inputs["question_features"]) + kind
        embedded = self.embed(
            inputs["question_characters"],
            inputs["question_states"],
            inputs["question_vectors"],
            inputs["question_piece_of"],
            extra,
        )
        embedded = self.dropout(embedded) * mask
        question = embedded
        for block in self.encoder:
            question = block(question, mask)
        scores = self.summary(question.transpose(1, 2)).squeeze(-1).float()
        share = (scores - (1 - inputs["question_mask"]) * 1e4).softmax(-1).unsqueeze(-1)
        return embedded, question, torch.matmul(question.float(), share).squeeze(-1)

    @staticmethod
    def attend(keys: Tensor, queries: Tensor, absent: Tensor) -> Tensor:
        """Return how much each place of (N, channels, L) attends to each of (N, channels, Q)."""
        scores = torch.matmul(keys.transpose(1, 2), queries) * WIDTH**-0.5
        return (scores.float() + absent).softmax(-1)


class OneQuestion(nn.Module):  # type: ignore[misc]
    """The network for one question and its passages, with inputs in the order of INPUTS."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, *values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        inputs = dict(zip(INPUTS, values, strict=True))
        inputs["question_mask"] = torch.ones_like(inputs["question_features"][:, :, 0])
        inputs["question_of"] = inputs["characters"][:, 0] * 0
        result: tuple[Tensor, Tensor, Tensor] = self.network(inputs)
        return result


def example_inputs(passages: int = 3, length: int = 40, asked: int = 12, sentences: int = 4) -> list[Tensor]:
    """Return random inputs of one question, in the order of INPUTS."""

    def part(count: int, size: int) -> list[Tensor]:
        pieces = size // 2 + 1
        return [
            torch.randint(0, 50, (count, size)),
            torch.randn(count, size, STATE_WIDTH),
            torch.randn(count, pieces, PIECE_WIDTH),
            torch.randint(0, pieces, (count, size)),
        ]

    number = torch.arange(length) * sentences // length
    membership = (number == torch.arange(sentences)[:, None]).float()
    return [
        *part(1, asked),
        torch.randn(1, asked, len(QUESTION_FEATURES)),
        torch.randint(0, len(TYPES), (1,)),
        *part(passages, length),
        torch.rand(passages, length, len(CHARACTER_FEATURES)),
        torch.ones(passages, length),
        membership.expand(passages, -1, -1).contiguous(),
    ]


def export(network: Network, characters: str, path: Path) -> None:
    """Write the network as ONNX with what it belongs to: its characters, features and answer types."""
    import onnx  # noqa: PLC0415 (of the extra "training")

    torch.onnx.export(
        OneQuestion(network).eval(),
        tuple(example_inputs()),
        str(path),
        input_names=list(INPUTS),
        output_names=list(OUTPUTS),
        dynamic_axes=INPUTS | OUTPUTS,
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(path)
    onnx.helper.set_model_props(
        model,
        {
            "characters": characters,
            "features": "|".join((*CHARACTER_FEATURES, *QUESTION_FEATURES)),
            "types": "|".join(TYPES),
        },
    )
    onnx.save(model, path)
