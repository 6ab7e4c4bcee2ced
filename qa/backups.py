"""Copies of an Index while it is in use, and back."""

import shutil
import tempfile
from pathlib import Path

from qa.errors import IndexStateError
from qa.index import RECORDS, Index, read_manifest
from qa.verifying import verify

__all__ = ["back_up", "restore"]


def back_up(folder: Path, target: Path) -> int:
    """Copy the newest generation of an Index, which may be written meanwhile, to a new folder.

    Returns the number of the generation. Raises IndexStateError when there is no Index, or something
    at ``target``.
    """
    _check_empty(target)
    while True:
        index = Index.open(folder)
        try:
            _copy(folder, index, target)
        except FileNotFoundError:
            # A writer has published meanwhile, and deleted files of this generation.
            if index.is_newest():
                raise
        else:
            return index.manifest.generation
        finally:
            index.close()


def _copy(folder: Path, index: Index, target: Path) -> None:
    """Copy a generation to a folder beside ``target``, which is given its name when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as temporary:
        copy = Path(temporary) / "index"
        copy.mkdir()
        index.database.file.backup(copy / RECORDS)
        for name in index.manifest.store["files"]:
            (copy / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(folder / name, copy / name)
        if target.exists():
            target.rmdir()
        copy.rename(target)


def restore(backup: Path, folder: Path) -> int:
    """Copy a backup to a new Index folder, after it was verified; returns the number of its generation.

    Raises IndexStateError when the backup is damaged, or something is at ``folder``.
    """
    _check_empty(folder)
    if read_manifest(backup) is None:
        raise IndexStateError(f"{backup}: no backup of an index here; name the folder of one")
    if problems := verify(backup):
        raise IndexStateError(f"{backup}: damaged backup ({problems[0]}); name another one of the index")
    return back_up(backup, folder)


def _check_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise IndexStateError(f"{folder}: something is there already; name a new folder for the index")
