import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event, Thread

import pytest
from watchfiles import Change

from qa.watching import _wanted_outside, changes

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("pages/a.txt", True),
        ("pages/a.txt.corrections", True),
        ("pages/wenbao.toml", True),
        ("pages/folder", True),
        ("pages/a.swp", False),
        ("pages/my.index/words-000001/meta.json", False),
    ],
)
def test_what_is_followed(tmp_path: Path, name: str, wanted: bool) -> None:
    assert _wanted_outside(tmp_path / "pages" / "my.index")(Change.modified, str(tmp_path / name)) == wanted


def test_it_ends_when_told_to(tmp_path: Path) -> None:
    stop = Event()
    thread = Thread(target=lambda: list(changes(tmp_path / "i", [tmp_path], stop)))
    thread.start()
    stop.set()
    thread.join(timeout=20)
    assert not thread.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to one process")
def test_a_folder_is_followed_until_ctrl_c(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text("　　灯塔昨天重新开放，来的人很多。\n", encoding="utf-8")
    program = "from qa.cli import main; main()"
    command = [
        sys.executable,
        "-c",
        program,
        "index",
        str(pages),
        "--index",
        str(pages / "i"),
        "--json",
        "--watch",
    ]
    with subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = iter(process.stdout)
        assert json.loads(next(lines))["articles"] == 1
        (pages / "b.txt").write_text("　　码头昨天重新开放，来的人很多。\n", encoding="utf-8")
        told = json.loads(next(lines))
        assert (told["files"], told["unchanged"], told["articles"]) == (2, 1, 1)
        (pages / "a.txt").unlink()
        told = json.loads(next(lines))
        assert (told["files"], told["unchanged"], told["removed"]) == (1, 1, 1)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
