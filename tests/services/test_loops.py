"""Pages that go round in circles end a pull; pages that overlap do not."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from linkflow import providers
from linkflow.domain.books import Record, SetAside, Supplier
from linkflow.domain.ports import Page
from linkflow.services.job_steps import DONE, StepKind
from linkflow.store import syncs
from linkflow.store.books_tables import bills
from tests.jobs.fakes import FakeProvider
from tests.jobs.rig import Rig, add_rows, make_rig
from tests.services.test_syncing import begin, pull_all, sync_of
from tests.spend_rows import bill

Number = Callable[[int], int]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    fake = FakeProvider(pages=30)
    monkeypatch.setattr(providers, "load", lambda software: fake)
    return fake


def some_bills(first: int, count: int = 4) -> tuple[Record, ...]:
    return tuple(bill(f"b{first + place}", "5.00") for place in range(count))


def bills_of(number: Number) -> Callable[[int, Page], Page]:
    """Pages of bills, each of those from a place on: `number` says which page comes in place of which."""
    return lambda at, page: Page(some_bills(4 * number(at)), page.next_cursor)


def bill_count(rig: Rig) -> int:
    with rig.ctx.database.reading() as tx:
        return int(tx.connection.execute(select(func.count()).select_from(bills)).scalar_one())


def test_a_page_repeated_under_fresh_cursors_ends_the_pull_soon(rig: Rig, provider: FakeProvider) -> None:
    provider.change = bills_of(lambda at: min(at, 5))
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id).kind is StepKind.FAILED
    assert sync_of(rig, sync_id).error == "same-page-again"
    assert len(provider.fetched) == 1 + 5 + 4
    assert bill_count(rig) == 20, "what came before is kept"


def test_a_circle_of_many_pages_ends_the_pull_too(rig: Rig, provider: FakeProvider) -> None:
    provider.change = bills_of(lambda at: at % 6)
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id).kind is StepKind.FAILED
    assert len(provider.fetched) == 1 + 6 + 4


def test_a_page_given_in_place_of_the_next_is_asked_for_again_and_nothing_is_lost(
    rig: Rig, provider: FakeProvider
) -> None:
    asked: list[int] = []

    def slip(at: int) -> int:
        asked.append(at)
        return at - 1 if at in (4, 9) and asked.count(at) == 1 else at

    provider.change = bills_of(slip)
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id) == DONE
    assert bill_count(rig) == 30 * 4
    assert [at for at in set(asked) if asked.count(at) > 1] == [4, 9]


def test_a_page_that_comes_twice_because_rows_were_added_is_no_circle(rig: Rig, provider: FakeProvider) -> None:
    provider.change = bills_of(lambda at: at if at < 5 else at - 1)
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id) == DONE
    assert bill_count(rig) == 29 * 4
    assert (sync_of(rig, sync_id).failures, sync_of(rig, sync_id).error) == (0, None)


def test_rows_given_twice_on_a_page_and_on_the_next_are_stored_once(rig: Rig, provider: FakeProvider) -> None:
    provider.change = lambda at, page: Page(some_bills(3 * at) * 2, page.next_cursor)
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id) == DONE
    assert bill_count(rig) == 3 * 30 + 1


def test_a_second_reading_of_the_same_rows_is_no_circle(rig: Rig, provider: FakeProvider) -> None:
    provider.change = bills_of(lambda at: at)
    rows = add_rows(rig.ctx)
    assert pull_all(rig, begin(rig, rows)) == DONE
    assert pull_all(rig, begin(rig, rows)) == DONE


def test_lists_of_which_nobody_keeps_who_saw_them_do_not_go_on_for_ever(rig: Rig, provider: FakeProvider) -> None:
    own = [Page(tuple(Supplier(external_id=f"{page}-{row}", name="S") for row in range(9))) for page in range(3)]
    provider.change = lambda at, page: replace(own[at % 3], next_cursor=str(at + 1))
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id, patience=1000).kind is StepKind.FAILED
    assert sync_of(rig, sync_id).error == "same-page-again"
    assert len(provider.fetched) < 50


def test_rows_that_cannot_be_read_again_and_again_are_counted_once_and_end_the_pull(
    rig: Rig, provider: FakeProvider
) -> None:
    aside = (SetAside("bill", "b1", "a field cannot be read"), SetAside("bill", "b2", "a field cannot be read"))
    provider.change = lambda at, page: Page((), str(at + 1), aside)
    sync_id = begin(rig, add_rows(rig.ctx))
    assert pull_all(rig, sync_id).kind is StepKind.FAILED
    with rig.ctx.database.reading() as tx:
        assert [row.external_id for row in syncs.set_aside_of(tx, sync_id)] == ["b1", "b2"]


def test_empty_pages_that_lead_on_are_no_circle(rig: Rig, provider: FakeProvider) -> None:
    provider.change = lambda at, page: Page((), page.next_cursor)
    assert pull_all(rig, begin(rig, add_rows(rig.ctx))) == DONE
