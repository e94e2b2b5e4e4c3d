"""Whom is asked and for what: users, companies with their entities, requests and links."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from linkflow.store.columns import Id, Word, id_column, metadata, organization_column, reference
from linkflow.store.types import UtcDateTime

users = Table(
    "users",
    metadata,
    id_column(),
    organization_column(),
    Column("email", String(320), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("password_hash", Text),
    Column("role", Word, nullable=False),
    Column("session_epoch", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
    Column("signed_in_at", UtcDateTime),
    # How news is mailed: immediate, daily or off.
    Column("mails", Word, nullable=False, server_default="immediate"),
    # The key of the authenticator app, encrypted and bound to this row; in use once a code of it was typed.
    Column("totp_secret", Text),
    Column("totp_on_at", UtcDateTime),
    # The last period whose code was used: each is taken once.
    Column("totp_step", Integer, nullable=False, server_default="0"),
)

companies = Table(
    "companies",
    metadata,
    id_column(),
    organization_column(),
    Column("name", String(100), nullable=False),
    Column("description", String(200), nullable=False, server_default=""),
    Column("contact_name", String(100), nullable=False),
    Column("contact_email", String(320), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Rises with every change: of two people who edit it at once, the second is told.
    Column("version", Integer, nullable=False, server_default="1"),
    # From here on it is going: nothing of it is shown or done, and a job removes it.
    Column("deleting_at", UtcDateTime),
    # Those of its latest open request, else of its last; none before the first.
    Column("status", Word),
    Column("status_at", UtcDateTime),
)

company_users = Table(
    "company_users",
    metadata,
    reference("company_id", "companies", primary_key=True, index=False),
    reference("user_id", "users", primary_key=True),
)

entities = Table(
    "entities",
    metadata,
    id_column(),
    organization_column(),
    reference("company_id", "companies", index=False),
    # The company itself is an entity too: its name is None and its folded name empty.
    Column("name", String(100)),
    Column("folded_name", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("company_id", "folded_name"),
)

requests = Table(
    "requests",
    metadata,
    id_column(),
    organization_column(),
    reference("company_id", "companies"),
    # A request outlives the user who made it.
    Column("created_by", Id, ForeignKey("users.id", ondelete="SET NULL")),
    Column("name", String(100), nullable=False),
    Column("data_types", String(60), nullable=False),
    Column("due_on", Date),
    Column("note", Text, nullable=False, server_default=""),
    Column("language", String(20), nullable=False),
    # What the company is known to use; the customer begins there and may choose other software.
    Column("software", Word),
    Column("phrase", String(60), nullable=False),
    # What the organization's own page that follows the end is told: a JSON object of names and values.
    Column("redirect_parameters", Text, nullable=False, server_default="{}"),
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
    id_column(),
    organization_column(),
    reference("request_id", "requests"),
    Column("kind", Word, nullable=False),
    reference("entity_id", "entities", nullable=True),
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
    reference("request_id", "requests", primary_key=True, index=False),
    reference("entity_id", "entities", primary_key=True),
    Column("position", Integer, nullable=False),
    Column("software", Word),
    # The connection whose grant the customer wants to use again for this entity, without a second sign-in.
    Column("grant_id", Id, ForeignKey("grants.id", ondelete="SET NULL"), index=True),
    # What the customer says they use when it is not in the list.
    Column("unlisted_software", String(100)),
    Column("added_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
)
