"""Mails waiting or sent: each row holds the rendered mail, with placeholders where link and code will stand."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select

from linkflow.domain.links import LinkKind
from linkflow.domain.ports import Transaction
from linkflow.store.requests import Link
from linkflow.store.rows import add, change, delete_some, every, first
from linkflow.store.tables import codes, links, messages, requests


class MessageState(StrEnum):
    """`dropped`: what it was for had ended before it could leave."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


CARRY_LINK = ("request", "reminder", "fresh_link", "hand_over")
"""The kinds of mail whose purpose is the link in them."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One mail to one recipient."""

    id: str
    organization: str
    request_id: str | None = None
    link_id: str | None = None
    code_id: str | None = None
    invitation_id: str | None = None
    reset_id: str | None = None
    kind: str
    recipient: str
    sender_name: str
    reply_to: str | None = None
    subject: str
    text: str
    html: str
    state: str = MessageState.QUEUED.value
    error: str | None = None
    tries: int = 0
    created_at: datetime
    next_try_at: datetime | None = None
    sent_at: datetime | None = None


def add_message(tx: Transaction, message: Message) -> bool:
    """A mail to send; False when one of this id is there already."""
    if tx.connection.execute(select(messages.c.id).where(messages.c.id == message.id)).first():
        return False
    add(tx, messages, message)
    return True


def message(tx: Transaction, message_id: str) -> Message | None:
    """One mail."""
    return first(tx, Message, select(messages).where(messages.c.id == message_id))


def messages_of_request(tx: Transaction, request_id: str) -> tuple[Message, ...]:
    """A request's mails, oldest first."""
    statement = select(messages).where(messages.c.request_id == request_id).order_by(messages.c.created_at)
    return every(tx, Message, statement)


def hand_overs(tx: Transaction, request_id: str) -> tuple[tuple[Link, ...], frozenset[str]]:
    """A request's narrow links as they were made, and the ids of those whose newest mail was refused for good."""
    rows = tx.connection.execute(_HAND_OVERS, {"request_id": request_id}).mappings().all()
    made = tuple(Link(**{name: value for name, value in row.items() if name != "mail"}) for row in rows)
    return made, frozenset(row["id"] for row in rows if row["mail"] == MessageState.FAILED.value)


def settle(
    tx: Transaction, message_id: str, state: MessageState, *, error: str | None = None, sent_at: datetime | None = None
) -> bool:
    """The end of a mail; answers whether this call brought it."""
    waiting = messages.c.id == message_id, messages.c.state == MessageState.QUEUED.value
    return change(tx, messages, *waiting, state=state.value, error=error, sent_at=sent_at, next_try_at=None) == 1


def forget_words(tx: Transaction, message_id: str, *, kind: str) -> None:
    """Keep of a mail of that kind that it was there, and not what it said: it names companies and belongs to none."""
    change(tx, messages, messages.c.id == message_id, messages.c.kind == kind, subject="", text="", html="")


def put_off(tx: Transaction, message_id: str, *, tries: int, until: datetime, error: str) -> None:
    """Store that a try failed and when the next one is due."""
    waiting = messages.c.id == message_id, messages.c.state == MessageState.QUEUED.value
    change(tx, messages, *waiting, tries=tries, next_try_at=until, error=error)


def drop_link_mails(tx: Transaction, company_id: str) -> None:
    """Mails that wait to leave with a link of the company's requests, which they were addressed for, do not."""
    mine = select(requests.c.id).where(requests.c.company_id == company_id)
    waiting = messages.c.state == MessageState.QUEUED.value, messages.c.link_id.is_not(None)
    over = {"state": MessageState.DROPPED.value, "next_try_at": None}
    change(tx, messages, messages.c.request_id.in_(mine), *waiting, **over)


def code_is_live(tx: Transaction, code_id: str, *, now: datetime) -> bool:
    """Whether the code a mail carries can still be used."""
    live = codes.c.id == code_id, codes.c.used_at.is_(None), codes.c.expires_at > now
    return tx.connection.execute(select(codes.c.id).where(*live)).first() is not None


def delete_account_mails(tx: Transaction, *, made_before: datetime, limit: int) -> int:
    """Forget up to `limit` mails about no request that were made long ago: those of a request go with it."""
    old = messages.c.request_id.is_(None), messages.c.created_at < made_before
    return delete_some(tx, messages, *old, limit=limit)


_newest_mail = (
    select(messages.c.state)
    .where(messages.c.link_id == links.c.id, messages.c.kind.in_(CARRY_LINK))
    .order_by(messages.c.created_at.desc(), messages.c.id.desc())
    .limit(1)
    .correlate(links)
    .scalar_subquery()
)
_HAND_OVERS = (
    select(links, _newest_mail.label("mail"))
    .where(links.c.request_id == bindparam("request_id"), links.c.kind == LinkKind.HAND_OVER.value)
    .order_by(links.c.created_at)
)
