"""What goes along: mails, codes, uploads, notes, the audit trail, limits and workers.

Rows of `events` are never changed once written, nor removed but with their company (triggers refuse it).
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text, text

from linkflow.store.columns import Id, Word, id_column, metadata, organization_column, reference
from linkflow.store.types import UtcDateTime

messages = Table(
    "messages",
    metadata,
    id_column(),
    organization_column(),
    reference("request_id", "requests", nullable=True),
    reference("link_id", "links", nullable=True),
    Column("code_id", Id),
    Column("invitation_id", Id),
    Column("reset_id", Id),
    Column("kind", Word, nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("sender_name", String(100), nullable=False),
    Column("reply_to", String(320)),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("state", Word, nullable=False),
    Column("error", Text),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_try_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
)

codes = Table(
    "codes",
    metadata,
    id_column(),
    reference("link_id", "links"),
    # What it lets through to: the journey, or receipt and access.
    Column("purpose", Word, nullable=False),
    Column("browser_hash", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("used_at", UtcDateTime),
)

uploads = Table(
    "uploads",
    metadata,
    id_column(),
    organization_column(),
    reference("company_id", "companies"),
    reference("request_id", "requests"),
    reference("entity_id", "entities"),
    Column("consent_id", Id, nullable=False),
    Column("filename", String(255), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    # Encrypted and bound to this row, like tokens.
    Column("content", LargeBinary, nullable=False),
    Column("state", Word, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("created_at", UtcDateTime, nullable=False),
    Column("replaced_at", UtcDateTime),
    Index("ix_uploads_newest", "request_id", "entity_id", "created_at"),
    # However many arrive at once: one file stands for an entity's books in a request.
    Index(
        "uq_uploads_current",
        "request_id",
        "entity_id",
        unique=True,
        sqlite_where=text("replaced_at IS NULL"),
        postgresql_where=text("replaced_at IS NULL"),
    ),
)

# What users write down about a company for each other; no customer ever sees it.
notes = Table(
    "notes",
    metadata,
    id_column(),
    organization_column(),
    reference("company_id", "companies", index=False),
    reference("user_id", "users"),
    Column("text", Text, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Index("ix_notes_newest", "company_id", "written_at"),
)

events = Table(
    "events",
    metadata,
    id_column(),
    organization_column(),
    Column("company_id", Id),
    Column("request_id", Id, index=True),
    Column("entity_id", Id),
    Column("kind", Word, nullable=False),
    # Who: `user:<id>`, `link:<id>`, or `linkflow`; what, in words and ids only.
    Column("actor", String(60), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_events_log", "organization", "at", "id"),
    Index("ix_events_log_actor", "organization", "actor", "at", "id"),
    Index("ix_events_log_kind", "organization", "kind", "at", "id"),
    Index("ix_events_company_id", "company_id", "at", "id"),
)

# A company that somebody deleted: what is left of it are its consent records and a few events, until `forgotten_at`.
deletions = Table(
    "deletions",
    metadata,
    Column("company_id", Id, primary_key=True),
    organization_column(),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    # The triggers let the records go once this is set.
    Column("forgotten_at", UtcDateTime),
)

# A table of companies somebody uploaded, from its preview until all of them were asked, a day at most.
company_imports = Table(
    "company_imports",
    metadata,
    id_column(),
    organization_column(),
    reference("user_id", "users"),
    Column("state", Word, nullable=False),
    Column("total", Integer, nullable=False),
    Column("added", Integer, nullable=False, server_default="0"),
    # The companies gone through so far, and those of them that could not be asked.
    Column("asked", Integer, nullable=False, server_default="0"),
    Column("skipped", Integer, nullable=False, server_default="0"),
    # The rows, and what to ask them; both encrypted and bound to this row, and gone once they were used.
    Column("content", LargeBinary),
    Column("ask", Text),
    Column("created_at", UtcDateTime, nullable=False),
)

throttles = Table(
    "throttles",
    metadata,
    Column("key", String(128), primary_key=True),
    Column("window", UtcDateTime, primary_key=True),
    Column("count", Integer, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("taken_over_at", UtcDateTime),
)
