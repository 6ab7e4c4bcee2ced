"""How many invented statements the check of written sentences catches: `python -m eval.statements`.

The statements are about the bundled sample pages: 50 that the pages say in other words, and 50 with a wrong
figure, name or year, or invented. Those of `eval/sample/statements.jsonl` were looked at while the check was
written; those of `held-out-statements.jsonl` were written afterwards, about other sentences, and nothing was
changed after they were measured. Each is checked against the passages that are found for it, as a model's
sentence would be.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from eval.evaluation import SAMPLE_PAGES
from qa.assistant import Assistant
from qa.support import Support, best_support

__all__ = ["HELD_OUT", "STATEMENTS", "Checked", "check_statements"]

STATEMENTS = SAMPLE_PAGES.with_name("statements.jsonl")
HELD_OUT = SAMPLE_PAGES.with_name("held-out-statements.jsonl")
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """A statement, what kind it is, and the support that was found."""

    id: str
    kind: str
    statement: str
    support: Support | None

    @property
    def kept(self) -> bool:
        """Whether it would be told with a citation."""
        return self.support is not None and self.support.holds


def check_statements(assistant: Assistant, file: Path) -> list[Checked]:
    """Check every statement of a file against the passages that an assistant finds for it."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    checked = []
    for row in rows:
        passages = [hit.passage for hit in assistant.search(row["statement"], top_k=_SHOWN)]
        support = best_support(row["statement"], passages)
        checked.append(Checked(row["id"], row["kind"], row["statement"], support))
    return checked


def main() -> None:
    """Check the statements and print how many of each kind are kept, and those that went wrong."""
    with TemporaryDirectory() as folder, Assistant.build([SAMPLE_PAGES], index=folder) as assistant:
        for file in (STATEMENTS, HELD_OUT):
            _show(file.stem, check_statements(assistant, file))


def _show(title: str, checked: list[Checked]) -> None:
    total, kept = Counter(one.kind for one in checked), Counter(one.kind for one in checked if one.kept)
    console, table = Console(width=140), Table("kind", "statements", "kept", "caught", title=title)
    for kind, number in total.items():
        table.add_row(kind, str(number), str(kept[kind]), str(number - kept[kind]))
    console.print(table)
    for one in checked:
        if one.kept != (one.kind == "supported"):
            found = one.support
            why = (found.missing, found.contradicted, round(found.probability, 3)) if found else None
            console.print(f"{one.id} {one.statement} {why}", markup=False)


if __name__ == "__main__":
    main()
