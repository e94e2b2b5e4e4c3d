"""One page a step, waits that grow, ends that say why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from linkflow.domain.errors import TenantGone
from linkflow.domain.ports import Job, Page
from linkflow.domain.requests import ConnectionState
from linkflow.domain.software import Missing
from linkflow.outbound.errors import BadAnswer, RefusedAddress, StatusError, Timeout
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import granting, outages, refreshing, syncing
from linkflow.services.job_steps import DONE, MORE, JobStep, StepKind
from linkflow.services.progress import reading_progress
from linkflow.store import connections, events, grants, requests, syncs
from linkflow.store.books_tables import bills, suppliers
from linkflow.store.syncs import Sync
from tests.config_factories import make_catalogue, make_software
from tests.jobs.fakes import FakeProvider, set_aside, unkeepable_bill
from tests.jobs.rig import Rig, Rows, add_rows, make_rig
from tests.spend_rows import bill


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


def begin(rig: Rig, rows: Rows) -> str:
    with rig.ctx.database.transaction() as tx:
        return syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)


def sync_of(rig: Rig, sync_id: str) -> Sync:
    with rig.ctx.database.reading() as tx:
        found = syncs.sync(tx, sync_id)
    assert found is not None
    return found


def pull_all(rig: Rig, sync_id: str, *, patience: int = 100) -> JobStep:
    """Every step until the end, waits passed at once."""
    for _ in range(patience):
        step = syncing.pull_next(rig.ctx, sync_id)
        if step.kind in (StepKind.DONE, StepKind.FAILED):
            return step
        rig.clock.go_on(seconds=step.seconds)
    raise AssertionError("the pull never ended")


def kinds(rig: Rig, rows: Rows) -> list[str]:
    with rig.ctx.database.reading() as tx:
        return [event.kind for event in events.events_of_request(tx, rows.request_id).rows]


def status(rig: Rig, rows: Rows) -> str:
    with rig.ctx.database.reading() as tx:
        found = requests.request_by_id(tx, rows.request_id)
    assert found is not None
    return found.status


def supplier_count(rig: Rig) -> int:
    with rig.ctx.database.reading() as tx:
        return int(tx.connection.execute(select(func.count()).select_from(suppliers)).scalar_one())


def raising(error: Exception, *, times: int = 10**6, page: int = 2) -> Callable[[int], None]:
    left = [times]

    def trouble(number: int) -> None:
        if number == page and left[0] > 0:
            left[0] -= 1
            raise error

    return trouble


def test_a_pull_ends_with_every_row_and_tells_it(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx)
    sync_id = begin(rig, rows)
    assert rig.enqueued.of(Job.PULL_BOOKS) == [sync_id]
    assert pull_all(rig, sync_id) == DONE
    assert supplier_count(rig) == 12
    assert sync_of(rig, sync_id).state == "done"
    assert kinds(rig, rows).count("report-ready") == 1
    assert status(rig, rows) == "available"
    assert provider.fetched == [("company", None), ("suppliers", None), ("suppliers", "2"), ("suppliers", "3")]


def test_a_finished_pull_asks_for_nothing_more(rig: Rig, provider: FakeProvider) -> None:
    sync_id = begin(rig, add_rows(rig.ctx))
    pull_all(rig, sync_id)
    calls = len(provider.fetched)
    assert syncing.pull_next(rig.ctx, sync_id) == DONE
    assert len(provider.fetched) == calls


def test_only_what_the_consent_names_is_pulled(rig: Rig, provider: FakeProvider) -> None:
    sync_id = begin(rig, add_rows(rig.ctx, data_types="financials"))
    pull_all(rig, sync_id)
    assert provider.fetched == [("company", None)]


def test_what_its_catalogue_says_is_not_there_is_not_asked_for(tmp_path: Path, provider: FakeProvider) -> None:
    """So an operator who leaves out a scope can leave out what needs it."""
    product = make_software(not_available=(Missing.PAYMENT_METHODS, Missing.SUPPLIERS))
    rig = make_rig(tmp_path, catalogue=make_catalogue(product))
    pull_all(rig, begin(rig, add_rows(rig.ctx)))
    assert provider.fetched == [("company", None)]


def test_progress_counts_rows_and_pages_and_knows_what_is_next(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx)
    sync_id = begin(rig, rows)
    for _ in range(3):
        assert syncing.pull_next(rig.ctx, sync_id) == MORE
    with rig.ctx.database.reading() as tx:
        progress = reading_progress(tx, rows.company_id)[rows.connection_id]
    assert [(p.name, p.state, p.rows, p.pages, p.total) for p in progress.parts] == [
        ("company", "done", 1, 1, None),
        ("suppliers", "reading", 8, 2, 12),
    ]


def test_a_page_stored_by_another_worker_is_not_stored_again(rig: Rig, provider: FakeProvider) -> None:
    sync_id = begin(rig, add_rows(rig.ctx))
    syncing.pull_next(rig.ctx, sync_id)

    def other_worker_first(number: int) -> None:
        provider.trouble = lambda number: None
        for _ in range(2):
            assert syncing.pull_next(rig.ctx, sync_id) == MORE

    provider.trouble = other_worker_first
    assert syncing.pull_next(rig.ctx, sync_id) == MORE
    with rig.ctx.database.reading() as tx:
        assert [(part.pages, part.cursor) for part in syncs.parts_of(tx, sync_id)] == [(1, None), (2, "3")]
    pull_all(rig, sync_id)
    assert supplier_count(rig) == 12


def test_a_429_waits_as_long_as_it_was_asked_to(rig: Rig, provider: FakeProvider) -> None:
    error = StatusError("api", status=429, retry_after=timedelta(seconds=77))
    provider.trouble = raising(error, times=1)
    sync_id = begin(rig, add_rows(rig.ctx))
    steps = [syncing.pull_next(rig.ctx, sync_id) for _ in range(3)]
    assert steps[-1] == JobStep(StepKind.WAIT, 77)
    calls = len(provider.fetched)
    rig.clock.go_on(seconds=76)
    assert syncing.pull_next(rig.ctx, sync_id) == JobStep(StepKind.WAIT, 1)
    assert len(provider.fetched) == calls
    rig.clock.go_on(seconds=1)
    assert syncing.pull_next(rig.ctx, sync_id) == MORE
    assert sync_of(rig, sync_id).failures == 0


@pytest.mark.parametrize("error", [StatusError("api", status=500), Timeout("api"), BadAnswer("api")])
def test_trouble_that_passes_is_waited_out_from_the_same_page(
    rig: Rig, provider: FakeProvider, error: Exception
) -> None:
    provider.trouble = raising(error, times=3)
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id) == DONE
    assert [cursor for part, cursor in provider.fetched if part == "suppliers"] == [None, "2", "2", "2", "2", "3"]


def test_waits_grow_and_the_eighth_failure_in_a_row_ends_the_pull(rig: Rig, provider: FakeProvider) -> None:
    provider.trouble = raising(StatusError("api", status=503))
    rows = add_rows(rig.ctx)
    sync_id = begin(rig, rows)
    waits = []
    while (step := syncing.pull_next(rig.ctx, sync_id)).kind is not StepKind.FAILED:
        waits += [step.seconds] if step.kind is StepKind.WAIT else []
        rig.clock.go_on(seconds=step.seconds)
    assert waits == [1, 4, 16, 64, 256, 1024, 3600]
    assert sync_of(rig, sync_id).error == "status-503"
    assert kinds(rig, rows).count("sync-failed") == 1
    assert status(rig, rows) == "error"


def test_a_refused_request_ends_the_pull_at_once(rig: Rig, provider: FakeProvider) -> None:
    provider.trouble = raising(StatusError("api", status=403))
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id, patience=3).kind is StepKind.FAILED
    assert sync_of(rig, sync_id).error == "status-403"


def test_a_next_link_to_another_host_ends_the_pull(rig: Rig, provider: FakeProvider) -> None:
    provider.trouble = raising(RefusedAddress("evil.example", reason="another host"))
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id, patience=3).kind is StepKind.FAILED
    assert sync_of(rig, sync_id).error == "refused-address"


def test_a_page_that_leads_to_itself_ends_the_pull(rig: Rig, provider: FakeProvider) -> None:
    provider.change = lambda number, page: replace(page, next_cursor=str(number)) if number == 2 else page
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id).kind is StepKind.FAILED
    assert sync_of(rig, sync_id).error == "same-page-again"


def test_pages_without_end_are_noticed_by_their_number_of_rows(rig: Rig, provider: FakeProvider) -> None:
    provider.change = lambda number, page: replace(page, next_cursor=str(number % 2 + 3))
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id).kind is StepKind.FAILED
    assert sync_of(rig, sync_id).error == "same-page-again"


def test_an_adapters_mistake_is_retried_and_then_ends_the_pull(rig: Rig, provider: FakeProvider) -> None:
    provider.trouble = raising(RuntimeError("suppliers"))
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id).kind is StepKind.FAILED
    assert sync_of(rig, sync_id).error == "fault"


def test_an_answer_an_adapter_stumbles_over_is_a_bad_one_and_the_log_says_where_and_nothing_of_it(
    rig: Rig, provider: FakeProvider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.trouble = raising(KeyError("a customer's secret"), times=1)
    sync_id = begin(rig, add_rows(rig.ctx))
    steps = [syncing.pull_next(rig.ctx, sync_id) for _ in range(3)]
    assert steps[-1].kind is StepKind.WAIT
    assert sync_of(rig, sync_id).error == "bad-answer"
    assert "KeyError at test_syncing.py:" in caplog.text
    assert "secret" not in caplog.text


def test_rows_that_cannot_be_kept_are_set_aside_with_their_reason(rig: Rig, provider: FakeProvider) -> None:
    def spoil(number: int, page: Page) -> Page:
        return replace(page, records=(*page.records, unkeepable_bill()), set_aside=(set_aside("no name"),))

    provider.pages, provider.change = 1, spoil
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id) == DONE
    with rig.ctx.database.reading() as tx:
        found = syncs.set_aside_of(tx, sync_id)
    assert [(row.kind, row.external_id) for row in found] == [("suppliers", "s-9"), ("suppliers", "odd")]
    assert all(row.reason for row in found)


def test_a_refused_token_is_refreshed_once_and_the_page_fetched_again(
    rig: Rig, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing.oauth2, "refresh", lambda *a, **k: Tokens("access-2", "refresh-2", (), None, None))
    provider.trouble = raising(StatusError("api", status=401), times=1)
    rows = add_rows(rig.ctx)
    sync_id = begin(rig, rows)
    assert pull_all(rig, sync_id) == DONE
    assert granting.access_token(rig.ctx, rows.grant_id) == "access-2"


def test_a_spent_grant_asks_for_a_person_once(
    rig: Rig, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spent(*_: object, **__: object) -> Tokens:
        raise refreshing.TokenError("invalid_grant", transient=False)

    monkeypatch.setattr(refreshing.oauth2, "refresh", spent)
    provider.trouble = raising(StatusError("api", status=401))
    rows = add_rows(rig.ctx)
    sync_id = begin(rig, rows)
    assert pull_all(rig, sync_id).kind is StepKind.FAILED
    with rig.ctx.database.reading() as tx:
        connection = connections.connection(tx, rows.connection_id)
    assert connection is not None
    assert connection.state == "needs_reauth"
    assert kinds(rig, rows).count("needs-reauth") == 1
    assert "sync-failed" not in kinds(rig, rows)
    assert status(rig, rows) == "needs_reauth"
    assert syncing.pull_next(rig.ctx, sync_id) == DONE


def test_a_company_that_was_taken_out_of_a_sign_in_asks_for_a_person_and_the_others_behind_it_are_read_on(
    rig: Rig, provider: FakeProvider
) -> None:
    rows = add_rows(rig.ctx)
    other = add_rows(rig.ctx, of=rows, grant_id=rows.grant_id, tenant_id="tenant-2")
    provider.trouble = raising(TenantGone(), times=1)
    assert pull_all(rig, begin(rig, rows)).kind is StepKind.FAILED
    assert kinds(rig, rows).count("needs-reauth") == 1
    assert "sync-failed" not in kinds(rig, rows)
    assert len(rig.enqueued.of(Job.SEND_MESSAGE)) == 1, "the contact is asked to sign in again"
    assert pull_all(rig, begin(rig, other)) == DONE
    with rig.ctx.database.reading() as tx:
        found = [connections.connection(tx, one.connection_id) for one in (rows, other)]
    assert [one and one.state for one in found] == ["needs_reauth", "linked"]


def test_a_company_that_was_signed_in_to_anew_meanwhile_is_not_lost(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx)
    fresh = add_rows(rig.ctx, of=rows, tenant_id="tenant-2")
    with rig.ctx.database.reading() as tx:
        before = connections.connection(tx, rows.connection_id)
    with rig.ctx.database.transaction() as tx:
        connections.update_connection(tx, rows.connection_id, grant_id=fresh.grant_id)
    assert before is not None
    outages.lose(rig.ctx, before, why="tenant-gone")
    with rig.ctx.database.reading() as tx:
        now = connections.connection(tx, rows.connection_id)
    assert now is not None
    assert now.state == "linked"


def test_a_disconnected_connection_is_not_read(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx)
    sync_id = begin(rig, rows)
    with rig.ctx.database.transaction() as tx:
        connections.move(tx, rows.connection_id, old=ConnectionState.LINKED, new=ConnectionState.DISCONNECTED)
    assert syncing.pull_next(rig.ctx, sync_id) == DONE
    assert provider.fetched == []
    assert (sync_of(rig, sync_id).state, sync_of(rig, sync_id).error) == ("cancelled", "not-connected")


def test_access_that_has_ended_is_not_used(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx)
    sync_id = begin(rig, rows)
    with rig.ctx.database.transaction() as tx:
        connections.update_connection(tx, rows.connection_id, access_until=rig.ctx.now())
    assert syncing.pull_next(rig.ctx, sync_id) == DONE
    assert (provider.fetched, sync_of(rig, sync_id).error) == ([], "access-ended")


def test_a_grant_without_the_scope_is_not_used(rig: Rig, provider: FakeProvider) -> None:
    sync_id = begin(rig, add_rows(rig.ctx, scopes=("company.read", "financials.read")))
    assert syncing.pull_next(rig.ctx, sync_id) == DONE
    assert (provider.fetched, sync_of(rig, sync_id).error) == ([], "not-granted")


def test_access_once_gives_the_grant_back_after_the_first_complete_pull(rig: Rig, provider: FakeProvider) -> None:
    rows = add_rows(rig.ctx, access="once")
    sync_id = begin(rig, rows)
    assert rig.enqueued.of(Job.REVOKE_GRANT) == []
    pull_all(rig, sync_id)
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [rows.grant_id]
    with pytest.raises(granting.NeedsReauth):
        granting.access_token(rig.ctx, rows.grant_id)


def test_a_grant_that_serves_another_entity_stays_until_that_one_is_read(rig: Rig, provider: FakeProvider) -> None:
    first = add_rows(rig.ctx, access="once")
    second = add_rows(rig.ctx, access="once", of=first, grant_id=first.grant_id, tenant_id="tenant-2")
    pull_all(rig, begin(rig, first))
    assert rig.enqueued.of(Job.REVOKE_GRANT) == []
    pull_all(rig, begin(rig, second))
    assert rig.enqueued.of(Job.REVOKE_GRANT) == [first.grant_id]


def test_software_without_an_adapter_is_read_at_once_with_no_parts(tmp_path: Path) -> None:
    rig = make_rig(tmp_path, catalogue=make_catalogue(make_software(adapter=False, connection_only=True)))
    rows = add_rows(rig.ctx)
    sync_id = begin(rig, rows)
    assert syncing.pull_next(rig.ctx, sync_id) == DONE
    assert sync_of(rig, sync_id).state == "done"
    assert "report-ready" not in kinds(rig, rows)


def test_a_page_of_thousands_of_rows_is_kept_whole(rig: Rig, provider: FakeProvider) -> None:
    provider.pages, provider.rows = 2, 4_500
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id) == DONE
    assert supplier_count(rig) == 9_000
    with rig.ctx.database.reading() as tx:
        assert grants.grant(tx, "unknown") is None


def test_what_was_deleted_at_the_software_counts_no_more(rig: Rig, provider: FakeProvider) -> None:
    this_month = rig.ctx.now().date().replace(day=1)
    long_ago = this_month.replace(year=this_month.year - 3)
    kept = (replace(bill(name, "50.00"), issued_on=this_month) for name in ("b1", "b2"))
    found = [*kept, replace(bill("b0", "50.00"), issued_on=long_ago)]
    provider.change = lambda number, page: replace(page, records=(*page.records, *found)) if number == 1 else page
    rows = add_rows(rig.ctx)
    assert pull_all(rig, begin(rig, rows)) == DONE
    found[:] = found[:1]
    assert pull_all(rig, begin(rig, rows)) == DONE
    with rig.ctx.database.reading() as tx:
        left = dict(tx.connection.execute(select(bills.c.external_id, bills.c.status)).all())
    assert left == {"b0": "open", "b1": "open", "b2": "void"}


def test_a_pull_that_failed_says_nothing_of_what_it_did_not_see(rig: Rig, provider: FakeProvider) -> None:
    found = [replace(bill("b1", "50.00"), issued_on=rig.ctx.now().date())]
    provider.change = lambda number, page: replace(page, records=(*page.records, *found)) if number == 1 else page
    rows = add_rows(rig.ctx)
    assert pull_all(rig, begin(rig, rows)) == DONE
    found.clear()
    provider.trouble = raising(StatusError("api", status=403))
    assert pull_all(rig, begin(rig, rows)).kind is StepKind.FAILED
    with rig.ctx.database.reading() as tx:
        assert tx.connection.scalars(select(bills.c.status)).all() == ["open"]
