"""Opening, migrating and writing, on both databases."""

import asyncio
import sqlite3

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import PrimaryKeyConstraint, UniqueConstraint, insert, select

from storage.database import Storage, normalise_url
from storage.dialects import sqlite
from storage.errors import AlreadyExists, Busy, WrongDatabase
from storage.finding import Statement, rows_of
from storage.migrate import current_revision, migrate, newest_revision
from storage.queries import Term, TermQuery
from storage.schema import metadata, topics
from storage.upgrade import head, upgrade


def test_the_newest_revision_is_the_one_alembic_would_reach():
    assert newest_revision() == head()


async def test_a_new_database_has_the_newest_schema(any_storage):
    assert await current_revision(any_storage) == newest_revision()


async def test_migrating_twice_changes_nothing(any_storage):
    await migrate(any_storage)
    assert await current_revision(any_storage) == newest_revision()


async def test_what_is_written_is_read_and_what_fails_is_not(any_storage):
    async with any_storage.write() as tx:
        await tx.topics._connection.execute(insert(topics).values(key="a", query="A"))
    with pytest.raises(AlreadyExists):
        async with any_storage.write() as tx:
            await tx.topics._connection.execute(insert(topics).values(key="b", query="B"))
            await tx.topics._connection.execute(insert(topics).values(key="a", query="A"))
    async with any_storage.read() as tx:
        assert (await tx.topics._connection.execute(select(topics.c.key))).scalars().all() == ["a"]


async def test_many_writers_wait_for_each_other(any_storage):
    async def write(number: int) -> None:
        async with any_storage.write() as tx:
            count = len((await tx.topics._connection.execute(select(topics.c.key))).all())
            await tx.topics._connection.execute(insert(topics).values(key=f"{number}", query=f"{count}"))

    await asyncio.gather(*(write(number) for number in range(20)))
    async with any_storage.read() as tx:
        assert len((await tx.topics._connection.execute(select(topics.c.key))).all()) == 20


async def test_what_the_driver_refuses_of_a_search_is_an_error_of_the_storage(tmp_path):
    async with Storage(f"sqlite:///{tmp_path / 'd.db'}") as storage:
        await migrate(storage)
        with pytest.raises(Busy, match="malformed"):
            await storage.consult(
                lambda tx: rows_of(tx.search._connection, "SELECT json('{')", Statement(sqlite))
            )


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mysql://localhost/x", "mysql"),
        ("not an address", "DATABASE_URL"),
        ("sqlite://", "file"),
        ("", "DATABASE_URL"),
    ],
)
def test_a_wrong_address_is_refused_in_one_sentence(url, word):
    with pytest.raises(WrongDatabase, match=word) as caught:
        normalise_url(url)
    assert "\n" not in str(caught.value)


async def test_a_server_that_is_not_there_is_named_without_the_password():
    async with Storage("postgresql://someone:secret@127.0.0.1:9/none") as storage:
        with pytest.raises(WrongDatabase) as caught:
            await migrate(storage)
    assert "secret" not in str(caught.value)
    assert "127.0.0.1:9" in str(caught.value)


async def test_a_newer_schema_is_refused(any_storage):
    async with any_storage.engine.connect() as connection:
        await connection.execution_options(depesche_writes=True)
        async with connection.begin():
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(WrongDatabase, match="update Depesche"):
        await migrate(any_storage)


async def test_a_server_that_went_away_is_busy():
    async with Storage("postgresql://someone@127.0.0.1:9/none") as storage:
        with pytest.raises(Busy, match="does not answer"):
            async with storage.read():
                pass


def test_what_points_to_a_row_that_can_go_is_found_by_an_index():
    """For each row removed the database looks for what points to it: without an index, through all there is."""
    stays = {"stories.id"}
    searched = []
    for table in metadata.sorted_tables:
        firsts = [next(iter(index.columns)).name for index in table.indexes]
        keys = [one for one in table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint)]
        firsts += [next(iter(key.columns)).name for key in keys if len(key.columns)]
        searched += [
            f"{table.name}.{key.parent.name}"
            for key in table.foreign_keys
            if key.parent.name not in firsts and key.target_fullname not in stays
        ]
    assert not searched


async def test_the_migrations_lead_to_the_tables_of_the_code(any_storage):
    def differences(connection):
        known = {table.name for table in metadata.sorted_tables}
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in known}
        )
        # The text index differs by database and lives in storage/dialects.
        return [one for one in compare_metadata(context, metadata) if "vector" not in str(one)]

    async with any_storage.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def make_old(storage, revision):
    """The schema as it was."""
    async with storage.engine.connect() as connection:
        await connection.execution_options(depesche_writes=True)
        async with connection.begin():
            await connection.run_sync(upgrade, to=revision)


async def test_articles_of_an_older_schema_can_be_ranked_after_the_upgrade(tmp_path):
    async with Storage(f"sqlite:///{tmp_path / 'old.db'}") as storage:
        await make_old(storage, "0017")
        with sqlite3.connect(tmp_path / "old.db") as database:
            put_row(database, "articles", id=9, publisher="Bote", published_at="2026-01-05 07:30:00.000000")
            put_row(database, "analyses", article_id=9, title_terms="krieg frieden", text_terms="krieg")
        database.close()
        await migrate(storage)
        async with storage.read() as tx:
            await tx.search.count_terms()
            found = await tx.search.candidates(TermQuery(match=Term(("krieg",))), newest=5)
    [one] = found.newest
    assert (one.article_id, one.title, one.publisher) == (9, " krieg frieden ", "Bote")
    assert one.published_s == 1767598200


def put_row(database, table, **values):
    """A row of a schema the code no longer knows: what must be there and was not given is empty."""
    for _, name, kind, is_needed, default, _ in database.execute(f"PRAGMA table_info({table})").fetchall():
        if is_needed and default is None and name not in values:
            values[name] = "" if "CHAR" in kind or kind == "TEXT" else 0
    marks = ", ".join("?" * len(values))
    statement = f"INSERT INTO {table}({', '.join(values)}) VALUES ({marks})"  # noqa: S608
    database.execute(statement, tuple(values.values()))


async def test_what_an_older_schema_held_is_there_after_the_upgrade(tmp_path):
    """The tables that 0014 builds anew."""
    said_at = "2026-01-05 07:30:00.000000"
    told = [(7, 3, 2, said_at, None, None), (7, 4, 1, said_at, None, None)]
    held = {"told": told, "topic_matches": [(5, 9, 0.4), (6, 9, 0.9)]}
    async with Storage(f"sqlite:///{tmp_path / 'old.db'}") as storage:
        await make_old(storage, "0013")
        with sqlite3.connect(tmp_path / "old.db") as database:
            put_row(database, "chats", id=7)
            put_row(database, "articles", id=9)
            for number in (3, 4):
                put_row(database, "stories", id=number)
            for number in (5, 6):
                put_row(database, "topics", id=number, key=str(number))
            for table, rows in held.items():
                marks = ", ".join("?" * len(rows[0]))
                database.executemany(f"INSERT INTO {table} VALUES ({marks})", reversed(rows))  # noqa: S608
        database.close()
        await migrate(storage)
    with sqlite3.connect(tmp_path / "old.db") as database:
        for table, rows in held.items():
            assert database.execute(f"SELECT * FROM {table}").fetchall() == rows  # noqa: S608
            [made] = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
            assert "WITHOUT ROWID" in made
        assert not database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'old%'").fetchall()
    database.close()
