"""Whose turn it is: a connection's pulls go one after the other, so that a later one never meets an earlier one's rows.

Of one company in its software, through however many connections, no more are pulled at once than the software takes
calls. Decided when a pull makes its first call; whoever has to wait holds no place.
"""

from datetime import timedelta

from linkflow.domain.ports import Transaction
from linkflow.domain.software import UPLOAD
from linkflow.services.context import Context
from linkflow.services.job_steps import MORE, JobStep, wait
from linkflow.store import syncs
from linkflow.store.connections import Connection
from linkflow.store.syncs import Sync
from linkflow.store.turns import take_place, take_turn

SHORTEST, LONGEST = timedelta(seconds=10), timedelta(minutes=10)
"""How long a pull waits before it looks again."""


def begin(ctx: Context, sync: Sync, connection: Connection) -> JobStep | None:
    """Start a pull, once; a wait where others go first, and nothing but another look where it was ended meanwhile."""
    with ctx.database.transaction() as tx:
        take_turn(tx, sync.company_id)
        # Other companies of the bank's may read the same books.
        take_place(tx, f"{connection.software} {connection.tenant_id}")
        others = _others(tx, connection)
        its_own = any(one.connection_id == connection.id for one in others)
        if its_own or len(others) >= _at_once(ctx, connection.software):
            return wait(_pause(ctx, others))
        return None if syncs.start(tx, sync.id, at=ctx.now()) else MORE


def _others(tx: Transaction, connection: Connection) -> tuple[Sync, ...]:
    """The pulls that run of the same company's books; files keep an order of their own."""
    if connection.software == UPLOAD:
        return ()
    return syncs.running_beside(tx, connection.id, software=connection.software, tenant_id=connection.tenant_id)


def _at_once(ctx: Context, software_id: str) -> int:
    software = ctx.catalogue.get(software_id)
    return software.api.max_concurrency if software and software.api else 1


def _pause(ctx: Context, others: tuple[Sync, ...]) -> timedelta:
    """Until the first of them may go on, where all of them wait."""
    first = min(one.wait_until or ctx.now() for one in others)
    return min(max(first - ctx.now(), SHORTEST), LONGEST)
