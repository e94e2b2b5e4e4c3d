"""The end of a deleted company's records: consents and the audit entry, when the organization's months have passed.

They count from when the company was gone. An organization that is no longer configured has no such time: nothing of it
is forgotten.
"""

from datetime import timedelta

from linkflow.services.context import Context
from linkflow.store import deletions

_SHORTEST_MONTH = timedelta(days=28)


def forget_what_is_due(ctx: Context) -> int:
    """Delete the records of every company whose time is over; answers how many companies there were."""
    forgotten = 0
    for organization in ctx.organizations().values():
        before = ctx.now() - organization.feel.consent_retention_months * _SHORTEST_MONTH
        with ctx.database.reading() as tx:
            gone = deletions.done_before(tx, organization.slug, before=before)
        for one in gone:
            if one.done_at is not None and organization.records_end_at(one.done_at) <= ctx.now():
                _forget(ctx, one.company_id)
                forgotten += 1
    return forgotten


def _forget(ctx: Context, company_id: str) -> None:
    with ctx.database.transaction() as tx:
        deletions.allow_forgetting(tx, company_id, at=ctx.now())
    over = False
    while not over:
        with ctx.database.transaction() as tx:
            over = deletions.forget_some(tx, company_id)
