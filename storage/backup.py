"""A consistent copy of a SQLite database while it is in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from storage.errors import StorageError

PAGES_AT_ONCE = 2048


def copy_sqlite(source: Path, target: Path, *, progress: Callable[[int, int], None] | None = None) -> int:
    """Copy `source` to the new file `target`; its size in bytes. Raises StorageError, leaving no half copy.

    `progress` is told pages left and pages in all.
    """
    if not source.is_file():
        raise StorageError(f"there is no database to back up: {source}")
    if target.exists():
        raise StorageError(f"{target} exists already: name a new file")
    partial = target.with_name(target.name + ".part")
    try:
        with sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True) as origin:
            copy = sqlite3.connect(partial)
            try:
                origin.backup(
                    copy,
                    pages=PAGES_AT_ONCE,
                    progress=lambda _status, left, total: progress(left, total) if progress else None,
                )
                copy.execute("PRAGMA journal_mode=DELETE")
                [(verdict,)] = copy.execute("PRAGMA quick_check(1)").fetchall()
            finally:
                copy.close()
        origin.close()
        if verdict != "ok":
            raise StorageError(f"the copy is damaged as its source may be: {verdict}")
        partial.rename(target)
    except (OSError, sqlite3.Error) as error:
        raise StorageError(f"no backup at {target}: {error}") from error
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size
