"""List companies: their status, their places in every list, and the text they are found by, for those there are too."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

SORTS = ("name_key", "contact_key", "users_key", "status_key", "created_at", "changed_at", "reports_at")
ENDED = ("declined", "expired", "withdrawn", "disconnected")
ORDER = (
    "", "draft", "requested", "undeliverable", "opened", "in_progress", "declined", "connected", "available", "warning",
    "error", "needs_reauth", "disconnected", "expired", "withdrawn",
)  # fmt: skip
NEVER = datetime(1970, 1, 1)  # noqa: DTZ001 - stored times are UTC without a zone
BATCH = 500
IDEOGRAPH = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])")


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(one, _type(one)) for one in columns))


def _type(column: str) -> sa.DateTime | sa.Integer | sa.Text:
    return sa.DateTime() if column.endswith("_at") else sa.Integer() if column == "number" else sa.Text()


COMPANIES = _table(
    *("companies", "id", "organization", "name", "contact_name", "contact_email"),
    *("created_at", "deleting_at", "status", "status_at"),
)
REQUESTS = _table("requests", "id", "company_id", "status", "status_at", "created_at")
USERS = _table("users", "id", "name")
ASSIGNED = _table("company_users", "company_id", "user_id")
ENTITIES = _table("entities", "company_id", "name")
SYNCS = _table("syncs", "company_id", "state", "finished_at")
LISTINGS = _table("company_listings", "scope", "number", "status", *SORTS)
DOCUMENTS = _table("company_documents", "number", "company_id", "text")

ADDED = "INSERT INTO company_search(rowid, text) VALUES (new.number, new.text);"
GONE = "INSERT INTO company_search(company_search, rowid, text) VALUES ('delete', old.number, old.text);"
# What is in the table of documents is in the index too, whoever writes it.
TRIGGERS = {"INSERT": ADDED, "DELETE": GONE, "UPDATE": f"{GONE} {ADDED}"}
SEARCH = "fts5(text, content='company_documents', content_rowid='number', tokenize='trigram')"


def upgrade() -> None:
    """Apply."""
    op.add_column("companies", sa.Column("status", sa.String(length=40)))
    op.add_column("companies", sa.Column("status_at", sa.DateTime()))
    _make_documents()
    _make_listings()
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        op.execute(f"CREATE VIRTUAL TABLE company_search USING {SEARCH}")
        for change, then in TRIGGERS.items():
            name = f"company_documents_search_{change.lower()}"
            op.execute(f"CREATE TRIGGER {name} AFTER {change} ON company_documents BEGIN {then} END")
    for companies in _batches(connection):
        _fill(connection, companies)
    _make_indexes()


def _make_listings() -> None:
    key = sa.String(length=100, collation="C" if op.get_bind().dialect.name == "postgresql" else None)
    keys = [sa.Column(f"{name}_key", key, nullable=False) for name in ("name", "contact", "users", "status")]
    times = [sa.Column(f"{name}_at", sa.DateTime(), nullable=False) for name in ("created", "changed", "reports")]
    op.create_table(
        "company_listings",
        sa.Column("scope", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        *keys,
        *times,
        sa.ForeignKeyConstraint(
            ["number"],
            ["company_documents.number"],
            name=op.f("fk_company_listings_number_company_documents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("scope", "number", name=op.f("pk_company_listings")),
    )


def _make_indexes() -> None:
    op.create_index(op.f("ix_company_listings_number"), "company_listings", ["number"])
    for sort in SORTS:
        op.create_index(f"ix_company_listings_{sort}", "company_listings", ["scope", sort, "number"])
        by_status = ["scope", "status", sort, "number"]
        op.create_index(f"ix_company_listings_status_{sort}", "company_listings", by_status)


def _make_documents() -> None:
    op.create_table(
        "company_documents",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_company_documents_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_company_documents")),
    )
    op.create_index("uq_company_documents_company_id", "company_documents", ["company_id"], unique=True)


def _batches(connection: sa.Connection) -> Iterator[list[Any]]:
    one, last = COMPANIES.c, ""
    columns = one.id, one.organization, one.name, one.contact_name, one.contact_email, one.created_at
    staying = sa.select(*columns).where(one.deleting_at.is_(None)).order_by(one.id).limit(BATCH)
    while found := connection.execute(staying.where(one.id > last)).all():
        yield list(found)
        last = found[-1].id


def _fill(connection: sa.Connection, companies: list[Any]) -> None:
    ids = [company.id for company in companies]
    standing, assigned, reported = _standing(connection, ids), _assigned(connection, ids), _reported(connection, ids)
    numbers, listings = _add_documents(connection, companies), []
    for one in companies:
        status, at = standing.get(one.id, ("", one.created_at))
        users = assigned[one.id]
        place = {
            "number": numbers[one.id],
            "status": status,
            "name_key": _plain(one.name)[:100],
            "contact_key": _plain(one.contact_name)[:100],
            "users_key": min(users.values(), default=""),
            "status_key": f"{ORDER.index(status):02} {at:%Y-%m-%d %H:%M:%S.%f}",
            "created_at": one.created_at,
            "changed_at": at,
            "reports_at": reported.get(one.id, NEVER),
        }
        scopes = [f"user:{user}" for user in users] or [f"none:{one.organization}"]
        listings += [{"scope": scope, **place} for scope in (f"all:{one.organization}", *scopes)]
    connection.execute(LISTINGS.insert(), listings)
    _set_statuses(connection, standing)


def _set_statuses(connection: sa.Connection, standing: dict[str, tuple[str, datetime]]) -> None:
    changed: dict[str, Any] = {"status": sa.bindparam("new"), "status_at": sa.bindparam("at")}
    statement = sa.update(COMPANIES).where(COMPANIES.c.id == sa.bindparam("company")).values(changed)
    if standing:
        values = [{"company": key, "new": status, "at": at} for key, (status, at) in standing.items()]
        connection.execute(statement, values)


def _add_documents(connection: sa.Connection, companies: list[Any]) -> dict[str, int]:
    ids, one = [company.id for company in companies], DOCUMENTS.c
    names, documents = _entity_names(connection, ids), []
    for company in companies:
        texts = (company.name, *sorted(names[company.id]), company.contact_name, company.contact_email)
        documents.append({"company_id": company.id, "text": _document(texts)})
    connection.execute(DOCUMENTS.insert(), documents)
    return {
        row.company_id: row.number for row in connection.execute(sa.select(DOCUMENTS).where(one.company_id.in_(ids)))
    }


def _standing(connection: sa.Connection, ids: list[str]) -> dict[str, tuple[str, datetime]]:
    """The status of each company's latest open request, else of its last."""
    one = REQUESTS.c
    order = one.status.in_(ENDED), one.created_at.desc(), one.id.desc()
    statement = sa.select(one.company_id, one.status, one.status_at).where(one.company_id.in_(ids)).order_by(*order)
    found: dict[str, tuple[str, datetime]] = {}
    for row in connection.execute(statement):
        found.setdefault(row.company_id, (row.status, row.status_at))
    return found


