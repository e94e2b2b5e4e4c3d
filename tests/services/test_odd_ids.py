"""A record whose id no database takes is set aside like any other, and the rest of its page goes on."""

from dataclasses import replace

import pytest

from linkflow import providers
from linkflow.domain.ports import Page
from linkflow.services.job_steps import DONE
from linkflow.store import syncs
from tests.jobs.fakes import FakeProvider, set_aside
from tests.jobs.rig import Rig, add_rows
from tests.services.test_syncing import begin, pull_all, sync_of
from tests.spend_rows import bill

pytestmark = pytest.mark.postgres_slowly


@pytest.mark.parametrize(
    ("odd", "kept"), [("b\x00ill", "bill"), ("b\ud800ill", "bill"), ("\x00", None), ("b" * 300, "b" * 255)]
)
def test_it_is_set_aside_under_what_can_be_kept_of_its_id(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, odd: str, kept: str | None
) -> None:
    provider = FakeProvider(pages=2)
    provider.change = lambda at, page: Page(
        (bill(f"b{at}", "5.00"), replace(bill("b", "5.00"), external_id=odd)),
        page.next_cursor,
        set_aside=(replace(set_aside("a field cannot be read"), external_id=odd),),
    )
    monkeypatch.setattr(providers, "load", lambda software: provider)
    sync_id = begin(rig, add_rows(rig.ctx))
    assert (pull_all(rig, sync_id), sync_of(rig, sync_id).error) == (DONE, None)
    with rig.ctx.database.reading() as tx:
        found = [row.external_id for row in syncs.set_aside_of(tx, sync_id)]
    assert found == ([kept] if kept else [None] * 4)


def test_a_page_of_nothing_else_that_comes_again_and_again_is_a_circle(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = FakeProvider(pages=30)
    provider.change = lambda at, page: Page((replace(bill("b", "5.00"), external_id="b" * 300),), page.next_cursor)
    monkeypatch.setattr(providers, "load", lambda software: provider)
    sync_id = begin(rig, add_rows(rig.ctx))
    pull_all(rig, sync_id)
    assert (sync_of(rig, sync_id).error, len(provider.fetched)) == ("same-page-again", 1 + 1 + 4)
