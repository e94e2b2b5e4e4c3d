"""Everything a database holds, as text: two of them are equal when nothing was changed between."""

from collections.abc import Iterator

from sqlalchemy import Connection

from linkflow.store.database import Database


def everything_in(database: Database) -> str:
    """Every row of every table, a line each that begins with `INSERT INTO "<table>"`."""
    with database.reading() as tx:
        if tx.connection.dialect.name == "sqlite":
            return "\n".join(tx.connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
        return "\n".join(_of_postgres(tx.connection))


def _of_postgres(connection: Connection) -> Iterator[str]:
    """As SQLite's own dump has it, but bytes that can be read as such."""
    names = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    for name in names.scalars().all():
        rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"')
        yield from (f'INSERT INTO "{name}" VALUES {row}' for row in sorted(map(repr, rows)))
