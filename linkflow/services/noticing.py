"""What linkflow itself found out or did, in the timeline: one event, in the transaction that made it true."""

from linkflow.domain.ports import Transaction
from linkflow.services.context import Context
from linkflow.services.happenings import LINKFLOW
from linkflow.store.events import Event, add_event


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
