"""The measure of follow-up questions, and the bundled ones."""

from pathlib import Path

import pytest

from eval.command import SAMPLE_PAGES
from eval.conversations import CONVERSATIONS, Conversation, ask_in_turn, is_right, read_conversations
from qa.assistant import Assistant
from qa.records import Answer

FOUND = Answer("谁", True, "唐俊说[1]", "唐俊", 0.9, None)
DECLINED = Answer("谁", False, "没有", None, 0.1, "没有")


@pytest.mark.parametrize(
    ("answers", "answer", "right"),
    [
        (("唐俊",), FOUND, True),
        (("沈月",), FOUND, False),
        (("唐俊",), DECLINED, False),
        ((), FOUND, False),
        ((), DECLINED, True),
    ],
)
def test_what_is_right(answers: tuple[str, ...], answer: Answer, right: bool) -> None:
    assert is_right(answer, Conversation("1", (), "谁", answers)) is right


def test_the_bundled_conversations_are_asked_in_turn(tmp_path: Path) -> None:
    conversations = read_conversations(CONVERSATIONS)
    assert len({c.id for c in conversations}) == len(conversations) >= 25
    assert all(c.history for c in conversations)
    with Assistant.build([SAMPLE_PAGES], index=tmp_path / "index") as assistant:
        answers = [ask_in_turn(assistant, conversation) for conversation in conversations]
    right = sum(map(is_right, answers, conversations))
    assert right >= 0.65 * len(conversations)
    first = answers[0]
    assert first.interpretation is not None
    assert first.interpretation.question != first.question == conversations[0].question
