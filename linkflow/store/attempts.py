"""Authorization attempts. Whoever moves one from `started` by the conditional update owns it; everyone else watches."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from linkflow.domain.connections import ATTEMPT_MOVES, AttemptState
from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, change, first
from linkflow.store.tables import attempts, consents


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try at authorizing; `verifier` is encrypted under this row."""

    id: str
    organization: str
    request_id: str
    entity_id: str
    consent_id: str
    link_id: str
    link_issue: int
    software: str
    issuer: str | None
    redirect_uri: str
    browser_hash: str
    verifier: str
    inputs: str = "{}"
    client_id: str | None = None
    state: str = AttemptState.STARTED.value
    error: str | None = None
    grant_id: str | None = None
    created_at: datetime
    expires_at: datetime
    claimed_at: datetime | None = None


def add_attempt(tx: Transaction, attempt: Attempt) -> None:
    """A fresh attempt."""
    add(tx, attempts, attempt)


def attempt(tx: Transaction, attempt_id: str) -> Attempt | None:
    """One attempt."""
    return first(tx, Attempt, select(attempts).where(attempts.c.id == attempt_id))


def attempt_with_scopes(tx: Transaction, attempt_id: str) -> tuple[Attempt, tuple[str, ...]] | None:
    """One attempt and the scopes its consent names."""
    row = tx.connection.execute(_WITH_SCOPES, {"attempt_id": attempt_id}).mappings().one_or_none()
    if row is None:
        return None
    values = dict(row)
    scopes: str = values.pop("scopes")
    return Attempt(**values), tuple(scopes.split())


def move(
    tx: Transaction,
    attempt_id: str,
    *,
    old: AttemptState,
    new: AttemptState,
    error: str | None = None,
    grant_id: str | None = None,
    claimed_at: datetime | None = None,
) -> bool:
    """One allowed move; answers whether this call made it."""
    if new not in ATTEMPT_MOVES[old]:
        raise ValueError(f"an attempt does not go from {old} to {new}")
    values = {"error": error, "grant_id": grant_id, "claimed_at": claimed_at}
    given = {name: value for name, value in values.items() if value is not None}
    current = attempts.c.id == attempt_id, attempts.c.state == old.value
    return change(tx, attempts, *current, state=new.value, **given) == 1


_WITH_SCOPES = (
    select(attempts, consents.c.scopes)
    .join(consents, consents.c.id == attempts.c.consent_id)
    .where(attempts.c.id == bindparam("attempt_id"))
)
