"""Train the network of qa/neural.py: `python -m eval.train_reader BENCH_FOLDER`; needs the extra "training".

Two processes of one thread each train on groups of their own and average their weights every few
steps (local SGD, Stich 2019), for as many minutes as are asked for; an exponential moving average of
the weights is what is kept. Writes qa/reader.onnx. eval/reader-figures.md keeps a record of figures.
"""

import math
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
import typer
from torch import Tensor, distributed

from embeddings.loading import load_encoder
from eval.groups import Asked, QuestionSet, Shown, draw_group, gather
from eval.network import TYPES, Network, export
from qa.characters import FIRST_CHARACTER, mark_sentences, set_side_by_side

SETS = (
    QuestionSet("drcd_dev.json"),
    QuestionSet("ats_news_train.json"),
    QuestionSet("squad2_zh_dev.json", unanswerable=2500),
    QuestionSet("cail2019_dev.json", unanswerable=400, answerable=2000, closed=True),
    QuestionSet("cmrc2018_trial.json", repeats=2),
)
OUTPUT = Path(__file__).parents[1] / "qa" / "reader.onnx"
PROCESSES = 2
GROUPS, PASSAGES = 24, 3  # of a step: so many questions, so many passages of each
POOL = 16 * GROUPS  # groups of like length are looked for among so many
RATE, LEAST_RATE, WARM_UP, WEIGHT_DECAY = 2e-3, 0.03, 150, 0.02
AVERAGED_EVERY, MOVING_AVERAGE = 8, 0.998
RARE = 3  # characters that stand fewer times in the training data are not told apart
HIDDEN_CHARACTERS = 0.05  # share of characters hidden from the network, so that it learns to do without
WORST = 15.0  # no single group moves the weights by more than a loss of this
ABSENT = -1e4

Group = tuple[Asked, list[Shown], bool]


def main(bench: Path, minutes: Annotated[float, typer.Option(help="How long to train.")] = 62.0) -> None:
    """Gather groups from the development data in BENCH, train, and write the network."""
    encoder = load_encoder()
    asked = [a for taken in SETS for a in gather(bench, taken, encoder)]
    characters = common_characters(asked)
    with tempfile.TemporaryDirectory() as folder:
        meeting = Path(folder) / "meeting"
        child = os.fork()  # the data are shared, not copied
        train(asked, characters, minutes, meeting, rank=int(child == 0))
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)


def common_characters(asked: Sequence[Asked]) -> str:
    """Return the characters of questions and passages that are not rare, in order."""
    counts: Counter[str] = Counter()
    for one in asked:
        counts.update(one.query.folded)
    for passage in dict.fromkeys(passage for one in asked for passage in one.own):
        counts.update(passage.text)
    return "".join(sorted(character for character, count in counts.items() if count >= RARE))


def train(asked: Sequence[Asked], characters: str, minutes: float, meeting: Path, rank: int) -> None:
    """Train until the time is over; the process of rank 0 writes the averaged network."""
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=meeting.as_uri(), rank=rank, world_size=PROCESSES)
    numbers = {character: n for n, character in enumerate(characters, FIRST_CHARACTER)}
    torch.manual_seed(0)
    network = Network(len(characters) + FIRST_CHARACTER).train()
    torch.manual_seed(rank)
    weights = list(network.parameters())
    kept = [weight.detach().clone() for weight in weights]
    optimiser = torch.optim.AdamW(weights, lr=RATE, betas=(0.9, 0.98), weight_decay=WEIGHT_DECAY, fused=True)
    began = time.monotonic()
    for step, groups in enumerate(batches(asked, random.Random(rank))):
        done = min(1.0, (time.monotonic() - began) / 60 / minutes)
        cosine = 0.5 * (1 + math.cos(math.pi * done)) * (1 - LEAST_RATE) + LEAST_RATE
        optimiser.param_groups[0]["lr"] = RATE * min(1.0, (step + 1) / WARM_UP) * cosine
        span, sentence = losses(network, groups, numbers, np.random.default_rng((rank, step)))
        optimiser.zero_grad()
        (span + sentence).backward()
        torch.nn.utils.clip_grad_norm_(weights, 2.0)
        optimiser.step()
        if step % AVERAGED_EVERY == AVERAGED_EVERY - 1:
            if average(weights, over=done >= 1):
                break
            decay = min(MOVING_AVERAGE**AVERAGED_EVERY, (1 + step) / (10 + step))
            for mean, weight in zip(kept, weights, strict=True):
                mean.lerp_(weight.detach(), 1 - decay)
        if rank == 0 and step % 100 == 99:
            typer.echo(f"step {step + 1}  span {span.item():.3f}  sentence {sentence.item():.3f}")
    if rank == 0:
        for mean, weight in zip(kept, weights, strict=True):
            weight.data.copy_(mean)
        export(network, characters, OUTPUT)
    distributed.destroy_process_group()


def average(weights: Sequence[Tensor], *, over: bool) -> bool:
    """Set the weights to their mean over the processes; tells whether the time of any is over."""
    flat = torch.cat([*(w.detach().reshape(-1) for w in weights), torch.tensor([float(over)])])
    distributed.all_reduce(flat)
    start = 0
    for weight in weights:
        part = flat[start : start + weight.numel()]
        weight.data.copy_(part.view_as(weight) / PROCESSES)
        start += weight.numel()
    return bool(flat[-1] > 0)


