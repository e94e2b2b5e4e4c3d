"""Every table of the journey and the portal, as SQLAlchemy Core; the books' own tables are in `books_tables.py`.

Ids are opaque text, times UTC, money ten-thousandths. Every row a person can reach carries its organization. Rows of
`consents` and `events` are never changed once written (triggers in the first migration refuse it).
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from linkflow.store.types import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = String(32)
Slug = String(64)
Word = String(40)


def _id() -> Column[str]:
    return Column("id", Id, primary_key=True)


def _organization() -> Column[str]:
    return Column("organization", Slug, nullable=False, index=True)


def _ref(
    name: str, target: str, *, nullable: bool = False, index: bool = True, primary_key: bool = False
) -> Column[str]:
    reference = ForeignKey(f"{target}.id", ondelete="CASCADE")
    return Column(name, Id, reference, nullable=nullable, index=index, primary_key=primary_key)


users = Table(
    "users",
    metadata,
    _id(),
    _organization(),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("password_hash", Text),
    Column("role", Word, nullable=False),
    Column("session_epoch", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

companies = Table(
    "companies",
    metadata,
    _id(),
    _organization(),
    Column("name", String(100), nullable=False),
    Column("description", String(200), nullable=False, server_default=""),
    Column("contact_name", String(100), nullable=False),
    Column("contact_email", String(320), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

company_users = Table(
    "company_users",
    metadata,
    _ref("company_id", "companies", primary_key=True, index=False),
    _ref("user_id", "users", primary_key=True),
)

entities = Table(
    "entities",
    metadata,
    _id(),
    _organization(),
    _ref("company_id", "companies", index=False),
    # The company itself is an entity too: its name is None and its folded name empty.
    Column("name", String(100)),
    Column("folded_name", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("company_id", "folded_name"),
)

requests = Table(
    "requests",
    metadata,
    _id(),
    _organization(),
    _ref("company_id", "companies"),
    _ref("created_by", "users", nullable=True, index=False),
    Column("name", String(100), nullable=False),
    Column("data_types", String(60), nullable=False),
    Column("due_on", Date),
    Column("note", Text, nullable=False, server_default=""),
    Column("language", String(20), nullable=False),
    Column("phrase", String(60), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("entity_count", Word),
    Column("followed_at", UtcDateTime),
    Column("opened_at", UtcDateTime),
    Column("declined_at", UtcDateTime),
    Column("decline_reason", Text, nullable=False, server_default=""),
    Column("finished_at", UtcDateTime),
    Column("withdrawn_at", UtcDateTime),
    Column("reminders_off_at", UtcDateTime),
    Column("status", Word, nullable=False),
    Column("status_at", UtcDateTime, nullable=False),
    Index("ix_requests_list", "organization", "created_at", "id"),
)

links = Table(
    "links",
    metadata,
    _id(),
    _organization(),
    _ref("request_id", "requests"),
    Column("kind", Word, nullable=False),
    _ref("entity_id", "entities", nullable=True, index=False),
    Column("recipient_name", String(100), nullable=False),
    Column("recipient_email", String(320), nullable=False),
    Column("issue", Integer, nullable=False, server_default="1"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("renewed_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    # A request has one link of its own; hand-overs come beside it.
    Index(
        "uq_links_own",
        "request_id",
        unique=True,
        sqlite_where=text("kind = 'request'"),
        postgresql_where=text("kind = 'request'"),
    ),
)

request_entities = Table(
    "request_entities",
    metadata,
    _ref("request_id", "requests", primary_key=True, index=False),
    _ref("entity_id", "entities", primary_key=True),
    Column("position", Integer, nullable=False),
    Column("software", Word),
    # The connection whose grant the customer wants to use again for this entity, without a second sign-in.
    Column("grant_id", Id, ForeignKey("grants.id", ondelete="SET NULL")),
    # What the customer says they use when it is not in the list.
    Column("unlisted_software", String(100)),
    Column("added_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
)

consents = Table(
    "consents",
    metadata,
    _id(),
    _organization(),
    Column("company_id", Id, nullable=False),
    Column("request_id", Id, nullable=False, index=True),
    Column("entity_id", Id, nullable=False),
    Column("entity_name", String(100), nullable=False),
    Column("link_id", Id, nullable=False),
    Column("link_issue", Integer, nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("declared_name", String(100), nullable=False),
    Column("kind", Word, nullable=False),
    Column("software", Word, nullable=False),
    Column("data_types", String(60), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("access", Word, nullable=False),
    Column("access_until", UtcDateTime),
    Column("language", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("text_version", String(64), nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    _id(),
    _organization(),
    _ref("company_id", "companies"),
    _ref("request_id", "requests"),
    Column("software", Word, nullable=False),
    Column("access_token", Text),
    Column("refresh_token", Text),
    Column("previous_refresh_token", Text),
    Column("scopes", Text, nullable=False),
    Column("callback_params", Text, nullable=False, server_default="{}"),
    Column("state", Word, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("access_expires_at", UtcDateTime),
    Column("refresh_expires_at", UtcDateTime),
    # Single flight: who is refreshing, and until when that claim holds.
    Column("refreshing_by", Id),
    Column("refreshing_until", UtcDateTime),
)

attempts = Table(
    "attempts",
    metadata,
    _id(),
    _organization(),
    _ref("request_id", "requests"),
    _ref("entity_id", "entities", index=False),
    Column("consent_id", Id, nullable=False),
    Column("link_id", Id, nullable=False),
    Column("link_issue", Integer, nullable=False),
    Column("software", Word, nullable=False),
    Column("issuer", Text),
    Column("redirect_uri", Text, nullable=False),
    Column("browser_hash", String(64), nullable=False),
    Column("verifier", Text, nullable=False),
    Column("state", Word, nullable=False),
    Column("error", Word),
    Column("grant_id", Id, ForeignKey("grants.id", ondelete="SET NULL")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Index("ix_attempts_entity", "request_id", "entity_id", "created_at"),
)

_live = text("state IN ('linked', 'needs_reauth')")

connections = Table(
    "connections",
    metadata,
    _id(),
    _organization(),
    _ref("company_id", "companies"),
    _ref("entity_id", "entities"),
    _ref("request_id", "requests"),
    Column("grant_id", Id, ForeignKey("grants.id", ondelete="SET NULL"), index=True),
    Column("consent_id", Id, nullable=False),
    Column("kind", Word, nullable=False),
    Column("software", Word, nullable=False),
    Column("tenant_id", String(255)),
    Column("tenant_name", String(255)),
    Column("tenant_country", String(2)),
    Column("tenant_currency", String(3)),
    Column("name_matches", Boolean),
    Column("data_types", String(60), nullable=False),
    Column("access", Word, nullable=False),
    Column("access_until", UtcDateTime),
    Column("state", Word, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("linked_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    # However many tabs, clicks and callbacks: one live connection an entity, one pending one a request and entity.
    Index("uq_connections_live", "entity_id", unique=True, sqlite_where=_live, postgresql_where=_live),
    Index(
        "uq_connections_pending",
        "request_id",
        "entity_id",
        unique=True,
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "uq_connections_tenant",
        "company_id",
        "software",
        "tenant_id",
        unique=True,
        sqlite_where=_live,
        postgresql_where=_live,
    ),
)

syncs = Table(
    "syncs",
    metadata,
    _id(),
    _organization(),
    _ref("company_id", "companies"),
    _ref("connection_id", "connections"),
    Column("consent_id", Id, nullable=False),
    Column("data_types", String(60), nullable=False),
    Column("state", Word, nullable=False),
    Column("error", Word),
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    # The earliest time of the next page when the software asked to wait.
    Column("wait_until", UtcDateTime),
    Column("failures", Integer, nullable=False, server_default="0"),
    # The statements do not add up: the report says where, the request's status that.
    Column("checks_failed", Boolean, nullable=False, server_default=text("false")),
    Column("first_month", Date, nullable=False),
    Column("last_month", Date, nullable=False),
)

sync_parts = Table(
    "sync_parts",
    metadata,
    _ref("sync_id", "syncs", primary_key=True, index=False),
    Column("position", Integer, primary_key=True),
    Column("name", Word, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("cursor", Text),
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("rows", Integer, nullable=False, server_default="0"),
    Column("total", Integer),
)

sync_set_aside = Table(
    "sync_set_aside",
    metadata,
    Column("id", Integer, primary_key=True),
    _ref("sync_id", "syncs"),
    Column("part", Word, nullable=False),
    Column("external_id", String(255)),
    Column("reason", Text, nullable=False),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _organization(),
    _ref("request_id", "requests", nullable=True),
    _ref("link_id", "links", nullable=True, index=False),
    Column("code_id", Id),
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
    _id(),
    _ref("link_id", "links"),
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
    _id(),
    _organization(),
    _ref("company_id", "companies"),
    _ref("request_id", "requests"),
    _ref("entity_id", "entities", index=False),
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
)

events = Table(
    "events",
    metadata,
    _id(),
    _organization(),
    Column("company_id", Id, index=True),
    Column("request_id", Id, index=True),
    Column("entity_id", Id),
    Column("kind", Word, nullable=False),
    # Who: `user:<id>`, `link:<id>`, or `linkflow`; what, in words and ids only.
    Column("actor", String(60), nullable=False),
    Column("detail", Text, nullable=False, server_default=""),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_events_organization_at", "organization", "at"),
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
