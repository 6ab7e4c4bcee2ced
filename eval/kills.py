"""Kills a program that builds and updates an Index, over and over: ``python -m eval.kills --rounds 200``.

After every kill the Index must open, verify, and hold exactly what was acknowledged; what was begun
and not acknowledged may be there, but then all of it.
"""

import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from embeddings import vector_writer
from embeddings.encoder import FloatArray, TextKind
from qa.building import add_articles, remove_articles
from qa.index import Index, read_manifest
from qa.records import Article
from qa.verifying import verify

__all__ = ["kill_and_check"]

# Articles that come and go; a second text of each takes the place of the first.
_ARTICLES = 60
_LONGEST = 1.2  # seconds until a kill
_SUBJECTS = "灯塔码头渔船果园铁路医院学校图书馆"
# So few that merging of segments, and inverted lists, come up within a round.
_SMALL = {"EXACT": 64, "_MOST_SEGMENTS": 4}


class Scattered:
    """Stands for an encoder where encoding is beside the point: a vector of its own for each text."""

    name = "scattered"
    dimension = 16

    def encode(self, texts: Sequence[str], kind: TextKind = "document") -> FloatArray:
        """Return unit vectors, shape (n, 16)."""
        del kind
        seeds = [int.from_bytes(text.encode()[-8:], "big") for text in texts]
        vectors = np.array([np.random.default_rng(seed).standard_normal(16) for seed in seeds], np.float32)
        vectors = vectors.reshape(len(texts), 16)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def article(number: int, version: int) -> Article:
    """Return one of the Articles that come and go, in one of its versions."""
    subject = _SUBJECTS[number % len(_SUBJECTS)] + str(number)
    lines = [
        f"{subject}的第{line}段，第{version}稿写到了{number * line}件事。"
        for line in range(1, 1 + number % 4 + 1)
    ]
    return Article(
        f"article-{number}", f"{number}.txt", subject, Article.from_text("\n".join(lines)).paragraphs
    )


def write_until_killed(folder: Path, log: Path, seed: int) -> None:
    """Add, replace and remove Articles without end, telling in ``log`` of what is begun and what is done."""
    for name, value in _SMALL.items():
        setattr(vector_writer, name, value)
    generator = random.Random(seed)
    with log.open("a", encoding="utf-8") as file:
        while True:
            chosen = generator.sample(range(_ARTICLES), generator.randint(1, 12))
            version = generator.choice([None, 1, 2]) if read_manifest(folder) else 1
            print(json.dumps({"numbers": chosen, "version": version}), file=file, flush=True)
            if version is None:
                remove_articles(folder, [f"article-{number}" for number in chosen], Scattered())
            else:
                add_articles(folder, [article(number, version) for number in chosen], Scattered())
            print("done", file=file, flush=True)


def states(log: Path) -> list[dict[int, int]]:
    """Return what may be held, as versions by number: what is acknowledged, then with what was begun."""
    held: dict[int, int] = {}
    begun = held
    for line in log.read_text(encoding="utf-8").splitlines():
        if line == "done":
            held = begun
            continue
        told = json.loads(line)
        changed = dict.fromkeys(told["numbers"], told["version"])
        begun = {number: version for number, version in {**held, **changed}.items() if version is not None}
    return [held, begun]


def check(folder: Path, log: Path) -> dict[int, int]:
    """Return what the Index holds. Raises AssertionError when it is not sound, or not what it may hold."""
    allowed = states(log)
    if read_manifest(folder) is None:
        held: dict[int, int] = {}
    else:
        problems = verify(folder)
        if problems:
            raise AssertionError(problems)
        index = Index.open(folder)
        stored = [index.database.article(name) for name in index.database.article_ids()]
        index.close()
        held = {int(a.article_id.partition("-")[2]): 1 + ("第2稿" in a.text) for a in stored}
    if held not in allowed:
        raise AssertionError(f"holds {held}, may hold {allowed}")
    return held


def kill_and_check(folder: Path, rounds: int, seed: int = 0) -> int:
    """Kill a writer of the Index at ``folder`` in so many rounds; returns how many Articles it then holds.

    Every fourth round begins with an Index that is not there.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["qa.building", "qa.verifying"])
    generator = random.Random(seed)
    log = folder.with_suffix(".log")
    held: dict[int, int] = {}
    for number in range(rounds):
        if number % 4 == 0:
            shutil.rmtree(folder, ignore_errors=True)
            log.write_text("", encoding="utf-8")
        writer = context.Process(target=write_until_killed, args=(folder, log, seed + number))
        writer.start()
        while not log.stat().st_size:
            time.sleep(0.001)
        time.sleep(generator.uniform(0, _LONGEST))
        if writer.pid is None or writer.exitcode is not None:
            raise AssertionError(f"the writer ended by itself, with status {writer.exitcode}")
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        held = check(folder, log)
        log.write_text("".join(_acknowledged(held)), encoding="utf-8")
    return len(held)


def _acknowledged(held: dict[int, int]) -> list[str]:
    """Return a log of which the outcome is what is held."""
    return [
        json.dumps({"numbers": [number], "version": version}) + "\ndone\n" for number, version in held.items()
    ]


def main(
    rounds: Annotated[int, typer.Option(min=1, help="How often to kill.")] = 200,
    seed: Annotated[int, typer.Option(help="Another seed kills at other moments.")] = 0,
) -> None:
    """Kill a writer at random moments; fails at the first index that is not sound."""
    began = time.perf_counter()
    with TemporaryDirectory(prefix="wenbao-") as folder:
        held = kill_and_check(Path(folder) / "index", rounds, seed)
    typer.echo(
        f"{rounds} kills in {time.perf_counter() - began:.0f} s; sound each time, {held} articles at last"
    )


if __name__ == "__main__":
    typer.run(main)
