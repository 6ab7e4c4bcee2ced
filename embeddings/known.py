"""Encoders whose makers say how they are to be used: prompts, dimensions, lengths, sizes.

From their model cards on Hugging Face; the prompts are those that a card asks for and that the model's own
files may leave out.
"""

from dataclasses import dataclass

__all__ = ["KNOWN_MODELS", "KnownModel", "find_known"]


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A bi-encoder by its name; ``megabytes`` is the download, ``tokens`` the longest text.

    Prompts stand before questions and documents; None where the model's own files bring them.
    """

    name: str
    megabytes: int
    dimension: int
    tokens: int
    query: str | None = ""
    document: str | None = ""


_BGE = "为这个句子生成表示以用于检索相关文章："
KNOWN_MODELS = (
    KnownModel("BAAI/bge-small-zh-v1.5", 96, 512, 512, _BGE),
    KnownModel("BAAI/bge-base-zh-v1.5", 409, 768, 512, _BGE),
    KnownModel("BAAI/bge-large-zh-v1.5", 1300, 1024, 512, _BGE),
    KnownModel("BAAI/bge-m3", 2270, 1024, 8192),
    KnownModel("thenlper/gte-base-zh", 205, 768, 512),
    KnownModel("thenlper/gte-large-zh", 651, 1024, 512),
    KnownModel("intfloat/multilingual-e5-small", 471, 384, 512, "query: ", "passage: "),
    KnownModel("intfloat/multilingual-e5-base", 1110, 768, 512, "query: ", "passage: "),
    KnownModel("Qwen/Qwen3-Embedding-0.6B", 1190, 1024, 32768, None, None),
)


def find_known(name: str) -> KnownModel | None:
    """Return the model of a name, or of a folder that is named like it; None for others."""
    last = name.rstrip("/\\").replace("\\", "/").rpartition("/")[2]
    return next((model for model in KNOWN_MODELS if last == model.name.partition("/")[2]), None)
