"""Bringing a database up to date: the durable engine's tables first, then ours. Nothing else migrates."""

from dbos import DBOS
from sqlalchemy.exc import OperationalError

from linkflow.jobs.queue import SCHEMA
from linkflow.store import migrating
from linkflow.store.engines import (
    UnsuitableDatabase,
    check_sqlite,
    database_url,
    make_sqlite_file,
    open_engine,
    sqlite_file,
)


def upgrade(url: str) -> None:
    """Create or upgrade every table at `url`; safe to repeat, and to run twice at once.

    Raises `UnsuitableDatabase` when the database cannot be reached or made.
    """
    parsed, file = database_url(url), sqlite_file(url)
    if file is not None:
        check_sqlite()
        make_sqlite_file(file)
    _connect_once(url)
    plain = parsed.set(drivername=parsed.get_backend_name()).render_as_string(hide_password=False)
    if file is not None:
        DBOS.migrate(plain)
    else:
        DBOS.migrate(plain, schema=SCHEMA)
    migrating.upgrade(url)


def _connect_once(url: str) -> None:
    """On SQLite the first connection of ours sets the journal mode, which stays with the file."""
    engine = open_engine(url)
    try:
        with engine.connect():
            pass
    except OperationalError as error:
        # The driver's words name the host, the port and what is wrong, never the password.
        reason = " ".join(str(error.orig).split())
        raise UnsuitableDatabase(f"the database cannot be opened: {reason}") from None
    finally:
        engine.dispose()
