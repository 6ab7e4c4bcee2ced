"""The command `wenbao user`: who may log in to the chat."""

from pathlib import Path
from typing import Annotated

import typer

from qa.errors import InputError
from qa.printing import out
from ui.users import UserFile, default_users_path

__all__ = ["app"]

app = typer.Typer(help="Users who may log in to the chat.", no_args_is_help=True)

NameArgument = Annotated[str, typer.Argument(help="The name to log in with.")]
UsersOption = Annotated[
    Path | None,
    typer.Option("--users", help="The file of users; $WENBAO_USERS or the user-data folder if not given."),
]


@app.command()
def add(
    name: NameArgument,
    users: UsersOption = None,
    reviewer: Annotated[bool, typer.Option("--reviewer", help="May also review feedback.")] = False,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", help="Read the password there instead of asking for it.")
    ] = None,
) -> None:
    """Add a user, or give one another password."""
    path = users or default_users_path()
    if password_file:
        password = _read_password(password_file)
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    UserFile(path).add(name, password, reviewer=reviewer)
    out.print(f"{path}: {name}", markup=False)


@app.command()
def remove(name: NameArgument, users: UsersOption = None) -> None:
    """Remove a user; who is logged in under the name is logged out."""
    UserFile(users or default_users_path()).remove(name)


@app.command("list")
def show(users: UsersOption = None) -> None:
    """Show who may log in, and who of them may review feedback."""
    for user in UserFile(users or default_users_path()).users():
        out.print(f"{user.name}{'  reviewer' if user.reviewer else ''}", markup=False)


def _read_password(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}: the password cannot be read ({error}); name another --password-file"
        ) from error
