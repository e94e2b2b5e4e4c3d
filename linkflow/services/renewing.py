"""Keeping sign-ins alive: what runs out unless it is used is used in time, whether or not anybody reads the books.

Only as long as a connection needs it and access is agreed. A few at a time, the longest due first; what fails is tried
again soon, while the software may still take the token it answered to, then ever more rarely.
"""

import logging
from dataclasses import asdict
from datetime import timedelta

from linkflow.domain.errors import LinkflowError
from linkflow.domain.upkeep import plan
from linkflow.outbound.errors import OutboundError
from linkflow.outbound.oauth2 import TokenError
from linkflow.services import refreshing
from linkflow.services.context import Context
from linkflow.services.job_steps import backed_off
from linkflow.services.sealing import REFRESH, open_token
from linkflow.store import grants, renewals
from linkflow.store.grants import Grant
from linkflow.store.renewals import Client

AT_ONCE = 30
"""Grants of one client at one software that a run renews: some eight thousand a day."""
PATIENCE = 3
"""So many of a client's in a row that cannot be renewed, and it is given a rest until the next run: the software, or
the client there, may be out of order, and nobody is to be asked to sign in again for that before a person had time to
look. The clients of other organizations go on."""
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(hours=6)
_BATCH = 1_000

_log = logging.getLogger(__name__)


def renew_due(ctx: Context) -> int:
    """Renew what is due, in bounds; answers how many were."""
    with ctx.database.reading() as tx:
        due = renewals.due_clients(tx, now=ctx.now())
    return sum(_renew_some(ctx, client) for client in due if client.software in ctx.catalogue)


def plan_anew(ctx: Context) -> int:
    """Bring every grant's plan up to the catalogue and the day; answers how many changed."""
    changed, last = 0, ""
    while True:
        with ctx.database.reading() as tx:
            some = renewals.active_after(tx, last, limit=_BATCH)
        if not some:
            return changed
        last = some[-1].id
        wrong = [(grant, wanted) for grant in some if (wanted := _correction(ctx, grant))]
        if wrong:
            with ctx.database.transaction() as tx:
                for grant, wanted in wrong:
                    renewals.plan_anew(tx, grant, wanted)
            changed += len(wrong)


def _renew_some(ctx: Context, client: Client) -> int:
    with ctx.database.reading() as tx:
        due = renewals.due_grants(tx, client, now=ctx.now(), limit=AT_ONCE)
    renewed = failed = 0
    for grant_id in due:
        if _renew(ctx, grant_id):
            renewed, failed = renewed + 1, 0
        else:
            failed += 1
        if failed == PATIENCE:
            _log.warning("%s: %d sign-ins in a row could not be renewed", client.software, failed)
            break
    return renewed


def _renew(ctx: Context, grant_id: str) -> bool:
    """Whether the grant is good now, by whomever it was renewed."""
    with ctx.database.reading() as tx:
        grant = grants.grant(tx, grant_id)
    if grant is None or not grant.is_active or grant.renew_at is None or grant.renew_at > ctx.now():
        return True
    try:
        open_token(ctx, grant, REFRESH)  # One that cannot be read for want of a key is no reason to end a sign-in.
        refreshing.renew(ctx, grant)
    except Exception as error:  # noqa: BLE001 - one sign-in, whatever is wrong with it, holds up no other
        if not isinstance(error, LinkflowError):
            _log.error("renewing the sign-in %s: %s", grant_id, type(error).__name__)
        _put_off(ctx, grant, error)
        return False
    with ctx.database.reading() as tx:
        now = grants.grant(tx, grant_id)
    return now is not None and now.is_active


def _put_off(ctx: Context, grant: Grant, error: Exception) -> None:
    asked = error.retry_after if isinstance(error, OutboundError | TokenError) else None
    pause = backed_off(grant.renew_failures + 1, asked=asked, shortest=_SHORTEST, longest=_LONGEST)
    planned = asdict(plan(ctx.catalogue[grant.software].tokens, grant.life, now=ctx.now()))
    with ctx.database.transaction() as tx:
        renewals.put_off(tx, grant, **{**planned, "renew_at": ctx.now() + pause})


def _correction(ctx: Context, grant: Grant) -> dict[str, object]:
    """The plan as it should be where it is another; when to try again after a failure stays."""
    if grant.software not in ctx.catalogue:
        return {}
    wanted = asdict(plan(ctx.catalogue[grant.software].tokens, grant.life, now=ctx.now()))
    if grant.renew_failures:
        del wanted["renew_at"]
    return {} if all(getattr(grant, name) == value for name, value in wanted.items()) else wanted
