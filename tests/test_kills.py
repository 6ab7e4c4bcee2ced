"""An Index outlives its writer: killed at random moments, it opens, verifies, and holds what was told."""

import json
import os
import sys
from pathlib import Path

import pytest

from eval.kills import Scattered, article, check, kill_and_check, states
from qa.building import add_articles

ROUNDS = int(os.environ.get("WENBAO_KILLS", "12"))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 to send")
def test_a_killed_writer_leaves_a_sound_index_with_what_was_acknowledged(tmp_path: Path) -> None:
    kill_and_check(tmp_path / "index", ROUNDS)


def test_what_may_be_held_is_read_from_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    lines = [
        {"numbers": [1, 2], "version": 1},
        {"numbers": [2, 3], "version": 2},
        {"numbers": [1], "version": None},
    ]
    log.write_text("\ndone\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert states(log) == [{1: 1, 2: 2, 3: 2}, {2: 2, 3: 2}]


def test_an_index_that_lost_something_is_told(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text('{"numbers": [1, 2], "version": 1}\ndone\n', encoding="utf-8")
    add_articles(tmp_path / "index", [article(1, 1)], Scattered())
    with pytest.raises(AssertionError, match="may hold"):
        check(tmp_path / "index", log)
    add_articles(tmp_path / "index", [article(2, 1)], Scattered())
    assert check(tmp_path / "index", log) == {1: 1, 2: 1}
