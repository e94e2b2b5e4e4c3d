"""Which requests still wait for an answer, since when, and when they were last reminded of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from linkflow.domain.links import LinkKind
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import RequestStatus
from linkflow.store.rows import every
from linkflow.store.tables import links, messages, requests

_UNANSWERED = [s.value for s in (RequestStatus.REQUESTED, RequestStatus.OPENED, RequestStatus.IN_PROGRESS)]


@dataclass(frozen=True)
class Unanswered:
    """A request whose mail was sent at `asked_at`; `reminded_at` is when its last reminder was made."""

    request_id: str
    link_id: str
    asked_at: datetime
    reminded_at: datetime | None


def unanswered(
    tx: Transaction, organization: str, *, asked_before: datetime, made_after: datetime, now: datetime
) -> tuple[Unanswered, ...]:
    """Open requests of an organization whose link still opens, mailed before a time and made after another."""
    request_mail = case((messages.c.kind == "request", messages.c.sent_at))
    reminder = case((messages.c.kind == "reminder", messages.c.created_at))
    asked_at = func.min(request_mail)
    statement = (
        select(
            requests.c.id.label("request_id"),
            links.c.id.label("link_id"),
            asked_at.label("asked_at"),
            func.max(reminder).label("reminded_at"),
        )
        .join_from(requests, links, links.c.request_id == requests.c.id)
        .join(messages, messages.c.request_id == requests.c.id)
        .where(
            requests.c.organization == organization,
            requests.c.created_at.between(made_after, asked_before),
            requests.c.status.in_(_UNANSWERED),
            requests.c.reminders_off_at.is_(None),
            requests.c.finished_at.is_(None),
            requests.c.expires_at > now,
            links.c.kind == LinkKind.REQUEST.value,
            links.c.revoked_at.is_(None),
            links.c.expires_at > now,
        )
        .group_by(requests.c.id, links.c.id)
        .having(asked_at <= asked_before)
    )
    return every(tx, Unanswered, statement)
