"""The command `wenbao export`: answers that were written as JSON to a file for people."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.assistant import Assistant
from qa.errors import InputError
from qa.index import default_index_path
from qa.options import IndexOption
from ui.exports.formats import FORMATS, Format

if TYPE_CHECKING:
    from ui.received import ReceivedAnswer

__all__ = ["export"]


def export(
    file: Annotated[
        Path, typer.Argument(help="The file to write: .md, .docx, .txt (GB/T 7714), .bib, .html.")
    ],
    answers: Annotated[
        Path | None, typer.Argument(help="Answers of `wenbao ask --json`; standard input if not given.")
    ] = None,
    index: IndexOption = None,
) -> None:
    """Write answers with their evidence as Markdown, Word, references or HTML.

    Every quote is compared with the index again. Exit status: 0 done, 2 no answers or a wrong quote.
    """
    from ui.received import check_answer  # noqa: PLC0415 (pydantic, of which `ask` has no need)

    chosen = _format_of(file)
    received = _read_answers(answers)
    with Assistant.open(index or default_index_path()) as assistant:
        content = chosen.write([check_answer(answer, assistant.article) for answer in received], "")
    try:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror}); choose another file") from error


def _format_of(file: Path) -> Format:
    for chosen in FORMATS.values():
        if file.suffix.lower() == chosen.suffix:
            return chosen
    known = ", ".join(chosen.suffix for chosen in FORMATS.values())
    raise InputError(
        f"{file}: no format is written as {file.suffix or 'a file without a suffix'}; take one of {known}"
    )


def _read_answers(path: Path | None) -> list["ReceivedAnswer"]:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 (as above)

    from ui.received import ReceivedAnswer  # noqa: PLC0415

    adapter, name = TypeAdapter(ReceivedAnswer), str(path or "standard input")
    try:
        text = path.read_text(encoding="utf-8-sig") if path else sys.stdin.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{name}: cannot be read as UTF-8 text ({error}); check the path") from error
    read = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                read.append(adapter.validate_json(line))
            except ValidationError as error:
                reason = error.errors()[0]["msg"]
                message = f"{name}:{number}: no answer of `wenbao ask --json` ({reason})"
                raise InputError(message) from None
    if not read:
        raise InputError(f"{name}: no answers in it; write them with `wenbao ask --json`")
    return read
