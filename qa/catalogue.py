"""What an Index holds, as tables in memory: printings with their days and newspapers, and folded texts."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from qa.database import Database
from qa.segmentation import fold

__all__ = ["Catalogue", "Printings"]

_CACHED = 32_768  # folded articles of some 2 kB


@dataclass(frozen=True, slots=True)
class Printings:
    """The k printings of the n Articles shown, and whose the Passages are.

    ``articles`` are the ids of the Articles shown. Of each printing, ``shown`` has the place of its Article
    in ``articles``, ``ids`` its own id, ``sources`` the newspaper or "", and ``days`` the date as a number
    (20250328), 0 where it is not known. ``passages`` are the numbers of all Passages in order, and
    ``passages_of`` has the places in ``articles`` of the Articles they belong to.
    """

    articles: list[str]
    shown: NDArray[np.int64]
    ids: list[str]
    sources: NDArray[np.str_]
    days: NDArray[np.int64]
    passages: NDArray[np.int64]
    passages_of: NDArray[np.int64]

    def articles_with(self, numbers: Sequence[int]) -> NDArray[np.int64]:
        """Return the places in ``articles`` of the Articles that Passages belong to, each once."""
        return np.unique(self.passages_of[np.searchsorted(self.passages, numbers)])


class Catalogue:
    """The tables of a Database, each read when it is first needed. For an Index that does not change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folded = lru_cache(_CACHED)(self._fold)

    @cached_property
    def printings(self) -> Printings:
        """All printings, those of an Article together."""
        rows = sorted(self._database.printings())
        articles = list(dict.fromkeys(shown for shown, *_ in rows))
        places = {article_id: place for place, article_id in enumerate(articles)}
        passages = self._database.passage_articles()
        return Printings(
            articles,
            shown=np.array([places[shown] for shown, *_ in rows], dtype=np.int64),
            ids=[article_id for _, article_id, *_ in rows],
            sources=np.array([source for *_, source, _ in rows], dtype=np.str_),
            days=np.array([int(date.replace("-", "") or 0) for *_, date in rows], dtype=np.int64),
            passages=np.array([number for number, _ in passages], dtype=np.int64),
            passages_of=np.array([places[article_id] for _, article_id in passages], dtype=np.int64),
        )

    @cached_property
    def newspapers(self) -> list[str]:
        """The names of the newspapers."""
        return [str(name) for name in np.unique(self.printings.sources) if name]

    @cached_property
    def newest_day(self) -> str | None:
        """The last day on which an Article was published, ISO 8601, None where no day is known."""
        day = str(self.printings.days.max(initial=0))
        return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day != "0" else None

    def folded(self, article_id: str) -> str:
        """Return headlines and text of an Article shown, folded."""
        return self._folded(article_id)

    def _fold(self, article_id: str) -> str:
        article = self._database.article(article_id)
        return fold(f"{article.kicker}\n{article.headline}\n{article.subtitle}\n{article.text}")
