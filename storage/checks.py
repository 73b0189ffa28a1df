"""Is the database whole? One sentence for each thing that is not."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from storage.database import Storage

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
    return problems


def _sqlite_problems(connection: Connection) -> list[str]:
    try:
        rows = [row[0] for row in connection.execute(text("PRAGMA integrity_check(5)"))]
    except DatabaseError as error:
        return [f"the file is damaged, restore a backup: {error.orig}"]
    problems = [f"the file is damaged, restore a backup: {row}" for row in rows if row != "ok"]
    loose = connection.execute(text("PRAGMA foreign_key_check")).all()
    if loose:
        problems.append(f"{len(loose)} rows point to rows that are gone, first in table {loose[0][0]}")
    return problems
