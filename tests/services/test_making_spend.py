"""The spend report: every figure as the definition has it, read back for any months, by hand and by chance."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from linkflow.domain.ageing import AgeBucket
from linkflow.domain.books import (
    Allocation,
    Bill,
    BillStatus,
    Company,
    Expense,
    PaymentMethod,
    Period,
    SetAside,
)
from linkflow.domain.measures import Measures, share
from linkflow.domain.methods import MethodGroup
from linkflow.domain.ports import Job
from linkflow.domain.spend import SpendBooks, ageing, analyse, supplier_facts
from linkflow.services import reporting
from linkflow.services.report_sources import sources_of
from linkflow.services.spend_contents import spend_contents
from linkflow.store import book_rows, companies, database, reports, spend_lines, spend_reports, syncs
from linkflow.store.report_tables import REPORT_ROWS
from linkflow.store.reports import Report
from tests.jobs.rig import START, Rig
from tests.services.spend_reports import build_all, made, read_books, report_of
from tests.spend_rows import YEAR
from tests.store.generated_books import records, spend_books
from tests.worked_company import (
    CARD,
    CASH,
    CHEQUE,
    TRANSFER,
    UNKNOWN,
    WORKED,
    a_bill,
    a_payment,
    worked_books,
    worked_definition,
)

pytestmark = pytest.mark.postgres_slowly

MONTHS = [YEAR, Period(date(2025, 1, 1), date(2025, 1, 1)), Period(date(2024, 11, 1), date(2026, 3, 1))]


ARig = Callable[[], Rig]


@pytest.fixture
def a_rig(rig: Rig) -> ARig:
    """The rig, for tests by chance: what these are given they would write out, and it is long."""
    return lambda: rig


def assert_read_back(rig: Rig, report: Report, generated: SpendBooks, period: Period) -> None:
    on = START.date()
    expected, facts = analyse(generated, period), supplier_facts(generated, on=on)
    with rig.ctx.database.reading() as tx:
        found = spend_reports.totals(tx, [report.id], period=period)
        lines = list(spend_lines.supplier_lines(tx, [report.id], period=period))
        aged = spend_reports.ageing(tx, [report.id])
    assert (found.by_method, found.by_group, found.by_month) == (
        expected.by_method,
        expected.by_group,
        expected.by_month,
    )
    assert (found.overall, found.common_terms) == (expected.overall, expected.common_terms)
    assert found.overall == sum((one.measures for one in found.by_method), Measures())
    by_id = {line.supplier_id or None: line for line in lines}
    assert {(key, one.measures, one.facts.by_count, one.common_terms) for key, one in by_id.items()} == {
        (one.supplier_id, one.measures, one.most_used, one.common_terms) for one in expected.by_supplier
    }
    assert all(line.facts == facts[line.supplier_id or None] for line in lines)
    assert found.suppliers == sum(1 for key in by_id if key)
    for bucket in aged:
        mine = [held for (_, of), held in ageing(generated, on=on).items() if of is bucket.bucket]
        assert (bucket.bills, bucket.outstanding) == (sum(n for n, _ in mine), sum(amount for _, amount in mine))


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(generated=spend_books(), period=st.sampled_from(MONTHS))
def test_a_report_read_back_is_the_definition_to_the_cent(a_rig: ARig, generated: SpendBooks, period: Period) -> None:
    rig = a_rig()
    assert_read_back(rig, made(rig, records(generated)), generated, period)


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(generated=spend_books(), status=st.sampled_from([BillStatus.VOID, BillStatus.DRAFT]))
def test_one_more_void_bill_changes_nothing(a_rig: ARig, generated: SpendBooks, status: BillStatus) -> None:
    void = Bill(
        external_id="v",
        supplier_id="s1",
        issued_on=date(2025, 1, 2),
        due_on=date(2025, 1, 9),
        currency="GBP",
        status=status,
        net=Decimal("77.00"),
        tax=Decimal(0),
        total=Decimal("77.00"),
        amount_due=Decimal("77.00"),
    )
    rig = a_rig()
    assert_read_back(rig, made(rig, (*records(generated), void)), generated, YEAR)


def test_every_figure_of_the_worked_company(rig: Rig) -> None:
    report = made(rig, worked_books())
    assert_read_back(rig, report, worked_definition(), WORKED)
    with rig.ctx.database.reading() as tx:
        found = spend_reports.totals(tx, [report.id], period=WORKED)
        flour, oven, nobody = spend_lines.supplier_lines(tx, [report.id], period=WORKED)
        aged = {one.bucket: (one.bills, one.outstanding) for one in spend_reports.ageing(tx, [report.id])}
    overall = found.overall
    # 1,000 + 3,000 + 100 + 250 + 80; less the credit note of 200; and 45 + 5 of expenses.
    assert (overall.bills, overall.billed, overall.billed_net) == (5, Decimal(4430), Decimal(4230))
    assert (overall.expenses, overall.expensed, overall.total) == (2, Decimal(50), Decimal(4480))
    # Four payments lie in the period, that of 1 October 2026 does not: 4,100 / 4.
    assert (overall.payments, overall.paid, overall.average_payment) == (4, Decimal(4100), Decimal(1025))
    # b4's 250 and b5's 50, of 4,430 billed.
    assert (overall.outstanding_bills, overall.outstanding) == (2, Decimal(300))
    assert overall.outstanding_share == Decimal(300) / 4430
    # b1 and b3 were late, as a whole.
    assert (overall.late_bills, overall.late, overall.late_share) == (2, Decimal(1100), Decimal(1100) / 4430)
    # (1,000 × 30 + 3,000 × 60 + 100 × 30 + 250 × 14) / 4,350: b5 has no due date.
    assert (overall.bills_without_due_date, overall.average_terms) == (1, Decimal(216_500) / 4350)
    # (1,000 × 45 + 3,000 × 50 + 40 × 20 + 60 × 50) / 4,100: the payment without an allocation is left out.
    assert overall.average_settlement == Decimal(198_800) / 4100
    # Two bills of 30 days, one of 60, one of 14.
    assert found.common_terms == 30
    methods = {one.method: one for one in found.by_method}
    assert {key: (one.measures.bills, one.measures.billed, one.suppliers) for key, one in methods.items()} == {
        TRANSFER: (2, Decimal(4000), 1),  # b1, b2; Flour
        CARD: (2, Decimal(350), 1),  # b3 by its larger part, b4 by Oven's habit; Oven
        CHEQUE: (0, Decimal(0), 0),
        CASH: (0, Decimal(0), 0),
        UNKNOWN: (1, Decimal(80), 0),
    }
    assert (methods[TRANSFER].measures.average_terms, methods[TRANSFER].measures.average_settlement) == (
        Decimal("52.5"),
        Decimal("48.75"),
    )
    # One bill each of 30 and of 60 days: the larger amount decides.
    assert (methods[TRANSFER].common_terms, methods[CARD].common_terms) == (60, 14)
    assert (methods[CARD].measures.average_settlement, methods[CHEQUE].measures.payments) == (Decimal(38), 1)
    assert methods[TRANSFER].measures.credited == Decimal(200)
    groups = {one.group: (one.measures.total, one.suppliers, one.common_terms) for one in found.by_group}
    assert groups == {
        MethodGroup.CARD: (Decimal(395), 1, 14),
        MethodGroup.NON_CARD: (Decimal(4005), 1, 60),
        MethodGroup.UNKNOWN: (Decimal(80), 0, None),
    }
    assert share(methods[TRANSFER].suppliers, found.suppliers) == Decimal("0.5")
    assert [line.name for line in (flour, oven, nobody)] == ["Flour Ltd", "Oven AG", ""]
    assert (flour.measures.total, oven.measures.total, nobody.measures.total) == (4000, 395, 85)
    # Paid by transfer alone; the books say since when they know Flour, of Oven its first row tells.
    assert (flour.facts.by_count, flour.facts.last_bill_on) == (TRANSFER, date(2025, 11, 1))
    assert (flour.facts.first_seen_on, oven.facts.first_seen_on) == (date(2019, 5, 1), date(2026, 2, 2))
    assert (oven.facts.by_count, oven.facts.by_amount, oven.facts.by_field) == (CARD, CARD, CARD)
    assert (oven.facts.last_expense_on, oven.facts.last_card_on) == (date(2026, 2, 2), date(2026, 4, 20))
    assert (flour.facts.last_card_on, flour.email) == (None, "mill@example.com")
    # b4 was due on 24 September, sixty days before the reading.
    assert {bucket: held for bucket, held in aged.items() if held[0]} == {
        AgeBucket.UP_TO_60: (1, Decimal(250)),
        AgeBucket.NO_DUE_DATE: (1, Decimal(50)),
    }
    notes = {one["kind"]: (one["rows"], one["amount"]) for one in report.findings}
    assert notes == {
        "unknown-method": (1, "30.00"),
        "without-supplier": (3, "115.00"),  # b5, p5, e2
        "not-allocated": (1, "30.00"),
    }
    assert (report.currency, report.first_month, report.last_month) == ("GBP", date(2025, 10, 1), date(2026, 11, 1))


@pytest.mark.parametrize(
    ("least", "names"),
    [("395.00", ["Flour Ltd", "Oven AG"]), ("395.01", ["Flour Ltd"]), ("0", ["Flour Ltd", "Oven AG", ""])],
)
def test_a_threshold_hides_suppliers_and_changes_no_total(rig: Rig, least: str, names: list[str]) -> None:
    report = made(rig, worked_books())
    bound = Decimal(least)
    with rig.ctx.database.reading() as tx:
        lines = list(spend_lines.supplier_lines(tx, [report.id], period=WORKED, least=bound))
        counted = spend_lines.count_suppliers(tx, [report.id], period=WORKED, least=bound)
        # Half a year of 395.00, all of it in it, is 790.00 a year.
        half = Period(date(2026, 2, 1), date(2026, 7, 1))
        yearly = spend_lines.count_suppliers(tx, [report.id], period=half, least=Decimal("290.00"))
    assert [line.name for line in lines] == names
    assert counted == (len(names), 3)
    assert yearly == (1, 2)  # b3 and e1: 145.00 in six months are 290.00 a year


def test_suppliers_are_listed_by_their_most_used_method_as_they_are_counted(rig: Rig) -> None:
    report = made(rig, worked_books())
    with rig.ctx.database.reading() as tx:
        counted = {one.method: one.suppliers for one in spend_reports.totals(tx, [report.id], period=WORKED).by_method}
        for method in PaymentMethod:
            how: dict[str, Any] = {"period": WORKED, "used": [method]}
            lines = list(spend_lines.supplier_lines(tx, [report.id], **how))
            assert len(lines) == counted.get(method, 0)
            assert all(one.supplier_id and one.facts.by_count is method for one in lines)
            assert spend_lines.count_suppliers(tx, [report.id], **how) == (len(lines), len(lines))
        # Oven's 395.00 are below it.
        hidden = spend_lines.count_suppliers(
            tx, [report.id], period=WORKED, used=[PaymentMethod.CREDIT_CARD], least=Decimal(400)
        )
    assert hidden == (0, 1)


def test_who_is_no_supplier_in_the_books_goes_by_the_name_money_was_spent_under(rig: Rig) -> None:
    """A customer who is paid something is in none of the lists of suppliers; who is nobody stays nobody."""
    spent = {"spent_on": date(2026, 3, 3), "currency": "GBP", "total": Decimal(7)}
    known = Expense(external_id="known", supplier_id="customer-1", contact_name="Ridgeway University", **spent)
    nobody = Expense(external_id="nobody", contact_name="A petrol station", **spent)
    billed = Expense(external_id="nameless", supplier_id="customer-2", **spent)
    report = made(rig, (Company(external_id="c1", name="Abra", base_currency="GBP"), known, nobody, billed))
    with rig.ctx.database.reading() as tx:
        lines = list(spend_lines.supplier_lines(tx, [report.id], period=WORKED))
        rows = list(book_rows.expense_rows(tx, report.connection_id, period=WORKED))
    assert {line.supplier_id: line.name for line in lines} == {
        "customer-1": "Ridgeway University",
        "customer-2": "customer-2",
        "": "",
    }
    assert {row.id: (row.supplier, row.paid_to) for row in rows} == {
        "known": ("Ridgeway University", "Ridgeway University"),
        "nobody": (None, "A petrol station"),
        "nameless": ("customer-2", None),
    }


@pytest.mark.parametrize("sort", spend_lines.SORTS)
def test_suppliers_are_sorted_and_paged_the_same_way(rig: Rig, sort: str) -> None:
    report = made(rig, worked_books())
    with rig.ctx.database.reading() as tx:
        for reverse in (False, True):
            how = {"period": WORKED, "sort": sort, "reverse": reverse}
            whole = list(spend_lines.supplier_lines(tx, [report.id], **how))
            paged = [
                line
                for offset in range(3)
                for line in spend_lines.supplier_lines(tx, [report.id], **how, limit=1, offset=offset)
            ]
            assert paged == whole
            assert len({line.supplier_id for line in whole}) == 3


def test_the_page_and_the_workbook_hide_the_same_suppliers_by_the_months_of_each_entity(rig: Rig) -> None:
    """600.00 in books of half a year are 1,200.00 a year; in books of a whole one they are 600.00."""
    currency = Company(external_id="co", name="Abra", base_currency="GBP")
    first = read_books(rig, (currency, a_bill("b1", "Flour", "2025-11-01", 30, "600.00")))
    read_books(rig, (currency, a_bill("b1", "Oven", "2026-05-01", 30, "600.00")), of=first, tenant_id="tenant-2")
    build_all(rig)
    period, least = Period(date(2025, 11, 1), date(2026, 10, 1)), Decimal(1000)
    with rig.ctx.database.reading() as tx:
        company = companies.company(tx, "northbank", first.company_id)
        assert company is not None
        sources = sources_of(tx, company, kind="spend_analysis")
        ids = [one.report.id for one in sources]
        contents = spend_contents(rig.ctx, tx, company, sources, period=period, threshold=least)
        on_page = [one.name for one in spend_lines.supplier_lines(tx, ids, period=period, least=least)]
        counted = spend_lines.count_suppliers(tx, ids, period=period, least=least)
        in_workbook = [
            supplier.name
            for entity in contents.entities
            for supplier in contents.rows.suppliers(entity.connection_id)
            if contents.is_shown(entity, supplier)
        ]
    assert (on_page, in_workbook, counted) == (["Oven"], ["Oven"], (1, 2))


def test_several_entities_add_up_and_keep_their_own(rig: Rig) -> None:
    first = read_books(rig, worked_books())
    second = read_books(rig, worked_books(), of=first, tenant_id="tenant-2")
    build_all(rig)
    ids = [report_of(rig, first).id, report_of(rig, second).id]
    with rig.ctx.database.reading() as tx:
        both = spend_reports.totals(tx, ids, period=WORKED)
        one = spend_reports.totals(tx, ids[:1], period=WORKED)
        assert spend_lines.count_suppliers(tx, ids, period=WORKED) == (6, 6)
    assert both.overall == one.overall + one.overall
    assert both.suppliers == 4
    assert [both.by_report[key].measures for key in ids] == [one.overall, one.overall]
    assert both.by_report[ids[1]].common_terms == 30


def test_what_is_older_than_three_years_or_set_aside_or_ahead_is_told_and_not_summed(rig: Rig) -> None:
    old, far = a_bill("old", "s1", "2023-10-31", 30, "7.00"), a_bill("far", "s1", "2026-11-24", 30, "9.00")
    edge = a_bill("edge", "s1", "2023-11-01", 30, "4.00")
    rows = read_books(rig, (Company(external_id="c", name="A", base_currency="GBP"), old, edge, far))
    build_all(rig)
    report = report_of(rig, rows)
    assert (report.first_month, report.last_month) == (date(2023, 11, 1), date(2026, 11, 1))
    notes = {one["kind"]: (one["rows"], one["amount"]) for one in report.findings}
    assert notes == {"before-the-report": (1, "7.00"), "future-dated": (1, "9.00")}


def test_a_payment_set_against_bills_in_full_is_so_however_its_parts_round(rig: Rig) -> None:
    """10.00 at 0.7777 are 7.78, but 3.00 and 7.00 of them are 2.33 and 5.44."""
    dollars = {"currency": "USD", "rate": Decimal("0.7777")}
    bills = [replace(a_bill(f"b{n}", "s1", "2026-05-01", 30, f"{n}.00"), **dollars) for n in (3, 7)]
    paid = replace(a_payment("p1", "s1", "2026-05-20", "10.00", CARD, None), **dollars)
    parts = tuple(Allocation(bill_id=one.external_id, amount=one.total) for one in bills)
    currency = Company(external_id="c", name="A", base_currency="GBP")
    assert made(rig, (currency, *bills, replace(paid, allocations=parts))).findings == []


def test_books_without_anything_make_an_empty_report(rig: Rig) -> None:
    report = made(rig, (Company(external_id="c", name="A", base_currency="EUR"),))
    with rig.ctx.database.reading() as tx:
        found = spend_reports.totals(tx, [report.id], period=YEAR)
    assert (report.currency, found.overall, found.suppliers) == ("EUR", Measures(), 0)


# --- never half old, half new --------------------------------------------------------------------------------------


def rows_of(rig: Rig) -> dict[str, int]:
    with rig.ctx.database.reading() as tx:
        counts: dict[str, int] = {}
        for table in REPORT_ROWS:
            for report_id, number in tx.connection.execute(
                select(table.c.report_id, func.count()).group_by(table.c.report_id)
            ):
                counts[report_id] = counts.get(report_id, 0) + number
    return counts


def test_a_report_killed_at_any_write_starts_again_and_the_old_one_counts_until_it_is_whole(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = read_books(rig, worked_books())
    build_all(rig)
    old = report_of(rig, rows)
    rig.enqueued.jobs.clear()
    rig.clock.go_on(hours=1)
    read_books(rig, (a_bill("b7", "s1", "2026-02-01", 30, "11.00"),), of=rows, again=True)
    (fresh,) = rig.enqueued.of(Job.BUILD_REPORT)
    monkeypatch.setattr(reports, "LARGEST_BATCH", 2)
    real, allowed = database.Database.transaction, 0

    def cut_short(self: database.Database) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        return real(self)

    whole = rows_of(rig)[old.id]
    while True:
        left = allowed
        with monkeypatch.context() as patch:
            patch.setattr(database.Database, "transaction", cut_short)
            try:
                reporting.build_report(rig.ctx, fresh)
                break
            except KeyboardInterrupt:
                allowed += 3
        now = report_of(rig, rows)
        if now.id == old.id:
            assert rows_of(rig)[old.id] == whole
    assert allowed > 9
    assert report_of(rig, rows).id == fresh
    again = reporting.build_report(rig.ctx, fresh)
    assert again == reporting.DONE
    with rig.ctx.database.reading() as tx:
        found = spend_reports.totals(tx, [fresh], period=WORKED)
        assert reports.report(tx, old.id) is None
    assert found.overall.billed == Decimal(4441)
    assert set(rows_of(rig)) == {fresh}


def test_rows_set_aside_in_the_pull_are_told(rig: Rig) -> None:
    rows = read_books(rig, worked_books())
    report = rig.enqueued.of(Job.BUILD_REPORT)[0]
    with rig.ctx.database.transaction() as tx:
        sync_id = reports.report(tx, report).sync_id  # type: ignore[union-attr]  # it waits
        syncs.set_aside(tx, syncs.parts_of(tx, sync_id)[0], (SetAside("bill", "b9", "no date"),))
    build_all(rig)
    assert {"kind": "set-aside", "rows": 1, "amount": "0.00"} in report_of(rig, rows).findings
