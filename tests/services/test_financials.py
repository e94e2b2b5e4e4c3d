"""Financial reports from books to rows and back, and what users say about accounts."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from linkflow.domain.books import (
    Account,
    AccountClass,
    Bill,
    BillLine,
    BillStatus,
    Company,
    EntryStatus,
    Expense,
    ExpenseLine,
    Record,
    Statement,
    StatementLine,
    Supplier,
)
from linkflow.domain.categories import Reason
from linkflow.domain.errors import NotFound, Refused
from linkflow.domain.financials import FinancialLine
from linkflow.domain.ports import Job
from linkflow.domain.requests import ConnectionState, SyncState
from linkflow.domain.trial_balances import ClosingBalance, statements_from_balances
from linkflow.services import categorising, reporting, sync_endings, syncing
from linkflow.services.categorising import SUGGESTED, review_categories
from linkflow.services.job_steps import DONE, StepKind
from linkflow.services.reviewing_financials import FinancialsReview, booked_on, review_financials
from linkflow.services.spending import SpendAsked, review_spend
from linkflow.store import books, category_corrections, connections, reports, requests, syncs
from linkflow.store.category_corrections import Correction as CategoryCorrection
from linkflow.store.users import User
from tests.jobs.rig import Rig, Rows, add_rows, make_rig
from tests.made_reports import read_whole
from tests.services import people
from tests.spend_rows import bill

RENT, SALES = "expense.operating.premises.rent", "income.revenue.goods"
CHART = (
    Account(external_id="sales", code="4000", name="Sales", account_class=AccountClass.INCOME),
    Account(external_id="rent", name="Rent", account_class=AccountClass.EXPENSE),
    Account(external_id="oddment", name="Whatnot", account_class=AccountClass.EXPENSE),
    Account(external_id="bank", name="Till", account_class=AccountClass.ASSET, software_type="bank"),
    Account(external_id="shares", name="Share capital", account_class=AccountClass.EQUITY),
)
COMPANY = Company(external_id="1", name="Abra Kebabra Ltd", base_currency="GBP", year_end="12-31")
# September and October whole, November begun; August is where the year's figures begin for these books.
BALANCES = {
    date(2026, 8, 1): {"bank": 100, "shares": -100},
    date(2026, 9, 1): {"bank": 170, "shares": -100, "sales": -100, "rent": 30},
    date(2026, 10, 1): {"bank": 270, "shares": -100, "sales": -250, "rent": 60, "oddment": 20},
    date(2026, 11, 1): {"bank": -10, "shares": -100, "sales": -250, "rent": 340, "oddment": 20},
}


@pytest.fixture(params=["sqlite", pytest.param("migrated_postgres", marks=[pytest.mark.postgres, pytest.mark.slow])])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    """A rig on each kind of database."""
    made = make_rig(tmp_path, database_url=request.getfixturevalue(f"{request.param}_url"))
    yield made
    made.ctx.database.dispose()


def said(**more: int) -> tuple[StatementLine, ...]:
    """The statements; `more` is added to the balances of October and after, so that the sheet no longer balances."""
    closing = [
        ClosingBalance(key, month, Decimal(amount + (more.get(key, 0) if month.month >= 10 else 0)))
        for month, held in BALANCES.items()
        for key, amount in held.items()
    ]
    return statements_from_balances(closing, CHART, year_end="12-31")


def pull(rig: Rig, rows: Rows, *records: Record) -> None:
    """A complete reading that brought these, and the reports that follow from it."""
    read_whole(rig.ctx, rows.connection_id, (COMPANY, *CHART, *records))
    build(rig)


def build(rig: Rig) -> None:
    """What the worker does with the reports that were asked for."""
    for report_id in rig.enqueued.of(Job.BUILD_REPORT):
        reporting.build_report(rig.ctx, report_id)
    rig.clock.go_on(minutes=1)


def see(rig: Rig, user: User, rows: Rows) -> FinancialsReview:
    return review_financials(rig.ctx, user, rows.company_id, rows.entity_id)


def lines_of(review: FinancialsReview) -> tuple[FinancialLine, ...]:
    assert review.found is not None
    return review.found.lines


def categories(lines: Iterable[FinancialLine]) -> dict[str, str | None]:
    return {line.account_id: line.category for line in lines if line.account_id}


def correct(rig: Rig, user: User, rows: Rows, *accounts: str, category: str, change_id: str = "change") -> int:
    where = rows.company_id, rows.entity_id
    return categorising.correct(rig.ctx, user, *where, account_ids=accounts, category=category, change_id=change_id)


def test_a_report_is_made_of_the_books_and_read_back_as_it_was_made(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    assert see(rig, user, rows).found is None
    pull(rig, rows, *said())
    review = see(rig, user, rows)
    assert review.found is not None
    assert (review.found.currency, review.found.unfinished) == ("GBP", date(2026, 11, 1))
    assert (len(review.found.months), review.found.full_months) == (25, 24)
    rent = next(line for line in review.found.lines if line.account_id == "rent")
    assert rent.amounts[-3:] == (30, 30, 280)
    assert rent.amounts[-4:-3] == (None,)
    assert (rent.category, rent.reason, rent.because) == (RENT, Reason.WORDS, "rent")
    bank = next(line for line in review.found.lines if line.account_id == "bank")
    assert (bank.category, bank.reason) == ("asset.current.cash", Reason.WORDS)
    assert [line.label for line in review.found.lines if line.account_id is None] == [
        *("Total income", "Total costs", "Net profit"),
        *("Total assets", "Total liabilities", "Result for the year", "Total equity"),
    ]
    found = {one["kind"]: one for one in review.found.report.findings}
    assert set(found) == {"months-missing", "whole-units", "low-confidence", "month-to-date", "short-history"}
    assert (found["short-history"]["count"], found["months-missing"]["months"]) == (3, ["2026-08-01"])
    assert (found["low-confidence"]["accounts"], found["low-confidence"]["of"]) == (1, 5)
    assert review.newer is None


def test_months_are_over_by_the_clock_of_the_organization(tmp_path: Path) -> None:
    rig = make_rig(tmp_path, timezone="Pacific/Auckland")
    rig.clock.time = datetime(2026, 10, 31, 12, 30, tzinfo=UTC)
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    pull(rig, rows, *said())
    found = see(rig, user, rows).found
    spend = review_spend(rig.ctx, user, rows.company_id, SpendAsked()).scope
    rig.ctx.database.dispose()
    assert found is not None
    assert (found.unfinished, found.full_months) == (date(2026, 11, 1), 24)
    assert found.months[found.full_months - 1] == spend.period.last_month == date(2026, 10, 1)


def test_a_sheet_that_does_not_balance_says_by_how_much(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    pull(rig, rows, *said(bank=7))
    found = see(rig, user, rows).found
    assert found is not None
    failed = [one for one in found.report.findings if one["kind"] == "check-failed"]
    assert [(one["check"], one["month"], one["difference"]) for one in failed] == [
        ("sheet-balances", "2026-10-01", "7.00"),
        ("sheet-balances", "2026-11-01", "7.00"),
    ]


def test_what_the_report_finds_wrong_the_request_warns_of(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx, data_types="financials"), people.add(rig.ctx)
    sheet = [("Current assets", "Till", "bank", 100), ("Equity", "Current year earnings", None, 90)]
    lines = [
        StatementLine(
            external_id=label,
            statement=Statement.BALANCE_SHEET,
            period_end=date(2026, 10, 31),
            label=label,
            amount=Decimal(amount),
            section=(heading,),
            account_id=account_id,
            position=place,
        )
        for place, (heading, label, account_id, amount) in enumerate(sheet)
    ]
    pull(rig, rows, *lines)
    found = see(rig, user, rows).found
    assert found is not None
    failed = [one for one in found.report.findings if one["kind"] == "check-failed"]
    assert [(one["check"], one["difference"]) for one in failed] == [("sheet-balances", "10.00")]
    with rig.ctx.database.reading() as tx:
        asked = requests.request_by_id(tx, rows.request_id)
    assert asked is not None
    assert asked.status == "warning"


def test_a_correction_makes_the_report_anew_and_undoing_it_brings_the_old_one_back(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    pull(rig, rows, *said())
    before = lines_of(see(rig, user, rows))
    accounts = ("rent", "oddment")
    assert correct(rig, user, rows, *accounts, category="expense.cost_of_sales.other") == 2
    assert see(rig, user, rows).newer == "being-made"
    assert lines_of(see(rig, user, rows)) == before, "a page shows no half of anything"
    listed = review_categories(rig.ctx, user, rows.company_id, rows.entity_id)
    assert categories(one.line for one in listed.accounts)["rent"] == "expense.cost_of_sales.other"
    build(rig)
    after = {line.account_id: line for line in lines_of(see(rig, user, rows)) if line.account_id}
    assert (after["rent"].category, after["rent"].suggested) == ("expense.cost_of_sales.other", RENT)
    assert after["oddment"].reason is Reason.CORRECTED
    assert after["sales"].category == SALES
    assert [(one.id, one.account_ids, listed.users[one.user_id]) for one in listed.changes] == [
        ("change", ("oddment", "rent"), user.name)
    ]
    assert categorising.undo(rig.ctx, user, rows.company_id, rows.entity_id, "change") == 2
    assert categorising.undo(rig.ctx, user, rows.company_id, rows.entity_id, "change") == 0
    build(rig)
    assert lines_of(see(rig, user, rows)) == before
    assert people.kinds(rig.ctx)[-2:] == ["categories-changed", "categories-undone"]
    with rig.ctx.database.reading() as tx:
        assert not reports.is_making(tx, rows.connection_id, "financials")


def read_half(rig: Rig, rows: Rows, *records: Record) -> str:
    """A reading that brought these and goes on; its id."""
    with rig.ctx.database.transaction() as tx:
        sync_id = syncing.start_sync(rig.ctx, tx, connection_id=rows.connection_id)
        syncs.start(tx, sync_id, at=rig.ctx.now())
        books.keep(tx, records, connection_id=rows.connection_id, sync_id=sync_id)
    return sync_id


def fail(rig: Rig, sync_id: str) -> None:
    with rig.ctx.database.transaction() as tx:
        sync_endings.end_sync(rig.ctx, tx, sync_id, state=SyncState.FAILED, reason="unavailable")


@pytest.mark.parametrize("failed_before", [True, False], ids=["after it failed", "while it goes on"])
def test_a_correction_is_of_the_last_whole_reading_whatever_a_later_one_left_behind(
    rig: Rig, failed_before: bool
) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    pull(rig, rows, *said(bank=7))
    before = see(rig, user, rows).found
    half = [one for one in said(rent=500) if one.statement is Statement.PROFIT_AND_LOSS]
    sync_id = read_half(rig, rows, *half)
    if failed_before:
        fail(rig, sync_id)
    correct(rig, user, rows, "oddment", category="expense.cost_of_sales.other")
    build(rig)
    if not failed_before:
        fail(rig, sync_id)
    after = see(rig, user, rows).found
    assert before is not None
    assert after is not None
    assert after.report.id != before.report.id
    assert categories(after.lines)["oddment"] == "expense.cost_of_sales.other"
    assert [one.amounts for one in after.lines] == [one.amounts for one in before.lines]
    assert (after.report.sync_id, after.report.read_at) == (before.report.sync_id, before.report.read_at)
    unsure = [one for one in before.report.findings if one["kind"] != "low-confidence"]
    assert after.report.findings == unsure, "the one account in doubt is placed"


def test_a_correction_made_beside_a_new_reading_is_in_the_report_that_counts_at_last(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    pull(rig, rows, *said())
    sync_id = read_half(rig, rows, *said(rent=5))
    with rig.ctx.database.transaction() as tx:
        sync_endings.end_sync(rig.ctx, tx, sync_id, state=SyncState.DONE)
    correct(rig, user, rows, "oddment", category="expense.cost_of_sales.other")
    of_reading, _, of_correction = rig.enqueued.of(Job.BUILD_REPORT)[-3:]
    assert reporting.build_report(rig.ctx, of_correction).kind == StepKind.WAIT
    assert reporting.build_report(rig.ctx, of_reading) == DONE
    assert reporting.build_report(rig.ctx, of_correction) == DONE
    found = see(rig, user, rows).found
    assert found is not None
    assert (found.report.id, found.report.sync_id) == (of_correction, sync_id)
    assert categories(found.lines)["oddment"] == "expense.cost_of_sales.other"


def test_of_several_words_on_an_account_the_last_counts_and_what_is_suggested_can_count_again(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    pull(rig, rows, *said())
    said_of_rent = {"one": "expense.cost_of_sales.other", "two": "expense.operating.premises.water", "three": SUGGESTED}
    for change_id, category in said_of_rent.items():
        correct(rig, user, rows, "rent", category=category, change_id=change_id)
        rig.clock.go_on(minutes=1)
    in_force = []
    for change_id in (None, "three", "one", "two"):
        if change_id:
            categorising.undo(rig.ctx, user, rows.company_id, rows.entity_id, change_id)
        with rig.ctx.database.reading() as tx:
            in_force.append(category_corrections.in_force(tx, rows.connection_id).get("rent"))
    assert in_force == [None, "expense.operating.premises.water", "expense.operating.premises.water", None]


def test_a_change_of_several_accounts_is_listed_once_however_long_it_took(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    pull(rig, rows, *said())

    def tick() -> datetime:
        rig.clock.go_on(microseconds=7)
        return rig.clock()

    running = replace(rig, ctx=replace(rig.ctx, clock=tick))
    correct(running, user, rows, "rent", "oddment", category="expense.cost_of_sales.other", change_id="two")
    correct(running, user, rows, "sales", category="income.revenue.services", change_id="one")
    listed = review_categories(running.ctx, user, rows.company_id, rows.entity_id).changes
    assert [(one.id, one.account_ids) for one in listed] == [("one", ("sales",)), ("two", ("oddment", "rent"))]
    with rig.ctx.database.transaction() as tx:
        late = CategoryCorrection(
            id="late",
            organization=user.organization,
            connection_id=rows.connection_id,
            change_id="two",
            account_id="shares",
            category="equity.other",
            user_id=user.id,
            at=rig.clock(),
        )
        category_corrections.add_corrections(tx, [late])
    listed = review_categories(running.ctx, user, rows.company_id, rows.entity_id).changes
    assert [one.id for one in listed] == ["two", "one"], "a change is one, whatever the times of its accounts"


def test_a_change_sent_twice_is_one(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    pull(rig, rows, *said())
    made = len(rig.enqueued.of(Job.BUILD_REPORT))
    for _ in range(2):
        assert correct(rig, user, rows, "rent", category="expense.cost_of_sales.other") == 1
    assert len(rig.enqueued.of(Job.BUILD_REPORT)) == made + 1


def test_a_correction_survives_readings_and_a_connection_made_anew(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    pull(rig, rows, *said())
    correct(rig, user, rows, "rent", category="expense.cost_of_sales.other")
    pull(rig, rows, *said())
    assert categories(lines_of(see(rig, user, rows)))["rent"] == "expense.cost_of_sales.other"
    with rig.ctx.database.transaction() as tx:
        old, new = ConnectionState.LINKED, ConnectionState.DISCONNECTED
        connections.move(tx, rows.connection_id, old=old, new=new, ended_at=rig.ctx.now())
        held = connections.connection(tx, rows.connection_id)
        assert held is not None
        anew = replace(held, id="anew", state="linked", ended_at=None, created_at=rig.ctx.now())
        another = replace(anew, id="another", entity_id=rows.entity_id, tenant_id="tenant-9", state="disconnected")
        for one in (anew, another):
            connections.add_connection(tx, one)
    pull(rig, replace(rows, connection_id="anew"), *said())
    review = see(rig, user, rows)
    assert review.connection is not None
    assert review.connection.id == "anew"
    assert categories(lines_of(review))["rent"] == "expense.cost_of_sales.other"
    with rig.ctx.database.reading() as tx:
        assert category_corrections.in_force(tx, "another") == {}, "another company’s books are its own"


def test_what_does_not_go_together_is_refused_whole(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)
    pull(rig, rows, *said())
    asked = len(rig.enqueued.of(Job.BUILD_REPORT))
    for accounts, category, field, reason in (
        ((), RENT, "accounts", "empty"),
        (("rent", "nobody"), RENT, "accounts", "gone"),
        (tuple(str(number) for number in range(301)), RENT, "accounts", "too-many"),
        (("rent",), "", "category", "empty"),
        (("rent",), "expense.operating", "category", "unknown"),
        (("rent", "sales", "bank"), RENT, "category", "other-class"),
    ):
        with pytest.raises(Refused) as refused:
            correct(rig, user, rows, *accounts, category=category)
        assert (refused.value.field, refused.value.reason) == (field, reason)
    assert refused.value.details == {"accounts": "“Sales”, “Till”", "part": "expenses"}
    with pytest.raises(Refused) as both:
        correct(rig, user, rows, category="")
    assert [one.field for one in (both.value, *both.value.others)] == ["accounts", "category"]
    assert len(rig.enqueued.of(Job.BUILD_REPORT)) == asked
    with rig.ctx.database.reading() as tx:
        assert category_corrections.in_force(tx, rows.connection_id) == {}


def test_what_is_not_there_for_a_user_is_not_found(rig: Rig) -> None:
    rows, user, other = add_rows(rig.ctx), people.add(rig.ctx), add_rows(rig.ctx)
    pull(rig, rows, *said())
    correct(rig, user, rows, "rent", category="expense.cost_of_sales.other")
    for company_id, entity_id in ((other.company_id, rows.entity_id), ("none", rows.entity_id)):
        with pytest.raises(NotFound):
            review_financials(rig.ctx, user, company_id, entity_id)
    for where in ((other.company_id, other.entity_id), (other.company_id, rows.entity_id)):
        with pytest.raises(NotFound):
            categorising.undo(rig.ctx, user, *where, "change")
        with pytest.raises(NotFound):
            categorising.correct(rig.ctx, user, *where, account_ids=("rent",), category=RENT, change_id="x")
    with pytest.raises(NotFound):
        categorising.undo(rig.ctx, user, rows.company_id, rows.entity_id, "nothing")


def test_behind_an_accounts_month_are_the_lines_of_bills_and_expenses_that_count(rig: Rig) -> None:
    rows, user = add_rows(rig.ctx), people.add(rig.ctx)

    def booked(key: str, day: date, status: BillStatus, *accounts: str) -> Bill:
        lines = tuple(BillLine(net=Decimal(10), account_id=account, description=f"of {key}") for account in accounts)
        return replace(bill(key, "10.00", supplier="s1"), issued_on=day, status=status, lines=lines, number=f"N{key}")

    spent = Expense(
        external_id="e1",
        spent_on=date(2026, 10, 2),
        currency="EUR",
        rate=Decimal("0.8"),
        total=Decimal(5),
        contact_name="Corner shop",
        lines=(ExpenseLine(net=Decimal(5), account_id="rent"), ExpenseLine(net=Decimal(1), account_id="bank")),
    )
    pull(
        rig,
        rows,
        *said(),
        Supplier(external_id="s1", name="Landlord"),
        booked("1", date(2026, 10, 31), BillStatus.OPEN, "rent", "oddment"),
        booked("2", date(2026, 10, 1), BillStatus.PAID, "rent"),
        booked("3", date(2026, 10, 5), BillStatus.DRAFT, "rent"),
        booked("4", date(2026, 11, 1), BillStatus.OPEN, "rent"),
        spent,
        replace(spent, external_id="e2", status=EntryStatus.VOID),
    )
    found = booked_on(rig.ctx, see(rig, user, rows), "rent", month=date(2026, 10, 1))
    assert found.more == 0
    assert [(one.kind, one.id, one.number, one.supplier, one.net, one.currency) for one in found.entries] == [
        ("bill", "1", "N1", "Landlord", 10, "GBP"),
        ("expense", "e1", None, "Corner shop", 5, "EUR"),
        ("bill", "2", "N2", "Landlord", 10, "GBP"),
    ]
