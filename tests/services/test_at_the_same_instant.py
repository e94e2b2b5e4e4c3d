"""What two people do to one entity at the same instant: one of them comes first, and the other is told the truth.

Each race is run on both databases, many times; what a page had read before it may be long out of date.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.requests import ConnectionState
from linkflow.services import linking, uploading
from linkflow.store import companies, connections, tables
from linkflow.store.visits import EntityVisit, Visit
from tests.jobs.rig import Rig, Rows, add_rows, make_rig

ROUNDS = 12
WORKBOOK = b"PK\x03\x04 a spreadsheet, as far as anybody looks here"


@pytest.fixture
def rig(url: str, tmp_path: Path) -> Iterator[Rig]:
    """A rig on each kind of database."""
    made = make_rig(tmp_path, database_url=url)
    yield made
    made.ctx.database.dispose()


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


def upload(rig: Rig, visit: Visit, entity: EntityVisit) -> str:
    return uploading.store_file(rig.ctx, visit, entity, filename="books.xlsx", content=WORKBOOK)


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
        assert [answer for answer in sent if not isinstance(answer, str)] == []
        assert current_uploads(rig, rows) == 1


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
