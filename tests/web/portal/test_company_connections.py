"""What one does to a connection on the company's page: refresh it, end it, ask to reconnect it, decide about it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from linkflow.domain.ports import Job
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import reading_again, syncing
from linkflow.services.sync_waits import LIMIT
from linkflow.store import connections, consents, grants, syncs
from linkflow.store.connections import Connection
from tests.config_factories import make_catalogue, make_software
from tests.jobs.rig import SCOPES, Rows, add_rows
from tests.web.portal.desk import BASE, Desk, data_page, main_text, token_of
from tests.web.portal.furnished import break_off, choose_another, furnish


def page_of(rows: Rows) -> str:
    return f"/portal/companies/{rows.company_id}"


def connection(desk: Desk, rows: Rows) -> Connection:
    with desk.ctx.database.reading() as tx:
        found = connections.connection(tx, rows.connection_id)
    assert found is not None
    return found


def count(desk: Desk, table: str, where: str) -> int:
    with desk.ctx.database.reading() as tx:
        return int(tx.connection.execute(text(f"SELECT count(*) FROM {table} WHERE {where}")).scalar_one())


def finish(desk: Desk, rows: Rows, state: SyncState = SyncState.DONE) -> None:
    with desk.ctx.database.transaction() as tx:
        for sync_id in syncs.open_syncs(tx, rows.connection_id):
            syncs.finish(tx, sync_id, state, at=desk.ctx.now())


def pulled(desk: Desk, rows: Rows) -> None:
    with desk.ctx.database.transaction() as tx:
        syncing.start_sync(desk.ctx, tx, connection_id=rows.connection_id)
    finish(desk, rows)
    desk.clock.go_on(seconds=1)


def refresh(desk: Desk, rows: Rows, role: str = "manager") -> str:
    browser = desk.browser(role)
    path = f"/portal/connections/{rows.connection_id}/reading"
    return main_text(browser.send(path, on=page_of(rows), follow=True).text)


def test_a_reading_that_waits_for_a_limit_says_so(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    with desk.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(desk.ctx, tx, connection_id=rows.connection_id)
        syncs.start(tx, sync_id, at=desk.ctx.now())
        syncs.put_off(tx, sync_id, until=desk.ctx.now() + timedelta(hours=9), failures=1, error=LIMIT)
    shown = main_text(desk.browser("viewer").look(page_of(rows)).text)
    assert "Sandbox Books allows no more reading for now." in shown
    with desk.ctx.database.transaction() as tx:
        syncs.put_off(tx, sync_id, until=desk.ctx.now() + timedelta(hours=1), failures=7, error="status-500")
    assert "allows no more" not in desk.browser("viewer").look(page_of(rows)).text


def test_refreshing_begins_a_reading_of_what_was_agreed_to(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows)
    desk.clock.go_on(hours=1)
    page = refresh(desk, rows)
    assert "A new reading of the books has begun." in page
    assert "The reading starts in a moment. Check again" in page
    assert [kind for job, kind in desk.jobs if job is Job.PULL_BOOKS][1:]
    assert count(desk, "events", "kind='reading-asked' AND actor LIKE 'user:%' AND entity_id IS NOT NULL") == 1


def test_what_began_is_led_to_and_why_nothing_did_is_said_at_the_top(desk: Desk) -> None:
    rows, browser = add_rows(desk.ctx), desk.browser()
    pulled(desk, rows)
    path = f"/portal/connections/{rows.connection_id}/reading"
    assert browser.send(path, on=page_of(rows)).location == f"{page_of(rows)}#entity-{rows.entity_id}"
    assert browser.send(path, on=page_of(rows)).location == page_of(rows)


def test_the_whole_card_is_renewed_while_the_books_are_read(desk: Desk) -> None:
    rows, browser = add_rows(desk.ctx), desk.browser()
    pulled(desk, rows)
    refresh(desk, rows)
    card = f'<article class="box" id="entity-{rows.entity_id}" data-live="{page_of(rows)}" data-busy'
    assert card in browser.page(page_of(rows))
    finish(desk, rows)
    assert f'<article class="box" id="entity-{rows.entity_id}" aria-labelledby' in browser.page(page_of(rows))


def test_the_end_of_a_reading_is_told_and_then_only_its_time(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows)
    assert "All the books are in. See the figures" in main_text(desk.browser().page(page_of(rows)))
    desk.clock.go_on(minutes=6)
    assert "All the books are in" not in main_text(desk.browser().page(page_of(rows)))


def test_while_one_is_running_no_other_is_begun(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows)
    refresh(desk, rows)
    assert "Refresh now" not in main_text(desk.browser().page(page_of(rows)))
    assert "being read already" in refresh(desk, rows)
    assert count(desk, "syncs", "1=1") == 2


def test_refreshed_by_eight_at_once_it_is_read_once(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows)
    browser, path = desk.browser(), f"/portal/connections/{rows.connection_id}/reading"
    token = token_of(browser.page(page_of(rows)))
    cookie = browser.client.get_cookie("linkflow", domain="127.0.0.1")
    assert cookie is not None

    def press(_: int) -> int:
        client = desk.app.test_client()
        client.set_cookie("linkflow", cookie.value, domain="127.0.0.1")
        return client.post(path, base_url=BASE, data={"linkflow_csrf": token}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(press, range(8))) == {303}
    assert count(desk, "syncs", "state='queued'") == 1


def test_the_sixth_refresh_within_an_hour_is_refused_in_words(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows)
    for _ in range(reading_again.READINGS_AN_HOUR):
        assert "A new reading of the books has begun." in refresh(desk, rows)
        finish(desk, rows)
    assert "five times within the hour" in refresh(desk, rows)
    desk.clock.go_on(hours=1)
    assert "A new reading of the books has begun." in refresh(desk, rows)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE connections SET access_until = '2026-11-23 11:00:00.000000'",
        "UPDATE grants SET state = 'revoked'",
        "UPDATE connections SET state = 'needs_reauth'",
        "UPDATE connections SET state = 'disconnected'",
    ],
)
def test_where_access_or_consent_do_not_allow_it_nothing_is_read(desk: Desk, change: str) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows)
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql(change)
    assert "Refresh now" not in main_text(desk.browser().page(page_of(rows)))
    assert "cannot be read now" in refresh(desk, rows)
    assert count(desk, "syncs", "1=1") == 1


def test_what_two_consents_allow_is_read_under_both(desk: Desk) -> None:
    rows = add_rows(desk.ctx, data_types="financials")
    pulled(desk, rows)
    desk.clock.go_on(minutes=1)
    with desk.ctx.database.transaction() as tx:
        first = consents.consent(tx, rows.consent_id)
        assert first is not None
        consents.add_consent(tx, replace(first, id="second", data_types="spend_analysis"))
        syncing.start_sync(desk.ctx, tx, connection_id=rows.connection_id, consent_id="second")
    finish(desk, rows)
    refresh(desk, rows)
    with desk.ctx.database.reading() as tx:
        query = "SELECT data_types FROM syncs WHERE state='queued' ORDER BY data_types"
        assert tx.connection.exec_driver_sql(query).scalars().all() == ["financials", "spend_analysis"]


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        ({"refresh_token": "r"}, "Next sign-in Not needed: it is renewed by itself"),
        ({"refresh_token": "r", "ends_at": 340}, "Next sign-in By 29 Oct 2027 Sandbox Books ends it then"),
        ({"refresh_token": None, "expires_at": 2}, "Next sign-in By 25 Nov 2026 Sandbox Books ends it then"),
        ({"refresh_token": "r", "refresh_expires_at": 0.01}, "It could not be renewed for long and runs out then"),
    ],
)
def test_a_person_is_told_when_somebody_has_to_sign_in_there_again(
    desk: Desk, tokens: dict[str, Any], said: str
) -> None:
    times = {key: desk.ctx.now() + timedelta(days=value) for key, value in tokens.items() if key != "refresh_token"}
    usual = {"expires_at": desk.ctx.now() + timedelta(minutes=5), "refresh_expires_at": None}
    rows = add_rows(desk.ctx, tokens=Tokens("access", tokens["refresh_token"], SCOPES, **{**usual, **times}))
    desk.clock.go_on(minutes=12)
    assert said in main_text(desk.browser("viewer").page(page_of(rows)))


def test_a_software_that_does_not_tell_is_named(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    known = desk.ctx.catalogue["sandbox"]
    object.__setattr__(known.tokens, "refresh_days", None)
    try:
        assert "Next sign-in Not told by Sandbox Books" in main_text(desk.browser().page(page_of(rows)))
    finally:
        object.__setattr__(known.tokens, "refresh_days", 60)


def test_ending_a_connection_says_what_happens_and_tells_the_contact(desk: Desk) -> None:
    rows = add_rows(desk.ctx, retention_months=9)
    browser, path = desk.browser(), f"/portal/connections/{rows.connection_id}/disconnect"
    said = main_text(browser.page(path))
    for part in (
        "Is given back to Sandbox Books",
        "Told by email Anna Abra",
        "Kept for 9 months after access has ended",
    ):
        assert part in said
    answer = browser.send(path, end_reason="The card was cancelled.", follow=True)
    assert "The connection is ended. Anna Abra is told by email." in main_text(answer.text)
    assert "Why it was ended The card was cancelled." in main_text(answer.text)
    assert connection(desk, rows).state == ConnectionState.DISCONNECTED
    with desk.ctx.database.reading() as tx:
        said = tx.connection.exec_driver_sql("SELECT text FROM messages WHERE kind='disconnected'").scalar_one()
        grant = grants.grant(tx, rows.grant_id)
    assert "Northbank has disconnected Sandbox Books" in " ".join(said.split())
    assert "> The card was cancelled." in said
    assert "kept for 9 months after access has ended" in " ".join(said.split())
    assert grant is not None
    assert grant.state == "revoking"
    assert count(desk, "events", "kind='connection-ended' AND actor LIKE 'user:%'") == 1


def test_where_the_software_cannot_be_told_nobody_says_that_the_access_is_given_back(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    software = make_software()
    assert software.oauth is not None
    untold = replace(software, oauth=replace(software.oauth, revoke_url=None))
    object.__setattr__(desk.ctx, "catalogue", make_catalogue(untold))
    said = main_text(desk.browser().page(f"/portal/connections/{rows.connection_id}/disconnect"))
    assert "Sandbox Books has no way of being told" in said
    assert "given back" not in said


def test_a_sign_in_that_serves_another_entity_stays(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    other = add_rows(desk.ctx, of=rows, tenant_id="tenant-2", grant_id=rows.grant_id)
    path = f"/portal/connections/{rows.connection_id}/disconnect"
    browser = desk.browser()
    assert "Stays, because the same sign-in serves Entity" in main_text(browser.page(path))
    browser.send(path)
    with desk.ctx.database.reading() as tx:
        grant = grants.grant(tx, rows.grant_id)
    assert grant is not None
    assert grant.is_active
    assert connection(desk, other).state == ConnectionState.LINKED


def test_ending_it_twice_ends_it_once(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    path = f"/portal/connections/{rows.connection_id}/disconnect"
    browser = desk.browser()
    token = token_of(browser.page(path))
    assert [browser.post(path, linkflow_csrf=token).status_code for _ in range(2)] == [303, 303]
    assert count(desk, "messages", "kind='disconnected'") == 1
    assert browser.look(path).status_code == 303


def test_a_reason_that_is_too_long_comes_back_and_ends_nothing(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    path = f"/portal/connections/{rows.connection_id}/disconnect"
    answer = desk.browser().send(path, end_reason="x" * 501)
    assert answer.status_code == 422
    assert "Shorten the reason to 500 characters; it has 501." in main_text(answer.text)
    assert "x" * 501 in answer.text
    assert connection(desk, rows).state == ConnectionState.LINKED


def test_another_company_to_decide_about_comes_first(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    break_off(desk, rows)
    choose_another(desk, rows)
    said = main_text(desk.browser().page(page_of(rows)))
    assert "To decide: another company was chosen for Abra Kebabra Ltd" in said
    assert "Go there" not in said
    assert "Connected Abra Kebabra Ltd Chosen The Codfather Ltd United Kingdom, GBP" in said
    assert "The name does not look like “Abra Kebabra Ltd”" in said
    assert "the books read so far are deleted" in said


def test_approving_it_is_asked_about_once_more_and_then_done_once(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    change_id, browser = choose_another(desk, rows), desk.browser()
    path = f"/portal/tenant-changes/{change_id}/approve"
    assert f'href="{path}">Approve this company' in browser.page(page_of(rows))
    before = desk.rows()
    said = main_text(browser.page(path))
    assert "Approve The Codfather Ltd?" in said
    assert "are deleted and cannot be brought back" in said
    assert "Connected now Abra Kebabra Ltd" in said
    assert desk.rows() == before
    refused = browser.post(path, linkflow_csrf="old")
    assert refused.status_code == 422
    assert "This page was open for too long" in main_text(refused.text)
    assert desk.rows() == before
    token = token_of(browser.page(path))
    answers = [main_text(browser.post(path, follow=True, linkflow_csrf=token).text) for _ in range(2)]
    assert "The company is approved." in answers[0]
    assert "This was decided before." in answers[1]
    assert count(desk, "events", "kind='company-approved'") == 1
    assert browser.look(path).status_code == 303


def test_a_stale_press_is_refused_in_words(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    browser = desk.browser()
    browser.page(page_of(rows))
    answer = browser.post(f"/portal/connections/{rows.connection_id}/reading", follow=True, linkflow_csrf="old")
    assert "This page was open for too long" in main_text(answer.text)


ACTS = (
    "connections/{connection_id}/reading",
    "connections/{connection_id}/reconnect",
    "connections/{connection_id}/disconnect",
    "tenant-changes/{change_id}/approve",
    "tenant-changes/{change_id}/keep",
    "files/{upload_id}/accept",
    "files/{upload_id}/correction",
    "companies/{company_id}/notes",
    "notes/{note_id}/delete",
    "entities/{entity_id}/name",
    "entities/{entity_id}/removal",
)


@pytest.mark.parametrize("path", ACTS)
def test_a_viewer_does_none_of_it(desk: Desk, path: str) -> None:
    made = furnish(desk)
    browser = desk.browser("viewer")
    before = desk.rows()
    answer = browser.send(f"/portal/{path.format(**made.names)}", on="/portal/requests")
    assert (answer.status_code, data_page(answer.text)) == (403, "forbidden")
    assert desk.rows() == before


def test_a_viewer_reads_it_all_and_is_offered_nothing(desk: Desk) -> None:
    made = furnish(desk)
    said = main_text(desk.browser("viewer").page(page_of(made.rows)))
    for part in ("Our books.xlsx", "Called on Monday.", "The Codfather Ltd"):
        assert part in said
    offered = (
        "Refresh now",
        "Disconnect",
        "Rename",
        "Take out",
        "Download",
        "Accept ",
        "Approve this",
        "Keep the note",
    )
    assert [word for word in offered if word in said] == []


def test_the_page_asks_as_few_questions_for_many_entities_as_for_one(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows)
    browser = desk.browser()
    with desk.ctx.database.counted() as alone:
        browser.page(page_of(rows))
    for number in range(6):
        pulled(desk, add_rows(desk.ctx, of=rows, tenant_id=f"other-{number}"))
    with desk.ctx.database.counted() as many:
        browser.page(page_of(rows))
    assert len(many) == len(alone) <= 40
