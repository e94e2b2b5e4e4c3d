"""The next page comes while the last one is stored, and nothing else is different."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from linkflow.domain.ports import Page
from linkflow.outbound.errors import StatusError
from linkflow.services import reading_ahead, syncing
from linkflow.services.job_steps import DONE, MORE, JobStep, StepKind
from linkflow.services.reading_ahead import Ahead
from linkflow.store import connection_tables, syncs
from linkflow.store.books_tables import suppliers
from tests.jobs.fakes import FakeProvider
from tests.jobs.rig import Rig, add_rows, make_rig

WAYS = [("company", None), ("suppliers", None), ("suppliers", "2"), ("suppliers", "3")]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


def begin(rig: Rig) -> str:
    rows = add_rows(rig.ctx)
    with rig.ctx.database.transaction() as tx:
        return syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)


def pull(rig: Rig, sync_id: str, ahead: Ahead) -> list[JobStep]:
    taken: list[JobStep] = []
    while not taken or taken[-1].kind in (StepKind.MORE, StepKind.WAIT):
        taken.append(syncing.pull_next(rig.ctx, sync_id, ahead=ahead))
        rig.clock.go_on(seconds=taken[-1].seconds)
    return taken


def kept(rig: Rig) -> int:
    with rig.ctx.database.reading() as tx:
        return int(tx.connection.scalar(select(func.count()).select_from(suppliers)) or 0)


def waiting(provider: FakeProvider, page: int, until: threading.Event) -> None:
    def trouble(number: int) -> None:
        if number == page:
            assert until.wait(20)

    provider.trouble = trouble


def test_each_page_is_asked_for_once_and_kept(rig: Rig, provider: FakeProvider) -> None:
    assert pull(rig, begin(rig), Ahead())[-1] == DONE
    assert provider.fetched == WAYS
    assert kept(rig) == 12


def test_a_page_is_stored_before_the_next_has_come(rig: Rig, provider: FakeProvider) -> None:
    sync_id, ahead, free = begin(rig), Ahead(), threading.Event()
    waiting(provider, 2, free)
    assert [syncing.pull_next(rig.ctx, sync_id, ahead=ahead) for _ in range(2)] == [MORE, MORE]
    assert (provider.fetched, kept(rig)) == (WAYS[:3], 4)
    free.set()
    assert pull(rig, sync_id, ahead)[-1] == DONE
    assert provider.fetched == WAYS


def test_trouble_ahead_is_the_next_steps_and_costs_no_second_call(rig: Rig, provider: FakeProvider) -> None:
    left = [StatusError("api", status=429, retry_after=timedelta(seconds=7))]

    def trouble(number: int) -> None:
        if number == 2 and left:
            raise left.pop()

    provider.trouble = trouble
    steps = pull(rig, begin(rig), Ahead())
    assert [step.seconds for step in steps if step.kind is StepKind.WAIT] == [7]
    assert provider.fetched == [*WAYS[:3], *WAYS[2:]]


def test_a_page_that_came_too_long_ago_is_asked_for_again(
    rig: Rig, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_ahead, "FRESH_SECONDS", -1.0)
    assert pull(rig, begin(rig), Ahead())[-1] == DONE
    assert provider.fetched == [*WAYS[:2], WAYS[2], WAYS[2], WAYS[3], WAYS[3]]


def test_another_worker_was_faster_and_what_came_ahead_is_not_used(rig: Rig, provider: FakeProvider) -> None:
    sync_id, mine = begin(rig), Ahead()
    for _ in range(2):
        syncing.pull_next(rig.ctx, sync_id, ahead=mine)
    assert syncing.pull_next(rig.ctx, sync_id) == MORE
    assert pull(rig, sync_id, mine)[-1] == DONE
    assert kept(rig) == 12
    with rig.ctx.database.reading() as tx:
        assert [part.pages for part in syncs.parts_of(tx, sync_id)] == [1, 3]


def test_what_came_for_a_connection_that_was_ended_meanwhile_is_not_kept(rig: Rig, provider: FakeProvider) -> None:
    sync_id, ahead = begin(rig), Ahead()
    for _ in range(2):
        syncing.pull_next(rig.ctx, sync_id, ahead=ahead)
    with rig.ctx.database.transaction() as tx:
        tx.connection.execute(update(connection_tables.connections).values(state="disconnected"))
    assert syncing.pull_next(rig.ctx, sync_id, ahead=ahead) == DONE
    assert kept(rig) == 4
    assert ahead._coming == {}


def test_a_page_that_stands_for_another_place_is_not_taken() -> None:
    ahead, page = Ahead(), Page(())

    def fetch(sending: Callable[[], None]) -> Page:
        return page

    ahead.begin(("sync", 0, 1, "2"), fetch)
    assert ahead.take(("sync", 0, 2, "3")) is None
    ahead.begin(("sync", 0, 1, "2"), fetch)
    assert ahead.take(("other", 0, 1, "2")) is None
    assert ahead.take(("sync", 0, 1, "2")) is page
    assert ahead.take(("sync", 0, 1, "2")) is None
