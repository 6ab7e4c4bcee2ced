"""Where the store of an Index is in Milvus: addresses, and the file in its folder that tells of the choice.

milvus://host:19530/database        a server of Milvus 2.5 or later; milvus+tls:// encrypted
milvus+lite:///folder/passages.db   Milvus Lite, in this process: for trying and for tests
"""

import json
import re
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from qa.errors import IndexStateError, InputError

__all__ = [
    "Choice",
    "checked_address",
    "choose",
    "has_choice",
    "is_lite",
    "lite_file",
    "read_choice",
    "server_of",
]

_FILE = "milvus.json"
_LITE = "milvus+lite://"
_SERVER = re.compile(r"milvus(?P<tls>\+tls)?://(?P<host>[^/@:]+:\d+)(?:/(?P<database>\w+))?")


@dataclass(frozen=True, slots=True)
class Choice:
    """The address that the collections of an Index are made at, and the id that their names begin with."""

    address: str
    id: str


def checked_address(address: str) -> str:
    """Return an address in the form that it is kept in. Raises InputError when it is not one of Milvus."""
    if is_lite(address) and address.endswith(".db"):
        return _LITE + str(lite_file(address).expanduser().absolute())
    if _SERVER.fullmatch(address):
        return address
    raise InputError(
        f"{address}: not the address of a store; write milvus://host:19530, or milvus+lite:///folder/name.db "
        "(user and password go into the environment: MILVUS_TOKEN=user:password)"
    )


def is_lite(address: str) -> bool:
    """Tell whether an address is that of a file of Milvus Lite."""
    return address.startswith(_LITE)


def lite_file(address: str) -> Path:
    """Return the file of an address of Milvus Lite."""
    return Path(address.removeprefix(_LITE))


def server_of(address: str) -> tuple[str, str]:
    """Return the URL of the server that an address is of, and the name of its database or ""."""
    match = _SERVER.fullmatch(address)
    if match is None:
        raise IndexStateError(f"{address}: not the address of a Milvus server")
    return f"{'https' if match['tls'] else 'http'}://{match['host']}", match["database"] or ""


def choose(folder: Path, address: str) -> None:
    """Let an Index folder keep its vectors and words at an address, under an id of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    choice = json.dumps(asdict(Choice(address, uuid.uuid4().hex)), ensure_ascii=False)
    (folder / _FILE).write_text(f"{choice}\n", encoding="utf-8")


def has_choice(folder: Path) -> bool:
    """Tell whether a store in Milvus was chosen for an Index folder."""
    return (folder / _FILE).exists()


def read_choice(folder: Path) -> Choice:
    """Return what was chosen for an Index folder. Raises IndexStateError when nothing was."""
    path = folder / _FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Choice(checked_address(f"{values['address']}"), f"{values['id']}")
    except FileNotFoundError:
        message = (
            f"{folder}: a copy of an index in Milvus; run `wenbao repair` to give it a collection of its own"
        )
        raise IndexStateError(message) from None
    except (ValueError, KeyError, TypeError, InputError) as error:
        message = f"{path}: damaged; delete it and run `wenbao repair` to give the index another collection"
        raise IndexStateError(message) from error
