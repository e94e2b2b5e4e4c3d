"""Invitations to the portal: each is for one address of one organization, and is accepted once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, tuple_

from linkflow.domain.ports import Transaction
from linkflow.store.rows import add, change, delete_some, every, first
from linkflow.store.tables import invitations, users
from linkflow.store.types import UtcDateTime


@dataclass(frozen=True, kw_only=True)
class Invitation:
    """Sending it again raises `issue`, and the link mailed before opens nothing any more."""

    id: str
    organization: str
    email: str
    role: str
    invited_by: str | None
    issue: int = 1
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def opens(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at


@dataclass(frozen=True, kw_only=True)
class ListedInvitation:
    """One line of the list; `invited_by` is a name."""

    id: str
    email: str
    role: str
    invited_by: str | None
    created_at: datetime
    expires_at: datetime


def add_invitation(tx: Transaction, invitation: Invitation) -> None:
    """A new invitation; raises `Conflict` when the organization has an open one for the address."""
    add(tx, invitations, invitation)


def invitation(tx: Transaction, invitation_id: str) -> Invitation | None:
    """One invitation."""
    return first(tx, Invitation, select(invitations).where(invitations.c.id == invitation_id))


def has_open_invitation(tx: Transaction, organization: str, email: str) -> bool:
    """Whether the address was invited there and has neither accepted nor lost the invitation."""
    here = invitations.c.organization == organization, invitations.c.email == email, *_OPEN
    return tx.connection.execute(select(invitations.c.id).where(*here)).first() is not None


def send_again(tx: Transaction, invitation_id: str, *, expires_at: datetime) -> bool:
    """Give it a new link and a new end; False when it is over."""
    here = invitations.c.id == invitation_id, *_OPEN
    return change(tx, invitations, *here, issue=invitations.c.issue + 1, expires_at=expires_at) == 1


def withdraw(tx: Transaction, invitation_id: str, *, at: datetime) -> bool:
    """Take it back; False when it is over."""
    return change(tx, invitations, invitations.c.id == invitation_id, *_OPEN, withdrawn_at=at) == 1


def open_of(tx: Transaction, user_id: str) -> tuple[Invitation, ...]:
    """Those a user has made and nobody has accepted."""
    return every(tx, Invitation, select(invitations).where(invitations.c.invited_by == user_id, *_OPEN))


def accept(tx: Transaction, invitation_id: str, *, issue: int, at: datetime) -> bool:
    """Use it up; of two who do so at once one is answered True."""
    here = invitations.c.id == invitation_id, invitations.c.issue == issue, invitations.c.expires_at > at, *_OPEN
    return change(tx, invitations, *here, accepted_at=at) == 1


def delete_invitations(tx: Transaction, *, ended_before: datetime, limit: int) -> int:
    """Forget up to `limit` of those whose time was over long ago, whatever came of them, with their addresses."""
    return delete_some(tx, invitations, invitations.c.expires_at < ended_before, limit=limit)


def open_invitations(
    tx: Transaction, organization: str, *, older_than: str | None = None, size: int = 50
) -> tuple[tuple[ListedInvitation, ...], str | None]:
    """A page of those not accepted yet, youngest first, and the id to go on from, if there are more."""
    statement = _LISTED.where(invitations.c.organization == organization, *_OPEN)
    mark = invitation(tx, older_than) if older_than else None
    if mark is not None and mark.organization == organization:
        statement = statement.where(tuple_(literal(mark.created_at, UtcDateTime), literal(mark.id)) > _PLACE)
    ordered = statement.order_by(invitations.c.created_at.desc(), invitations.c.id.desc())
    found = every(tx, ListedInvitation, ordered.limit(size + 1))
    return found[:size], found[size - 1].id if len(found) > size else None


_OPEN = invitations.c.accepted_at.is_(None), invitations.c.withdrawn_at.is_(None)
_PLACE = tuple_(invitations.c.created_at, invitations.c.id)
_LISTED = select(
    invitations.c.id,
    invitations.c.email,
    invitations.c.role,
    users.c.name.label("invited_by"),
    invitations.c.created_at,
    invitations.c.expires_at,
).outerjoin(users, users.c.id == invitations.c.invited_by)
