"""Bringing a database up to date: the durable engine's tables first, then ours. Nothing else migrates."""

from dbos import DBOS

from linkflow.jobs.queue import SCHEMA
from linkflow.store import migrating
from linkflow.store.engines import check_sqlite, database_url, open_engine


def upgrade(url: str) -> None:
    """Create or upgrade every table at `url`; safe to repeat, and to run twice at once."""
    parsed = database_url(url)
    plain = parsed.set(drivername=parsed.get_backend_name()).render_as_string(hide_password=False)
    if parsed.get_backend_name() == "sqlite":
        check_sqlite()
        _write_ahead(url)
        DBOS.migrate(plain)
    else:
        DBOS.migrate(plain, schema=SCHEMA)
    migrating.upgrade(url)


def _write_ahead(url: str) -> None:
    """The first connection of ours sets the journal mode, which stays with the file."""
    engine = open_engine(url)
    with engine.connect():
        pass
    engine.dispose()
