"""The facts of a request's status that lie outside its own rows."""

from datetime import datetime

from sqlalchemy import select

from linkflow.domain.links import LinkKind
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import RequestStatus
from linkflow.store.messages import CARRY_LINK
from linkflow.store.tables import links, messages, requests

_ENDED_BY_TIME = [s.value for s in (RequestStatus.DRAFT, RequestStatus.REQUESTED, RequestStatus.UNDELIVERABLE)] + [
    s.value for s in (RequestStatus.OPENED, RequestStatus.IN_PROGRESS)
]


def mail_facts(tx: Transaction, request_id: str) -> tuple[bool, bool]:
    """Whether a mail with the request's own link is sent or on its way, and whether the last one was refused for good.

    What is mailed to a colleague says nothing about the contact.
    """
    own = links.c.id == messages.c.link_id, links.c.kind == LinkKind.REQUEST.value
    mails = messages.c.request_id == request_id, messages.c.kind.in_(CARRY_LINK), *own
    statement = select(messages.c.state).where(*mails).order_by(messages.c.created_at.desc(), messages.c.id.desc())
    states = tx.connection.execute(statement).scalars().all()
    return bool(states), bool(states) and states[0] == "failed"


def open_past_their_end(tx: Transaction, *, now: datetime, limit: int) -> tuple[str, ...]:
    """Requests that time alone has ended."""
    due = requests.c.expires_at <= now, requests.c.status.in_(_ENDED_BY_TIME)
    return tuple(tx.connection.execute(select(requests.c.id).where(*due).limit(limit)).scalars())
