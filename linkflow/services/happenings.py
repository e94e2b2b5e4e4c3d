"""Writing down what happened: one event, in the transaction that made it true, with who was behind it."""

from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.store.events import Event, add_event
from linkflow.store.requests import DataRequest
from linkflow.store.users import User
from linkflow.store.visits import LinkVisit

LINKFLOW = "linkflow"


def note(
    ctx: Context, tx: Transaction, kind: str, *, link: LinkVisit, entity_id: str | None = None, detail: str = ""
) -> None:
    """Something done through a link: who acted, as far as can be known, is somebody holding it."""
    notice(
        ctx,
        tx,
        kind,
        organization=link.organization,
        company_id=link.company_id,
        request_id=link.request_id,
        entity_id=entity_id,
        detail=detail,
        actor=f"link:{link.link_id}",
    )


def note_by_user(
    ctx: Context,
    tx: Transaction,
    kind: str,
    *,
    user: User,
    request: DataRequest | None = None,
    company_id: str | None = None,
    request_id: str | None = None,
    entity_id: str | None = None,
    detail: str = "",
) -> None:
    """Something a signed-in user did: to a request, to a company or a part of it, else about their own account."""
    notice(
        ctx,
        tx,
        kind,
        organization=user.organization,
        company_id=request.company_id if request else company_id,
        request_id=request.id if request else request_id,
        entity_id=entity_id,
        detail=detail,
        actor=f"user:{user.id}",
    )


def notice(
    ctx: Context,
    tx: Transaction,
    kind: str,
    *,
    organization: str,
    company_id: str | None = None,
    request_id: str | None = None,
    entity_id: str | None = None,
    detail: str = "",
    actor: str = LINKFLOW,
) -> None:
    """Append the event: linkflow found it out or did it, unless there is another `actor`.

    `detail` holds words and ids, never an address or a secret.
    """
    event = Event(
        id=ctx.new_id(),
        organization=organization,
        company_id=company_id,
        request_id=request_id,
        entity_id=entity_id,
        kind=kind,
        actor=actor,
        detail=detail,
        at=ctx.now(),
    )
    add_event(tx, event)
