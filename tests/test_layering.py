"""The way of the data, read from the import statements; and the size of files and functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("embeddings", "qa", "ui", "eval")
MAY_IMPORT = {
    "embeddings": {"embeddings"},
    "qa": {"embeddings", "qa"},
    "ui": {"embeddings", "qa", "ui"},
    "eval": {"embeddings", "qa", "eval"},
}
# A module of qa imports only what stands before it here.
ORDER = [
    "errors", "interpretation", "statements", "records", "observation", "corrections", "pages", "metadata",
    "continuations", "bylines", "columns", "frames", "ocr", "scans", "images", "pdf", "kinds", "blocks",
    "headlines", "drafts", "stories", "joining", "decisions", "amending", "articles", "files", "archives",
    "documents", "tables", "sources", "markup", "audit", "reporting", "parallel", "rebuilding", "numerals",
    "segmentation", "reprints", "tagging", "passages", "lexical", "storage", "sqlite_file", "database",
    "catalogue", "linking", "store", "local_store", "addresses", "bm25", "milvus", "milvus_store", "stores",
    "index", "embedding", "generations", "publishing", "building", "figures", "periods", "heads", "gaps",
    "english", "variants", "names", "query", "followups", "fusion", "retrieval", "overlap", "characters",
    "neural", "weighing", "evidence", "similarity", "series", "finders", "candidates", "proposals", "spans",
    "constraints", "reading", "citing", "speakers", "circumstances", "phrasing", "excerpts", "composing",
    "agreement", "reasons", "answers", "alignment", "quotes", "counting", "intents", "outside", "replies",
    "facts", "placement", "directives", "support", "prompts", "writing", "endpoint", "listing", "serving",
    "reranking", "asking", "clusters", "models", "workers", "assistant", "contracts", "printing", "options",
    "lookup_commands", "models_command", "watching", "verifying", "backups", "upkeep_commands",
    "page_commands", "cli", "pictures", "originals",
]  # fmt: skip
FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[str]:
    """Yield the dotted names of the modules a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno}: relative import"
            if node.module in PACKAGES:  # `from qa import series` names a module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield str(node.module)


def test_the_files_are_found() -> None:
    assert {name_of(path) for path in FILES} >= {
        "embeddings/vectors.py",
        "qa/cli.py",
        "ui/app.py",
        "eval/gold.py",
    }


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_packages_import_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    local = {name.partition(".")[0] for name in imports(path)} & {*PACKAGES, "tests"}
    assert local <= MAY_IMPORT[package]


def test_every_module_of_qa_has_its_place() -> None:
    assert {path.stem for path in (ROOT / "qa").glob("*.py")} - {"__init__"} == set(ORDER)
    assert len(ORDER) == len(set(ORDER))


@pytest.mark.parametrize("module", ORDER)
def test_a_module_of_qa_imports_only_what_stands_before_it(module: str) -> None:
    found = {name.split(".")[1] for name in imports(ROOT / "qa" / f"{module}.py") if name.startswith("qa.")}
    assert found <= set(ORDER[: ORDER.index(module)])
    assert "qa" not in imports(ROOT / "qa" / f"{module}.py"), "the package itself stands after its modules"


@pytest.mark.parametrize("path", [*FILES, *sorted((ROOT / "tests").glob("*.py"))], ids=name_of)
def test_nobody_imports_the_package_eval_by_its_bare_name(path: Path) -> None:
    bare = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import)
        and any(alias.name.partition(".")[0] == "eval" for alias in node.names)
    ]
    assert bare == [], "it would hide the built-in function"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_files_and_functions_stay_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 300
    lengths = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    }
    assert {name: length for name, length in lengths.items() if length > 50} == {}
