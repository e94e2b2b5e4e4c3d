"""What stands under and beside a listed company: its entities where they stand now, and its figures to take along."""

import csv
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import delete

from linkflow.domain.books import Supplier
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.services import own_account
from linkflow.store import companies, connections, uploads
from linkflow.store.tables import connections as connection_rows
from linkflow.store.turns import take_turn_of
from tests.jobs.rig import Rows, add_rows
from tests.made_reports import make_reports
from tests.spend_rows import bill, expense
from tests.web.portal.desk import Desk, main_text
from tests.web.portal.furnished import send_file
from tests.web.portal.table import table_rows
from tests.web.portal.test_company_page import line, pulled

LIST = "/portal/companies?of=all&sort=name"
STATUS, REPORTS = 4, 6


def listed(desk: Desk, query: str = LIST) -> dict[str, list[str]]:
    """The rows by what they are of: an entity's begins with its company, for who cannot see where it stands."""
    return {row[0].rsplit(" – ", 1)[-1]: row for row in table_rows(desk.browser("viewer").page(query))}


def with_branch(desk: Desk) -> tuple[Rows, str]:
    """A company with a connected entity of its own name; answers it and the entity's name."""
    branch = add_rows(desk.ctx, of=add_rows(desk.ctx), tenant_id="tenant-2")
    with desk.ctx.database.reading() as tx:
        entities = companies.entities_of_company(tx, branch.company_id)
    return branch, str(next(one.name for one in entities if one.id == branch.entity_id))


def disconnect(desk: Desk, rows: Rows) -> None:
    with desk.ctx.database.transaction() as tx:
        old, new = ConnectionState.LINKED, ConnectionState.DISCONNECTED
        assert connections.move(tx, rows.connection_id, old=old, new=new, ended_at=desk.ctx.now())


def sign_in_again(desk: Desk, rows: Rows) -> str:
    """The customer has signed in once more, and has not chosen the company yet; answers the waiting connection's id."""
    desk.clock.go_on(minutes=1)
    with desk.ctx.database.transaction() as tx:
        held = connections.connection(tx, rows.connection_id)
        assert held is not None
        unchosen = {"tenant_id": None, "tenant_name": None, "name_matches": None, "linked_at": None, "ended_at": None}
        waiting = replace(held, id=desk.ctx.new_id(), state="pending", created_at=desk.ctx.now(), **unchosen)
        connections.add_connection(tx, waiting)
    return waiting.id


@pytest.mark.parametrize(
    ("sync", "state", "said"),
    [
        (None, "linked", "Reading the books"),
        (SyncState.DONE, "linked", "Shared"),
        (SyncState.FAILED, "linked", "Could not be read"),
        (SyncState.DONE, "needs_reauth", "Needs reconnecting"),
        (SyncState.DONE, "disconnected", "Disconnected"),
    ],
)
def test_an_entity_stands_under_its_company_with_its_own_status(
    desk: Desk, sync: SyncState | None, state: str, said: str
) -> None:
    branch, name = with_branch(desk)
    if sync:
        pulled(desk, branch, [line("Sales", "10.00")], state=sync)
    with desk.ctx.database.transaction() as tx:
        connections.update_connection(tx, branch.connection_id, state=state)
    assert listed(desk)[name][STATUS] == said


def test_an_entity_that_was_taken_out_is_not_listed(desk: Desk) -> None:
    asked = desk.ask()
    entity = companies.Entity(
        id="north", organization="northbank", company_id=asked.company_id, name="Abra North", folded_name="abra north",
        created_at=desk.ctx.now(),
    )  # fmt: skip
    with desk.ctx.database.transaction() as tx:
        take_turn_of(tx, "request", asked.request_id)
        companies.add_entity(tx, entity)
        companies.put_in_request(tx, asked.request_id, "north", at=desk.ctx.now(), software=None)
    assert listed(desk)["Abra North"][STATUS] == "Not started"
    with desk.ctx.database.transaction() as tx:
        take_turn_of(tx, "request", asked.request_id)
        companies.take_from_request(tx, asked.request_id, "north", at=desk.ctx.now())
    assert "Abra North" not in listed(desk)


def test_figures_can_be_taken_as_long_as_there_are_any_also_after_the_connection_has_ended(desk: Desk) -> None:
    rows = add_rows(desk.ctx, data_types="financials")
    assert listed(desk)["Abra Kebabra Ltd"][REPORTS] == "–"
    pulled(desk, rows, [line("Sales", "10.00")])
    make_reports(desk.ctx, rows.connection_id)
    offered = listed(desk)["Abra Kebabra Ltd"][REPORTS]
    disconnect(desk, rows)
    assert listed(desk)["Abra Kebabra Ltd"][REPORTS] == offered
    assert offered == "CSV of the figures of Abra Kebabra Ltd Profit and loss Balance sheet"


def test_figures_stay_while_another_sign_in_waits_for_its_company(desk: Desk) -> None:
    rows = add_rows(desk.ctx, data_types="financials")
    pulled(desk, rows, [line("Sales", "10.00")])
    make_reports(desk.ctx, rows.connection_id)
    offered = listed(desk)["Abra Kebabra Ltd"][REPORTS]
    disconnect(desk, rows)
    sign_in_again(desk, rows)
    assert listed(desk)["Abra Kebabra Ltd"][REPORTS] == offered
    page = desk.browser("viewer").page(f"/portal/companies/{rows.company_id}")
    assert "Company not confirmed" in page
    assert f"/entities/{rows.entity_id}/financials" in page


