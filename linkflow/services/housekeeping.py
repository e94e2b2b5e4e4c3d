"""Once a day: end what its time has ended, delete what may be kept no longer, give back grants that nothing uses."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from linkflow.domain.links import ABSOLUTE
from linkflow.domain.ports import Transaction
from linkflow.services import forgetting, granting, relisting, renewing, retention, workbooks
from linkflow.services.binding import drop_waiting
from linkflow.services.context import Context
from linkflow.services.ending import end_connection
from linkflow.services.happenings import notice
from linkflow.services.private_folder import remove_abandoned
from linkflow.store import (
    askings,
    connections,
    grants,
    invitations,
    messages,
    password_resets,
    sign_in_attempts,
    sweeps,
)
from linkflow.store.turns import take_turn_of

_KEPT = timedelta(days=2)
_ATTEMPTS_KEPT = timedelta(days=90)
_INVITATIONS_KEPT = timedelta(days=30)
"""After their week, to be sent again."""
_GRANT_IDLE = timedelta(hours=24)
_ASKINGS_KEPT = timedelta(days=400)
_AT_ONCE = 1_000
"""Rows that one transaction sweeps."""

_log = logging.getLogger(__name__)


def tidy(ctx: Context) -> None:
    """Everything a day leaves behind, each in transactions of its own.

    What fails keeps nothing else from its turn: the first failure is raised when all have had theirs.
    """
    failures = [failure for step in _STEPS if (failure := _failure_of(step, ctx)) is not None]
    if failures:
        raise failures[0]


def _failure_of(step: Callable[[Context], object], ctx: Context) -> Exception | None:
    try:
        step(ctx)
    except Exception as failure:  # noqa: BLE001 - whatever it is, the others are promised for today
        _log.error("tidying, %s: %s", step.__name__, type(failure).__name__)
        return failure
    return None


def _sweep_all(ctx: Context) -> None:
    now = ctx.now()
    _sweep(ctx, sweeps.expire_attempts, now=now)
    _sweep(ctx, sweeps.delete_attempts, made_before=now - _ATTEMPTS_KEPT)
    _sweep(ctx, sweeps.delete_codes, made_before=now - _KEPT)
    _sweep(ctx, sweeps.delete_throttles, begun_before=now - _KEPT)
    _sweep(ctx, sign_in_attempts.delete_attempts, made_before=now - _KEPT)
    _sweep(ctx, password_resets.delete_resets, made_before=now - _KEPT)
    _sweep(ctx, messages.delete_account_mails, made_before=now - _KEPT)
    _sweep(ctx, askings.delete_batches, made_before=now - _ASKINGS_KEPT)
    _sweep(ctx, invitations.delete_invitations, ended_before=now - _INVITATIONS_KEPT)


def _sweep(ctx: Context, some: Callable[..., int], **times: datetime) -> None:
    more = _AT_ONCE
    while more == _AT_ONCE:
        with ctx.database.transaction() as tx:
            more = some(tx, **times, limit=_AT_ONCE)


def end_access(ctx: Context, *, at_once: int = 500) -> int:
    """End connections whose consented time is over, and with them their grants; answers how many. Books stay.

    All of them, found `at_once` at a time: what was promised for this day is not left for the next.
    """
    ended = 0
    while over := _access_ended(ctx, limit=at_once):
        for connection_id in over:
            with ctx.database.transaction() as tx:
                _end(ctx, tx, connection_id)
        ended += len(over)
    return ended


def _access_ended(ctx: Context, *, limit: int) -> tuple[str, ...]:
    with ctx.database.reading() as tx:
        return sweeps.access_ended(tx, now=ctx.now(), limit=limit)


def end_waiting(ctx: Context) -> int:
    """Give back sign-ins whose company nobody can choose any more; answers how many."""
    with ctx.database.reading() as tx:
        waiting = sweeps.never_chosen(tx, ended_before=ctx.now() - ABSOLUTE)
    for connection_id in waiting:
        with ctx.database.transaction() as tx:
            take_turn_of(tx, "connection", connection_id)
            held = connections.connection(tx, connection_id)
            if held is not None:
                drop_waiting(ctx, tx, held)
    return len(waiting)


def _end(ctx: Context, tx: Transaction, connection_id: str) -> None:
    # It may have been read, or agreed to anew, since it was found.
    take_turn_of(tx, "connection", connection_id)
    held = connections.connection(tx, connection_id)
    over = held is not None and held.access_until is not None and held.access_until <= ctx.now()
    if held is None or not over or not end_connection(ctx, tx, held, tell=False):
        return
    notice(
        ctx,
        tx,
        "access-ended",
        organization=held.organization,
        company_id=held.company_id,
        request_id=held.request_id,
        entity_id=held.entity_id,
        detail=held.access,
    )


def give_back_idle_grants(ctx: Context) -> int:
    """Revoke what an authorization left over that nobody finished; answers how many."""
    with ctx.database.reading() as tx:
        idle = grants.unneeded_grants(tx, older_than=ctx.now() - _GRANT_IDLE)
    begun = 0
    for grant_id in idle:
        with ctx.database.transaction() as tx:
            take_turn_of(tx, "grant", grant_id)
            begun += granting.release_grant(ctx, tx, grant_id)
    return begun


def _clear_private_folders(_ctx: Context) -> None:
    remove_abandoned()


_STEPS: tuple[Callable[[Context], object], ...] = (
    end_access,
    _sweep_all,
    relisting.catch_up,
    end_waiting,
    give_back_idle_grants,
    renewing.plan_anew,
    workbooks.forget_spent,
    _clear_private_folders,
    retention.delete_what_is_due,
    forgetting.forget_what_is_due,
)
