"""Rows put in: with a mind for the unique key, which the standard has not, and many at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert(connection: AsyncConnection, table: Table[Any]) -> postgresql.Insert:
    """An INSERT with `on_conflict_do_nothing` and `on_conflict_do_update`, spelt alike by both."""
    if connection.dialect.name == "sqlite":
        return cast("postgresql.Insert", sqlite.insert(table))
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - a tenth of a second that SQLite need not pay

    return postgresql.insert(table)


async def insert_rows(
    connection: AsyncConnection,
    table: Table[Any],
    names: tuple[str, ...],
    rows: Sequence[Sequence[Any]],
    *,
    keep: bool = False,
) -> None:
    """Rows of values for the columns named; with `keep`, what is there already stays as it is.

    SQLite gets them as they are: naming and converting each value alone takes longer than storing it.
    """
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        statement = insert(connection, table)
        await connection.execute(
            statement.on_conflict_do_nothing() if keep else statement,
            [dict(zip(names, row, strict=True)) for row in rows],
        )
        return
    command, converters = _plain(table, names, keep)
    columns = [
        values if converter is None else map(converter, values)
        for converter, values in zip(converters, zip(*rows, strict=True), strict=True)
    ]
    await connection.exec_driver_sql(command, list(zip(*columns, strict=True)))


@cache
def _plain(
    table: Table[Any], names: tuple[str, ...], keep: bool
) -> tuple[str, list[Callable[[Any], Any] | None]]:
    """SQLite's own INSERT, and what turns a value of each column into what the driver takes."""
    command = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
    dialect = sqlite.dialect()
    converters = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    return f"{command} ON CONFLICT DO NOTHING" if keep else command, converters
