"""The facts of a request's status that lie outside its own rows."""

from datetime import datetime

from sqlalchemy import select

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import RequestStatus
from linkflow.store.tables import messages, requests

_ENDED_BY_TIME = [s.value for s in (RequestStatus.DRAFT, RequestStatus.REQUESTED, RequestStatus.UNDELIVERABLE)] + [
    s.value for s in (RequestStatus.OPENED, RequestStatus.IN_PROGRESS)
]
_CARRIES_LINK = ("request", "reminder", "fresh_link")


def mail_facts(tx: Transaction, request_id: str) -> tuple[bool, bool]:
    """Whether a mail with the link was handed over or is on its way, and whether the last one was refused for good."""
    mails = messages.c.request_id == request_id, messages.c.kind.in_(_CARRIES_LINK)
    statement = select(messages.c.state).where(*mails).order_by(messages.c.created_at.desc(), messages.c.id.desc())
    states = tx.connection.execute(statement).scalars().all()
    return bool(states), bool(states) and states[0] == "failed"


def open_past_their_end(tx: Transaction, *, now: datetime, limit: int) -> tuple[str, ...]:
    """Requests that time alone has ended."""
    due = requests.c.expires_at <= now, requests.c.status.in_(_ENDED_BY_TIME)
    return tuple(tx.connection.execute(select(requests.c.id).where(*due).limit(limit)).scalars())
