"""Bring the schema up to date, all of it or none of it, one process at a time.

Runs the revisions in `migrations/`; never the durable engine's own, which `linkflow db upgrade` runs first.
There is no way down: a mistake is corrected by the next revision.
"""

from io import StringIO
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from linkflow.store.books_tables import ALL_TABLES
from linkflow.store.engines import open_engine
from linkflow.store.tables import metadata

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "linkflow_schema"
_LOCK = 0x6C696E6B


def upgrade(url: str) -> None:
    """Apply every revision the database at `url` lacks, in one transaction."""
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            _wait_for_turn(connection)
            command.upgrade(_config(connection), "head")
    finally:
        engine.dispose()


def is_current(connection: Connection) -> bool:
    """Whether the schema is the one this version of linkflow expects."""
    here = _context(connection).get_current_revision()
    return here == ScriptDirectory(str(MIGRATIONS)).get_current_head()


def differences(connection: Connection) -> list[object]:
    """What the database has and the tables in the code lack, or the other way round; ours only."""
    return list(compare_metadata(_context(connection), metadata))


def write_revision(url: str, message: str) -> None:
    """For developers: write the next revision from the tables' difference to an up-to-date database."""
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            number = len(list(ScriptDirectory(str(MIGRATIONS)).walk_revisions())) + 1
            command.revision(_config(connection), message=message, autogenerate=True, rev_id=f"{number:04}")
    finally:
        engine.dispose()


def _context(connection: Connection) -> MigrationContext:
    options = {
        "version_table": VERSION_TABLE,
        "include_name": lambda name, kind, _parents: kind != "table" or name in ALL_TABLES,
    }
    return MigrationContext.configure(connection, opts=options)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection}, stdout=StringIO())
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
