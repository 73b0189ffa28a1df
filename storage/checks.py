"""Is the database whole? One sentence for each thing that is not."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError, DBAPIError

from storage.database import Storage, normalise_url
from storage.dialects import postgresql, sqlite
from storage.errors import WrongDatabase

REINDEX = "run `depesche db reindex`"
# What must never be there, and what to say when it is.
ODDITIES = (
    (
        "SELECT count(*) FROM articles WHERE id NOT IN (SELECT article_id FROM analyses)",
        "{} articles are stored without their analysis and cannot be found: restore a backup",
    ),
    (
        """SELECT count(*) FROM stories s WHERE s.merged_into IS NULL
           AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.story_id = s.id)""",
        "{} stories have no article left",
    ),
    (
        "SELECT count(*) FROM outbox o WHERE o.state = 'sending' AND o.claimed_until IS NULL",
        "{} messages are marked as being sent by nobody",
    ),
)


def require_file(url: str) -> None:
    """Opening a SQLite file makes it; who only looks asks here first. Raises WrongDatabase."""
    parsed = normalise_url(url)
    path = Path(parsed.database or "")
    if parsed.get_backend_name() == "sqlite" and not path.exists():
        raise WrongDatabase(
            f"there is no database file {path}: `depesche db upgrade` makes one,"
            " or DATABASE_URL has to name another"
        )


async def inconsistencies(storage: Storage) -> list[str]:
    """All that is wrong, in words an operator can act on; empty when all is well."""
    async with storage.engine.connect() as connection:
        return await connection.run_sync(_inconsistencies)


def _inconsistencies(connection: Connection) -> list[str]:
    problems = []
    if connection.dialect.name == "sqlite":
        problems += _sqlite_problems(connection)
    for query, sentence in ODDITIES:
        count = connection.scalar(text(query))
        if count:
            problems.append(sentence.format(count))
    return problems + _index_problems(connection)


def _index_problems(connection: Connection) -> list[str]:
    """The text index against the analyses it is made of, and the terms' counts against the index."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(dialect.CHECK_INDEX)
    except DBAPIError:
        return [f"the text index does not say what the articles say: {REINDEX}"]
    if dialect.PREPARE_COUNTS:
        connection.exec_driver_sql(dialect.PREPARE_COUNTS)
    wrong = connection.exec_driver_sql(
        f"""SELECT count(*) FROM ({dialect.COUNTS}) AS real FULL JOIN terms ON terms.term = real.term
            WHERE coalesce(real.articles, 0) <> coalesce(terms.articles, 0)"""  # noqa: S608 - constants alone
    ).scalar_one()
    return [f"{wrong} words are counted wrongly: {REINDEX}"] if wrong else []


def _sqlite_problems(connection: Connection) -> list[str]:
    try:
        rows = [row[0] for row in connection.execute(text("PRAGMA integrity_check(5)"))]
    except DatabaseError as error:
        return [f"the file is damaged, restore a backup: {error.orig}"]
    problems = [f"the file is damaged, restore a backup: {row}" for row in rows if row != "ok"]
    loose = connection.execute(text("PRAGMA foreign_key_check")).all()
    if loose:
        problems.append(f"{len(loose)} rows point to rows that are gone, first in table {loose[0][0]}")
    wrong = connection.exec_driver_sql(sqlite.CHECK_CANDIDATES).scalar_one()
    if wrong:
        problems.append(f"{wrong} articles are ranked by what they no longer say: {REINDEX}")
    return problems
