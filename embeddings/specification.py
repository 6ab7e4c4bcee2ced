"""The name of a sentence-transformers model with its settings: ``BAAI/bge-m3?dimension=512&device=cuda``.

An Index keeps the name, so that it is asked as it was made.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args
from urllib.parse import parse_qsl, urlencode

from embeddings.encoder import EncoderUnavailableError

__all__ = ["Backend", "Specification", "read_specification"]

Backend = Literal["torch", "onnx", "openvino"]


@dataclass(frozen=True, slots=True)
class Specification:
    """A model and how it is used; what is None is left to the model.

    ``dimension`` cuts vectors (of models trained for it), ``tokens`` texts; ``query`` and ``document``
    are prompts; ``processes`` encode documents at the same time, each with a model of its own.
    """

    model: str
    dimension: int | None = None
    tokens: int | None = None
    query: str | None = None
    document: str | None = None
    device: str | None = None
    backend: Backend = "torch"
    processes: int = 1

    def named(self, model: str) -> str:
        """Return the name that an Index keeps, with the model in the given form."""
        settings = {
            field.name: getattr(self, field.name)
            for field in fields(self)[1:]
            if getattr(self, field.name) != field.default
        }
        return f"{model}?{urlencode(settings)}" if settings else model


def read_specification(name: str) -> Specification:
    """Read a name with settings. Raises EncoderUnavailableError that names the settings there are."""
    model, _, query = name.partition("?")
    told: dict[str, Any] = {}
    known = [field.name for field in fields(Specification)[1:]]
    for key, value in parse_qsl(query, keep_blank_values=True):
        if key not in known:
            raise EncoderUnavailableError(
                f"encoder {name!r}: no setting {key!r}; there are {', '.join(known)}"
            )
        told[key] = value
    for key in ("dimension", "tokens", "processes"):
        if key in told:
            if not (told[key].isdecimal() and int(told[key]) > 0):
                raise EncoderUnavailableError(
                    f"encoder {name!r}: {key}={told[key]} is no whole number above 0"
                )
            told[key] = int(told[key])
    if told.get("backend", "torch") not in get_args(Backend):
        choices = ", ".join(get_args(Backend))
        raise EncoderUnavailableError(
            f"encoder {name!r}: no backend {told['backend']!r}; there are {choices}"
        )
    return replace(Specification(model), **told)
