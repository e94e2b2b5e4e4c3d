"""Bringing the lists of companies up to date where a user's name, or whether they may sign in, has changed.

A few companies in each transaction, since each is held meanwhile. Of a user with very many, the rest follows once a
day; what a name sorts by, with the next change to each company.
"""

from collections.abc import Sequence

from linkflow.services.context import Context
from linkflow.store import company_listings
from linkflow.store.turns import take_turn

_AT_ONCE = 50
MOST = 500
"""How many companies somebody waits for who presses a button."""


def follow_name(ctx: Context, user_id: str) -> None:
    """Sort up to `MOST` of a user's companies by their new name."""
    with ctx.database.reading() as tx:
        theirs = company_listings.companies_of(tx, user_id, limit=MOST)
    _relist(ctx, theirs)


def follow_access(ctx: Context, user_id: str) -> None:
    """Take up to `MOST` companies out of the list of a user who was shut out, or back into it."""
    with ctx.database.reading() as tx:
        wrong = company_listings.wrongly_listed(tx, user_id=user_id, limit=MOST)
    _relist(ctx, wrong)


def catch_up(ctx: Context) -> None:
    """The same for everybody, whatever was left."""
    while True:
        with ctx.database.reading() as tx:
            wrong = company_listings.wrongly_listed(tx, limit=MOST)
        if not wrong:
            return
        _relist(ctx, wrong)


def _relist(ctx: Context, company_ids: Sequence[str]) -> None:
    for start in range(0, len(company_ids), _AT_ONCE):
        some = company_ids[start : start + _AT_ONCE]
        with ctx.database.transaction() as tx:
            take_turn(tx, *some)
            for company_id in some:
                company_listings.relist(tx, company_id)
