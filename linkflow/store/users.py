"""Users of the portal. An email address belongs to one user of one organization."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, change, every, first
from linkflow.store.tables import company_users, users


@dataclass(frozen=True, kw_only=True)
class User:
    """Who signs in; `session_epoch` rises when every session of theirs must end."""

    id: str
    organization: str
    email: str
    name: str
    password_hash: str | None
    role: str
    session_epoch: int = 0
    created_at: datetime
    disabled_at: datetime | None = None


def add_user(tx: Transaction, user: User) -> None:
    """A new user; the database refuses an address it knows."""
    add(tx, users, user)


def user(tx: Transaction, user_id: str) -> User | None:
    """One user."""
    return first(tx, User, select(users).where(users.c.id == user_id))


def user_by_email(tx: Transaction, email: str) -> User | None:
    """The user with this address, in the lower case it is stored in."""
    return first(tx, User, select(users).where(users.c.email == email.casefold()))


def users_of(tx: Transaction, organization: str, *, limit: int = 500) -> tuple[User, ...]:
    """The organization's users by name, those that are let in no more among them."""
    statement = select(users).where(users.c.organization == organization).order_by(users.c.name, users.c.id)
    return every(tx, User, statement.limit(limit))


def users_of_company(tx: Transaction, company_id: str) -> tuple[User, ...]:
    """Who a company is assigned to."""
    assigned = select(users).join(company_users, company_users.c.user_id == users.c.id)
    statement = assigned.where(company_users.c.company_id == company_id, users.c.disabled_at.is_(None))
    return every(tx, User, statement)


def active_users(tx: Transaction, organization: str, *, limit: int) -> tuple[User, ...]:
    """Who of an organization can sign in, by name."""
    statement = select(users).where(users.c.organization == organization, users.c.disabled_at.is_(None))
    return every(tx, User, statement.order_by(users.c.name, users.c.id).limit(limit))


def ids_by_email(tx: Transaction, organization: str, emails: Collection[str]) -> dict[str, str]:
    """Address in lower case → id, of those addresses who can sign in at this organization; at most 500 at once."""
    here = users.c.organization == organization, users.c.disabled_at.is_(None)
    statement = select(users.c.email, users.c.id).where(*here, users.c.email.in_([one.casefold() for one in emails]))
    return dict(tx.connection.execute(statement).all())


def active_ids(tx: Transaction, organization: str, ids: Collection[str]) -> tuple[str, ...]:
    """Those of the ids that belong to somebody who can sign in at this organization."""
    here = users.c.organization == organization, users.c.disabled_at.is_(None), users.c.id.in_(ids)
    return tuple(tx.connection.execute(select(users.c.id).where(*here)).scalars())


def set_password(tx: Transaction, user_id: str, password_hash: str) -> None:
    """Store a new hash and end every session."""
    change(tx, users, users.c.id == user_id, password_hash=password_hash, session_epoch=users.c.session_epoch + 1)


def end_sessions(tx: Transaction, user_id: str) -> None:
    """End every session of a user, on every device."""
    change(tx, users, users.c.id == user_id, session_epoch=users.c.session_epoch + 1)


def disable(tx: Transaction, user_id: str, *, at: datetime) -> None:
    """Let a user in no more; what they did keeps their name."""
    change(tx, users, users.c.id == user_id, users.c.disabled_at.is_(None), disabled_at=at)
