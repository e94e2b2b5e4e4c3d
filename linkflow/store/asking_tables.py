"""Customers asked in batches to sign in at their software again, and what came of each asking."""

from sqlalchemy import Column, Index, Integer, Table, text

from linkflow.store.columns import Id, Word, id_column, metadata, organization_column, reference
from linkflow.store.types import UtcDateTime

# What one user chose at once. States: `asking`, then `asked`.
asking_batches = Table(
    "asking_batches",
    metadata,
    id_column(),
    organization_column(),
    Column("user_id", Id, nullable=False),
    Column("state", Word, nullable=False),
    Column("total", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_asking_batches_newest", "organization", "created_at"),
)

_open = text("asked_at IS NOT NULL AND done_at IS NULL AND stopped_at IS NULL")

# One connection of a batch: asked or passed over, reminded of, opened, done, or given up.
askings = Table(
    "askings",
    metadata,
    id_column(),
    organization_column(),
    # A company's rows go with it, a batch when its time is over.
    Column("batch_id", Id, nullable=False),
    reference("company_id", "companies"),
    reference("connection_id", "connections"),
    Column("position", Integer, nullable=False),
    # Why a person is needed and by when, as it stood when it was chosen.
    Column("why", Word, nullable=False),
    Column("due_at", UtcDateTime),
    # The request whose link the mail carries.
    Column("request_id", Id),
    Column("asked_at", UtcDateTime),
    # In place of asking: why not.
    Column("skipped", Word),
    Column("reminders", Integer, nullable=False, server_default="0"),
    Column("reminded_at", UtcDateTime),
    Column("opened_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Column("stopped_at", UtcDateTime),
    Index("ix_askings_place", "batch_id", "position"),
    Index("ix_askings_opened", "request_id", sqlite_where=_open, postgresql_where=_open),
    Index("ix_askings_reminded", "organization", "asked_at", sqlite_where=_open, postgresql_where=_open),
)
