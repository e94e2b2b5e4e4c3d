"""Signing in at an organization's own provider: who somebody is there, and tries that are under way."""

from sqlalchemy import Column, String, Table, Text, UniqueConstraint

from linkflow.store.columns import Slug, Word, id_column, metadata, organization_column, reference
from linkflow.store.types import UtcDateTime

identities = Table(
    "identities",
    metadata,
    # Within an organization: two that share a provider share no user.
    Column("organization", Slug, primary_key=True),
    Column("issuer", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    reference("user_id", "users", index=False),
    Column("linked_at", UtcDateTime, nullable=False),
    UniqueConstraint("user_id", "issuer"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    id_column(),
    organization_column(),
    Column("issuer", String(255), nullable=False),
    Column("redirect_uri", Text, nullable=False),
    Column("browser_hash", String(64), nullable=False),
    Column("verifier", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    Column("state", Word, nullable=False),
    Column("error", Word),
    Column("created_at", UtcDateTime, nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False),
)
