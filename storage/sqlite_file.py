"""Whether a SQLite file can be used, asked before the driver is: its own words help nobody."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from storage.errors import WrongDatabase

_BEGINS: Final = b"SQLite format 3\x00"


def require_usable(path: Path) -> None:
    """Make the folder if there is none; raises WrongDatabase with one sentence."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _require_database(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise WrongDatabase(f"DATABASE_URL names {path}, which cannot be used: {reason}") from error


def _require_database(path: Path) -> None:
    if path.is_dir():
        raise WrongDatabase(f"DATABASE_URL names {path}, which is a folder: name a file in it")
    if not path.exists():
        if not os.access(path.parent, os.W_OK):
            raise WrongDatabase(f"DATABASE_URL names {path}, and its folder cannot be written to")
        # Root is told that it may write everywhere, and cannot.
        with TemporaryFile(dir=path.parent):
            return
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        raise WrongDatabase(f"DATABASE_URL names {path}, which cannot be written to")
    with path.open("rb") as file:
        begin = file.read(len(_BEGINS))
    if begin and begin != _BEGINS:
        raise WrongDatabase(
            f"DATABASE_URL names {path}, which is no SQLite database, or a damaged one: restore a backup"
        )
