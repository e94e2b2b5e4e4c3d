"""Every table but the books' own (`books_tables.py`), under one name for the modules that query them."""

from linkflow.store.account_tables import invitations, notices, password_resets, recovery_codes
from linkflow.store.asking_tables import asking_batches, askings
from linkflow.store.columns import metadata
from linkflow.store.connection_tables import (
    attempts,
    connections,
    consents,
    grants,
    sync_parts,
    sync_set_aside,
    syncs,
    tenant_changes,
)
from linkflow.store.listing_tables import company_documents, company_listings
from linkflow.store.request_tables import companies, company_users, entities, links, request_entities, requests, users
from linkflow.store.sign_in_tables import identities, sign_in_attempts
from linkflow.store.upkeep_tables import (
    codes,
    company_imports,
    deletions,
    events,
    messages,
    notes,
    throttles,
    uploads,
    workers,
)

__all__ = [
    "asking_batches",
    "askings",
    "attempts",
    "codes",
    "companies",
    "company_documents",
    "company_imports",
    "company_listings",
    "company_users",
    "connections",
    "consents",
    "deletions",
    "entities",
    "events",
    "grants",
    "identities",
    "invitations",
    "links",
    "messages",
    "metadata",
    "notes",
    "notices",
    "password_resets",
    "recovery_codes",
    "request_entities",
    "requests",
    "sign_in_attempts",
    "sync_parts",
    "sync_set_aside",
    "syncs",
    "tenant_changes",
    "throttles",
    "uploads",
    "users",
    "workers",
]
