"""News that waits for the one mail a day its user wants; what was mailed, or is no longer wanted, is gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, every
from linkflow.store.tables import notices, users


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A finished sentence about one company for one user."""

    id: str
    organization: str
    user_id: str
    company_id: str
    company_name: str
    text: str
    created_at: datetime


def add_notice(tx: Transaction, notice: Notice) -> None:
    """News to come."""
    add(tx, notices, notice)


def who_waits(tx: Transaction, organization: str, *, made_before: datetime, limit: int = 500) -> tuple[str, ...]:
    """The users of an organization who have news from before a time and still sign in."""
    here = notices.c.organization == organization, notices.c.created_at < made_before, users.c.disabled_at.is_(None)
    waiting = select(notices.c.user_id).join(users, users.c.id == notices.c.user_id).where(*here)
    return tuple(tx.connection.execute(waiting.distinct().limit(limit)).scalars())


def waiting(tx: Transaction, user_id: str, *, made_before: datetime, limit: int) -> tuple[Notice, ...]:
    """A user's news from before a time, oldest first."""
    here = notices.c.user_id == user_id, notices.c.created_at < made_before
    statement = select(notices).where(*here).order_by(notices.c.created_at, notices.c.id)
    return every(tx, Notice, statement.limit(limit))


def delete_notices(tx: Transaction, ids: Iterable[str]) -> None:
    """These are mailed."""
    tx.connection.execute(delete(notices).where(notices.c.id.in_(list(ids))))


def forget_notices(tx: Transaction, user_id: str) -> None:
    """The user wants no news."""
    tx.connection.execute(delete(notices).where(notices.c.user_id == user_id))
