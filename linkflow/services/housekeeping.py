"""Once a day: forget what is of no more use, and give back grants that nothing uses."""

from datetime import timedelta

from linkflow.services import granting
from linkflow.services.context import Context
from linkflow.store import grants, sweeps

_KEPT = timedelta(days=2)
_ATTEMPTS_KEPT = timedelta(days=90)
_GRANT_IDLE = timedelta(hours=24)


def tidy(ctx: Context) -> None:
    """Everything a day leaves behind, each in a transaction of its own."""
    now = ctx.now()
    with ctx.database.transaction() as tx:
        sweeps.expire_attempts(tx, now=now)
        sweeps.delete_attempts(tx, made_before=now - _ATTEMPTS_KEPT)
    with ctx.database.transaction() as tx:
        sweeps.delete_codes(tx, made_before=now - _KEPT)
        sweeps.delete_throttles(tx, begun_before=now - _KEPT)
    give_back_idle_grants(ctx)


def give_back_idle_grants(ctx: Context) -> int:
    """Revoke what an authorization left over that nobody finished; answers how many."""
    with ctx.database.reading() as tx:
        idle = grants.unneeded_grants(tx, older_than=ctx.now() - _GRANT_IDLE)
    begun = 0
    for grant_id in idle:
        with ctx.database.transaction() as tx:
            begun += granting.release_grant(ctx, tx, grant_id)
    return begun