def test_a_renewed_sign_in_that_was_merged_does_not_stand_in_for_the_connection(desk: Desk) -> None:
    branch, name = with_branch(desk)
    pulled(desk, branch, [line("Sales", "10.00")])
    make_reports(desk.ctx, branch.connection_id)
    fresh = sign_in_again(desk, branch)
    with desk.ctx.database.transaction() as tx:
        old, new = ConnectionState.PENDING, ConnectionState.DISCONNECTED
        assert connections.move(tx, fresh, old=old, new=new, ended_at=desk.ctx.now())
    disconnect(desk, branch)
    row = listed(desk)[name]
    assert row[STATUS] == "Disconnected"
    assert "Profit and loss" in row[REPORTS]
    page = desk.browser().page(f"/portal/companies/{branch.company_id}")
    assert "Was connected to" in page
    assert f"/portal/connections/{branch.connection_id}/reconnect" in page
    assert f"/entities/{branch.entity_id}/financials" in page


def test_nothing_is_taken_of_books_that_were_never_read_whole(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    path = f"/portal/companies/{rows.company_id}/entities/{rows.entity_id}/financials/profit-and-loss.csv"
    for state in (None, SyncState.FAILED):
        pulled(desk, rows, [line("Sales", "10.00")], state=state)
        assert listed(desk)["Abra Kebabra Ltd"][REPORTS] == "–"
        assert desk.browser("viewer").look(path).status_code == 404
        desk.clock.go_on(minutes=1)
    assert "figures-taken" not in desk.rows()


@pytest.mark.parametrize(
    ("connection", "file", "said"),
    [
        (None, "received", "File received"),
        (None, "accepted", "File accepted"),
        (None, "correction", "File to be corrected"),
        ("disconnected", "received", "File received"),
        ("needs_reauth", "received", "Needs reconnecting"),
    ],
)
def test_the_list_and_the_companys_page_agree_on_an_entity_whose_books_came_in_a_file(
    desk: Desk, connection: str | None, file: str, said: str
) -> None:
    branch, name = with_branch(desk)
    with desk.ctx.database.transaction() as tx:
        if connection is None:
            tx.connection.execute(delete(connection_rows).where(connection_rows.c.id == branch.connection_id))
        else:
            connections.update_connection(tx, branch.connection_id, state=connection)
    upload_id = send_file(desk, branch)
    with desk.ctx.database.transaction() as tx:
        uploads.decide(tx, upload_id, state=file)
    assert listed(desk)[name][STATUS] == said
    page = main_text(desk.browser("viewer").page(f"/portal/companies/{branch.company_id}"))
    assert f"{name} {said}" in page
    assert f"{name} Not connected" not in page


def test_every_report_offered_can_be_taken_also_where_nothing_was_booked(desk: Desk) -> None:
    branch, _ = with_branch(desk)
    pulled(desk, branch, [line("Sales", "10.00"), Supplier(external_id="s1", name="Paper Ltd")])
    make_reports(desk.ctx, branch.connection_id)
    page, browser = desk.browser("viewer").page(LIST), desk.browser("viewer")
    offered = [part.split('"')[0] for part in page.split('href="') if ".csv" in part.split('"')[0]]
    assert len(offered) == 4
    answers = [browser.look(path) for path in offered]
    assert [(one.status_code, one.mimetype) for one in answers] == [(200, "text/csv")] * 4
    assert [len(one.text.splitlines()) for one in answers] == [2, 1, 1, 1]


def test_a_statement_is_exact_and_who_took_it_is_written_down(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows, [line("Sales", "1234.5"), line("=SUM(A1:A9)", "-0.25", place=1)])
    make_reports(desk.ctx, rows.connection_id)
    path = f"/portal/companies/{rows.company_id}/entities/{rows.entity_id}/financials/profit-and-loss.csv"
    answer = desk.browser("viewer").look(path)
    assert answer.mimetype == "text/csv"
    assert "filename*=UTF-8''Abra-Kebabra-Ltd-financials-profit-and-loss.csv" in answer.headers["Content-Disposition"]
    header, *body = csv.reader(answer.get_data().decode("utf-8-sig").splitlines())
    october = header.index("2026-10")
    found = {row[header.index("Line")]: row[october] for row in body}
    assert found == {"Sales": "1234.50", "'=SUM(A1:A9)": "-0.25"}
    taken = desk.browser("administrator").page("/portal/audit-log")
    assert "Figures were downloaded." in taken
    assert "Viewer of northbank" in taken


def test_spend_is_exact_and_a_suppliers_name_runs_nothing(desk: Desk) -> None:
    desk.clock.time = desk.clock.time.replace(year=2025, month=12)
    rows, name = add_rows(desk.ctx), '=HYPERLINK("https://evil.example")'
    records = (Supplier(external_id="s1", name=name), bill("b1", "1000.00"), expense("5.50", method="credit_card"))
    pulled(desk, rows, records)
    make_reports(desk.ctx, rows.connection_id)
    path = f"/portal/companies/{rows.company_id}/spend/suppliers.csv?entity={rows.entity_id}"
    answer = desk.browser("viewer").look(path).get_data().decode("utf-8-sig")
    found = {row["Supplier"]: row for row in csv.DictReader(answer.splitlines())}
    assert Decimal(found[f"'{name}"]["Billed"]) == Decimal("1000.00")
    assert Decimal(found["No supplier named"]["Spent as expenses"]) == Decimal("5.50")


def test_a_user_who_takes_another_name_is_sorted_by_it(desk: Desk) -> None:
    desk.ask()
    own_account.rename(desk.ctx, desk.account(), "Zoe Zeta")
    with desk.ctx.database.reading() as tx:
        assert set(tx.connection.exec_driver_sql("SELECT users_key FROM company_listings").scalars()) == {"zoe zeta"}
