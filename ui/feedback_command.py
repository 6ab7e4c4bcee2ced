"""The command `wenbao feedback`: feedback and the gold questions made of it, out of and into files."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.errors import InputError
from qa.index import default_index_path
from qa.options import IndexOption
from qa.printing import out

if TYPE_CHECKING:
    from ui.feedback import FeedbackStore

__all__ = ["app"]

app = typer.Typer(help="What readers said of answers.", no_args_is_help=True)

FeedbackOption = Annotated[
    Path | None,
    typer.Option("--feedback", help="The file that keeps feedback; in the index folder if not given."),
]


@app.command("export")
def export_feedback(
    file: Annotated[Path, typer.Argument(help="The file to write, JSON lines.")],
    index: IndexOption = None,
    feedback: FeedbackOption = None,
    gold: Annotated[
        bool, typer.Option("--gold", help="Only what was accepted, as gold questions for `wenbao eval`.")
    ] = False,
) -> None:
    """Write all feedback, or the gold questions that reviewers made of it."""
    from ui.feedback import feedback_line, gold_line  # noqa: PLC0415 (pydantic, of which `ask` has no need)

    path = _place(index, feedback)
    if not path.exists():
        raise InputError(f"{path}: no feedback here; name the file with --feedback")
    kept = _open(path).read("accepted" if gold else None)
    rows = filter(None, map(gold_line, kept)) if gold else map(feedback_line, kept)
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    try:
        file.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"{file}: cannot be written ({error.strerror}); choose another file") from error
    out.print(f"{file}: {len(lines)}", markup=False)
    if not lines:
        raise typer.Exit(1)


@app.command("import")
def import_feedback(
    file: Annotated[Path, typer.Argument(help="A file that `wenbao feedback export` wrote.")],
    index: IndexOption = None,
    feedback: FeedbackOption = None,
) -> None:
    """Take in feedback of another server, or what was reviewed elsewhere."""
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read as UTF-8 text ({error}); check the path") from error
    path = _place(index, feedback)
    count = _open(path).merge(lines, str(file))
    out.print(f"{path}: {count}", markup=False)


def _open(path: Path) -> "FeedbackStore":
    from ui.feedback import FeedbackStore  # noqa: PLC0415 (as above)

    return FeedbackStore(path)


def _place(index: Path | None, feedback: Path | None) -> Path:
    return feedback or (index or default_index_path()) / "feedback.sqlite"
