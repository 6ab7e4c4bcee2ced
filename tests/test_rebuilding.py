import io
import json
import zipfile
from pathlib import Path

import pytest

from qa import rebuilding
from qa.errors import InputError
from qa.files import find_files
from qa.metadata import Metadata
from qa.rebuilding import Rebuilt, Task, read_articles, rebuild_files


def page_of(subject: str) -> str:
    return f"　　{subject}昨天重新开放，来的人很多。\n　　管理员说，{subject}已经修了三年。\n"


def zipped(members: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All kinds of input, good and bad, in all encodings, in one folder."""
    root = tmp_path / "corpus"
    (root / "deep").mkdir(parents=True)
    (root / "deep/海岛日报-20250320-01.txt").write_bytes(page_of("灯塔").encode("gb18030"))
    (root / "deep/海岛日报-20250321-02.txt").write_bytes(page_of("码头").encode("utf-16"))
    (root / "deep/up").symlink_to(root)
    (root / "rows.jsonl").write_text(
        json.dumps({"标题": "渔船", "正文": "渔船回来了。", "日期": "2025-01-02"}) + "\n{", encoding="utf-8"
    )
    (root / "rows.csv").write_text("名,词\n甲,乙\n", encoding="utf-8")
    (root / "note.md").write_text("# 学校\n\n学校放假了。\n", encoding="utf-8")
    (root / "bad.docx").write_bytes(b"PK")
    (root / "links.html").write_text("<html><a href=/>首页</a></html>", encoding="utf-8")
    (root / "b.zip").write_bytes(
        zipped(
            {
                "晚报-20240102-03.txt": page_of("果园"),
                "../up.txt": page_of("铁路"),
                "bomb.txt": "0" * 9_000_000,
                "inner.txt": page_of("医院"),
            }
        )
    )
    (root / "loop.txt").symlink_to(root / "loop.txt")
    return root


def rebuild(root: Path) -> list[Rebuilt]:
    return list(rebuild_files(list(find_files([root])), [root], Metadata(), {}))


def test_every_format_in_one_folder_and_a_line_for_all_that_is_bad(folder: Path) -> None:
    rebuilt = rebuild(folder)
    found = {
        Path(a.file).relative_to(folder).as_posix(): (a.source, a.date, a.page)
        for r in rebuilt
        for a in r.articles
    }
    assert found == {
        "b.zip/inner.txt": (None, None, None),
        "b.zip/晚报-20240102-03.txt": ("晚报", "2024-01-02", "3"),
        "deep/海岛日报-20250320-01.txt": ("海岛日报", "2025-03-20", "1"),
        "deep/海岛日报-20250321-02.txt": ("海岛日报", "2025-03-21", "2"),
        "note.md": (None, None, None),
        "rows.jsonl": (None, "2025-01-02", None),
    }
    reasons = [reason for r in rebuilt for reason in r.skipped]
    assert [reason.removeprefix(f"{folder}/").partition(": ")[0] for reason in reasons] == [
        "b.zip/../up.txt",
        "b.zip/bomb.txt",
        "bad.docx",
        "deep/up",
        "links.html",
        "loop.txt",
        "rows.csv",
        "rows.jsonl:2",
    ]
    assert not any("\n" in reason for reason in reasons)


def test_several_processes_make_of_it_what_one_makes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = rebuild(folder)
    monkeypatch.setattr(rebuilding, "_SMALL", 0)
    monkeypatch.setattr(rebuilding, "available_cores", lambda: 2)
    assert rebuild(folder) == alone


def test_a_source_found_twice_is_read_once(folder: Path) -> None:
    files = list(find_files([folder / "note.md", folder, folder / "b.zip"]))
    rebuilt = list(rebuild_files(files, [folder], Metadata(), {}))
    names = [r.name for r in rebuilt if r.articles]
    assert sorted(names) == sorted(set(names))


def test_unwanted_sources_are_not_rebuilt(folder: Path) -> None:
    asked: list[Task] = []

    def wanted(task: Task) -> bool:
        asked.append(task)
        return task.source.name.endswith("note.md")

    files = list(find_files([folder]))
    rebuilt = list(rebuild_files(files, [folder], Metadata("甲报"), {}, wanted=wanted))
    assert [Path(r.name).name for r in rebuilt if r.articles] == ["note.md"]
    assert len(asked) == 9
    assert {task.told.source for task in asked} == {"甲报"}


def test_a_sidecar_tells_of_all_formats(folder: Path) -> None:
    (folder / "wenbao.toml").write_text('source = "山城晚报"\n', encoding="utf-8")
    sources = {a.source for r in rebuild(folder) for a in r.articles}
    assert sources == {"山城晚报"}


def test_progress_counts_files(folder: Path) -> None:
    told: list[tuple[int, int, str]] = []
    files = list(find_files([folder]))
    list(rebuild_files(files, [folder], Metadata(), {}, progress=lambda *step: told.append(step)))
    assert [step[:2] for step in told] == [(n, len(files)) for n in range(len(files) + 1)]
    assert told[0][2] == files[0].name


def test_read_articles_of_one_file(folder: Path) -> None:
    (article,) = read_articles(folder / "note.md", source="甲报", date="2025-01-01")
    assert (article.headline, article.source, article.date) == ("学校", "甲报", "2025-01-01")
    with pytest.raises(InputError, match=r"rows\.jsonl:2: broken JSON"):
        read_articles(folder / "rows.jsonl")
