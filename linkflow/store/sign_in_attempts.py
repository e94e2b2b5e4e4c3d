"""Tries at signing in at an organization's provider. Whoever moves one from `started` owns it; the others watch."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from linkflow.domain.connections import ATTEMPT_MOVES, AttemptState
from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, change, delete_some, first
from linkflow.store.tables import sign_in_attempts


@dataclass(frozen=True, kw_only=True)
class SignInAttempt:
    """One try, of one browser; `verifier` and `nonce` are encrypted under this row."""

    id: str
    organization: str
    issuer: str
    redirect_uri: str
    browser_hash: str
    verifier: str
    nonce: str
    state: str = AttemptState.STARTED.value
    error: str | None = None
    created_at: datetime
    expires_at: datetime


def add_attempt(tx: Transaction, attempt: SignInAttempt) -> None:
    """A fresh one."""
    add(tx, sign_in_attempts, attempt)


def attempt(tx: Transaction, attempt_id: str) -> SignInAttempt | None:
    """One of them."""
    return first(tx, SignInAttempt, select(sign_in_attempts).where(sign_in_attempts.c.id == attempt_id))


def move(tx: Transaction, attempt_id: str, *, old: AttemptState, new: AttemptState, error: str | None = None) -> bool:
    """One allowed move; answers whether this call made it."""
    if new not in ATTEMPT_MOVES[old]:
        raise ValueError(f"an attempt does not go from {old} to {new}")
    current = sign_in_attempts.c.id == attempt_id, sign_in_attempts.c.state == old.value
    return change(tx, sign_in_attempts, *current, state=new.value, error=error) == 1


def delete_attempts(tx: Transaction, *, made_before: datetime, limit: int) -> int:
    """Forget up to `limit` of those that ended long ago, however; what came of them is in the events."""
    return delete_some(tx, sign_in_attempts, sign_in_attempts.c.created_at < made_before, limit=limit)
