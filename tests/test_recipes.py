"""The retriever recipes of docs/programs.md, run as they are printed where their library is installed."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa import Article, Assistant

PAGE = (Path(__file__).parents[1] / "docs" / "programs.md").read_text(encoding="utf-8")


@pytest.fixture
def assistant() -> Iterator[Assistant]:
    articles = [
        Article.from_text("南渡大桥6月18日建成通车。", headline="大桥", source="江岸日报", date="2025-06-19"),
        Article.from_text("海岛灯塔昨晚重新点亮。", headline="灯塔", date="2025-06-20"),
    ]
    with Assistant.from_articles(articles) as made:
        yield made


def recipe(heading: str) -> Any:
    """Return the class that the recipe below a heading defines."""
    found = re.search(rf"^## {heading}\n.*?^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    assert len([line for line in found[1].splitlines() if line.strip()]) < 30
    names: dict[str, Any] = {"__name__": heading}
    exec(compile(found[1], f"{heading} of docs/programs.md", "exec"), names)  # noqa: S102 (our own page)
    return names["ArchiveRetriever"]


def test_the_recipe_for_langchain(assistant: Assistant) -> None:
    pytest.importorskip("langchain_core", reason="LangChain is not installed: its recipe was not run")
    documents = recipe("LangChain")(assistant=assistant, top_k=2).invoke("大桥哪天通车")

    assert documents[0].page_content == "南渡大桥6月18日建成通车。"
    assert documents[0].metadata["source"] == "江岸日报"


def test_the_recipe_for_llamaindex(assistant: Assistant) -> None:
    pytest.importorskip("llama_index.core", reason="LlamaIndex is not installed: its recipe was not run")
    nodes = recipe("LlamaIndex")(assistant, top_k=2).retrieve("大桥哪天通车")

    assert nodes[0].node.get_content() == "南渡大桥6月18日建成通车。"
    assert nodes[0].node.metadata["date"] == "2025-06-19"


@pytest.mark.parametrize("heading", ["LangChain", "LlamaIndex"])
def test_the_recipes_are_python(heading: str) -> None:
    found = re.search(rf"^## {heading}\n.*?^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    compile(found[1], heading, "exec")
