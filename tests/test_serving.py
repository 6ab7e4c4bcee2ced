import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from embeddings.universal import UniversalSentenceEncoder
from qa import Article, Assistant
from qa.building import add_articles, remove_articles
from qa.errors import IndexStateError
from qa.serving import Serving

ROOT = Path(__file__).parents[1]
# Each state has one of these and not the other.
PAIR = [
    Article.from_text(f"{time}潮水涨到了{metres}米。", headline="潮水", file="tide.txt", date="2025-03-28")
    for time, metres in (("早晨", 3), ("傍晚", 5))
]


@pytest.fixture
def folder(tmp_path: Path, encoder: UniversalSentenceEncoder) -> Path:
    add_articles(tmp_path / "i", PAIR[:1], encoder)
    return tmp_path / "i"


def test_an_open_assistant_answers_from_the_newest_generation(
    folder: Path, encoder: UniversalSentenceEncoder
) -> None:
    with Assistant.open(folder) as assistant:
        assert [hit.passage.text for hit in assistant.search("潮水")] == ["早晨潮水涨到了3米。"]
        add_articles(folder, PAIR[1:], encoder)
        assert len(assistant.search("潮水")) == 2
        remove_articles(folder, [PAIR[0].article_id], encoder)
        assert [hit.passage.text for hit in assistant.search("潮水")] == ["傍晚潮水涨到了5米。"]
        assert assistant.count("潮水").total == 1
        assert assistant.look_up("早晨潮水涨到了3米").kind != "exact"
        assert [article.text for article in assistant.articles()] == ["傍晚潮水涨到了5米。"]


def test_a_generation_stays_open_while_it_is_read(folder: Path, encoder: UniversalSentenceEncoder) -> None:
    serving = Serving(folder)
    with serving.reading() as old:
        add_articles(folder, PAIR[1:], encoder)
        with serving.reading() as new:
            assert len(new.index.database.article_ids()) == 2
        assert old.index.database.article_ids() == [PAIR[0].article_id]
    assert old.readers == 0
    serving.close()


def test_readers_see_the_old_or_the_new_state_and_no_mixture(
    folder: Path, encoder: UniversalSentenceEncoder
) -> None:
    """One process replaces an article over and over while threads of this one ask."""
    program = (
        "import sys; sys.path.insert(0, 'tests')\nfrom pathlib import Path\n"
        "from embeddings.universal import UniversalSentenceEncoder\n"
        "from qa.generations import new_generation\nfrom qa.writing import Group, Writer, Summary\n"
        "from test_serving import PAIR\n"
        "encoder = UniversalSentenceEncoder()\n"
        "for number in range(12):\n"
        "    old, new = PAIR[number % 2], PAIR[1 - number % 2]\n"
        "    group = Group([new], [old.article_id], {}, complete=True)\n"
        "    with new_generation(Path(sys.argv[1]), encoder.name, encoder.dimension) as generation:\n"
        "        Writer(generation, encoder, Summary()).write_all([group])\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with Assistant.open(folder) as assistant, ThreadPoolExecutor(3) as pool:
        with subprocess.Popen(
            [sys.executable, "-c", program, str(folder)], cwd=ROOT, env=environment
        ) as writer:

            def ask(_: int) -> set[tuple[str, ...]]:
                found = set()
                while writer.poll() is None:
                    found.add(tuple(hit.passage.text for hit in assistant.search("潮水涨到了几米")))
                return found

            seen = set().union(*pool.map(ask, range(3)))
        assert writer.returncode == 0
        assert seen <= {("早晨潮水涨到了3米。",), ("傍晚潮水涨到了5米。",)}
        assert len(seen) == 2, "both were seen"


def test_an_index_that_is_damaged_meanwhile_is_told(folder: Path, encoder: UniversalSentenceEncoder) -> None:
    with Assistant.open(folder) as assistant:
        add_articles(folder, PAIR[1:], encoder)
        for path in (folder / "vectors").glob("*.faiss"):
            path.unlink()
        with pytest.raises(IndexStateError, match="wenbao repair"):
            assistant.search("潮水")
