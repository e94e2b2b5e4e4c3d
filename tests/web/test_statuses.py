"""What is stored because it would be slow to compute is what computing it gives, in every state of the journey."""

import pytest

from linkflow.services.statuses import refresh_due, refresh_status
from linkflow.store.turns import take_turn_of
from tests.store.rows import relist_in_turn
from tests.web.office import Office
from tests.web.states import STATES

# What a worker does stands there as rows written by hand, without what goes along.
BY_HAND = {
    "done",
    "access opened",
    "reading failed",
    "disconnected",
    "in need of a sign in",
    "upload accepted",
    "upload to correct",
}


@pytest.mark.parametrize("state", sorted(STATES.keys() - BY_HAND))
def test_no_status_and_no_copy_differs_from_the_facts(office: Office, state: str) -> None:
    STATES[state](office)
    refresh_due(office.ctx)
    before = office.rows()
    for request_id in office.values("SELECT id FROM requests"):
        with office.ctx.database.transaction() as tx:
            take_turn_of(tx, "request", request_id)
            refresh_status(office.ctx, tx, request_id)
    for company_id in office.values("SELECT id FROM companies"):
        with office.ctx.database.transaction() as tx:
            relist_in_turn(tx, company_id)
    assert office.rows() == before


def test_a_difference_would_be_found(office: Office) -> None:
    STATES["followed"](office)
    for table in ("requests", "companies", "company_listings"):
        office.write(f"UPDATE {table} SET status = 'declined'")
        before = office.rows()
        for request_id in office.values("SELECT id FROM requests"):
            with office.ctx.database.transaction() as tx:
                take_turn_of(tx, "request", request_id)
                refresh_status(office.ctx, tx, request_id)
        assert office.rows() != before, table
