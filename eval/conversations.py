"""Follow-up questions measured: `python -m eval.conversations [FILE]`.

Every line has the questions before (``history``), the follow-up and its right answers. The questions
are asked in turn, each with the answers before it; the last is scored, and again as if asked alone.
"""

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from eval.command import SAMPLE_PAGES
from eval.metrics import exact_match, mean
from qa.assistant import Assistant
from qa.records import Answer

__all__ = ["CONVERSATIONS", "Conversation", "ask_in_turn", "is_right", "read_conversations"]

CONVERSATIONS = Path(__file__).parent / "sample" / "conversations.jsonl"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A follow-up question after others; no answers means that the archive does not answer it."""

    id: str
    history: tuple[str, ...]
    question: str
    answers: tuple[str, ...]


def read_conversations(path: Path) -> list[Conversation]:
    """Read conversations, one JSON object a line."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Conversation(r["id"], tuple(r["history"]), r["question"], tuple(r["answers"])) for r in rows]


def ask_in_turn(assistant: Assistant, conversation: Conversation) -> Answer:
    """Return the answer to the last question, each asked with the answers before it."""
    answers: list[Answer] = []
    for question in (*conversation.history, conversation.question):
        answers.append(assistant.ask(question, history=answers))
    return answers[-1]


def is_right(answer: Answer, conversation: Conversation) -> bool:
    """Whether the short answer is exactly a right one, or nothing was answered where nothing is right."""
    if not conversation.answers:
        return not answer.answered
    return answer.answered and exact_match(answer.short_answer, conversation.answers)


def main(path: Path) -> None:
    """Print what every follow-up became and got, and the shares that are right."""
    conversations = read_conversations(path)
    table = Table("id", "asked", "searched", "short answer", "right", "alone")
    right, alone = [], []
    with tempfile.TemporaryDirectory() as folder, Assistant.build([SAMPLE_PAGES], index=folder) as assistant:
        for conversation in conversations:
            answer = ask_in_turn(assistant, conversation)
            right.append(is_right(answer, conversation))
            alone.append(is_right(assistant.ask(conversation.question), conversation))
            searched = answer.interpretation.question if answer.interpretation else ""
            marks = ("yes" if found else "no" for found in (right[-1], alone[-1]))
            table.add_row(conversation.id, answer.question, searched, answer.short_answer or "–", *marks)
    console = Console(width=160)
    console.print(table)
    for name, chosen in (("answerable", True), ("unanswerable", False)):
        rows = [k for k, c in enumerate(conversations) if bool(c.answers) is chosen]
        shares = [mean(found[k] for k in rows) or 0.0 for found in (right, alone)]
        console.print(
            f"{name} ({len(rows)}): {shares[0]:.3f} right in turn, {shares[1]:.3f} when asked alone"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else CONVERSATIONS)
