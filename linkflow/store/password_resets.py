"""Forgotten passwords: each row lets one user choose a new one, once, for an hour."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, change, delete_some, first
from linkflow.store.tables import password_resets


@dataclass(frozen=True, kw_only=True)
class PasswordReset:
    """One wish for a new password."""

    id: str
    organization: str
    user_id: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and now < self.expires_at


def add_reset(tx: Transaction, reset: PasswordReset) -> None:
    """A new wish."""
    add(tx, password_resets, reset)


def reset(tx: Transaction, reset_id: str) -> PasswordReset | None:
    """One wish."""
    return first(tx, PasswordReset, select(password_resets).where(password_resets.c.id == reset_id))


def use(tx: Transaction, reset_id: str, *, at: datetime) -> bool:
    """Use it up; of two who do so at once one is answered True."""
    here = password_resets.c.id == reset_id, password_resets.c.used_at.is_(None), password_resets.c.expires_at > at
    return change(tx, password_resets, *here, used_at=at) == 1


def end_resets(tx: Transaction, user_id: str, *, at: datetime) -> None:
    """No link mailed to the user until now opens anything any more."""
    change(tx, password_resets, password_resets.c.user_id == user_id, password_resets.c.used_at.is_(None), used_at=at)


def delete_resets(tx: Transaction, *, made_before: datetime, limit: int) -> int:
    """Forget up to `limit` of those that ended long ago."""
    return delete_some(tx, password_resets, password_resets.c.created_at < made_before, limit=limit)
