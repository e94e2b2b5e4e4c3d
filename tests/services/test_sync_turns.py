"""A connection's pulls go one after the other, and a company's books are never asked for by too many at once."""

from pathlib import Path

import pytest

from linkflow.domain.requests import SyncState
from linkflow.domain.software import Api
from linkflow.services import sync_endings, sync_turns, syncing
from linkflow.services.job_steps import DONE, MORE, JobStep, StepKind
from linkflow.store import connections, syncs
from tests.config_factories import make_catalogue, make_software
from tests.jobs.fakes import FakeProvider
from tests.jobs.rig import Rig, add_rows, make_rig
from tests.services.test_sync_waits import DAY_LIMIT
from tests.services.test_syncing import begin, pull_all, raising, sync_of

pytestmark = pytest.mark.usefixtures("provider")


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    api = Api(base_url="http://localhost:8001/api", max_concurrency=2)
    return make_rig(tmp_path, catalogue=make_catalogue(make_software(api=api)))


def test_a_second_pull_of_a_connection_waits_until_the_first_is_over(rig: Rig) -> None:
    rows = add_rows(rig.ctx)
    first, second = begin(rig, rows), begin(rig, rows)
    assert syncing.pull_next(rig.ctx, first) == MORE
    assert syncing.pull_next(rig.ctx, second) == JobStep(StepKind.WAIT, 10)
    assert sync_of(rig, second).state == "queued"
    assert pull_all(rig, first) == DONE
    assert pull_all(rig, second) == DONE


def test_whichever_begins_first_goes_first(rig: Rig) -> None:
    rows = add_rows(rig.ctx)
    first, second = begin(rig, rows), begin(rig, rows)
    assert syncing.pull_next(rig.ctx, second) == MORE
    assert syncing.pull_next(rig.ctx, first).kind is StepKind.WAIT
    assert pull_all(rig, second) == DONE
    assert pull_all(rig, first) == DONE


def test_a_company_read_through_many_connections_is_asked_by_no_more_at_once_than_its_software_takes(rig: Rig) -> None:
    pulls = [begin(rig, add_rows(rig.ctx)) for _ in range(3)]
    other = begin(rig, add_rows(rig.ctx, tenant_id="tenant-2"))
    kinds = [syncing.pull_next(rig.ctx, one).kind for one in (*pulls, other)]
    assert kinds == [StepKind.MORE, StepKind.MORE, StepKind.WAIT, StepKind.MORE]
    assert pull_all(rig, pulls[0]) == DONE
    assert syncing.pull_next(rig.ctx, pulls[2]) == MORE


def test_who_waits_for_a_pull_that_waits_for_hours_looks_seldom(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx)
    first, second = begin(rig, rows), begin(rig, rows)
    provider.trouble = raising(DAY_LIMIT)
    while syncing.pull_next(rig.ctx, first).kind is not StepKind.WAIT:
        pass
    assert syncing.pull_next(rig.ctx, second) == JobStep(StepKind.WAIT, 600)


def test_a_pull_that_has_begun_needs_no_turn_again(rig: Rig) -> None:
    rows = add_rows(rig.ctx)
    first, second = begin(rig, rows), begin(rig, rows)
    syncing.pull_next(rig.ctx, first)
    with rig.ctx.database.transaction() as tx:
        syncs.start(tx, second, at=rig.ctx.now())
    assert syncing.pull_next(rig.ctx, first) == MORE


def test_a_pull_that_was_called_off_just_before_it_began_asks_for_nothing(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx)
    sync_id = begin(rig, rows)
    before = sync_of(rig, sync_id)
    with rig.ctx.database.transaction() as tx:
        connection = connections.connection(tx, rows.connection_id)
        assert connection is not None
        sync_endings.end_sync(rig.ctx, tx, sync_id, state=SyncState.CANCELLED, reason="disconnected")
    assert sync_turns.begin(rig.ctx, before, connection) == MORE
    assert syncing.pull_next(rig.ctx, sync_id) == DONE
    with rig.ctx.database.transaction() as tx:
        syncs.put_off(tx, sync_id, until=rig.ctx.now(), failures=1, error="timeout")
    after = sync_of(rig, sync_id)
    assert (after.state, after.error, after.wait_until, provider.fetched) == ("cancelled", "disconnected", None, [])
