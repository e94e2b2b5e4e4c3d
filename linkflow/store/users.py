"""Users of the portal. An email address belongs to one user of one organization."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from linkflow.domain.notices import MailChoice
from linkflow.domain.ports import Transaction
from linkflow.domain.roles import ADMINISTRATOR
from linkflow.store.rows import add, change, every, first
from linkflow.store.tables import company_users, requests, users


@dataclass(frozen=True, kw_only=True)
class User:
    """Who signs in; `session_epoch` rises when every session of theirs must end.

    `totp_secret` is sealed; codes of it are asked for from `totp_on_at` on, and `totp_step` is the last one's period.
    """

    id: str
    organization: str
    email: str
    name: str
    password_hash: str | None = field(repr=False)
    role: str
    session_epoch: int = 0
    created_at: datetime
    disabled_at: datetime | None = None
    signed_in_at: datetime | None = None
    mails: str = MailChoice.IMMEDIATE.value
    totp_secret: str | None = field(default=None, repr=False)
    totp_on_at: datetime | None = None
    totp_step: int = 0


def add_user(tx: Transaction, user: User) -> None:
    """A new user; the database refuses an address it knows."""
    add(tx, users, user)


def user(tx: Transaction, user_id: str) -> User | None:
    """One user."""
    return first(tx, User, select(users).where(users.c.id == user_id))


def user_by_email(tx: Transaction, email: str) -> User | None:
    """The user with this address, in the lower case it is stored in."""
    return first(tx, User, select(users).where(users.c.email == email.casefold()))


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


def maker_of_request(tx: Transaction, request_id: str) -> User | None:
    """Who made a request, if they still sign in."""
    made = select(users).join(requests, requests.c.created_by == users.c.id)
    return first(tx, User, made.where(requests.c.id == request_id, users.c.disabled_at.is_(None)))


def lock_administrators(tx: Transaction, organization: str) -> frozenset[str]:
    """The ids of the organization's administrators, who until the end of this transaction change in no other."""
    enabled = users.c.organization == organization, users.c.role == ADMINISTRATOR, users.c.disabled_at.is_(None)
    statement = select(users.c.id).where(*enabled).order_by(users.c.id).with_for_update()
    return frozenset(tx.connection.execute(statement).scalars())


def change_role(tx: Transaction, user_id: str, role: str) -> bool:
    """Give a user another role and end their sessions; False for the last administrator. Lock them first."""
    spared = () if role == ADMINISTRATOR else (_is_not_the_last_administrator(),)
    epoch = users.c.session_epoch + 1
    return change(tx, users, users.c.id == user_id, *spared, role=role, session_epoch=epoch) == 1


def disable(tx: Transaction, user_id: str, *, at: datetime) -> bool:
    """Let a user in no more and end their sessions; what they did keeps their name. As in `change_role`."""
    here = users.c.id == user_id, users.c.disabled_at.is_(None), _is_not_the_last_administrator()
    return change(tx, users, *here, disabled_at=at, session_epoch=users.c.session_epoch + 1) == 1


def enable(tx: Transaction, user_id: str) -> bool:
    """Let a user in again; answers whether they were shut out."""
    return change(tx, users, users.c.id == user_id, users.c.disabled_at.is_not(None), disabled_at=None) == 1


def set_password(tx: Transaction, user_id: str, password_hash: str) -> None:
    """Store a new hash and end every session."""
    _change(tx, user_id, password_hash=password_hash, session_epoch=users.c.session_epoch + 1)


def end_sessions(tx: Transaction, user_id: str) -> None:
    """End every session of a user, on every device."""
    _change(tx, user_id, session_epoch=users.c.session_epoch + 1)


def rename(tx: Transaction, user_id: str, name: str) -> None:
    """What the user is called."""
    _change(tx, user_id, name=name)


def choose_mails(tx: Transaction, user_id: str, choice: MailChoice) -> None:
    """How the user is told news."""
    _change(tx, user_id, mails=choice.value)


def note_sign_in(tx: Transaction, user_id: str, *, at: datetime) -> None:
    """When the user last signed in."""
    _change(tx, user_id, signed_in_at=at)


def keep_totp_secret(tx: Transaction, user_id: str, sealed: str) -> bool:
    """A new key that waits for its first code; False while another one is in use."""
    here = users.c.id == user_id, users.c.totp_on_at.is_(None)
    return change(tx, users, *here, totp_secret=sealed, totp_step=0) == 1


def switch_totp_on(tx: Transaction, user_id: str, sealed: str, *, at: datetime) -> bool:
    """From now on codes of this key are asked for; False when another key took its place or it is on already."""
    here = users.c.id == user_id, users.c.totp_secret == sealed, users.c.totp_on_at.is_(None)
    return change(tx, users, *here, totp_on_at=at) == 1


def use_totp_step(tx: Transaction, user_id: str, step: int) -> bool:
    """Take the code of one period; False when it, or a later one, was taken before."""
    return change(tx, users, users.c.id == user_id, users.c.totp_step < step, totp_step=step) == 1


def forget_totp(tx: Transaction, user_id: str) -> bool:
    """Ask for no more codes; answers whether they were asked for."""
    here = users.c.id == user_id, users.c.totp_on_at.is_not(None)
    return change(tx, users, *here, totp_secret=None, totp_on_at=None) == 1


def _change(tx: Transaction, user_id: str, **values: Any) -> None:
    change(tx, users, users.c.id == user_id, **values)


def _is_not_the_last_administrator() -> ColumnElement[bool]:
    other = users.alias()
    same = other.c.organization == users.c.organization, other.c.id != users.c.id
    able = other.c.role == ADMINISTRATOR, other.c.disabled_at.is_(None)
    another = exists(select(other.c.id).where(*same, *able))
    return or_(users.c.role != ADMINISTRATOR, users.c.disabled_at.is_not(None), another)
