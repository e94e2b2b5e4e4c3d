"""What time alone makes useless: attempts nobody came back from, codes, counts of windows long over."""

from datetime import datetime

from sqlalchemy import or_, select

from linkflow.domain.connections import AttemptState
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState
from linkflow.store.rows import change, delete_some
from linkflow.store.tables import attempts, codes, connections, requests, throttles


def expire_attempts(tx: Transaction, *, now: datetime, limit: int) -> int:
    """Close up to `limit` attempts past their end; their answers would be refused anyway."""
    late = attempts.c.state == AttemptState.STARTED.value, attempts.c.expires_at <= now
    chosen = select(attempts.c.id).where(*late).limit(limit)
    return change(tx, attempts, *late, attempts.c.id.in_(chosen), state=AttemptState.EXPIRED.value)


def delete_attempts(tx: Transaction, *, made_before: datetime, limit: int) -> int:
    """Forget up to `limit` attempts that came to nothing long ago."""
    over = AttemptState.EXPIRED.value, AttemptState.DECLINED.value, AttemptState.FAILED.value
    old = attempts.c.created_at < made_before, attempts.c.state.in_(over)
    return delete_some(tx, attempts, *old, limit=limit)


def delete_codes(tx: Transaction, *, made_before: datetime, limit: int) -> int:
    """Forget up to `limit` mailed codes that ended long ago."""
    return delete_some(tx, codes, codes.c.created_at < made_before, limit=limit)


def delete_throttles(tx: Transaction, *, begun_before: datetime, limit: int) -> int:
    """Forget up to `limit` counts of windows long over."""
    return delete_some(tx, throttles, throttles.c.window < begun_before, limit=limit)


def never_chosen(tx: Transaction, *, ended_before: datetime) -> tuple[str, ...]:
    """Connections that wait for their company although their request is withdrawn or ended before that time."""
    over = or_(requests.c.withdrawn_at.is_not(None), requests.c.expires_at <= ended_before)
    waiting = select(connections.c.id).join(requests, requests.c.id == connections.c.request_id)
    statement = waiting.where(connections.c.state == ConnectionState.PENDING.value, over).limit(500)
    return tuple(tx.connection.execute(statement).scalars())


def access_ended(tx: Transaction, *, now: datetime, limit: int) -> tuple[str, ...]:
    """Up to `limit` connections still linked although the consent's time is over."""
    linked = connections.c.state.in_((ConnectionState.LINKED.value, ConnectionState.NEEDS_REAUTH.value))
    statement = select(connections.c.id).where(linked, connections.c.access_until <= now).limit(limit)
    return tuple(tx.connection.execute(statement).scalars())
