"""A store with as many companies as wanted, as years of work would leave it: made by bulk inserts, in seconds.

Half the companies are one manager's, one in a hundred is nobody's; some were never asked, most have shared their books,
one in ten has three legal entities. Names repeat and are numbered, so that searches find few, many or all.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table

from linkflow.domain.links import new_id
from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.store import tables
from linkflow.store.company_listings import Facts, document, listings
from linkflow.store.users import User

ORGANIZATION = "northbank"
COLLEAGUES = 20
BATCH = 5_000
NOW = datetime(2026, 11, 1, tzinfo=UTC)
_FIRST = ("Abra", "Northern", "Blue", "Fjord", "Kebab", "Zeta")
_TRADES = ("Foods", "Print", "Cargo", "Textile")
# Of a hundred companies; the rest was not asked yet. One of a thousand is undeliverable.
_STATUSES = ["available"] * 40 + ["requested"] * 26 + ["opened"] * 8 + ["needs_reauth"] * 2 + ["expired"] * 4
_READ = ("available", "needs_reauth")

Rows = dict[Table, list[dict[str, Any]]]


def fill(ctx: Context, user: User, count: int) -> None:
    """`count` companies of the user's organization."""
    chance = random.Random(count)
    with ctx.database.transaction() as tx:
        indexes = [index for index in tables.company_listings.indexes if index.name != "ix_company_listings_number"]
        for index in indexes:
            index.drop(tx.connection)
        colleagues = _add_colleagues(tx)
        for first in range(0, count, BATCH):
            numbers = range(first + 1, min(first + BATCH, count) + 1)
            _insert(tx, (_company(number, chance, user, colleagues) for number in numbers))
        for index in indexes:
            index.create(tx.connection)


def _insert(tx: Transaction, companies: Iterator[Rows]) -> None:
    every: Rows = defaultdict(list)
    for one in companies:
        for table, rows in one.items():
            every[table] += rows
    for table in _ORDER:
        if every[table]:
            tx.connection.execute(table.insert(), every[table])


def _add_colleagues(tx: Transaction) -> dict[str, str]:
    named = {f"colleague{number:02}": f"Colleague {chr(64 + number)}" for number in range(1, COLLEAGUES + 1)}
    said = {"organization": ORGANIZATION, "role": "manager", "created_at": NOW}
    rows = [{"id": key, "email": f"{key}@bank.example", "name": name, **said} for key, name in named.items()]
    tx.connection.execute(tables.users.insert(), rows)
    return named


def _company(number: int, chance: random.Random, user: User, colleagues: dict[str, str]) -> Rows:
    key, created = new_id(chance.randbytes), NOW - timedelta(minutes=number)
    name = f"{chance.choice(_FIRST)} {chance.choice(_TRADES)} {number:06} Ltd"
    contact = {
        "contact_name": f"Anna {number % 977} Owner",
        "contact_email": f"anna{number}@firm{number % 997}.example",
    }
    place = chance.randrange(100)
    status = "undeliverable" if number % 1000 == 3 else _STATUSES[place] if place < len(_STATUSES) else None
    status_at = created + timedelta(days=chance.randrange(60)) if status else None
    known = {"created_at": created, "status": status, "status_at": status_at}
    who = {} if number % 100 == 7 else _user(number, user, colleagues)
    branches = tuple(f"{name.removesuffix(' Ltd')} {side}" for side in ("North", "South")) if number % 10 == 0 else ()
    read_at = status_at if status in _READ else None
    facts = Facts(
        id=key,
        organization=ORGANIZATION,
        name=name,
        users=who,
        entities=branches,
        reported_at=read_at,
        **known,
        **contact,
    )
    found: Rows = {
        tables.companies: [
            {"id": key, "organization": ORGANIZATION, "name": name, "description": "", **known, **contact}
        ],
        tables.company_users: [{"company_id": key, "user_id": one} for one in who],
        tables.company_documents: [{"number": number, "company_id": key, "text": document(facts)}],
        tables.company_listings: [vars(one) for one in listings(facts, number)],
        tables.entities: [_entity(key, place, named, created) for place, named in enumerate((None, *branches))],
    }
    if status and status_at:
        found[tables.requests] = [_request(key, status, status_at, created)]
        found |= _shared(key, len(branches) + 1, created, read_at)
    return found


def _user(number: int, user: User, colleagues: dict[str, str]) -> dict[str, str]:
    if number % 2:
        return {user.id: user.name}
    one = f"colleague{number // 2 % COLLEAGUES + 1:02}"
    return {one: colleagues[one]}


def _entity(key: str, place: int, name: str | None, at: datetime) -> dict[str, Any]:
    said = {"company_id": key, "organization": ORGANIZATION, "created_at": at}
    return {"id": f"{key}{place}", "name": name, "folded_name": (name or "").lower(), **said}


def _request(key: str, status: str, status_at: datetime, at: datetime) -> dict[str, Any]:
    said = {"name": "Loan review", "data_types": "financials", "language": "en-GB", "phrase": "blue boat"}
    times = {"created_at": at, "expires_at": NOW + timedelta(days=90), "status_at": status_at}
    return {"id": key, "company_id": key, "organization": ORGANIZATION, "status": status, **said, **times}


def _shared(key: str, entities: int, at: datetime, read_at: datetime | None) -> Rows:
    """Each entity's place in the request and, where it was read, its connection and the pull."""
    rows: Rows = defaultdict(list)
    for place in range(entities):
        entity = f"{key}{place}"
        asked = {"request_id": key, "entity_id": entity, "position": place, "added_at": at}
        rows[tables.request_entities].append(asked)
        if read_at is None:
            continue
        owner = {"organization": ORGANIZATION, "company_id": key, "consent_id": "none", "data_types": "financials"}
        linked = {"request_id": key, "entity_id": entity, "tenant_id": entity, "linked_at": at, "created_at": at}
        kind = {"kind": "software", "software": "sandbox", "access": "ongoing", "state": "linked"}
        rows[tables.connections].append({"id": entity, **owner, **linked, **kind})
        months = {"first_month": NOW.date(), "last_month": NOW.date(), "created_at": at, "finished_at": read_at}
        rows[tables.syncs].append({"id": entity, "connection_id": entity, "state": "done", **owner, **months})
    return rows


_ORDER = (
    tables.companies,
    tables.company_users,
    tables.company_documents,
    tables.company_listings,
    tables.entities,
    tables.requests,
    tables.request_entities,
    tables.connections,
    tables.syncs,
)
