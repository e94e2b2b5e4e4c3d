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
from sqlalchemy.exc import OperationalError

from linkflow.store.engines import UnsuitableDatabase, open_engine, sqlite_file
from linkflow.store.report_tables import ALL_TABLES
from linkflow.store.search_index import MISSING, NAME, is_indexed, make_index
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
            make_index(connection)
    finally:
        engine.dispose()


def refuse_other_schema(url: str) -> None:
    """Raise `UnsuitableDatabase` unless the database at `url` has the tables of this version.

    A database that does not answer is not refused: it may come up in a moment.
    """
    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise UnsuitableDatabase(f"there is no database at {file} yet: run `linkflow db upgrade`")
    engine = open_engine(url, read_only=True)
    try:
        with engine.connect() as connection:
            here = _context(connection).get_current_revision()
    except OperationalError:
        return
    finally:
        engine.dispose()
    if here is None:
        raise UnsuitableDatabase("the database has no tables of linkflow yet: run `linkflow db upgrade`")
    if here != _head():
        raise UnsuitableDatabase(
            f"the database's tables are those of revision {here}, and this version of linkflow has {_head()}: "
            "run `linkflow db upgrade`, or install the version that made them"
        )


def lacks(url: str) -> str | None:
    """What the database at `url` could have and has not, with what to do; None also when it does not answer."""
    if sqlite_file(url) is not None:
        return None
    engine = open_engine(url, read_only=True)
    try:
        with engine.connect() as connection:
            return None if not is_current(connection) or is_indexed(connection) else MISSING
    except OperationalError:
        return None
    finally:
        engine.dispose()


def is_current(connection: Connection) -> bool:
    """Whether the schema is the one this version of linkflow expects."""
    return _context(connection).get_current_revision() == _head()


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


def _head() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def _context(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "include_name": is_ours})


def is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Whether a table or an index is one that the code describes."""
    return name in ALL_TABLES if kind == "table" else name != NAME


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection}, stdout=StringIO())
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _wait_for_turn(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
