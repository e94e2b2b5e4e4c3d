"""The end of a journey: finished, declined, or taken up again."""

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.links import LinkKind
from linkflow.services import happenings, notifying
from linkflow.services.context import Context
from linkflow.services.linking import mark_opened
from linkflow.services.statuses import refresh_status
from linkflow.store import requests, uploads
from linkflow.store.visits import Visit

REASON_LIMIT = 500


def finish(ctx: Context, visit: Visit) -> None:
    """The customer has shared what it wants to share; raises `Refused` while nothing is connected or uploaded."""
    if not _shares(ctx, visit):
        raise Refused("finish", "nothing-shared")
    with ctx.database.transaction() as tx:
        mark_opened(ctx, tx, visit.link)
        if requests.set_once(tx, visit.link.request_id, "finished_at", ctx.now()):
            happenings.note(ctx, tx, "finished", link=visit.link)
            refresh_status(ctx, tx, visit.link.request_id)


def decline(ctx: Context, visit: Visit, reason: str) -> None:
    """The customer will not share: reminders stop and the assigned users are told.

    Raises `NotFound` through a link that was handed over: it answers for one part, not for the request; `Refused` once
    something is shared, which is ended by disconnecting.
    """
    if not may_decline(visit):
        raise NotFound
    if _shares(ctx, visit):
        raise Refused("reason", "shared")
    words = reason.strip()
    if len(words) > REASON_LIMIT:
        raise Refused("reason", "too-long", length=str(len(words)))
    with ctx.database.transaction() as tx:
        mark_opened(ctx, tx, visit.link)
        if not requests.set_once(tx, visit.link.request_id, "declined_at", ctx.now()):
            return
        requests.set_facts(tx, visit.link.request_id, decline_reason=words)
        uploads.forget_aside(tx, visit.link.request_id)
        happenings.note(ctx, tx, "declined", link=visit.link)
        notifying.queue_notices(ctx, tx, "declined", link=visit.link, reason=words or None)
        refresh_status(ctx, tx, visit.link.request_id)


def may_decline(visit: Visit) -> bool:
    """Only the request's own recipient may say no for it."""
    return visit.link.kind is LinkKind.REQUEST


def resume(ctx: Context, visit: Visit) -> None:
    """The customer has changed its mind; `NotFound` as in `decline`."""
    if not may_decline(visit):
        raise NotFound
    if visit.link.declined_at is None:
        return
    with ctx.database.transaction() as tx:
        mark_opened(ctx, tx, visit.link)
        requests.set_facts(tx, visit.link.request_id, declined_at=None, decline_reason="")
        happenings.note(ctx, tx, "resumed", link=visit.link)
        refresh_status(ctx, tx, visit.link.request_id)


def _shares(ctx: Context, visit: Visit) -> bool:
    return any(entity.progress(visit.link.data_types, ctx.now()).done for entity in visit.entities)
