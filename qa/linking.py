"""What becomes of an Index when Articles come and go: continuations joined, reprints grouped.

The outcome depends on the Articles alone and not on the order in which they came: what is linked to
the Articles at hand is worked out anew, the rest is left as it is. Nothing is written here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from qa.continuations import find_continuations, join_halves, marks_of
from qa.database import Change, Database, Place
from qa.records import Article
from qa.reprints import Fingerprint, band_keys, fingerprint, is_reprint, publication_order

__all__ = ["plan_change", "with_continuations"]


def with_continuations(database: Database, article_ids: Iterable[str]) -> list[str]:
    """Return the ids of Articles and of the parts that continue them on other pages."""
    return [
        name
        for article_id in article_ids
        for name in (article_id, *(p.article_id for p in database.places_under(article_id) if p.part))
    ]


def plan_change(database: Database, added: Sequence[Article], removed_ids: Iterable[str]) -> Change:
    """Work out how Articles removed and added change what an Index shows.

    ``added`` are Articles as they were read; one of an id that is stored already must be among the
    removed.
    """
    old = {name: place for name in dict.fromkeys(removed_ids) if (place := database.place(name))}
    linking = _Linking(database, {article.article_id: article for article in added}, old)
    linking.join_issues()
    return linking.group_reprints()


@dataclass(slots=True)
class _Linking:
    """The state of one planning.

    ``removed`` are stored and to be deleted. ``parts`` has, for each Article whose parts were looked
    for, the ids of its continuations; ``rests`` has the new place of each continuation. ``changed`` are
    Articles to compare with all others, ``dissolved`` are stored ones that are no longer by themselves.
    """

    database: Database
    added: dict[str, Article]
    removed: dict[str, Place]
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    rests: dict[str, Place] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    dissolved: set[str] = field(default_factory=set)
    wholes: dict[str, Article] = field(default_factory=dict)
    prints: dict[str, Fingerprint] = field(default_factory=dict)

    def as_read(self, article_id: str) -> Article:
        return self.added.get(article_id) or self.database.article_as_read(article_id)

    def whole(self, article_id: str) -> Article:
        """Return an Article put together from its parts as they will be."""
        if article_id not in self.wholes:
            parts = self.parts.get(article_id)
            if parts is None and article_id not in self.added:
                self.wholes[article_id] = self.database.article(article_id)
            else:
                self.wholes[article_id] = join_halves([self.as_read(k) for k in (article_id, *(parts or ()))])
        return self.wholes[article_id]

    def print_of(self, article_id: str) -> Fingerprint:
        if article_id not in self.prints:
            self.prints[article_id] = fingerprint(self.whole(article_id))
        return self.prints[article_id]

    def join_issues(self) -> None:
        """Find the continuations in every issue that gained or lost an Article."""
        touched = [*self.added.values(), *(self.database.article_as_read(name) for name in self.removed)]
        for source, date in dict.fromkeys((article.source, article.date) for article in touched):
            if date:
                self._join_issue(source, date)
        self.changed |= self.added.keys() - self.rests.keys()
        self.dissolved |= self.removed.keys()

    def _join_issue(self, source: str | None, date: str) -> None:
        stored = self.database.issue(source, date)
        kept = [place for place in stored if place.article_id not in self.removed]
        new = [a for a in self.added.values() if (a.source, a.date) == (source, date)]
        follows: dict[str, str] = {}
        if any(place.marked for place in kept) or any(marks_of(article) for article in new):
            issue = [*(self.database.article_as_read(place.article_id) for place in kept), *new]
            follows = find_continuations(issue)
        before: dict[str, tuple[str, ...]] = {}
        for place in stored:
            if place.part and place.lead:
                before[place.lead] = (*before.get(place.lead, ()), place.article_id)
        firsts = [name for name in follows if name not in follows.values()]
        chains = {first: tuple(_followers(first, follows)) for first in firsts}
        for first, chain in chains.items():
            self.rests |= {name: Place(name, first, number) for number, name in enumerate(chain, 1)}
        for place in kept:
            name = place.article_id
            if name in self.rests:
                self.dissolved |= set() if place.part else {name}
                continue
            chain = chains.get(name, ())
            self.parts[name] = chain
            if place.part or chain != before.get(name, ()) or self.added.keys() & set(chain):
                self.changed.add(name)
        self.parts |= {a.article_id: chains.get(a.article_id, ()) for a in new}

    def group_reprints(self) -> Change:
        """Compare what changed with all other Articles, and choose the first publication of each group."""
        gone = self.dissolved | self.changed
        groups = [self._group(name) for name in gone if self.database.place(name)]
        loose = dict.fromkeys(sorted(self.changed))
        loose |= dict.fromkeys(
            sorted(name for group in groups for name in group if name not in self.dissolved)
        )
        keys = {name: band_keys(self.print_of(name)) for name in sorted(self.changed)}
        sets = _Sets()
        by_key: dict[int, list[str]] = {}
        for name in self.changed:
            for key in keys[name]:
                by_key.setdefault(key, []).append(name)
        twins: dict[tuple[str, frozenset[str]], str] = {}
        for name in loose:
            own = self.print_of(name)
            twin = twins.setdefault((own.text, own.figures), name)
            sets.find(name)
            if twin != name:  # word for word: like the same Articles, so that looking once will do
                self._compare(name, twin, sets, loose)
                continue
            bands = keys[name] if name in keys else self.database.bands(name)
            stored = [other for other in self.database.with_bands(bands) if other not in gone]
            local = sorted({other for key in bands for other in by_key.get(key, ())})
            for other in (*stored, *local):
                self._compare(name, other, sets, loose)
        return self._change(sets, keys)

    def _compare(self, name: str, other: str, sets: "_Sets", loose: dict[str, None]) -> None:
        """Put two Articles, with the group of the other, into one set if they are the same."""
        if sets.find(name) == sets.find(other) or not is_reprint(self.print_of(name), self.print_of(other)):
            return
        sets.join(name, other)
        if other not in loose:
            for member in self._group(other):
                sets.join(other, member)

    def _group(self, article_id: str) -> list[str]:
        """Return the ids of the reprint group of a stored Article as it is now, the leader first."""
        place = self.database.place(article_id)
        if place is None or place.part:
            return []
        lead = place.lead or article_id
        return [lead, *(p.article_id for p in self.database.places_under(lead) if not p.part)]

    def _change(self, sets: "_Sets", keys: dict[str, list[int]]) -> Change:
        places, hidden, shown = list(self.rests.values()), set(self.dissolved), []
        for members in sets.groups():
            leader = min(members, key=lambda name: publication_order(self.whole(name)))
            places += [Place(name, None if name == leader else leader) for name in members]
            hidden.update(name for name in members if name != leader)
            place = self.database.place(leader)
            if leader in self.changed or place is None or place.lead:
                hidden.add(leader)
                shown.append(leader)
        order = {name: number for number, name in enumerate(self.added)}
        return Change(
            removed=list(self.removed),
            hidden=sorted(hidden),
            added=list(self.added.values()),
            places=places,
            bands={**dict.fromkeys(self.rests, ()), **keys},
            shown=[self.whole(name) for name in sorted(shown, key=lambda name: (order.get(name, -1), name))],
        )


def _followers(first: str, follows: dict[str, str]) -> Iterable[str]:
    while first in follows:
        first = follows[first]
        yield first


class _Sets:
    """Disjoint sets of names (union-find, with path halving)."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def find(self, name: str) -> str:
        """Return the name that stands for the set of this one, a set of its own at first."""
        above = self._above
        above.setdefault(name, name)
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    def join(self, one: str, other: str) -> None:
        """Make the sets of two names one."""
        self._above[self.find(other)] = self.find(one)

    def groups(self) -> list[list[str]]:
        """Return all sets, each in order of name."""
        found: dict[str, list[str]] = {}
        for name in sorted(self._above):
            found.setdefault(self.find(name), []).append(name)
        return list(found.values())
