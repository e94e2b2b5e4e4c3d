"""One company: its entities, their connections, how the reading goes, and the figures."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from linkflow.domain.books import Record, Statement, StatementLine
from linkflow.domain.requests import ConnectionState, RequestStatus, SyncState
from linkflow.services import following_up, syncing
from linkflow.services.statuses import refresh_status
from linkflow.store import books, companies, connections, requests, syncs
from linkflow.store.events import Event, add_event
from linkflow.store.requests import Link
from linkflow.store.turns import take_turn_of
from tests.jobs.rig import Rows, add_rows
from tests.spend_rows import bill
from tests.web.portal.desk import Desk, main_text

APRIL = date(2026, 4, 1)


def connect(desk: Desk, **over: object) -> Rows:
    """A linked connection with its request."""
    return add_rows(desk.ctx, **over)  # type: ignore[arg-type]


def pulled(desk: Desk, rows: Rows, records: Sequence[Record] = (), *, state: SyncState | None = SyncState.DONE) -> None:
    with desk.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(desk.ctx, tx, connection_id=rows.connection_id)
        syncs.start(tx, sync_id, at=desk.ctx.now())
        assert books.keep(tx, records, connection_id=rows.connection_id, sync_id=sync_id).set_aside == ()
        if state is not None:
            syncs.finish(tx, sync_id, state, at=desk.ctx.now())
        take_turn_of(tx, "request", rows.request_id)
        refresh_status(desk.ctx, tx, rows.request_id)


def look(desk: Desk, rows: Rows, role: str = "viewer") -> str:
    return desk.browser(role).page(f"/portal/companies/{rows.company_id}")


def line(label: str, amount: str, *, section: tuple[str, ...] = ("Income",), place: int = 0, **over: object) -> Record:
    made = StatementLine(
        external_id=f"{label}-{place}",
        statement=Statement.PROFIT_AND_LOSS,
        period_end=date(2026, 10, 31),
        label=label,
        amount=Decimal(amount),
        section=section,
        account_id=None,
        position=place,
    )
    return replace(made, **over)  # type: ignore[arg-type]


def test_a_company_that_was_not_asked_says_what_to_do_next(desk: Desk) -> None:
    from linkflow.services import keeping
    from linkflow.services.requesting import NewCompany

    company = NewCompany(name="Abra Kebabra Ltd", contact_name="Anna Abra", contact_email="anna@abra.example")
    company_id = keeping.add(desk.ctx, desk.account(), keeping.KeptCompany(company=company, user_ids=()), draft="one")
    page = desk.browser().page(f"/portal/companies/{company_id}")
    assert "Nothing has been asked of this company yet. Go there" in main_text(page)
    assert f'href="/portal/requests/new?company={company_id}"' in page
    assert "Go there" not in main_text(desk.browser("viewer").page(f"/portal/companies/{company_id}"))


def test_an_asked_company_waits_and_after_three_days_may_be_reminded(desk: Desk) -> None:
    asked = desk.ask()
    path = f"/portal/companies/{asked.company_id}"
    assert "The request has been sent. There is nothing to do for you now." in main_text(desk.browser().page(path))
    desk.clock.go_on(days=3)
    assert "No answer yet" in main_text(desk.browser().page(path))


@pytest.mark.parametrize(
    ("status", "said", "leads_to"),
    [
        ("draft", "Pass the link on, or send the request. Go there", "request"),
        ("opened", "The customer is answering. There is nothing to do for you now.", None),
        ("undeliverable", "Correct the contact’s address, then mail a new link. Go there", "edit"),
        ("declined", "The customer will not share. See whether a reason was given;", "request"),
        ("expired", "It can be given more time or opened again. Go there", "request"),
        ("connected", "The customer has connected. There is nothing to do for you now.", None),
        ("withdrawn", None, None),
    ],
)
def test_every_status_says_what_to_do_next(desk: Desk, status: str, said: str | None, leads_to: str | None) -> None:
    asked = desk.ask()
    path = f"/portal/companies/{asked.company_id}"
    with desk.ctx.database.transaction() as tx:
        requests.set_status(tx, asked.request_id, status, at=desk.ctx.now())
    page = desk.browser().page(path)
    found = re.search(r'<a href="([^"]+)">Go there</a>', page)
    ends = {"request": f"/portal/requests/{asked.request_id}", "edit": f"{path}/edit"}
    assert (found[1] if found else None) == (ends[leads_to] if leads_to else None)
    assert said in main_text(page) if said else "Next" not in main_text(page)
    assert "/edit" not in desk.browser("viewer").page(path)


def test_books_that_could_not_be_read_are_the_next_thing_to_see_to(desk: Desk) -> None:
    rows = connect(desk)
    pulled(desk, rows, state=SyncState.FAILED)
    page = look(desk, rows)
    assert "Books could not be read. Have them read again" in main_text(page)
    assert f'href="#entity-{rows.entity_id}">Go there' in page


def test_a_connection_says_software_company_access_and_when_it_was_read(desk: Desk) -> None:
    rows = connect(desk)
    pulled(desk, rows)
    said = main_text(look(desk, rows))
    for part in ("Connected to Abra Kebabra Ltd Sandbox Books, since 23 Nov 2026", "Last read 23 Nov 2026, 12:00"):
        assert part in said
    assert "The names differ" not in said


def test_a_name_unlike_the_one_asked_for_is_flagged_first(desk: Desk) -> None:
    rows = connect(desk)
    with desk.ctx.database.transaction() as tx:
        connections.update_connection(tx, rows.connection_id, name_matches=False, tenant_name="The Codfather")
    page = look(desk, rows)
    assert "“The Codfather” does not look like “Abra Kebabra Ltd”" in main_text(page)
    assert "A connected company has a name unlike the one asked for" in main_text(page)
    assert f'href="#entity-{rows.entity_id}"' in page
    assert f'id="entity-{rows.entity_id}"' in page


def test_a_name_nobody_compared_is_not_flagged(desk: Desk) -> None:
    rows = connect(desk)
    with desk.ctx.database.transaction() as tx:
        connections.update_connection(tx, rows.connection_id, name_matches=None)
    assert "The names differ" not in main_text(look(desk, rows))


def test_the_reading_shows_how_far_it_is(desk: Desk) -> None:
    rows = connect(desk)
    pulled(desk, rows, state=None)
    page = look(desk, rows)
    assert "parts are in" in main_text(page)
    assert f'data-live="/portal/companies/{rows.company_id}"' in page


def test_a_reading_that_stopped_says_so_and_is_not_asked_for_again(desk: Desk) -> None:
    rows = connect(desk)
    pulled(desk, rows, state=SyncState.FAILED)
    page = look(desk, rows)
    assert "The reading stopped" in main_text(page)
    assert "Check again" not in main_text(page)


def test_each_entity_has_its_own_part(desk: Desk) -> None:
    rows = connect(desk, data_types="spend_analysis")
    other = connect(desk, of=rows, tenant_id="tenant-2", data_types="spend_analysis")
    pulled(desk, rows, [bill("b1", "10.00")])
    pulled(desk, other, [bill("b1", "22.00")])
    with desk.ctx.database.transaction() as tx:
        entity = companies.Entity(
            id="waiting", organization="northbank", company_id=rows.company_id, name="Hairosmith Ltd",
            folded_name="hairosmith ltd", created_at=desk.ctx.now(),
        )  # fmt: skip
        take_turn_of(tx, "request", rows.request_id)
        companies.add_entity(tx, entity)
        companies.put_in_request(tx, rows.request_id, "waiting", at=desk.ctx.now(), software=None)
    said = main_text(look(desk, rows))
    assert said.count("Connected to") == 2
    assert "Hairosmith Ltd Not connected" in said


def test_an_entity_that_was_taken_out_is_not_shown(desk: Desk) -> None:
    asked = desk.ask()
    with desk.ctx.database.transaction() as tx:
        itself = companies.company_itself(tx, asked.company_id)
        companies.take_from_request(tx, asked.request_id, itself.id, at=desk.ctx.now())
    assert "Not connected" not in main_text(desk.browser().page(f"/portal/companies/{asked.company_id}"))


def test_an_ended_connection_asks_to_reconnect(desk: Desk) -> None:
    rows = connect(desk)
    with desk.ctx.database.transaction() as tx:
        old, new = ConnectionState.LINKED, ConnectionState.NEEDS_REAUTH
        connections.move(tx, rows.connection_id, old=old, new=new)
        take_turn_of(tx, "request", rows.request_id)
        refresh_status(desk.ctx, tx, rows.request_id)
    page = look(desk, rows)
    assert "You can ask the customer to connect again. Go there" in main_text(page)
    assert f'href="#entity-{rows.entity_id}">Go there' in page
    asking = f"/portal/connections/{rows.connection_id}/reconnect"
    desk.browser().send(asking, on=f"/portal/companies/{rows.company_id}")
    said = main_text(look(desk, rows))
    assert "The customer has been asked to connect again. There is nothing to do for you now. Go there" in said
    assert "You can ask" not in said
    desk.clock.go_on(days=4)
    assert "You can ask the customer to connect again." in main_text(look(desk, rows))


def test_the_company_shows_its_latest_open_request_else_its_last(desk: Desk) -> None:
    first = desk.ask()
    path, browser = f"/portal/companies/{first.company_id}", desk.browser()
    desk.clock.go_on(minutes=1)
    fields = {"company": first.company_id, "data_types": "financials", "request_name": "Second"}
    later = browser.send("/portal/requests/new", do="send", **fields).location.rsplit("/", 1)[1]
    following_up.withdraw(desk.ctx, desk.account(), later)
    assert "Status Sent" in main_text(browser.page(path))
    following_up.withdraw(desk.ctx, desk.account(), first.request_id)
    assert "Status Withdrawn" in main_text(browser.page(path))
    with desk.ctx.database.reading() as tx:
        found = requests.request_by_id(tx, later)
    assert found is not None
    assert found.status == RequestStatus.WITHDRAWN


def test_the_history_names_users_and_masks_whom_a_link_was_handed_to(desk: Desk) -> None:
    asked = desk.ask()
    now = desk.ctx.now()
    narrow = Link(
        id="narrow", organization="northbank", request_id=asked.request_id, kind="hand_over", recipient_name="",
        recipient_email="booker@numbers.example", created_at=now, expires_at=now,
    )  # fmt: skip
    with desk.ctx.database.transaction() as tx:
        requests.add_link(tx, narrow)
        own = requests.links_of_request(tx, asked.request_id)[0]
        for number, (kind, actor) in enumerate([("opened", f"link:{own.id}"), ("consented", "link:narrow")]):
            happened = Event(
                id=f"h{number}", organization="northbank", company_id=asked.company_id, request_id=asked.request_id,
                kind=kind, actor=actor, detail="sandbox", at=now,
            )  # fmt: skip
            add_event(tx, happened)
    said = main_text(desk.browser().page(f"/portal/companies/{asked.company_id}"))
    assert "The customer began to answer. · the customer" in said
    assert "Consent was given to share from Sandbox Books. · through the link sent to b…@n….example" in said
    assert "· Manager of northbank" in said
    assert "booker@" not in said


@pytest.mark.parametrize("path", ["/portal/companies/x", "/portal/requests/x", "/portal/requests/x/mails/y"])
def test_what_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert desk.browser().look(path).status_code == 404


def test_who_looks_after_the_company_and_since_when_it_is_there(desk: Desk) -> None:
    asked = desk.ask()
    said = main_text(desk.browser("viewer").look(f"/portal/companies/{asked.company_id}").text)
    assert "Assigned to Manager of northbank Created 23 Nov 2026" in said
