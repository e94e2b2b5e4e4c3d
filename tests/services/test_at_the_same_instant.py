"""What two people do to one entity at the same instant: one of them comes first, and the other is told the truth.

Each race is run on both databases, many times; what a page had read before it may be long out of date.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.journey import Count
from linkflow.domain.ports import Transaction
from linkflow.domain.requests import ConnectionState
from linkflow.services import checking_files, linking, naming, sync_turns, syncing, uploading
from linkflow.store import companies, connections, syncs, tables, turns, uploads
from linkflow.store.uploads import Upload
from linkflow.store.visits import EntityVisit, Visit
from linkflow.templating import speech
from linkflow.web.words import problem
from tests import filled
from tests.jobs.rig import Rig, Rows, add_rows

ENGLISH = speech("en-GB")

ROUNDS = 12
WORKBOOK = filled.workbook(filled.BOTH)


def seen(rig: Rig, rows: Rows) -> tuple[Visit, EntityVisit]:
    """What a page reads before its form is answered."""
    with rig.ctx.database.reading() as tx:
        visit = linking.visit(rig.ctx, tx, rows.request_id, {rows.link_id: 1})
    entity = visit.entity(rows.entity_id)
    assert entity is not None
    return visit, entity


def not_connected(rig: Rig, first: Rows) -> Rows:
    """One more entity of the company, whose sign-in is still to come."""
    rows = add_rows(rig.ctx, of=first, tenant_id=rig.ctx.new_id())
    end(rig, rows)
    return rows


def end(rig: Rig, rows: Rows) -> None:
    with rig.ctx.database.transaction() as tx:
        assert connections.move(
            tx, rows.connection_id, old=ConnectionState.LINKED, new=ConnectionState.DISCONNECTED, ended_at=rig.ctx.now()
        )


def upload(rig: Rig, visit: Visit, entity: EntityVisit) -> None:
    assert None is uploading.store_file(rig.ctx, visit, entity, filename="books.xlsx", content=WORKBOOK)


def store_upload(rig: Rig, tx: Transaction, rows: Rows) -> None:
    file = Upload(
        id=rig.ctx.new_id(),
        organization="northbank",
        company_id=rows.company_id,
        request_id=rows.request_id,
        entity_id=rows.entity_id,
        consent_id=rows.consent_id,
        filename="books.xlsx",
        size=4,
        sha256="0" * 64,
        content=b"seal",
        created_at=rig.ctx.now(),
    )
    uploads.replace_upload(tx, file)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Every act in a thread of its own, begun together; answers what each gave or was refused with."""
    together = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        together.wait()
        try:
            return act()
        except (Refused, NotFound) as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def current_uploads(rig: Rig, rows: Rows) -> int:
    with rig.ctx.database.reading() as tx:
        here = tables.uploads.c.entity_id == rows.entity_id, tables.uploads.c.replaced_at.is_(None)
        return int(tx.connection.execute(select(func.count()).select_from(tables.uploads).where(*here)).scalar_one())


def is_in_request(rig: Rig, rows: Rows) -> bool:
    with rig.ctx.database.reading() as tx:
        visit = linking.visit(rig.ctx, tx, rows.request_id, {rows.link_id: 1})
    return visit.entity(rows.entity_id) is not None


def name_of(rig: Rig, rows: Rows) -> str | None:
    with rig.ctx.database.reading() as tx:
        named = {entity.id: entity.name for entity in companies.entities_of_company(tx, rows.company_id)}
    return named[rows.entity_id]


def test_of_files_sent_together_one_is_current_and_every_other_replaced(rig: Rig) -> None:
    rows = not_connected(rig, add_rows(rig.ctx))
    for _ in range(ROUNDS):
        visit, entity = seen(rig, rows)
        sent = at_once(*[partial(upload, rig, visit, entity)] * 4)
        assert sent == [None] * 4
        assert current_uploads(rig, rows) == 1
        with rig.ctx.database.reading() as tx:
            made = connections.live_connection(tx, rows.entity_id)
            assert made is not None
            assert (made.software, len(syncs.open_syncs(tx, made.id))) == ("upload", 1)


def test_a_file_that_was_accepted_meanwhile_is_not_replaced(rig: Rig) -> None:
    rows = not_connected(rig, add_rows(rig.ctx))
    visit, entity = seen(rig, rows)
    upload(rig, visit, entity)
    with rig.ctx.database.transaction() as tx:
        tx.connection.execute(tables.uploads.update().values(state="accepted"))
    with pytest.raises(Refused) as refused:
        upload(rig, visit, entity)
    assert (refused.value.field, refused.value.reason) == ("workbook", "accepted")
    assert current_uploads(rig, rows) == 1


