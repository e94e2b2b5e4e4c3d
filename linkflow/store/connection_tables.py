"""What was agreed and what came of it: consents, grants, attempts, connections and pulls.

Rows of `consents` are never changed once written (a trigger refuses it). They refer to nothing, so that they outlive
the company; they go when `deletions` says that their own time is over.
"""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, text

from linkflow.store.columns import Id, Word, id_column, metadata, organization_column, reference
from linkflow.store.types import UtcDateTime

consents = Table(
    "consents",
    metadata,
    id_column(),
    organization_column(),
    Column("company_id", Id, nullable=False, index=True),
    Column("request_id", Id, nullable=False),
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
    # For how long what is shared is kept; None in records older than the column: as configured.
    Column("retention_months", Integer),
    Column("language", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("text_version", String(64), nullable=False),
    Column("accepted_at", UtcDateTime, nullable=False),
    Index("ix_consents_newest", "request_id", "entity_id", "accepted_at"),
)

grants = Table(
    "grants",
    metadata,
    id_column(),
    organization_column(),
    reference("company_id", "companies"),
    reference("request_id", "requests"),
    Column("software", Word, nullable=False),
    Column("access_token", Text),
    Column("refresh_token", Text),
    Column("previous_refresh_token", Text),
    Column("scopes", Text, nullable=False),
    Column("callback_params", Text, nullable=False, server_default="{}"),
    Column("client_id", String(255)),
    Column("state", Word, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("access_expires_at", UtcDateTime),
    Column("refresh_expires_at", UtcDateTime),
    # However often it is used, the sign-in ends then.
    Column("ends_at", UtcDateTime),
    # Single flight: who is refreshing, and until when that claim holds.
    Column("refreshing_by", Id),
    Column("refreshing_until", UtcDateTime),
    # When upkeep next uses it, however often it has failed since; and when a person is needed, and why.
    Column("renew_at", UtcDateTime),
    Column("renew_failures", Integer, nullable=False, server_default="0"),
    Column("human_at", UtcDateTime),
    Column("human_why", Word),
    # What it has in common with the sign-ins that would end with it at the software, hashed.
    Column("sibling_key", String(64)),
    Index("ix_grants_upkeep", "software", "state", "renew_at"),
)

attempts = Table(
    "attempts",
    metadata,
    id_column(),
    organization_column(),
    reference("request_id", "requests"),
    reference("entity_id", "entities"),
    Column("consent_id", Id, nullable=False),
    Column("link_id", Id, nullable=False),
    Column("link_issue", Integer, nullable=False),
    Column("software", Word, nullable=False),
    Column("issuer", Text),
    Column("redirect_uri", Text, nullable=False),
    Column("browser_hash", String(64), nullable=False),
    Column("verifier", Text, nullable=False),
    # What the customer said that stands in the software's addresses, as JSON.
    Column("inputs", Text, nullable=False, server_default="{}"),
    # The client it was begun with: an organization's own, or the installation's. None in rows older than the column.
    Column("client_id", String(255)),
    Column("state", Word, nullable=False),
    Column("error", Word),
    Column("grant_id", Id, ForeignKey("grants.id", ondelete="SET NULL"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Index("ix_attempts_entity", "request_id", "entity_id", "created_at"),
)

_live = text("state IN ('linked', 'needs_reauth')")

connections = Table(
    "connections",
    metadata,
    id_column(),
    organization_column(),
    reference("company_id", "companies"),
    reference("entity_id", "entities"),
    reference("request_id", "requests"),
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
    # Why a user of the organization ended it, in their words.
    Column("end_reason", Text, nullable=False, server_default=""),
    # The customer was asked to sign in once more for this very connection, and has not yet.
    Column("reconnect_asked_at", UtcDateTime),
    # Its books gave way to another company's, or its entity was taken out: they go before their time.
    Column("books_unwanted_at", UtcDateTime),
    Index("ix_connections_listed", "organization", "state"),
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

_undecided = text("state IN ('asked', 'approved')")

# A company other than the connected one, which the customer chose and a user has to approve.
tenant_changes = Table(
    "tenant_changes",
    metadata,
    id_column(),
    organization_column(),
    reference("company_id", "companies"),
    reference("entity_id", "entities", index=False),
    reference("connection_id", "connections"),
    # The sign-in it was chosen in, as long as that is kept.
    Column("pending_id", Id, nullable=False),
    Column("tenant_id", String(255), nullable=False),
    Column("tenant_name", String(255), nullable=False),
    Column("tenant_country", String(2)),
    Column("tenant_currency", String(3)),
    Column("name_matches", Boolean),
    Column("state", Word, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Index(
        "uq_tenant_changes_open",
        "connection_id",
        unique=True,
        sqlite_where=_undecided,
        postgresql_where=_undecided,
    ),
)

syncs = Table(
    "syncs",
    metadata,
    id_column(),
    organization_column(),
    reference("company_id", "companies"),
    reference("connection_id", "connections", index=False),
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
    Index("ix_syncs_newest", "connection_id", "created_at"),
)

sync_parts = Table(
    "sync_parts",
    metadata,
    reference("sync_id", "syncs", primary_key=True, index=False),
    Column("position", Integer, primary_key=True),
    Column("name", Word, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("cursor", Text),
    Column("pages", Integer, nullable=False, server_default="0"),
    Column("rows", Integer, nullable=False, server_default="0"),
    Column("total", Integer),
    # Only what changed since then is asked for; None: all of it.
    Column("since", UtcDateTime),
)

sync_set_aside = Table(
    "sync_set_aside",
    metadata,
    Column("id", Integer, primary_key=True),
    reference("sync_id", "syncs"),
    Column("part", Word, nullable=False),
    Column("external_id", String(255)),
    Column("reason", Text, nullable=False),
)
