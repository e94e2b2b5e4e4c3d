"""Putting a pull off: as long as the software asks, until its limits allow more, and longer each time after trouble.

A wait the software asked for is no failure, however long: a limit of calls a day is waited out, and the pull goes on at
the page it had reached. Only failures in a row end it, or a software that asks for one wait after the other and never
answers. Nobody sleeps here: what is stored says when the next call may be made.
"""

from datetime import timedelta

from linkflow.services.context import Context
from linkflow.services.job_steps import DONE, JobStep, backed_off, wait
from linkflow.store import syncs

FAILURES = 8
"""Failed calls in a row that end a pull."""
ASKED = 200
"""Waits asked for in a row that end it: days of them, for they grow to an hour each."""
UNTOLD = timedelta(seconds=60)
"""How long a software is left alone that asks to wait and does not say how long."""
LIMIT = "limit"
"""In place of an error: the software asked to wait."""


def hold(ctx: Context, sync_id: str, pause: timedelta) -> JobStep:
    """Until the software may be asked again. It was not asked at all, so nothing failed."""
    with ctx.database.transaction() as tx:
        sync = syncs.sync(tx, sync_id)
        if sync is None or sync.is_over:
            return DONE
        syncs.put_off(tx, sync_id, until=ctx.now() + pause, failures=sync.failures, error=sync.error)
    return wait(pause)


def put_off(ctx: Context, sync_id: str, reason: str, asked: timedelta | None) -> JobStep | None:
    """As long as was asked, and longer each time in a row; None where that would be once too often."""
    with ctx.database.transaction() as tx:
        sync = syncs.sync(tx, sync_id)
        if sync is None or sync.is_over:
            return DONE
        failures = sync.failures + 1
        spent = failures >= FAILURES and sync.error != LIMIT if asked is None else failures >= ASKED
        if spent:
            return None
        pause = backed_off(failures, asked=asked)
        error = reason if asked is None else LIMIT
        syncs.put_off(tx, sync_id, until=ctx.now() + pause, failures=failures, error=error)
    return wait(pause)
