"""Records that could not be understood are counted in the notes of the reports that lack them, and in no others."""

from pathlib import Path

import pytest

from linkflow.domain.books import SetAside
from linkflow.domain.requests import DataType
from linkflow.services import syncing
from linkflow.services.left_out import set_aside
from linkflow.store import syncs
from linkflow.store.syncs import SyncPart
from tests.jobs.rig import Rig, add_rows, make_rig


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


def counted(rig: Rig, *parts: str) -> dict[str, int]:
    """How many are told by each kind of report, with one record of each part set aside."""
    rows = add_rows(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)
        for place, name in enumerate(parts):
            part = SyncPart(sync_id=sync_id, position=place, name=name)
            syncs.set_aside(tx, part, (SetAside("row", f"r{place}", "a field cannot be read"),))
    with rig.ctx.database.reading() as tx:
        return {kind.value: sum(one["rows"] for one in set_aside(tx, sync_id, kind)) for kind in DataType}


def test_of_statements_the_financials_tell_and_of_spending_the_spend_analysis(rig: Rig) -> None:
    found = counted(rig, "balance_sheet", "bills", "bills", "suppliers", "payments")
    assert found == {"financials": 1, "spend_analysis": 4}


def test_of_accounts_both_tell(rig: Rig) -> None:
    assert counted(rig, "accounts") == {"financials": 1, "spend_analysis": 1}


def test_of_nothing_nobody_tells(rig: Rig) -> None:
    assert counted(rig) == {"financials": 0, "spend_analysis": 0}
