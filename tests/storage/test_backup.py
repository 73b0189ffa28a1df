"""A backup taken while somebody writes can be opened and is whole."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert

from storage.backup import copy_sqlite
from storage.errors import StorageError
from storage.schema import topics


async def test_a_backup_has_all_that_was_committed(storage, tmp_path):
    async with storage.write() as tx:
        await tx.topics._connection.execute(insert(topics).values(key="a", query="A"))
    target = tmp_path / "copy.db"
    async with storage.write() as tx:
        await tx.topics._connection.execute(insert(topics).values(key="open", query="not yet committed"))
        size = copy_sqlite(Path(storage.url.database), target)
    assert size == target.stat().st_size
    copy = sqlite3.connect(target)
    try:
        assert copy.execute("SELECT key FROM topics").fetchall() == [("a",)]
    finally:
        copy.close()


async def test_an_existing_file_is_not_overwritten(storage, tmp_path):
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(StorageError, match="exists already"):
        copy_sqlite(Path(storage.url.database), target)
    assert target.read_text() == "precious"


def test_what_is_no_database_leaves_nothing_behind(tmp_path):
    source, target = tmp_path / "junk.db", tmp_path / "copy.db"
    source.write_bytes(b"no database at all" * 100)
    with pytest.raises(StorageError, match="no backup"):
        copy_sqlite(source, target)
    with pytest.raises(StorageError, match="no database"):
        copy_sqlite(tmp_path / "missing.db", target)
    assert list(tmp_path.iterdir()) == [source]
