"""The list of an organization's users, page by page from a user it has shown, as `portal.py` lists requests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, tuple_

from linkflow.domain.ports import Transaction
from linkflow.store.rows import every, stretch
from linkflow.store.tables import identities, users


@dataclass(frozen=True, kw_only=True)
class ListedUser:
    """One line of the list; no secret is read for it. `is_linked`: the organization's provider knows them."""

    id: str
    name: str
    email: str
    role: str
    signed_in_at: datetime | None
    disabled_at: datetime | None
    has_password: bool
    has_code: bool
    is_linked: bool


@dataclass(frozen=True, kw_only=True)
class UserFilter:
    """What the list shows; `before` and `after` are ids of users: the page in front of them or behind.

    `issuer` is the organization's provider, if it has one.
    """

    words: str = ""
    role: str | None = None
    disabled: bool | None = None
    issuer: str | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True)
class UserList:
    """One page by name. `previous` and `following` are the ids to go on from, None at either end."""

    rows: tuple[ListedUser, ...]
    previous: str | None
    following: str | None


def list_users(tx: Transaction, organization: str, wanted: UserFilter, *, size: int = 50) -> UserList:
    """A page of the organization's users; one that starts at an unknown user is the first."""
    conditions = _conditions(organization, wanted)
    mark = _mark(tx, organization, wanted.before or wanted.after)
    backwards = mark is not None and wanted.before is not None
    rows = every(tx, ListedUser, _page(conditions, mark, backwards=backwards, issuer=wanted.issuer).limit(size + 1))
    rows, has_previous, has_following = stretch(rows, size=size, marked=mark is not None, backwards=backwards)
    return UserList(
        rows, rows[0].id if rows and has_previous else None, rows[-1].id if rows and has_following else None
    )


@dataclass(frozen=True, kw_only=True)
class NamedUser:
    """Somebody to choose from a list."""

    id: str
    name: str


def named_users(
    tx: Transaction, organization: str, *, chosen: str | None = None, limit: int = 500
) -> tuple[NamedUser, ...]:
    """Users by name, those that are let in no more among them; who is `chosen` is there however many come before."""
    here = users.c.organization == organization
    named = select(users.c.id, users.c.name).order_by(users.c.name, users.c.id)
    found = every(tx, NamedUser, named.where(here).limit(limit))
    if chosen is None or len(found) < limit or any(one.id == chosen for one in found):
        return found
    return (*found, *every(tx, NamedUser, named.where(here, users.c.id == chosen)))


_FOLDED = func.lower(users.c.name)
_LISTED = select(
    users.c.id,
    users.c.name,
    users.c.email,
    users.c.role,
    users.c.signed_in_at,
    users.c.disabled_at,
    users.c.password_hash.is_not(None).label("has_password"),
    users.c.totp_on_at.is_not(None).label("has_code"),
)


def _conditions(organization: str, wanted: UserFilter) -> list[ColumnElement[bool]]:
    named = users.c.name, users.c.email
    words = [or_(*(column.icontains(word, autoescape=True) for column in named)) for word in wanted.words.split()[:8]]
    found = [users.c.organization == organization, *words]
    if wanted.role:
        found.append(users.c.role == wanted.role)
    if wanted.disabled is not None:
        found.append(users.c.disabled_at.is_not(None) if wanted.disabled else users.c.disabled_at.is_(None))
    return found


def _mark(tx: Transaction, organization: str, user_id: str | None) -> tuple[str, str] | None:
    here = users.c.id == user_id, users.c.organization == organization
    row = tx.connection.execute(select(_FOLDED, users.c.id).where(*here)).first()
    return (row[0], row[1]) if row is not None else None


def _page(
    conditions: list[ColumnElement[bool]], mark: tuple[str, str] | None, *, backwards: bool, issuer: str | None
) -> Select[Any]:
    linked = exists().where(identities.c.user_id == users.c.id, identities.c.issuer == issuer)
    place, statement = tuple_(_FOLDED, users.c.id), _LISTED.add_columns(linked.label("is_linked")).where(*conditions)
    if mark is not None:
        from_ = tuple_(literal(mark[0]), literal(mark[1]))
        statement = statement.where(place < from_ if backwards else place > from_)
    if backwards:
        return statement.order_by(_FOLDED.desc(), users.c.id.desc())
    return statement.order_by(_FOLDED, users.c.id)
