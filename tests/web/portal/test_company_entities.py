"""A legal entity that is connected is renamed and taken out by users alone."""

from typing import Any

import pytest

from linkflow.domain.ports import Job
from linkflow.services import retention, syncing
from linkflow.services.job_steps import DONE
from linkflow.store import companies, connections, syncs
from linkflow.store.turns import take_turn_of
from tests.jobs.rig import Rows, add_rows
from tests.web.portal.desk import Desk, main_text, token_of
from tests.web.portal.furnished import send_file


def renamed(name: str) -> dict[str, Any]:
    return {"name": name, "folded_name": name.casefold(), "even_shared": True}


def two(desk: Desk) -> tuple[Rows, Rows]:
    """The company itself and a named entity, both connected."""
    rows = add_rows(desk.ctx)
    named = add_rows(desk.ctx, of=rows, tenant_id="tenant-2")
    with desk.ctx.database.transaction() as tx:
        take_turn_of(tx, "entity", named.entity_id)
        companies.rename_entity(tx, named.entity_id, **renamed("Abra Catering Ltd"))
    return rows, named


def scalar(desk: Desk, query: str) -> object:
    with desk.ctx.database.reading() as tx:
        return tx.connection.exec_driver_sql(query).scalar()


def test_a_connected_entity_gets_another_name(desk: Desk) -> None:
    rows, named = two(desk)
    browser, path = desk.browser(), f"/portal/entities/{named.entity_id}/name"
    assert 'value="Abra Catering Ltd"' in browser.page(path)
    answer = browser.send(path, name="  Abra   Events Ltd ", follow=True)
    said = main_text(answer.text)
    assert "The entity is renamed." in said
    assert "An entity was renamed; it is now called Abra Events Ltd. · Manager of northbank" in said
    assert scalar(desk, f"SELECT folded_name FROM entities WHERE id='{named.entity_id}'") == "abra events ltd"
    assert rows.company_id in answer.request.path


def test_taking_out_with_a_stale_form_does_nothing_and_says_why(desk: Desk) -> None:
    _, named = two(desk)
    browser, before = desk.browser(), desk.rows()
    answer = browser.post(f"/portal/entities/{named.entity_id}/removal")
    assert answer.status_code == 422
    assert "This page was open for too long." in main_text(answer.text)
    assert desk.rows() == before
    assert token_of(answer.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Enter the entity’s registered name."), ("x" * 101, "it has 101"), ("OTHER ltd", "is in the list already")],
)
def test_a_name_that_cannot_be_taken_comes_back(desk: Desk, typed: str, said: str) -> None:
    rows, named = two(desk)
    other = add_rows(desk.ctx, of=rows, tenant_id="tenant-3")
    with desk.ctx.database.transaction() as tx:
        take_turn_of(tx, "entity", other.entity_id)
        companies.rename_entity(tx, other.entity_id, **renamed("Other Ltd"))
    answer = desk.browser().send(f"/portal/entities/{named.entity_id}/name", name=typed)
    assert answer.status_code == 422
    assert said in main_text(answer.text)
    assert typed in answer.text
    assert scalar(desk, f"SELECT name FROM entities WHERE id='{named.entity_id}'") == "Abra Catering Ltd"


def test_taking_an_entity_out_ends_its_connection_and_deletes_what_it_shared(desk: Desk) -> None:
    rows, named = two(desk)
    with desk.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(desk.ctx, tx, connection_id=named.connection_id)
    send_file(desk, named)
    browser, path = desk.browser(), f"/portal/entities/{named.entity_id}/removal"
    said = main_text(browser.page(path))
    assert "Sandbox Books is disconnected; Anna Abra is told by email." in said
    answer = browser.send(path, follow=True)
    said = main_text(answer.text)
    assert "Abra Catering Ltd is taken out." in said
    assert "Our books.xlsx" not in said
    with desk.ctx.database.reading() as tx:
        ended, kept = (connections.connection(tx, one.connection_id) for one in (named, rows))
        pull = syncs.sync(tx, sync_id)
    assert ended is not None
    assert kept is not None
    assert (ended.state, kept.state) == ("disconnected", "linked")
    assert pull is not None
    assert pull.is_over
    assert (Job.DELETE_BOOKS, named.connection_id) in desk.jobs
    assert retention.delete_unwanted(desk.ctx, named.connection_id) == DONE
    assert scalar(desk, f"SELECT count(*) FROM syncs WHERE connection_id='{named.connection_id}'") == 0
    assert scalar(desk, "SELECT count(*) FROM uploads") == 0
    assert scalar(desk, "SELECT count(*) FROM consents") == 2
    assert scalar(desk, "SELECT count(*) FROM messages WHERE kind='disconnected'") == 1
    assert scalar(desk, "SELECT count(*) FROM request_entities WHERE removed_at IS NULL") == 1


def test_taken_out_twice_it_is_taken_out_once(desk: Desk) -> None:
    _, named = two(desk)
    browser, path = desk.browser(), f"/portal/entities/{named.entity_id}/removal"
    token = token_of(browser.page(path))
    assert [browser.post(path, linkflow_csrf=token).status_code for _ in range(2)] == [303, 303]
    assert scalar(desk, "SELECT count(*) FROM events WHERE kind='entity-removed'") == 1


def test_the_company_itself_is_no_entity_to_rename_or_take_out(desk: Desk) -> None:
    rows, _ = two(desk)
    for action in ("name", "removal"):
        assert desk.browser().look(f"/portal/entities/{rows.entity_id}/{action}").status_code == 404


def test_books_of_a_connection_that_works_again_are_not_deleted(desk: Desk) -> None:
    _, named = two(desk)
    with desk.ctx.database.transaction() as tx:
        syncing.start_sync(desk.ctx, tx, connection_id=named.connection_id)
        connections.update_connection(tx, named.connection_id, books_unwanted_at=desk.ctx.now())
    assert retention.delete_unwanted(desk.ctx, named.connection_id) == DONE
    assert scalar(desk, f"SELECT count(*) FROM syncs WHERE connection_id='{named.connection_id}'") == 1
