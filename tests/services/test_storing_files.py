"""A file that is right becomes a connection with its books, whole or not at all, and the next takes its place."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from linkflow import providers
from linkflow.domain.books import LineKind, Period, Statement
from linkflow.domain.errors import Refused
from linkflow.domain.ports import Job
from linkflow.domain.requests import ConnectionState, DataType
from linkflow.domain.trial_balances import RESULT
from linkflow.services import choosing, finishing, linking, reporting, retention, syncing, uploading
from linkflow.services.job_steps import DONE, StepKind
from linkflow.services.making_financials import failing
from linkflow.store import books, connections, consents, events, reports, requests, syncs, tables, uploads
from linkflow.store import retention as books_that_go
from linkflow.store.books_tables import (
    accounts,
    bill_lines,
    bills,
    book_companies,
    expenses,
    statement_lines,
    suppliers,
)
from linkflow.store.connections import Connection
from linkflow.store.syncs import Sync
from linkflow.store.turns import take_turn
from tests import found_figures as figures
from tests.filled import BOTH, FINANCIALS, SPEND, filled, rows_of, workbook
from tests.filled_from_books import filled_from
from tests.jobs.rig import Rig, Rows, add_rows, make_rig
from tests.providers.test_sandbox import Session, pulled
from tests.sandbox.driver import Clock, make_driver

pytestmark = pytest.mark.postgres_slowly

WHOLE = Period(date(2024, 11, 1), date(2026, 10, 1))
AN_HOUR = timedelta(hours=1)
YEAR = Period(date(2025, 11, 1), date(2026, 10, 1))


def asked(rig: Rig, **over: Any) -> Rows:
    """A customer who agreed to send a file, with nothing connected."""
    rows = add_rows(rig.ctx, **{"software": "upload", "access": "once", **over})
    with rig.ctx.database.transaction() as tx:
        tx.connection.execute(tables.connections.delete().where(tables.connections.c.id == rows.connection_id))
    return rows


def send(rig: Rig, rows: Rows, content: bytes, name: str = "books.xlsx") -> Any:
    with rig.ctx.database.reading() as tx:
        visit = linking.visit(rig.ctx, tx, rows.request_id, {rows.link_id: 1})
    entity = visit.entity(rows.entity_id)
    assert entity is not None
    return uploading.store_file(rig.ctx, visit, entity, filename=name, content=content)


def work(rig: Rig, rows: Rows, *, patience: int = 10) -> None:
    """What the worker does: a file that stands aside is checked, then what is right is stored."""
    for upload_id in rig.enqueued.of(Job.CHECK_UPLOAD):
        assert uploading.check_next(rig.ctx, upload_id) == DONE
    for sync_id in rig.enqueued.of(Job.PULL_BOOKS):
        for _ in range(patience):
            if syncing.pull_next(rig.ctx, sync_id).kind in (StepKind.DONE, StepKind.FAILED):
                break
        else:
            raise AssertionError("never ended")


def connection(rig: Rig, rows: Rows) -> Connection:
    with rig.ctx.database.reading() as tx:
        found = connections.live_connection(tx, rows.entity_id)
    assert found is not None
    return found


def last_sync(rig: Rig, rows: Rows) -> Sync:
    with rig.ctx.database.reading() as tx:
        found = syncs.latest_sync(tx, connection(rig, rows).id)
    assert found is not None
    return found


def count(rig: Rig, table: Any) -> int:
    with rig.ctx.database.reading() as tx:
        return int(tx.connection.execute(select(func.count()).select_from(table)).scalar_one())


def status(rig: Rig, rows: Rows) -> str:
    with rig.ctx.database.reading() as tx:
        found = requests.request_by_id(tx, rows.request_id)
    assert found is not None
    return found.status


def test_a_file_becomes_a_connection_with_its_consent_and_books_and_reports_follow(rig: Rig) -> None:
    rows = asked(rig)
    assert send(rig, rows, workbook(BOTH)) is None
    held = connection(rig, rows)
    assert (held.kind, held.software, held.tenant_name, held.consent_id) == (
        "upload", "upload", "books.xlsx", rows.consent_id,
    )  # fmt: skip
    assert (held.state, held.access, held.grant_id) == ("linked", "once", None)
    assert status(rig, rows) == "connected"
    work(rig, rows)
    assert (last_sync(rig, rows).state, status(rig, rows)) == ("done", "available")
    assert (count(rig, bills), count(rig, bill_lines), count(rig, suppliers), count(rig, expenses)) == (3, 2, 2, 1)
    assert len(rig.enqueued.of(Job.BUILD_REPORT)) == 2
    with rig.ctx.database.reading() as tx:
        kinds = [event.kind for event in events.events_of_request(tx, rows.request_id).rows]
        assert [part.done for part in syncs.parts_of(tx, last_sync(rig, rows).id)] == [True] * 8
        # The books stay linked: a file has no access that ends.
        assert connection(rig, rows).access_until is None
    assert (kinds.count("uploaded"), kinds.count("report-ready")) == (1, 1)
    for report_id in rig.enqueued.of(Job.BUILD_REPORT):
        assert reporting.build_report(rig.ctx, report_id) == DONE
    with rig.ctx.database.reading() as tx:
        made = {one.kind: one for one in reports.current_reports_of(tx, rows.company_id)}
    assert {kind: one.currency for kind, one in made.items()} == {"financials": "GBP", "spend_analysis": "GBP"}
    derived = [one["statement"] for one in made["financials"].findings if one["kind"] == "derived"]
    assert derived == ["balance_sheet", "profit_and_loss"]
    found = {one["kind"]: one for one in made["financials"].findings}
    assert "short-history" not in found, "all that was asked for"
    assert "months-missing" not in found, "there is no software"
    assert (found["no-month-before"]["statement"], found["no-month-before"]["months"]) == (
        *("profit_and_loss", ["2024-11-01"]),
    )
    assert (made["financials"].last_month, "month-to-date" in found) == (date(2026, 10, 1), False)


def test_a_file_is_of_the_day_it_is_at_the_organization(tmp_path: Path) -> None:
    rig = make_rig(tmp_path, timezone="Pacific/Auckland")
    rig.clock.time = datetime(2026, 11, 30, 12, 30, tzinfo=UTC)
    rows = asked(rig, data_types="financials")
    assert send(rig, rows, workbook(FINANCIALS, date(2026, 12, 1))) is None
    work(rig, rows)
    found = last_sync(rig, rows)
    rig.ctx.database.dispose()
    assert (found.state, found.last_month) == ("done", date(2026, 12, 1))


def test_nothing_is_kept_of_a_file_with_a_problem_and_the_one_before_goes_on_counting(rig: Rig) -> None:
    rows = asked(rig)
    send(rig, rows, workbook(BOTH))
    work(rig, rows)
    before = [count(rig, table) for table in tables.metadata.sorted_tables]
    wrong = rows_of(BOTH)
    wrong["Bills"][0]["Total"] = 1
    judged = send(rig, rows, filled(BOTH, wrong))
    assert (judged.count, judged.filename) == (1, "books.xlsx")
    assert [count(rig, table) for table in tables.metadata.sorted_tables] == before
    assert status(rig, rows) == "available"


def test_a_replacing_file_goes_on_with_the_connection_and_what_it_has_not_vanishes(rig: Rig) -> None:
    rows = asked(rig)
    send(rig, rows, workbook(BOTH))
    work(rig, rows)
    first = connection(rig, rows)
    changed = rows_of(BOTH)
    for sheet, row in (("Bills", 2), ("Suppliers", 1), ("Expenses", 0)):
        del changed[sheet][row]
    changed["Bill lines"].clear()
    changed["Trial balance"] = [row for row in changed["Trial balance"] if row["Month end"] > date(2025, 6, 30)]
    rig.clock.go_on(seconds=60)
    send(rig, rows, filled(BOTH, changed), "better.xlsx")
    work(rig, rows)
    second = connection(rig, rows)
    assert (second.id, second.tenant_name) == (first.id, "better.xlsx")
    assert (count(rig, bills), count(rig, bill_lines), count(rig, suppliers), count(rig, expenses)) == (2, 0, 1, 0)
    with rig.ctx.database.reading() as tx:
        first_month = tx.connection.execute(select(func.min(statement_lines.c.period_end))).scalar_one()
        states = [one.replaced_at is None for one in uploads.files_of_company(tx, rows.company_id).rows]
        # Accounts that only the lines and expenses named are gone with them.
        names = set(tx.connection.execute(select(accounts.c.name)).scalars())
    assert first_month == date(2025, 7, 31)
    assert states == [True, False]
    assert names == {"Current account", "Share capital", "Sales", "Company Visa card"}


def test_replaced_before_it_was_stored_only_the_last_file_is(rig: Rig) -> None:
    rows = asked(rig)
    send(rig, rows, workbook(BOTH))
    changed = rows_of(BOTH)
    changed["Expenses"].clear()
    rig.clock.go_on(seconds=1)
    send(rig, rows, filled(BOTH, changed))
    work(rig, rows)
    with rig.ctx.database.reading() as tx:
        states = [one.state for one in syncs.syncs_of_connection(tx, connection(rig, rows).id, limit=9)]
    assert (states, count(rig, expenses)) == (["done", "cancelled"], 0)


@pytest.mark.parametrize("transactions", [2, 4, 7, 9])
def test_killed_anywhere_it_goes_on_and_no_report_is_made_before_the_end(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, transactions: int
) -> None:
    monkeypatch.setattr(books, "LARGEST_BATCH", 60)
    rows = asked(rig)
    send(rig, rows, workbook(BOTH))
    [sync_id] = rig.enqueued.of(Job.PULL_BOOKS)
    real, begun = rig.ctx.database.transaction, 0

    def cut_short() -> Any:
        nonlocal begun
        begun += 1
        if begun > transactions:
            raise KeyboardInterrupt
        return real()

    with monkeypatch.context() as patch:
        patch.setattr(type(rig.ctx.database), "transaction", lambda _: cut_short())
        with pytest.raises(KeyboardInterrupt):
            syncing.pull_next(rig.ctx, sync_id)
    assert last_sync(rig, rows).state == "running"
    assert rig.enqueued.of(Job.BUILD_REPORT) == []
    work(rig, rows)
    assert (last_sync(rig, rows).state, count(rig, bills), count(rig, statement_lines)) == ("done", 3, 236)
    with rig.ctx.database.reading() as tx:
        parts = {part.name: part.rows for part in syncs.parts_of(tx, sync_id)}
    assert (parts["balance_sheet"], parts["bills"]) == (144, 3)


def test_a_spend_file_after_one_of_financials_keeps_them_and_is_held_to_their_currency(rig: Rig) -> None:
    rows = asked(rig, data_types="financials")
    send(rig, rows, workbook(FINANCIALS))
    work(rig, rows)
    with rig.ctx.database.transaction() as tx:
        agreed = consents.consent(tx, rows.consent_id)
        assert agreed is not None
        later = replace(agreed, id=rig.ctx.new_id(), data_types="spend_analysis", accepted_at=rig.ctx.now() + AN_HOUR)
        consents.add_consent(tx, later)
        tx.connection.execute(tables.requests.update().values(data_types="spend_analysis"))
    foreign = rows_of(SPEND)
    foreign["Expenses"][0]["Currency"] = "EUR"
    assert [one.reason for one in send(rig, rows, filled(SPEND, foreign)).problems] == ["no-rate"]
    assert send(rig, rows, workbook(SPEND)) is None
    work(rig, rows)
    held = connection(rig, rows)
    assert held.data_types == "financials,spend_analysis"
    assert (count(rig, bills), count(rig, statement_lines), count(rig, accounts)) == (3, 236, 6)
    with rig.ctx.database.reading() as tx:
        assert tx.connection.execute(select(book_companies.c.year_end)).scalar_one() == "03-31"


def test_a_correction_asked_for_takes_the_books_out_of_sight_until_the_next_file(rig: Rig) -> None:
    rows = asked(rig)
    send(rig, rows, workbook(BOTH))
    work(rig, rows)
    with rig.ctx.database.transaction() as tx:
        tx.connection.execute(tables.uploads.update().values(state="correction", reason="May is missing"))
    send(rig, rows, workbook(BOTH), "corrected.xlsx")
    work(rig, rows)
    assert status(rig, rows) == "available"


def test_software_connected_instead_ends_the_file_and_a_file_ends_the_software(rig: Rig) -> None:
    rows = add_rows(rig.ctx)
    send(rig, rows, workbook(BOTH))
    with rig.ctx.database.reading() as tx:
        before = connections.connection(tx, rows.connection_id)
    assert before is not None
    assert (before.state, connection(rig, rows).software) == (ConnectionState.DISCONNECTED, "upload")


def test_a_large_file_stands_aside_until_the_worker_has_checked_it(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = asked(rig)
    send(rig, rows, workbook(BOTH), "first.xlsx")
    work(rig, rows)
    monkeypatch.setattr("linkflow.services.checking_files.AT_ONCE", 0)
    wrong = rows_of(BOTH)
    wrong["Bills"][0]["Total"] = 1
    assert send(rig, rows, filled(BOTH, wrong), "large.xlsx") is None
    assert judged(rig, rows).is_checking
    assert last_sync(rig, rows).state == "done"
    work(rig, rows)
    found = judged(rig, rows)
    assert (found.is_checking, found.count, found.problems[0].cell, found.filename) == (False, 1, "K2", "large.xlsx")
    with rig.ctx.database.reading() as tx:
        assert [one.filename for one in uploads.files_of_company(tx, rows.company_id).rows] == ["first.xlsx"]
        left = uploads.aside(tx, rows.request_id, rows.entity_id)
    assert left is not None
    assert left.content == b""
    assert send(rig, rows, workbook(BOTH), "right.xlsx") is None
    rig.enqueued.jobs[:] = rig.enqueued.jobs[-1:]
    work(rig, rows)
    assert (judged(rig, rows), last_sync(rig, rows).state) == (None, "done")
    assert connection(rig, rows).tenant_name == "right.xlsx"


def test_a_file_checked_after_another_was_accepted_is_refused(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = asked(rig)
    send(rig, rows, workbook(BOTH), "first.xlsx")
    monkeypatch.setattr("linkflow.services.checking_files.AT_ONCE", 0)
    send(rig, rows, workbook(BOTH), "second.xlsx")
    with rig.ctx.database.transaction() as tx:
        first = tables.uploads.c.filename == "first.xlsx"
        tx.connection.execute(tables.uploads.update().where(first).values(state="accepted"))
    work(rig, rows)
    refused = judged(rig, rows).refused
    assert refused is not None
    assert refused.reason == "accepted"


def agree(rig: Rig, rows: Rows, **over: Any) -> str:
    """One more consent of the entity, a second later; answers its id."""
    rig.clock.go_on(seconds=1)
    with rig.ctx.database.transaction() as tx:
        agreed = consents.consent(tx, rows.consent_id)
        assert agreed is not None
        later = replace(agreed, **{"id": rig.ctx.new_id(), "accepted_at": rig.ctx.now(), **over})
        consents.add_consent(tx, later)
    return later.id


def connect_software(rig: Rig, rows: Rows, **over: Any) -> None:
    """The customer picked software meanwhile, agreed, and connected it."""
    consent_id = agree(rig, rows, software="sandbox", **over)
    with rig.ctx.database.transaction() as tx:
        take_turn(tx, rows.company_id)
        here = Connection(
            id=rig.ctx.new_id(), organization="northbank", company_id=rows.company_id, entity_id=rows.entity_id,
            request_id=rows.request_id, grant_id=rows.grant_id, consent_id=consent_id, kind="software",
            software="sandbox", tenant_id="t", data_types="financials", access="ongoing", access_until=None,
            state="linked", created_at=rig.ctx.now(), linked_at=rig.ctx.now(),
        )  # fmt: skip
        connections.add_connection(tx, here)


def another_request(rig: Rig, rows: Rows, data_types: str, **over: Any) -> Rows:
    """The same entity is asked for something else, and agreed to send a file of it."""
    new = {"requests": rig.ctx.new_id(), "links": rig.ctx.new_id()}
    with rig.ctx.database.transaction() as tx:
        for table, old in (("requests", rows.request_id), ("links", rows.link_id), ("request_entities", None)):
            rows_of_it = tables.metadata.tables[table]
            asked_for = rows_of_it.c.id == old if old else rows_of_it.c.request_id == rows.request_id
            [row] = tx.connection.execute(select(rows_of_it).where(asked_for)).mappings()
            changed = {"id": new[table]} if old else {}
            changed |= {"data_types": data_types} if table == "requests" else {"request_id": new["requests"]}
            tx.connection.execute(rows_of_it.insert(), {**row, **changed})
    ids = {"request_id": new["requests"], "link_id": new["links"]}
    return replace(rows, **ids, consent_id=agree(rig, rows, data_types=data_types, **ids, **over))


MEANWHILE: dict[str, Callable[[Rig, Rows], object]] = {
    "the request was withdrawn": lambda rig, rows: change(rig, "requests", withdrawn_at=rig.ctx.now()),
    "the request was declined": lambda rig, rows: change(rig, "requests", declined_at=rig.ctx.now()),
    "the link was taken back": lambda rig, rows: change(rig, "links", revoked_at=rig.ctx.now()),
    "a new link was sent": lambda rig, rows: change(rig, "links", issue=2),
    "another consent was given": agree,
    "software was connected": connect_software,
    "software was connected for another request": lambda rig, rows: connect_software(
        rig, rows, request_id=another_request(rig, rows, "financials").request_id
    ),
}


def change(rig: Rig, table: str, **values: Any) -> None:
    with rig.ctx.database.transaction() as tx:
        tx.connection.execute(tables.metadata.tables[table].update().values(**values))


@pytest.mark.parametrize(
    "what",
    [pytest.param(one, marks=pytest.mark.slow) if at % 3 else one for at, one in enumerate(MEANWHILE)],
)
def test_a_checked_file_overrides_nothing_that_was_decided_meanwhile(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    rows = asked(rig)
    monkeypatch.setattr("linkflow.services.checking_files.AT_ONCE", 0)
    send(rig, rows, workbook(BOTH))
    MEANWHILE[what](rig, rows)
    work(rig, rows)
    assert (count(rig, tables.uploads), count(rig, bills)) == (0, 0)
    with rig.ctx.database.reading() as tx:
        held = connections.live_connection(tx, rows.entity_id)
    assert held is None or held.software == "sandbox"


@pytest.mark.parametrize("what", ["the request was declined", "software was connected"])
def test_nor_does_one_that_is_checked_while_its_sender_waits(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    rows = asked(rig)
    real = uploading.check_file

    def checked(*given: Any, **more: Any) -> Any:
        MEANWHILE[what](rig, rows)
        return real(*given, **more)

    monkeypatch.setattr(uploading, "check_file", checked)
    with pytest.raises(Refused) as refused:
        send(rig, rows, workbook(BOTH))
    assert refused.value.reason == "overtaken"
    assert count(rig, tables.uploads) == 0


def test_what_stands_aside_goes_with_what_it_was_sent_for(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = asked(rig)
    monkeypatch.setattr("linkflow.services.checking_files.AT_ONCE", 0)
    for leave in (lambda visit, one: choosing.choose_software(rig.ctx, visit, one, "sandbox"),
                  lambda visit, one: finishing.decline(rig.ctx, visit, "")):  # fmt: skip
        send(rig, rows, workbook(BOTH))
        assert count(rig, tables.uploads) == 1
        with rig.ctx.database.reading() as tx:
            visit = linking.visit(rig.ctx, tx, rows.request_id, {rows.link_id: 1})
        leave(visit, visit.entities[0])
        assert count(rig, tables.uploads) == 0


def test_a_file_of_another_kind_of_data_waits_for_the_first_to_be_stored(rig: Rig) -> None:
    rows = asked(rig, data_types="financials")
    send(rig, rows, workbook(FINANCIALS))
    spend = another_request(rig, rows, "spend_analysis")
    assert send(rig, spend, workbook(SPEND), "spend.xlsx") is None
    [upload_id] = rig.enqueued.of(Job.CHECK_UPLOAD)
    assert uploading.check_next(rig.ctx, upload_id).kind is StepKind.WAIT, "the first tells the currency"
    for sync_id in rig.enqueued.of(Job.PULL_BOOKS):
        assert syncing.pull_next(rig.ctx, sync_id).kind is StepKind.MORE
    work(rig, rows)
    with rig.ctx.database.reading() as tx:
        states = [one.state for one in syncs.syncs_of_connection(tx, connection(rig, rows).id, limit=9)]
    assert states == ["done", "done"]
    assert (count(rig, bills), count(rig, statement_lines)) == (3, 236)
    assert connection(rig, rows).data_types == "financials,spend_analysis"


def test_two_files_on_one_connection_are_stored_one_after_the_other(rig: Rig) -> None:
    rows = asked(rig, data_types="spend_analysis")
    send(rig, rows, workbook(SPEND))
    send(rig, another_request(rig, rows, "financials"), workbook(FINANCIALS))
    first, second = rig.enqueued.of(Job.PULL_BOOKS)
    assert syncing.pull_next(rig.ctx, second).kind is StepKind.WAIT
    assert count(rig, statement_lines) == 0
    work(rig, rows)
    assert first != second
    assert (count(rig, bills), count(rig, statement_lines)) == (3, 236)


def judged(rig: Rig, rows: Rows) -> Any:
    with rig.ctx.database.reading() as tx:
        visit = linking.visit(rig.ctx, tx, rows.request_id, {rows.link_id: 1})
    entity = visit.entity(rows.entity_id)
    assert entity is not None
    return uploading.judged(rig.ctx, visit, entity)


def test_books_of_a_file_go_with_it_when_its_months_are_over(rig: Rig) -> None:
    rows = asked(rig, retention_months=6)
    send(rig, rows, workbook(BOTH))
    work(rig, rows)
    rig.clock.go_on(days=150)
    retention.delete_what_is_due(rig.ctx)
    assert count(rig, bills) == 3
    rig.clock.go_on(days=40)
    assert retention.delete_what_is_due(rig.ctx) == 2
    assert [count(rig, table) for table in (bills, accounts, tables.syncs, tables.uploads)] == [0, 0, 0, 0]


def test_books_of_a_replaced_file_stay_as_long_as_those_of_its_successor(rig: Rig) -> None:
    rows = asked(rig, retention_months=6, data_types="spend_analysis")
    send(rig, rows, workbook(SPEND))
    work(rig, rows)
    rig.clock.go_on(days=100)
    assert send(rig, rows, workbook(SPEND), "later.xlsx") is None
    work(rig, rows)
    rig.clock.go_on(days=90)
    assert retention.delete_what_is_due(rig.ctx) == 1
    assert (count(rig, tables.uploads), count(rig, bills)) == (1, 3)


@pytest.mark.parametrize(
    ("sooner", "first"),
    [
        ("financials", "financials"),
        ("spend_analysis", "financials"),
        *(
            pytest.param(sooner, "spend_analysis", marks=pytest.mark.slow)
            for sooner in ("financials", "spend_analysis")
        ),
    ],
)
def test_of_two_files_on_one_connection_each_takes_its_books_and_reports_with_it(
    rig: Rig, sooner: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books_that_go, "LARGEST_BATCH", 100)
    [second] = {"financials", "spend_analysis"} - {first}
    content = {"financials": workbook(FINANCIALS), "spend_analysis": workbook(SPEND)}
    months = {kind: 3 if kind == sooner else 12 for kind in content}
    rows = asked(rig, data_types=first, retention_months=months[first])
    send(rig, rows, content[first])
    work(rig, rows)
    later = another_request(rig, rows, second, retention_months=months[second])
    send(rig, later, content[second])
    work(rig, rows)
    for report_id in rig.enqueued.of(Job.BUILD_REPORT):
        assert reporting.build_report(rig.ctx, report_id) == DONE
    assert (count(rig, bills), count(rig, statement_lines)) == (3, 236)
    rig.clock.go_on(days=100)
    assert retention.delete_what_is_due(rig.ctx) == 1
    [stays] = {"financials", "spend_analysis"} - {sooner}
    assert (count(rig, bills) > 0, count(rig, statement_lines) > 0) == (stays != "financials", stays == "financials")
    with rig.ctx.database.reading() as tx:
        assert [one.kind for one in reports.current_reports_of(tx, rows.company_id)] == [stays]
        named = set(tx.connection.execute(select(accounts.c.external_id.startswith("named:"))).scalars())
    assert named == {stays == "spend_analysis"}
    held = connection(rig, rows)
    assert (held.data_types, held.consent_id) == (stays, rows.consent_id if stays == first else later.consent_id)
    assert retention.delete_what_is_due(rig.ctx) == 0
    rig.clock.go_on(days=300)
    assert retention.delete_what_is_due(rig.ctx) == 2
    assert [count(rig, table) for table in (bills, accounts, statement_lines, tables.syncs, tables.uploads)] == [0] * 5


@pytest.fixture(scope="module")
def company() -> dict[str, Any]:
    """A sandbox company's books, part by part; a template has no place for credit notes."""
    driver, adapter = make_driver(Clock()), providers.load("sandbox")
    session = Session(driver, driver.connect("abra-kebabra", email="group@example.com")["access_token"])
    found = {part: pulled(session, part)[0] for part in adapter.parts(frozenset(DataType)) if part != "credit_notes"}
    driver.app.extensions["sandbox_database"].close()
    return found


