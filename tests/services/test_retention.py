"""What was shared goes when the months named in the consent have passed; that it was shared stays on record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from linkflow.domain.books import (
    Allocation,
    Bill,
    BillLine,
    BillPayment,
    BillStatus,
    Company,
    CreditNote,
    Expense,
    ExpenseLine,
    SetAside,
    Supplier,
)
from linkflow.domain.ports import Job
from linkflow.domain.requests import SyncState
from linkflow.services import ending, housekeeping, informing, reporting, retention, sync_endings
from linkflow.services.syncing import start_sync
from linkflow.store import (
    books,
    connections,
    consents,
    database,
    events,
    grants,
    messages,
    report_tables,
    syncs,
    tables,
    uploads,
)
from linkflow.store import retention as store
from linkflow.store.connections import Connection
from linkflow.store.turns import take_turn
from tests.jobs.rig import START, Rig, Rows, add_rows, make_rig

DAY = date(2026, 10, 1)
ONE, TWO = Decimal("1.00"), Decimal("2.00")
KEPT_MONTHS = 6
SPEND_ROWS = (
    *(report_tables.reports, report_tables.current_reports, report_tables.spend_rows),
    *(report_tables.spend_terms, report_tables.spend_ageing, report_tables.spend_suppliers),
)


@pytest.fixture
def rig(url: str, tmp_path: Path) -> Iterator[Rig]:
    """A rig on each kind of database, whose organization keeps what was shared for six months."""
    made = make_rig(tmp_path, database_url=url, feel={"retention_months": KEPT_MONTHS})
    yield made
    made.ctx.database.dispose()


def test_books_go_when_their_months_have_passed_and_the_records_of_consent_stay(rig: Rig) -> None:
    rows, other = _read(rig), _read(rig)
    _disconnect(rig, rows)
    rig.clock.time = rig.clock.time.replace(year=2027, month=5, day=23, hour=11)
    assert retention.delete_what_is_due(rig.ctx) == 0
    assert _rows_left(rig, rows) > 0
    rig.clock.go_on(hours=1)
    kept = _rows_left(rig, other)
    housekeeping.tidy(rig.ctx)
    assert _rows_left(rig, rows) == 0
    assert _rows_left(rig, other) == kept
    assert _told(rig, rows).count("books-deleted") == 1
    with rig.ctx.database.reading() as tx:
        assert consents.consent(tx, rows.consent_id) is not None
        assert connections.connection(tx, rows.connection_id) is not None
    assert retention.delete_what_is_due(rig.ctx) == 0
    assert _told(rig, rows).count("books-deleted") == 1


def test_access_for_one_reading_ends_with_its_grant(rig: Rig) -> None:
    rows = _read(rig, access="once")
    rig.clock.go_on(days=1)
    with rig.ctx.database.transaction() as tx:
        grants.destroy_tokens(tx, rows.grant_id, at=rig.ctx.now())
    given_back = rig.ctx.now()
    rig.clock.go_on(days=180)
    assert retention.delete_what_is_due(rig.ctx) == 0
    rig.clock.go_on(days=2)
    assert retention.delete_what_is_due(rig.ctx) == 1
    assert _rows_left(rig, rows) == 0
    held = _connection(rig, rows)
    assert (held.state, held.ended_at) == ("disconnected", given_back)


def test_a_reading_that_never_ended_has_no_time_to_count_from(rig: Rig) -> None:
    rows = add_rows(rig.ctx, access="once")
    with rig.ctx.database.transaction() as tx:
        start_sync(rig.ctx, tx, connection_id=rows.connection_id)
    rig.clock.go_on(days=800)
    assert retention.delete_what_is_due(rig.ctx) == 0
    assert _connection(rig, rows).state == "linked"


def test_many_rows_go_in_batches_and_a_deletion_cut_short_goes_on(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = _read(rig)
    _disconnect(rig, rows)
    rig.clock.go_on(days=190)
    monkeypatch.setattr(store.delete_books, "__kwdefaults__", {"limit": 4})
    whole, begun = _rows_left(rig, rows), 0
    real = database.Database.transaction

    def cut_short(self: database.Database) -> object:
        nonlocal begun
        begun += 1
        if begun > 3:
            raise KeyboardInterrupt
        return real(self)

    with monkeypatch.context() as patch:
        patch.setattr(database.Database, "transaction", cut_short)
        with pytest.raises(KeyboardInterrupt):
            retention.delete_what_is_due(rig.ctx)
    assert _rows_left(rig, rows) == whole - 3 * 4
    assert "books-deleted" not in _told(rig, rows)
    assert retention.delete_what_is_due(rig.ctx) == 1
    assert _rows_left(rig, rows) == 0
    assert _told(rig, rows).count("books-deleted") == 1


def test_a_file_goes_by_the_time_it_arrived(rig: Rig) -> None:
    rows = add_rows(rig.ctx)
    for age in (0, 30):
        rig.clock.go_on(days=age)
        with rig.ctx.database.transaction() as tx:
            uploads.replace_upload(tx, _upload(rig, rows, f"file-{age}"))
    rig.clock.go_on(days=160)
    assert retention.delete_what_is_due(rig.ctx) == 1
    with rig.ctx.database.reading() as tx:
        assert uploads.upload(tx, "northbank", "file-0") is None
        assert uploads.upload(tx, "northbank", "file-30") is not None
    assert _told(rig, rows).count("file-deleted") == 1


def test_what_was_promised_counts_and_not_what_is_configured_today(rig: Rig) -> None:
    kept = {months: _read(rig, retention_months=months) for months in (2, None, 12)}
    for rows in kept.values():
        _disconnect(rig, rows)
    for days, gone in ((59, []), (62, [2]), (150, [2]), (185, [2, None]), (360, [2, None]), (367, [2, None, 12])):
        rig.clock.time = START + timedelta(days=days)
        retention.delete_what_is_due(rig.ctx)
        assert [months for months, rows in kept.items() if _rows_left(rig, rows) == 0] == gone


def test_books_that_were_promised_a_long_life_do_not_keep_others_waiting(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.ended_with_books, "__kwdefaults__", {"limit": 1})
    long_kept, short_kept = _read(rig, retention_months=120), _read(rig, retention_months=1)
    _disconnect(rig, long_kept)
    rig.clock.go_on(days=30)
    _disconnect(rig, short_kept)
    rig.clock.go_on(days=60)
    assert retention.delete_what_is_due(rig.ctx) == 1
    assert (_rows_left(rig, short_kept), _rows_left(rig, long_kept) > 0) == (0, True)


def test_of_two_consents_for_the_same_books_the_shorter_promise_holds(rig: Rig) -> None:
    rows = _read(rig, retention_months=3)
    with rig.ctx.database.transaction() as tx:
        first = consents.consent(tx, rows.consent_id)
        assert first is not None
        consents.add_consent(tx, replace(first, id="second", retention_months=12))
        connections.update_connection(tx, rows.connection_id, consent_id="second")
        start_sync(rig.ctx, tx, connection_id=rows.connection_id)
        assert store.months_kept(tx, rows.connection_id, configured=KEPT_MONTHS) == 3
    _disconnect(rig, rows)
    rig.clock.go_on(days=95)
    assert retention.delete_what_is_due(rig.ctx) == 1


def test_access_for_one_reading_counts_by_its_own_consent(rig: Rig) -> None:
    rows = _read(rig, access="once", retention_months=1)
    with rig.ctx.database.transaction() as tx:
        grants.destroy_tokens(tx, rows.grant_id, at=rig.ctx.now())
    rig.clock.go_on(days=32)
    assert retention.delete_what_is_due(rig.ctx) == 1
    assert _connection(rig, rows).state == "disconnected"


@pytest.mark.parametrize("access", ["once", "ongoing"])
def test_disconnecting_after_the_one_reading_does_not_prolong_what_was_promised(rig: Rig, access: str) -> None:
    rows = _read(rig, access=access, retention_months=1)
    with rig.ctx.database.transaction() as tx:
        grants.begin_revoking(tx, rows.grant_id, at=rig.ctx.now())
    rig.clock.go_on(days=20)
    with rig.ctx.database.transaction() as tx:
        take_turn(tx, rows.company_id)
        assert ending.end_connection(rig.ctx, tx, _connection(rig, rows))
    assert _connection(rig, rows).ended_at == (START if access == "once" else rig.ctx.now())
    rig.clock.go_on(days=12)
    assert retention.delete_what_is_due(rig.ctx) == (1 if access == "once" else 0)


def test_disconnecting_before_the_one_reading_ends_access_now(rig: Rig) -> None:
    rows = add_rows(rig.ctx, access="once", retention_months=1)
    rig.clock.go_on(days=2)
    with rig.ctx.database.transaction() as tx:
        take_turn(tx, rows.company_id)
        assert ending.end_connection(rig.ctx, tx, _connection(rig, rows))
    assert _connection(rig, rows).ended_at == rig.ctx.now()


def test_a_file_goes_by_its_own_consent(rig: Rig) -> None:
    rows = add_rows(rig.ctx, retention_months=1)
    with rig.ctx.database.transaction() as tx:
        uploads.replace_upload(tx, _upload(rig, rows, "file"))
    rig.clock.go_on(days=29)
    assert retention.delete_what_is_due(rig.ctx) == 0
    rig.clock.go_on(days=3)
    assert retention.delete_what_is_due(rig.ctx) == 1


def test_the_mail_about_disconnecting_names_the_months_that_were_agreed(rig: Rig) -> None:
    rows = _read(rig, retention_months=9)
    with rig.ctx.database.transaction() as tx:
        message_id = informing.queue_disconnected_mail(rig.ctx, tx, connection_id=rows.connection_id)
        mail = messages.message(tx, message_id)
    assert mail is not None
    assert "for 9 months after access has ended, as agreed" in mail.text


def test_the_rows_of_a_report_go_with_the_books(rig: Rig) -> None:
    rows = _read(rig)
    with rig.ctx.database.reading() as tx:
        held = [tx.connection.scalar(select(func.count()).select_from(table)) for table in SPEND_ROWS]
    assert all(held)
    _disconnect(rig, rows)
    rig.clock.go_on(days=190)
    assert retention.delete_what_is_due(rig.ctx) == 1
    with rig.ctx.database.reading() as tx:
        left = [tx.connection.scalar(select(func.count()).select_from(table)) for table in SPEND_ROWS]
    assert not any(left)


def test_every_table_that_names_a_connection_is_emptied() -> None:
    naming = {
        table.name
        for table in tables.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "connections"
    }
    made = {"reports", "current_reports", "category_corrections"}
    # Decisions about another company, and wishes to sign in again, hold no books.
    assert naming == {table.name for table in store.BOOKS} | made | {"syncs", "tenant_changes", "askings"}


def test_every_table_that_names_a_report_is_emptied() -> None:
    naming = {
        table
        for table in tables.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table is report_tables.reports
    }
    assert naming == {*report_tables.REPORT_ROWS, report_tables.current_reports}


def _read(rig: Rig, *, access: str = "ongoing", retention_months: int | None = None) -> Rows:
    """A connection whose books were read once, whole."""
    rows = add_rows(rig.ctx, access=access, retention_months=retention_months)
    with rig.ctx.database.transaction() as tx:
        sync_id = start_sync(rig.ctx, tx, connection_id=rows.connection_id)
        books.keep(tx, _books(), connection_id=rows.connection_id, sync_id=sync_id)
        syncs.set_aside(tx, syncs.parts_of(tx, sync_id)[0], (SetAside("bill", "b9", "no date"),))
        sync_endings.end_sync(rig.ctx, tx, sync_id, state=SyncState.DONE)
    for report_id in rig.enqueued.of(Job.BUILD_REPORT):
        reporting.build_report(rig.ctx, report_id)
    assert bool(rig.enqueued.of(Job.REVOKE_GRANT)) is (access == "once")
    return rows


def _books() -> tuple[object, ...]:
    allocation = (Allocation(bill_id="b1", amount=TWO),)
    entry = {"supplier_id": "s1", "currency": "GBP", "rate": None, "total": TWO}
    return (
        Company(external_id="c", name="Abra", base_currency="GBP"),
        *(Supplier(external_id=f"s{number}", name="Flour") for number in range(9)),
        Bill(
            external_id="b1",
            supplier_id="s1",
            issued_on=DAY,
            currency="GBP",
            status=BillStatus.PAID,
            net=ONE,
            tax=ONE,
            total=TWO,
            amount_due=ONE,
            due_on=DAY,
            lines=(BillLine(net=ONE, tax=ONE), BillLine(net=ONE, tax=ONE)),
        ),
        BillPayment(external_id="p1", paid_on=DAY, allocations=allocation, **entry),
        CreditNote(external_id="n1", issued_on=DAY, allocations=allocation, **entry),
        Expense(external_id="e1", spent_on=DAY, lines=(ExpenseLine(net=ONE, tax=ONE),), **entry),
    )


def _upload(rig: Rig, rows: Rows, name: str) -> uploads.Upload:
    return uploads.Upload(
        id=name,
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


def _disconnect(rig: Rig, rows: Rows) -> None:
    with rig.ctx.database.transaction() as tx:
        connections.update_connection(tx, rows.connection_id, access_until=rig.ctx.now())
    assert housekeeping.end_access(rig.ctx) == 1


def _connection(rig: Rig, rows: Rows) -> Connection:
    with rig.ctx.database.reading() as tx:
        held = connections.connection(tx, rows.connection_id)
    assert held is not None
    return held


def _told(rig: Rig, rows: Rows) -> list[str]:
    with rig.ctx.database.reading() as tx:
        return [event.kind for event in events.events_of_request(tx, rows.request_id).rows]


def _rows_left(rig: Rig, rows: Rows) -> int:
    """Of the books, the reports made of them, and the pulls that brought them."""
    own = (*store.BOOKS, tables.syncs, report_tables.reports, report_tables.current_reports)
    with rig.ctx.database.reading() as tx:
        pulls = select(tables.syncs.c.id).where(tables.syncs.c.connection_id == rows.connection_id)
        made = select(report_tables.reports.c.id).where(report_tables.reports.c.connection_id == rows.connection_id)
        counted = [
            *(select(func.count()).where(table.c.connection_id == rows.connection_id) for table in own),
            *(select(func.count()).where(t.c.sync_id.in_(pulls)) for t in (tables.sync_parts, tables.sync_set_aside)),
            *(select(func.count()).where(table.c.report_id.in_(made)) for table in report_tables.REPORT_ROWS),
        ]
        return sum(tx.connection.execute(statement).scalar_one() for statement in counted)
