"""The trigram index of PostgreSQL, which needs the extension pg_trgm; SQLite's is a table of the schema.

Making the extension takes a right that not every owner of a database has. Without it everything works, and a search
reads the text of every company.
"""

import logging

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

NAME = "ix_company_documents_text"
MISSING = (
    "searches for companies have no index: the extension pg_trgm is not in this database. Let a superuser run "
    "CREATE EXTENSION pg_trgm; there, then run `linkflow db upgrade` once more"
)

_log = logging.getLogger(__name__)


def make_index(connection: Connection) -> None:
    """Make the index where it can be made and there is none; says so in the log where it cannot."""
    if is_indexed(connection):
        return
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(text(f"CREATE INDEX {NAME} ON company_documents USING gin (text gin_trgm_ops)"))
    except DBAPIError:
        _log.warning(MISSING)


def is_indexed(connection: Connection) -> bool:
    """Whether searches use an index."""
    if connection.dialect.name == "sqlite":
        return True
    return connection.scalar(text("SELECT to_regclass(:name)"), {"name": NAME}) is not None