def test_a_template_filled_in_from_pulled_books_makes_the_same_figures(rig: Rig, company: dict[str, Any]) -> None:
    pulled_into = add_rows(rig.ctx)
    for records in company.values():
        for batch in books.in_batches(records):
            with rig.ctx.database.transaction() as tx:
                held = books.keep(tx, batch, connection_id=pulled_into.connection_id, sync_id="y1")
                assert held.set_aside == ()
    rows = asked(rig)
    told = send(rig, rows, filled_from(company, result="acc-3900", over=WHOLE.ends_on))
    assert told is None, told.problems[:5]
    work(rig, rows)
    sent_as = connection(rig, rows)
    with rig.ctx.database.reading() as tx:
        one, other = (figures.spend(tx, key, period=YEAR) for key in (pulled_into.connection_id, sent_as.id))
        assert other == one
        assert one.overall.billed > Decimal(100_000)
        for kind in Statement:
            assert statement(tx, sent_as.id, kind) == statement(tx, pulled_into.connection_id, kind)
        assert failing(rig.ctx, tx, sent_as, period=WHOLE) == ()


def statement(tx: Any, connection_id: str, kind: Statement) -> dict[tuple[str | None, date], Decimal]:
    """Account → amount by month, the year's result under a name of its own; the first month has no profit and loss."""
    found = figures.statement(tx, connection_id, kind, period=WHOLE)
    assert found is not None
    result = {"acc-3900": RESULT}
    amounts = {}
    for row in found.rows:
        if row.kind is LineKind.LINE or row.label == "Net profit":
            key = result.get(row.account_id or "", row.account_id or row.label)
            amounts |= {(key, month): amount for month, amount in zip(found.months, row.amounts, strict=True) if amount}
    return {key: amount for key, amount in amounts.items() if key[1] > date(2024, 11, 1)}