def test_an_entity_that_was_connected_meanwhile_keeps_its_name_and_its_place(rig: Rig) -> None:
    rows = not_connected(rig, add_rows(rig.ctx))
    visit, entity = seen(rig, rows)
    with rig.ctx.database.transaction() as tx:
        tx.connection.execute(
            tables.connections.update().where(tables.connections.c.id == rows.connection_id).values(state="linked")
        )
        syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)
    acts = (
        lambda: naming.rename_entity(rig.ctx, visit, entity, "Another Ltd"),
        lambda: naming.remove_entity(rig.ctx, visit, entity),
        lambda: naming.say_how_many(rig.ctx, visit, Count.ONE),
    )
    for act, field in zip(acts, ("name", "entity", "count"), strict=True):
        with pytest.raises(Refused) as refused:
            act()
        assert (refused.value.field, refused.value.reason) == (field, "connected")
        assert problem(field, "connected", ENGLISH)
    assert (name_of(rig, rows), is_in_request(rig, rows)) == (entity.name, True)


def test_an_entity_that_is_connected_for_an_earlier_request_can_be_taken_out_of_this_one(rig: Rig) -> None:
    rows = add_rows(rig.ctx)
    visit, entity = seen(rig, rows)
    with rig.ctx.database.reading() as tx:
        assert syncs.latest_sync(tx, rows.connection_id) is None  # nothing was agreed to in this request
    naming.remove_entity(rig.ctx, visit, entity)
    assert not is_in_request(rig, rows)
    with rig.ctx.database.reading() as tx:
        assert connections.live_connection(tx, rows.entity_id) is not None


def test_a_file_and_a_removal_at_once_never_leave_a_file_of_a_removed_entity(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, checked = add_rows(rig.ctx), threading.Event()

    def check(*arguments: Any, **named: Any) -> Any:
        try:
            return checking_files.check_file(*arguments, **named)
        finally:
            checked.set()

    monkeypatch.setattr(uploading, "check_file", check)
    for number in range(ROUNDS):
        rows = not_connected(rig, first)
        visit, entity = seen(rig, rows)
        checked.clear()

        def remove(visit: Visit = visit, entity: EntityVisit = entity, number: int = number) -> None:
            if number % 2:  # checking takes long: without a head start the file never comes first
                assert checked.wait(30)
            naming.remove_entity(rig.ctx, visit, entity)

        sent, removed = at_once(partial(upload, rig, visit, entity), remove)
        arrived = sent is None
        assert (current_uploads(rig, rows), is_in_request(rig, rows)) == (int(arrived), arrived)
        assert isinstance(removed, Refused) is arrived


@pytest.mark.parametrize("what", ["rename", "remove"])
def test_who_comes_second_waits_and_then_sees_what_the_first_has_done(rig: Rig, what: str) -> None:
    rows = not_connected(rig, add_rows(rig.ctx))
    visit, entity = seen(rig, rows)
    act = {
        "rename": partial(naming.rename_entity, rig.ctx, visit, entity, "Another Ltd"),
        "remove": partial(naming.remove_entity, rig.ctx, visit, entity),
    }[what]
    with ThreadPoolExecutor(1) as pool:
        with rig.ctx.database.transaction() as tx:
            turns.take_turn(tx, rows.company_id)
            second = pool.submit(act)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
            store_upload(rig, tx, rows)
        with pytest.raises(Refused):
            second.result(timeout=10)
    assert (name_of(rig, rows), is_in_request(rig, rows)) == (entity.name, True)


def test_pulls_of_the_same_books_for_several_companies_never_take_one_place_twice(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = syncs.start

    def slowly(*given: Any, **more: Any) -> bool:
        time.sleep(0.3)
        return start(*given, **more)

    monkeypatch.setattr(syncs, "start", slowly)
    monkeypatch.setattr(sync_turns, "_at_once", lambda *_: 1)
    begun = [add_rows(rig.ctx) for _ in range(3)]
    with rig.ctx.database.transaction() as tx:
        pulls = [syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id) for rows in begun]
    at_once(*(partial(syncing.pull_next, rig.ctx, one) for one in pulls))
    with rig.ctx.database.reading() as tx:
        states = [found.state for one in pulls if (found := syncs.sync(tx, one))]
    assert sorted(states) == ["queued", "queued", "running"]
