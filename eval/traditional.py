"""Traditional questions over simplified text: `python -m eval.traditional BENCH_FOLDER [QUESTIONS]`.

Every context of drcd_dev.json, converted to simplified characters, is an article; each question is asked
as it is written and converted too. R@1: the best passage is of the question's article.
"""

import sys
from dataclasses import replace
from pathlib import Path

from opencc import OpenCC
from rich.console import Console
from rich.progress import track

from eval.gold import GoldSet, read_gold
from qa.assistant import Assistant
from qa.errors import QuestionError
from qa.records import Article

__all__ = ["measure", "to_simplified"]

QUESTIONS = 1000


def to_simplified(gold: GoldSet) -> GoldSet:
    """Return the set with contexts and questions in simplified characters; ids stay as they are."""
    convert = OpenCC("t2s").convert
    articles = tuple(
        replace(
            Article.from_text(convert(article.text), headline=convert(article.headline), file=article.file),
            article_id=article.article_id,
        )
        for article in gold.articles
    )
    questions = tuple(replace(question, question=convert(question.question)) for question in gold.questions)
    return GoldSet(gold.file, questions, articles)


def measure(assistant: Assistant, gold: GoldSet) -> float:
    """Return R@1 of the set's questions; a question that is refused counts as wrong."""
    right = 0
    for question in track(gold.questions, description=gold.file, console=Console(stderr=True)):
        try:
            hits = assistant.search(question.question, top_k=1)
        except QuestionError:
            continue
        right += bool(hits) and hits[0].passage.article.article_id == question.article_id
    return right / len(gold.questions)


def main(bench: Path, size: int) -> None:
    """Print R@1 of the questions as they are and in simplified characters."""
    written = read_gold(bench / "drcd_dev.json").sample(size)
    simplified = to_simplified(written)
    with Assistant.from_articles(simplified.articles) as assistant:
        figures = {"as written": measure(assistant, written), "simplified": measure(assistant, simplified)}
    for name, figure in figures.items():
        Console().print(f"{name}: R@1 {figure:.4f} ({len(written.questions):,} questions)")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else QUESTIONS)