def _assigned(connection: sa.Connection, ids: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    joined = sa.select(ASSIGNED.c.company_id, USERS.c.id, USERS.c.name).join(USERS, USERS.c.id == ASSIGNED.c.user_id)
    for row in connection.execute(joined.where(ASSIGNED.c.company_id.in_(ids))):
        found[row.company_id][row.id] = _plain(row.name)[:100]
    return found


def _entity_names(connection: sa.Connection, ids: list[str]) -> dict[str, list[str]]:
    one = ENTITIES.c
    found: dict[str, list[str]] = defaultdict(list)
    named = sa.select(one.company_id, one.name).where(one.company_id.in_(ids), one.name.is_not(None))
    for row in connection.execute(named):
        found[row.company_id].append(row.name)
    return found


def _reported(connection: sa.Connection, ids: list[str]) -> dict[str, datetime]:
    one = SYNCS.c
    done = one.company_id.in_(ids), one.state == "done", one.finished_at.is_not(None)
    last = sa.select(one.company_id, sa.func.max(one.finished_at).label("at")).where(*done).group_by(one.company_id)
    return {row.company_id: row.at for row in connection.execute(last)}


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _document(texts: Iterable[str]) -> str:
    words = (IDEOGRAPH.sub(r"  \1", word).lstrip() for text in texts for word in _plain(text).split())
    return "".join(f"  {word}" for word in words)
