"""Writing down what happened: one event, in the transaction that made it true."""

from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.store.events import Event, add_event
from linkflow.store.requests import DataRequest
from linkflow.store.users import User
from linkflow.store.visits import LinkVisit

LINKFLOW = "linkflow"


def through_link(link: LinkVisit) -> str:
    """Who acted, as far as can be known: somebody holding this link."""
    return f"link:{link.link_id}"


def by_user(user_id: str) -> str:
    """A signed-in user."""
    return f"user:{user_id}"


def note(
    ctx: Context, tx: Transaction, kind: str, *, link: LinkVisit, entity_id: str | None = None, detail: str = ""
) -> None:
    """Something done through a link."""
    event = Event(
        id=ctx.new_id(),
        organization=link.organization,
        company_id=link.company_id,
        request_id=link.request_id,
        entity_id=entity_id,
        kind=kind,
        actor=through_link(link),
        detail=detail,
        at=ctx.now(),
    )
    add_event(tx, event)


def note_by_user(
    ctx: Context, tx: Transaction, kind: str, *, request: DataRequest, user: User, detail: str = ""
) -> None:
    """Something a signed-in user did to a request."""
    event = Event(
        id=ctx.new_id(),
        organization=request.organization,
        company_id=request.company_id,
        request_id=request.id,
        kind=kind,
        actor=by_user(user.id),
        detail=detail,
        at=ctx.now(),
    )
    add_event(tx, event)


def note_on_company(
    ctx: Context,
    tx: Transaction,
    kind: str,
    *,
    user: User,
    company_id: str,
    request_id: str | None = None,
    entity_id: str | None = None,
    detail: str = "",
) -> None:
    """Something a signed-in user did to a company or a part of it."""
    event = Event(
        id=ctx.new_id(),
        organization=user.organization,
        company_id=company_id,
        request_id=request_id,
        entity_id=entity_id,
        kind=kind,
        actor=by_user(user.id),
        detail=detail,
        at=ctx.now(),
    )
    add_event(tx, event)
