"""What belongs to the accounts of users: invitations, forgotten passwords, recovery codes, news that waits."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from linkflow.store.columns import Id, Word, id_column, metadata, organization_column, reference
from linkflow.store.types import UtcDateTime

_OPEN = text("accepted_at IS NULL AND withdrawn_at IS NULL")

invitations = Table(
    "invitations",
    metadata,
    id_column(),
    organization_column(),
    Column("email", String(320), nullable=False),
    Column("role", Word, nullable=False),
    # An invitation outlives who made it.
    Column("invited_by", Id, ForeignKey("users.id", ondelete="SET NULL")),
    Column("issue", Integer, nullable=False, server_default="1"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("accepted_at", UtcDateTime),
    Column("withdrawn_at", UtcDateTime),
    # Each organization invites an address once at a time.
    Index("uq_invitations_open", "organization", "email", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    Index("ix_invitations_list", "organization", "created_at", "id"),
)

password_resets = Table(
    "password_resets",
    metadata,
    id_column(),
    organization_column(),
    reference("user_id", "users"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    reference("user_id", "users", primary_key=True, index=False),
    Column("code_hash", String(64), primary_key=True),
    Column("used_at", UtcDateTime),
)

# News for a user who wants one mail a day; a row goes when its mail is made.
notices = Table(
    "notices",
    metadata,
    id_column(),
    organization_column(),
    reference("user_id", "users"),
    reference("company_id", "companies"),
    Column("company_name", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_notices_due", "organization", "created_at"),
)
