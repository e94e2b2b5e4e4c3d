"""A page of the list of companies: one stretch of one index, however many there are and however it is filtered.

A search is the exception, because what it finds lies anywhere. The companies that follow are read, looking into each
one's text; where they neither fill the page nor end the list, all that the trigram index finds is sorted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    UnaryExpression,
    asc,
    column,
    desc,
    exists,
    literal,
    literal_column,
    select,
    table,
    tuple_,
)
from sqlalchemy.sql.operators import custom_op

from linkflow.domain.ports import Transaction
from linkflow.store.companies import Company
from linkflow.store.rows import stretch
from linkflow.store.tables import companies, company_documents, company_listings

NEAR = 500
"""So many companies of the list are read before the index is asked."""

_listings, _documents = company_listings.c, company_documents.c
_INDEX = table("company_search", column("rowid", Integer))


class Sort(StrEnum):
    """What the list can be sorted by."""

    NAME = "name"
    CREATED = "created"
    CONTACT = "contact"
    USERS = "users"
    STATUS = "status"
    CHANGED = "changed"
    REPORTS = "reports"


_KEYS = {
    Sort.NAME: _listings.name_key,
    Sort.CREATED: _listings.created_at,
    Sort.CONTACT: _listings.contact_key,
    Sort.USERS: _listings.users_key,
    Sort.STATUS: _listings.status_key,
    Sort.CHANGED: _listings.changed_at,
    Sort.REPORTS: _listings.reports_at,
}


@dataclass(frozen=True, kw_only=True)
class CompanyFilter:
    """What the list shows: the companies of `scope` (`company_listings`), of a status (empty: not asked yet), and
    those that have every one of `pieces` (`domain.search`).

    `before` and `after` are ids of companies: the page that ends before it, or begins after it.
    """

    scope: str
    pieces: tuple[str, ...] = ()
    status: str | None = None
    sort: Sort = Sort.CHANGED
    descending: bool = True
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class CompanyList:
    """One page. `before` and `after` are the ids to go on from in either direction, None at either end."""

    companies: tuple[Company, ...]
    before: str | None
    after: str | None


def list_companies(tx: Transaction, organization: str, wanted: CompanyFilter, *, size: int) -> CompanyList:
    """A page of the organization's companies; one that starts at a company that is not in the list is the first."""
    mark = _mark(tx, wanted)
    backwards = mark is not None and wanted.after is None
    statement = _page(tx, wanted, mark, backwards=backwards, size=size + 1)
    numbers = list(tx.connection.execute(statement).scalars())
    shown, has_before, has_after = stretch(numbers, size=size, marked=mark is not None, backwards=backwards)
    found = _companies(tx, organization, shown)
    return CompanyList(
        found, found[0].id if found and has_before else None, found[-1].id if found and has_after else None
    )


def has_companies(tx: Transaction, scope: str) -> bool:
    """Whether there is any company in a list."""
    return bool(tx.connection.scalar(select(exists().where(_listings.scope == scope))))


def _companies(tx: Transaction, organization: str, numbers: Sequence[int]) -> tuple[Company, ...]:
    # The organization is no condition of the query: SQLite would read every company of it instead of these few.
    named = select(_documents.number, companies).join(companies, companies.c.id == _documents.company_id)
    found = {}
    for row in tx.connection.execute(named.where(_documents.number.in_(numbers))).mappings():
        values = dict(row)
        number = values.pop("number")
        found[number] = Company(**values)
    return tuple(found[one] for one in numbers if one in found and found[one].organization == organization)


def _mark(tx: Transaction, wanted: CompanyFilter) -> tuple[Any, int] | None:
    company_id = wanted.after or wanted.before
    if not company_id:
        return None
    its = _documents.number == _listings.number
    place = select(_KEYS[wanted.sort], _listings.number).join(company_documents, its)
    here = _listings.scope == wanted.scope, _documents.company_id == company_id
    row = tx.connection.execute(place.where(*here)).first()
    return (row[0], row[1]) if row is not None else None


def _page(
    tx: Transaction, wanted: CompanyFilter, mark: tuple[Any, int] | None, *, backwards: bool, size: int
) -> Select[Any]:
    """Selects the first `size` numbers there are beyond the mark; a search reads the companies there to decide how."""
    order = desc if wanted.descending is not backwards else asc
    key: ColumnElement[Any] = _KEYS[wanted.sort]

    def listed(key: ColumnElement[Any]) -> Select[Any]:
        statement = select(_listings.number).where(_listings.scope == wanted.scope)
        if wanted.status is not None:
            statement = statement.where(_listings.status == wanted.status)
        if mark is not None:
            place, from_ = tuple_(key, _listings.number), tuple_(literal(mark[0], key.type), literal(mark[1]))
            statement = statement.where(place < from_ if order is desc else place > from_)
        return statement.order_by(order(key), order(_listings.number))

    if not wanted.pieces:
        return listed(key).limit(size)
    following = listed(key).limit(NEAR).subquery()
    holds = exists().where(_documents.number == following.c.number, *_texts_with(wanted.pieces))
    read = tx.connection.execute(select(following.c.number, holds)).all()
    near = [number for number, held in read if held]
    found = near if len(near) >= size or len(read) < NEAR else _matching(tx, wanted.pieces)
    # The plus keeps SQLite, which cannot know how few were found, from reading the whole list for them in its order.
    key = UnaryExpression(key, operator=custom_op("+"), type_=key.type) if _is_sqlite(tx) else key
    return listed(key).where(_listings.number.in_(found)).limit(size)


def _matching(tx: Transaction, pieces: Sequence[str]) -> Select[tuple[int]]:
    """The numbers of the documents that hold all pieces, by the trigram index."""
    if not _is_sqlite(tx):
        # The offset keeps PostgreSQL from looking into the texts one by one instead.
        return select(_documents.number).where(*_texts_with(pieces)).offset(0)
    # What FTS5 might take for its own syntax stands between quotes.
    words = " ".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
    return select(_INDEX.c.rowid).where(literal_column("company_search").op("MATCH")(words))


def _texts_with(pieces: Sequence[str]) -> list[ColumnElement[bool]]:
    return [_documents.text.contains(piece, autoescape=True) for piece in pieces]


def _is_sqlite(tx: Transaction) -> bool:
    return bool(tx.connection.dialect.name == "sqlite")
