"""Whether a SQLite file can be used, asked before the driver is: its own words help nobody."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from tempfile import TemporaryFile

from storage.errors import WrongDatabase


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
    if not _is_database(path):
        raise WrongDatabase(
            f"DATABASE_URL names {path}, which is no SQLite database, or a damaged one: restore a backup"
        )


def _is_database(path: Path) -> bool:
    """Asked of SQLite: if we opened and closed the file ourselves, this process would lose its locks on it.

    Another process could then take itself for the last one and remove the write-ahead log under our
    connections (https://sqlite.org/howtocorrupt.html, section 2.2).
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError:  # the driver will say what stands in the way
        return True
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
    return True