def batches(asked: Sequence[Asked], rng: random.Random) -> Iterator[list[Group]]:
    """Yield groups of like length without end; of unanswerable questions one to eight answerable ones."""
    answerable = [a for a in asked if a.gold]
    unanswerable = [a for a in asked if not a.gold]
    while True:
        order = answerable + rng.sample(unanswerable, min(len(unanswerable), len(answerable) // 8))
        rng.shuffle(order)
        for start in range(0, len(order), POOL):
            groups = [(one, *draw_group(one, PASSAGES, rng)) for one in order[start : start + POOL]]
            groups.sort(key=lambda group: max(len(passage.text) for passage in group[1]))
            steps = [groups[at : at + GROUPS] for at in range(0, len(groups), GROUPS)]
            rng.shuffle(steps)
            yield from steps


def losses(
    network: Network, groups: Sequence[Group], numbers: dict[str, int], rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Return the mean losses of the spans (of groups with an answer) and of the sentences (of all).

    Each is the negative logarithm of the probability of what is right, normalised over all passages of
    the group (Clark and Gardner, 2018); a sentence competes with there being no answer, whose score is 0.
    """
    # A group with fewer passages shows its last one again.
    shown = [passages + passages[-1:] * (PASSAGES - len(passages)) for _, passages, _ in groups]
    inputs = collate([one for one, _, _ in groups], shown, numbers, rng)
    with torch.autocast("cpu", torch.bfloat16):
        scores = network(inputs)
    masks = (inputs["mask"], inputs["mask"], inputs["sentences"].amax(2))
    starts, ends, sentences = (
        (score + (1 - mask) * ABSENT).view(len(groups), -1) for score, mask in zip(scores, masks, strict=True)
    )
    right_starts, right_ends, right_sentences = targets(groups, shown, inputs["sentences"].shape[1:])
    none = torch.tensor([null for _, _, null in groups])
    read = ~none & (right_starts.sum(1) > 0)
    span = (surprise(starts, right_starts) + surprise(ends, right_ends))[read].sum() / max(1, int(read.sum()))
    sentences = torch.cat([torch.zeros(len(groups), 1), sentences], 1)
    right = torch.cat([none.float().unsqueeze(1), right_sentences], 1)
    judged = right.sum(1) > 0
    return span, surprise(sentences, right)[judged].sum() / max(1, int(judged.sum()))


def surprise(scores: Tensor, right: Tensor) -> Tensor:
    """Return, for each row, the negative logarithm of the probability of all that is right."""
    total = torch.logsumexp(scores, 1)
    return (total - torch.logsumexp(scores + (1 - right) * ABSENT, 1)).clamp(max=WORST)


def collate(
    asked: Sequence[Asked], shown: Sequence[list[Shown]], numbers: dict[str, int], rng: np.random.Generator
) -> dict[str, Tensor]:
    """Return the network's inputs for questions and their passages."""
    questions = set_side_by_side(
        [a.query.folded for a in asked], [a.frozen for a in asked], [a.own_features() for a in asked], numbers
    )
    pairs = [(one, passage) for one, its in zip(asked, shown, strict=True) for passage in its]
    passages: dict[str, Any] = set_side_by_side(
        [passage.text for _, passage in pairs],
        [passage.frozen for _, passage in pairs],
        [one.features(passage).astype(np.float32) for one, passage in pairs],
        numbers,
    )
    for rows in (questions["characters"], passages["characters"]):
        rows[(rng.random(rows.shape) < HIDDEN_CHARACTERS) & (rows > 0)] = FIRST_CHARACTER - 1
    spans = [passage.sentences for _, passage in pairs]
    passages["sentences"] = mark_sentences(spans, passages["mask"].shape[1])
    passages["type"] = np.array([TYPES.index(a.query.type) for a in asked])
    passages["question_of"] = np.repeat(np.arange(len(asked)), PASSAGES)
    passages |= {f"question_{name}": rows for name, rows in questions.items()}
    return {name: torch.from_numpy(rows) for name, rows in passages.items()}


def targets(
    groups: Sequence[Group], shown: Sequence[list[Shown]], size: Sequence[int]
) -> tuple[Tensor, Tensor, Tensor]:
    """Return what is right as ones: first and last characters of answers, and the sentences they begin in.

    ``size`` is the number of sentences and of characters of a passage.
    """
    sentences, length = size
    starts, ends = np.zeros((2, len(groups), PASSAGES, length), np.float32)
    begun = np.zeros((len(groups), PASSAGES, sentences), np.float32)
    for row, ((asked, _, null), passages) in enumerate(zip(groups, shown, strict=True)):
        for column, passage in enumerate(passages):
            for start, end in [] if null else asked.gold.get(passage, []):
                starts[row, column, start] = ends[row, column, end - 1] = 1
                for number, (first, last) in enumerate(passage.sentences):
                    begun[row, column, number] += first <= start < last
    rows = len(groups)
    return (
        torch.from_numpy(starts.reshape(rows, -1)),
        torch.from_numpy(ends.reshape(rows, -1)),
        torch.from_numpy(begun.clip(max=1).reshape(rows, -1)),
    )


if __name__ == "__main__":
    typer.run(main)
