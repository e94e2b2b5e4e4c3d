"""Every fault of the sandbox, switched on while its books are pulled."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkflow.services import granting, syncing
from linkflow.services.job_steps import JobStep, StepKind
from linkflow.services.progress import reading_progress
from linkflow.store import syncs
from tests.faults.books_server import BooksServer, books_server, catalogue_at
from tests.jobs.rig import Rig, Rows, add_rows, make_rig

COMPANY = "hairosmith"


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BooksServer]:
    with books_server(tmp_path_factory.mktemp("sandbox")) as server:
        yield server


@pytest.fixture
def rig(tmp_path: Path, books: BooksServer) -> Iterator[Rig]:
    yield make_rig(tmp_path, catalogue=catalogue_at(books.url))
    assert books.driver.machine.post(f"/faults/{COMPANY}", json={"on": False}).status_code == 200


@pytest.fixture
def rows(rig: Rig, books: BooksServer) -> Rows:
    tokens = books.grant(COMPANY, email="hairosmith@example.com")
    return add_rows(rig.ctx, tenant_id=COMPANY, data_types="spend_analysis", tokens=tokens)


def begin(rig: Rig, rows: Rows) -> str:
    with rig.ctx.database.transaction() as tx:
        return syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)


def pull(rig: Rig, sync_id: str, *, steps: int = 200) -> list[JobStep]:
    """Every step to the end, or so many; waits are passed by the clock."""
    taken: list[JobStep] = []
    for _ in range(steps):
        taken.append(syncing.pull_next(rig.ctx, sync_id))
        if taken[-1].kind in (StepKind.DONE, StepKind.FAILED):
            return taken
        rig.clock.go_on(seconds=taken[-1].seconds)
    return taken


def waits(steps: list[JobStep]) -> list[int]:
    return [step.seconds for step in steps if step.kind is StepKind.WAIT]


def error_of(rig: Rig, sync_id: str) -> str | None:
    with rig.ctx.database.reading() as tx:
        found = syncs.sync(tx, sync_id)
    return found.error if found else None


def test_books_without_faults_come_whole(rig: Rig, rows: Rows) -> None:
    sync_id = begin(rig, rows)
    steps = pull(rig, sync_id)
    assert (steps[-1].kind, waits(steps)) == (StepKind.DONE, [])
    with rig.ctx.database.reading() as tx:
        progress = reading_progress(tx, rows.company_id)[rows.connection_id]
        assert syncs.set_aside_of(tx, sync_id) == ()
    assert all(part.rows == part.total for part in progress.parts if part.total is not None)


@pytest.mark.parametrize("kind", ["server-error", "malformed"])
def test_two_spoilt_answers_cost_two_waits(rig: Rig, rows: Rows, books: BooksServer, kind: str) -> None:
    books.driver.fault(COMPANY, kind, times=2, endpoint="bills")
    steps = pull(rig, begin(rig, rows))
    assert (steps[-1].kind, waits(steps)) == (StepKind.DONE, [1, 4])


def test_too_many_requests_wait_as_long_as_asked(rig: Rig, rows: Rows, books: BooksServer) -> None:
    books.driver.fault(COMPANY, "too-many-requests", times=1, seconds=7, endpoint="payments")
    steps = pull(rig, begin(rig, rows))
    assert (steps[-1].kind, waits(steps)) == (StepKind.DONE, [7])


def test_page_seven_failing_once_is_fetched_again_and_no_other(rig: Rig, rows: Rows, books: BooksServer) -> None:
    books.driver.machine.delete("/_test/fetches")
    books.driver.fault(COMPANY, "page-seven-fails-once")
    steps = pull(rig, begin(rig, rows))
    assert (steps[-1].kind, waits(steps)) == (StepKind.DONE, [1])
    counted = books.driver.machine.get("/_test/fetches").get_json()
    twice = [(found["page"], found["asked"]) for found in counted if found["asked"] > 1]
    assert twice == [("7", 2)]


def test_books_that_stay_broken_end_the_pull_with_a_reason(rig: Rig, rows: Rows, books: BooksServer) -> None:
    books.driver.fault(COMPANY, "server-error")
    sync_id = begin(rig, rows)
    assert pull(rig, sync_id)[-1].kind is StepKind.FAILED
    assert error_of(rig, sync_id) == "status-500"


def test_an_expired_token_is_refreshed_and_the_pull_goes_on(rig: Rig, rows: Rows, books: BooksServer) -> None:
    sync_id = begin(rig, rows)
    pull(rig, sync_id, steps=3)
    before = granting.access_token(rig.ctx, rows.grant_id)
    books.driver.fault(COMPANY, "expired-token")
    assert pull(rig, sync_id)[-1].kind is StepKind.DONE
    assert granting.access_token(rig.ctx, rows.grant_id) != before


def test_a_grant_revoked_there_asks_for_a_person(rig: Rig, rows: Rows, books: BooksServer) -> None:
    sync_id = begin(rig, rows)
    pull(rig, sync_id, steps=3)
    books.driver.fault(COMPANY, "revoked-grant")
    assert pull(rig, sync_id)[-1].kind is StepKind.FAILED
    assert error_of(rig, sync_id) == "needs-reauth"


def test_a_lost_refresh_answer_asks_for_a_person_for_nothing_else_is_left(
    rig: Rig, rows: Rows, books: BooksServer
) -> None:
    sync_id = begin(rig, rows)
    pull(rig, sync_id, steps=3)
    books.driver.fault(COMPANY, "expired-token")
    books.driver.fault(COMPANY, "lost-refresh-answer")
    assert pull(rig, sync_id)[-1].kind is StepKind.FAILED
    assert error_of(rig, sync_id) == "needs-reauth"
