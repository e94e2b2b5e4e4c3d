"""Data requests and their links: stored facts, and the changes that may race, each one conditional update."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, exists, or_, select

from linkflow.domain.links import LinkKind
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import RequestStatus
from linkflow.store.rows import add, change, every, first
from linkflow.store.tables import links, requests


@dataclass(frozen=True, kw_only=True)
class DataRequest:
    """One ask to one company."""

    id: str
    organization: str
    company_id: str
    created_by: str | None
    name: str
    data_types: str
    due_on: date | None = None
    note: str = ""
    language: str
    software: str | None = None
    phrase: str
    redirect_parameters: str = "{}"
    """A JSON object of names and values."""
    created_at: datetime
    expires_at: datetime
    entity_count: str | None = None
    followed_at: datetime | None = None
    opened_at: datetime | None = None
    declined_at: datetime | None = None
    decline_reason: str = ""
    finished_at: datetime | None = None
    withdrawn_at: datetime | None = None
    reminders_off_at: datetime | None = None
    status: str
    status_at: datetime


@dataclass(frozen=True, kw_only=True)
class Link:
    """A capability that one recipient was mailed; the token is rebuilt from `id` and `issue`, never stored."""

    id: str
    organization: str
    request_id: str
    kind: str
    entity_id: str | None = None
    recipient_name: str
    recipient_email: str
    issue: int = 1
    created_at: datetime
    expires_at: datetime
    renewed_at: datetime | None = None
    revoked_at: datetime | None = None


def add_request(tx: Transaction, request: DataRequest, link: Link) -> None:
    """A request and its own link."""
    add(tx, requests, request)
    add(tx, links, link)


def add_link(tx: Transaction, link: Link) -> None:
    """One more link to a request: a hand-over."""
    add(tx, links, link)


def request(tx: Transaction, organization: str, request_id: str) -> DataRequest | None:
    """One request of this organization, None also when it is another's."""
    rows = requests.c.id == request_id, requests.c.organization == organization
    return first(tx, DataRequest, select(requests).where(*rows))


def request_by_id(tx: Transaction, request_id: str) -> DataRequest | None:
    """One request, for work that already knows it may."""
    return first(tx, DataRequest, select(requests).where(requests.c.id == request_id))


def requests_of_company(tx: Transaction, company_id: str) -> tuple[DataRequest, ...]:
    """A company's requests, the youngest first."""
    statement = select(requests).where(requests.c.company_id == company_id).order_by(requests.c.created_at.desc())
    return every(tx, DataRequest, statement)


def link(tx: Transaction, link_id: str) -> Link | None:
    """One link."""
    return first(tx, Link, select(links).where(links.c.id == link_id))


def links_of_request(tx: Transaction, request_id: str) -> tuple[Link, ...]:
    """A request's links, its own first."""
    return every(tx, Link, _LINKS, request_id=request_id)


def set_facts(tx: Transaction, request_id: str, **facts: Any) -> None:
    """Write facts of a request, whatever they were."""
    change(tx, requests, requests.c.id == request_id, **facts)


def set_once(tx: Transaction, request_id: str, fact: str, value: Any) -> bool:
    """Write a fact only if it is not there yet; answers whether this call was the one."""
    return change(tx, requests, requests.c.id == request_id, requests.c[fact].is_(None), **{fact: value}) == 1


def set_status(tx: Transaction, request_id: str, status: str, *, at: datetime) -> bool:
    """Store a status if it differs; answers whether it did."""
    changed = requests.c.id == request_id, requests.c.status != status
    return change(tx, requests, *changed, status=status, status_at=at) == 1


def renew_link(tx: Transaction, link_id: str, *, before: datetime | None, expires_at: datetime, at: datetime) -> bool:
    """Give a link more time, if nobody has since `before` was read."""
    unseen = links.c.renewed_at.is_(None) if before is None else links.c.renewed_at == before
    return change(tx, links, links.c.id == link_id, unseen, expires_at=expires_at, renewed_at=at) == 1


def reissue_link(tx: Transaction, link_id: str, *, issue: int, expires_at: datetime) -> bool:
    """Replace a link by its next issue: every earlier token of it stops at once."""
    current = links.c.id == link_id, links.c.issue == issue
    return change(tx, links, *current, issue=issue + 1, expires_at=expires_at, revoked_at=None) == 1


def revoke_link(tx: Transaction, link_id: str, *, at: datetime) -> bool:
    """Take a link back; answers whether it was still good."""
    return change(tx, links, links.c.id == link_id, links.c.revoked_at.is_(None), revoked_at=at) == 1


def revoke_hand_overs(tx: Transaction, request_id: str, *, at: datetime) -> None:
    """Take back every narrow link of a request."""
    narrow = links.c.request_id == request_id, links.c.kind == LinkKind.HAND_OVER.value
    change(tx, links, *narrow, links.c.revoked_at.is_(None), revoked_at=at)


def readdress_links(tx: Transaction, company_id: str, *, name: str, email: str) -> None:
    """Every request of a company is its present contact's to answer: to them its own link is mailed from now on."""
    own = links.c.request_id.in_(_requests_of(company_id)), links.c.kind == LinkKind.REQUEST.value
    others = or_(links.c.recipient_name != name, links.c.recipient_email != email)
    change(tx, links, *own, others, recipient_name=name, recipient_email=email)


def revoke_links(tx: Transaction, company_id: str, *, at: datetime) -> None:
    """Take back every link of every request of a company, those handed over too."""
    mine = links.c.request_id.in_(_requests_of(company_id)), links.c.revoked_at.is_(None)
    change(tx, links, *mine, revoked_at=at)


def withdraw_all(tx: Transaction, company_id: str, *, at: datetime, limit: int) -> int:
    """Take back up to `limit` requests of a company, and with each every link of it; answers how many there were."""
    open_ = _requests_of(company_id).where(requests.c.withdrawn_at.is_(None)).limit(limit)
    withdrawn = {"withdrawn_at": at, "status": RequestStatus.WITHDRAWN.value, "status_at": at}
    return change(tx, requests, requests.c.id.in_(open_), **withdrawn)


def without_link(tx: Transaction, company_id: str, *, now: datetime) -> tuple[DataRequest, ...]:
    """A company's open requests whose own link was taken back, the youngest first."""
    open_ = requests.c.company_id == company_id, requests.c.withdrawn_at.is_(None), requests.c.expires_at > now
    lost = links.c.request_id == requests.c.id, links.c.kind == LinkKind.REQUEST.value, links.c.revoked_at.is_not(None)
    statement = select(requests).where(*open_, exists().where(*lost)).order_by(requests.c.created_at.desc())
    return every(tx, DataRequest, statement)


def hold_link(tx: Transaction, link_id: str, *, issue: int) -> bool:
    """Whether a link still is good as it was read; until the transaction ends nobody takes it back."""
    good = links.c.id == link_id, links.c.issue == issue, links.c.revoked_at.is_(None)
    return change(tx, links, *good, issue=issue) == 1


def _requests_of(company_id: str) -> Select[Any]:
    return select(requests.c.id).where(requests.c.company_id == company_id)


_LINKS = select(links).where(links.c.request_id == bindparam("request_id")).order_by(links.c.created_at)
