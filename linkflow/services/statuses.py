"""Keeping the stored status true: recomputed in the transaction that changed a fact, and by a schedule for time."""

from linkflow.domain.ports import Transaction
from linkflow.domain.requests import (
    ConnectionState,
    EntityFacts,
    RequestFacts,
    RequestStatus,
    request_status,
)
from linkflow.services.context import Context
from linkflow.services.happenings import notice
from linkflow.store.company_listings import relist
from linkflow.store.requests import DataRequest, request_by_id, requests_of_company, set_status
from linkflow.store.statuses import mail_facts, open_past_their_end
from linkflow.store.turns import assert_turn, take_turn_of
from linkflow.store.visits import EntityVisit, entities_of


def refresh_status(ctx: Context, tx: Transaction, request_id: str) -> RequestStatus | None:
    """Recompute one request's status and store it if it changed, and its company's; None without such a request.

    The transaction has the company's turn (`store.turns`): what others change at once is seen by who comes second.
    """
    request = request_by_id(tx, request_id)
    if request is None:
        return None
    assert_turn(tx, request.company_id)
    status = _recompute(ctx, tx, request)
    relist(tx, request.company_id)
    return status


def refresh_statuses(ctx: Context, tx: Transaction, company_id: str) -> None:
    """The same for every request of a company."""
    assert_turn(tx, company_id)
    for request in requests_of_company(tx, company_id):
        _recompute(ctx, tx, request)
    relist(tx, company_id)


def _recompute(ctx: Context, tx: Transaction, request: DataRequest) -> RequestStatus:
    mailed, undeliverable = mail_facts(tx, request.id)
    facts = RequestFacts(
        mailed=mailed,
        undeliverable=undeliverable,
        opened=request.opened_at is not None,
        declined=request.declined_at is not None,
        withdrawn=request.withdrawn_at is not None,
        expires_at=request.expires_at,
        entities=tuple(_facts(ctx, entity) for entity in entities_of(tx, request.id)),
    )
    status = request_status(facts, ctx.now())
    if set_status(tx, request.id, status.value, at=ctx.now()) and status is RequestStatus.EXPIRED:
        whose = {"organization": request.organization, "company_id": request.company_id}
        notice(ctx, tx, "expired", request_id=request.id, **whose)
    return status


def refresh_due(ctx: Context, *, limit: int = 500) -> int:
    """Recompute the requests whose end has passed unnoticed; answers how many there were."""
    with ctx.database.reading() as tx:
        due = open_past_their_end(tx, now=ctx.now(), limit=limit)
    for request_id in due:
        with ctx.database.transaction() as tx:
            take_turn_of(tx, "request", request_id)
            refresh_status(ctx, tx, request_id)
    return len(due)


def _connection(entity: EntityVisit) -> ConnectionState | None:
    if entity.is_disconnected:
        return ConnectionState.DISCONNECTED
    # Linked before, but not yet under what was agreed to here: the customer still has to sign in.
    waits = entity.connection_state is ConnectionState.LINKED and not (entity.reads_here or entity.to_renew)
    return None if waits else entity.connection_state


def _facts(ctx: Context, entity: EntityVisit) -> EntityFacts:
    # A connection made for an earlier request counts once this request has its own consent for it.
    ours = entity.consent_id is not None and not (entity.is_from_file and entity.to_correct)
    software = ctx.catalogue.get(entity.connection_software or "")
    readable = entity.is_from_file or (software is not None and software.adapter)
    return EntityFacts(
        started=entity.consent_id is not None or entity.software is not None,
        connection=_connection(entity) if ours else None,
        sync=entity.sync_state if ours else None,
        data_available=(ours and readable and entity.data_at is not None) or entity.upload_state == "accepted",
        checks_failed=bool(entity.checks_failed),
        uploaded=entity.upload_id is not None and not entity.to_correct,
    )
