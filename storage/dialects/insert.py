"""Rows put in, with a mind for the unique key, which the standard has not; and many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Boolean, Table, bindparam, update
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
    command = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
    command = f"{command} ON CONFLICT DO NOTHING" if keep else command
    await connection.exec_driver_sql(command, _for_sqlite(table, names, rows))


async def update_rows(
    connection: AsyncConnection, table: Table[Any], names: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> None:
    """New values for the columns named, in the row whose id comes last; many rows at once."""
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        statement = update(table).where(table.c.id == bindparam("_id"))
        await connection.execute(
            statement.values({name: bindparam(name) for name in names}),
            [dict(zip((*names, "_id"), row, strict=True)) for row in rows],
        )
        return
    command = f"UPDATE {table.name} SET {', '.join(f'{name} = ?' for name in names)} WHERE id = ?"  # noqa: S608
    await connection.exec_driver_sql(command, _for_sqlite(table, (*names, "id"), rows))


def _for_sqlite(
    table: Table[Any], names: tuple[str, ...], rows: Sequence[Sequence[Any]]
) -> list[tuple[Any, ...]]:
    """The rows with values as the driver takes them, converted column by column."""
    columns = [
        values if converter is None else _converted(converter, values)
        for converter, values in zip(_converters(table, names), zip(*rows, strict=True), strict=True)
    ]
    return list(zip(*columns, strict=True))


def _converted(converter: Callable[[Any], Any], values: Iterable[Any]) -> Iterator[Any]:
    """What is the same from row to row, as the moment all of them came, is converted once."""
    last, found = None, converter(None)
    for value in values:
        if value is not last:
            last, found = value, converter(value)
        yield found


@cache
def _converters(table: Table[Any], names: tuple[str, ...]) -> list[Callable[[Any], Any] | None]:
    """What turns a value of each column into what the driver takes; it takes a bool as it is."""
    dialect = sqlite.dialect()
    kinds = [table.c[name].type for name in names]
    return [
        None if isinstance(kind, Boolean) else kind.dialect_impl(dialect).bind_processor(dialect)
        for kind in kinds
    ]
