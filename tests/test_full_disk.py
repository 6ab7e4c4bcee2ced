"""A disk that is full, or may not be written: one clear line, and nothing acknowledged is lost."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from embeddings.universal import UniversalSentenceEncoder
from qa import Article
from qa.building import add_articles
from qa.index import Index
from qa.verifying import verify

ROOT = Path(__file__).parents[1]
KEPT = Article.from_text("灯塔昨晚重新点亮。", headline="灯塔")
# No file may grow beyond so many bytes: what a full disk does, at a place that can be chosen.
PROGRAM = """
import resource, sys
from pathlib import Path
from embeddings.universal import UniversalSentenceEncoder
from qa import Article
from qa.building import add_articles
from qa.errors import WenbaoError
encoder = UniversalSentenceEncoder()
articles = [Article.from_text(f"第{n}天，码头停工修理。" * 20, headline=f"码头{n}") for n in range(300)]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
try:
    add_articles(Path(sys.argv[1]), articles, encoder)
except WenbaoError as error:
    print(error)
"""


def run(program: str, *arguments: object) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on the size of files")
@pytest.mark.parametrize("limit", [40_000, 150_000, 600_000])
def test_a_full_disk_keeps_what_was_indexed(
    tmp_path: Path, encoder: UniversalSentenceEncoder, limit: int
) -> None:
    folder = tmp_path / "i"
    add_articles(folder, [KEPT], encoder)
    told = run(PROGRAM, folder, limit)
    if told:
        assert str(folder) in told
        assert "cannot be written" in told
        assert "make room" in told
        assert len(told.splitlines()) == 1
    else:
        assert limit > 150_000, "so small a file cannot hold it all"
    assert verify(folder) == []
    index = Index.open(folder)
    assert index.database.article(KEPT.article_id) == KEPT
    index.close()
    add_articles(folder, [Article.from_text("渡船今天试航。")], encoder)
    assert verify(folder) == []


# As a user to whom the folder is another's: told what is read, then what comes of writing.
READING = """
import os, sys
from pathlib import Path
from embeddings.universal import UniversalSentenceEncoder
from qa import Article
from qa.building import add_articles
from qa.errors import WenbaoError
from qa.index import Index
encoder = UniversalSentenceEncoder()
Index.open(Path(sys.argv[1])).close()  # imports what it needs while it still may
os.setuid(65534)
index = Index.open(Path(sys.argv[1]))
print(index.database.counts()["articles"], index.is_newest())
index.close()
try:
    add_articles(Path(sys.argv[1]), [Article.from_text("码头停工。")], encoder)
except WenbaoError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be another user")
def test_an_index_that_may_only_be_read(encoder: UniversalSentenceEncoder) -> None:
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / "i"
        add_articles(folder, [KEPT], encoder)
        for place in [Path(temporary), folder, *folder.rglob("*")]:
            place.chmod(0o755 if place.is_dir() else 0o644)
        read, refused = run(READING, folder).splitlines()
        assert read == "1 True"
        assert refused.startswith(f"{folder}: cannot be written (Permission denied); make room or choose")
        assert verify(folder) == []
