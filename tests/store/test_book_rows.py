"""The rows behind a spend analysis: the same ones, decided the same way, whole or a page at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings

from linkflow.domain.book_rows import BillRow
from linkflow.domain.books import Bill, BillLine, PaymentMethod, Period, Record, Supplier
from linkflow.domain.methods import methods_of
from linkflow.domain.spend import COUNTED, SpendBooks
from linkflow.store import book_rows, books
from linkflow.store.book_queries import Wanted
from linkflow.store.book_rows import Place
from linkflow.store.database import Database
from tests.spend_rows import MARCH, YEAR, bill, expense, payment
from tests.store.generated_books import records, spend_books
from tests.store.rows import make_connection

pytestmark = pytest.mark.postgres_slowly

_numbers: Iterator[int] = count(1)
ALWAYS = Period(date(2020, 1, 1), date(2030, 12, 1))


def pull(database: Database, *pulled: Record) -> str:
    connection_id = f"r{next(_numbers)}"
    with database.transaction() as tx:
        make_connection(tx.connection, connection_id)
        books.keep(tx, pulled, connection_id=connection_id, sync_id="y1")
    return connection_id


def bills_in(generated: SpendBooks, period: Period = ALWAYS) -> list[Bill]:
    counted = [one for one in generated.bills if one.status in COUNTED]
    covered = [one for one in counted if period.first_month <= one.issued_on <= period.ends_on]
    return sorted(covered, key=lambda one: (one.issued_on, one.external_id))


def expected(generated: SpendBooks, one: Bill) -> tuple[object, ...]:
    paid = generated.allocations.get(one.external_id, [])
    settled = sum((amount for _, amount, _ in paid), Decimal(0))
    days = sum((amount * (on - one.issued_on).days for on, amount, _ in paid), Decimal(0))
    late = one.due_on is not None and any(on > one.due_on for on, _, _ in paid)
    last = max((on for on, _, _ in paid), default=None)
    due = generated.base(one.amount_due, one)
    return one.external_id, generated.bill_method(one), settled, days, late, last, generated.base(one.total, one), due


def shown(row: BillRow) -> tuple[object, ...]:
    how = row.id, row.method, row.settled, row.settled_days, row.late, row.last_paid_on
    return *how, row.base_total, row.base_due


@example(SpendBooks("GBP", bills=(bill("1", "9.00"),), payments=(payment("1", "9.00", day=30),)))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spend_books())
def test_rows_are_what_the_definition_says_of_them(database: Database, generated: SpendBooks) -> None:
    connection_id = pull(database, *records(generated))
    with database.reading() as tx:
        rows = list(book_rows.bill_rows(tx, connection_id, period=ALWAYS))
        assert [shown(row) for row in rows] == [expected(generated, one) for one in bills_in(generated)]
        for method in PaymentMethod:
            wanted = Wanted(methods=(method,))
            some = list(book_rows.bill_rows(tx, connection_id, period=YEAR, wanted=wanted))
            assert [row.id for row in some] == [
                one.external_id for one in bills_in(generated, YEAR) if generated.bill_method(one) is method
            ]
            sums = book_rows.bill_sums(tx, connection_id, period=YEAR, wanted=wanted)
            assert (sums.rows, sums.total) == (len(some), sum(row.base_total for row in some))
            assert sums.due == sum(row.base_due for row in some if row.amount_due > 0)
        payments = list(book_rows.payment_rows(tx, connection_id, period=ALWAYS))
        assert {(row.id, row.method, row.base_total) for row in payments} == {
            (one.external_id, method, generated.base(one.total, one)) for one, method in generated.posted_payments
        }
        spent = list(book_rows.expense_rows(tx, connection_id, period=ALWAYS))
        assert {(row.id, row.method) for row in spent} == {
            (one.external_id, method) for one, method in generated.posted_expenses
        }
        notes = list(book_rows.credit_note_rows(tx, connection_id, period=ALWAYS))
        assert all(row.method is generated.usual_method(row.supplier_id) for row in notes)


def twelve_bills() -> tuple[Record, ...]:
    """Two a day, in no order of their ids; every third is paid by card, and late."""
    bills = [bill(str(place), f"{place + 1}.00", days=2, supplier=f"s{place % 2}") for place in range(12)]
    days = [replace(one, issued_on=MARCH + timedelta(int(one.external_id) // 2)) for one in bills]
    paid = [payment(str(place), f"{place + 1}.00", day=40, method="credit_card") for place in range(0, 12, 3)]
    return (*days, *paid)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(supplier_id="s1"),
        Wanted(late=True),
        Wanted(methods=(PaymentMethod.CREDIT_CARD,)),
        Wanted(methods=(PaymentMethod.CREDIT_CARD,), supplier_id="s0"),
        Wanted(due=(MARCH + timedelta(3), None)),
        Wanted(outstanding=True, without_due_date=True),
    ],
)
def test_pages_make_up_the_whole_list(database: Database, wanted: Wanted) -> None:
    connection_id = pull(database, *twelve_bills())
    with database.reading() as tx:
        whole = list(book_rows.bill_rows(tx, connection_id, period=YEAR, wanted=wanted))
        paged: list[BillRow] = []
        place: Place | None = None
        while page := list(book_rows.bill_rows(tx, connection_id, period=YEAR, wanted=wanted, after=place, limit=5)):
            assert len(page) <= 5
            paged += page
            place = Place(page[-1].connection_id, page[-1].issued_on, page[-1].id)
    assert paged == whole
    order = [(row.issued_on, row.id) for row in whole]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(outstanding=True), {"open", "endless"}),
        (Wanted(without_due_date=True), {"endless"}),
        (Wanted(due=(None, MARCH + timedelta(29))), set()),
        (Wanted(due=(None, MARCH + timedelta(30))), {"open"}),
        (Wanted(due=(MARCH + timedelta(30), MARCH + timedelta(30))), {"open"}),
        (Wanted(late=True), {"late"}),
        (Wanted(settled=True), {"late", "nobody's"}),
        (Wanted(with_due_date=True), {"open", "late", "nobody's"}),
        (Wanted(methods=methods_of("card")), {"late"}),
        (Wanted(methods=methods_of("non-card")), {"open", "endless", "nobody's"}),
        (Wanted(supplier_id=""), {"nobody's"}),
        (Wanted(supplier_id="s1", late=True), {"late"}),
        (Wanted(supplier_id="s2", late=True), set()),
    ],
)
def test_only_the_wanted_bills_come(database: Database, wanted: Wanted, ids: set[str]) -> None:
    bills = (
        bill("open", "1.00", due="1.00"),
        bill("endless", "2.00", due="2.00", days=None),
        bill("late", "4.00"),
        bill("nobody's", "8.00", supplier=None),
    )
    connection_id = pull(
        database, *bills, payment("late", "4.00", day=31, method="debit_card"), payment("nobody's", "8.00", day=30)
    )
    with database.reading() as tx:
        assert {row.id for row in book_rows.bill_rows(tx, connection_id, period=YEAR, wanted=wanted)} == ids
        sums = book_rows.bill_sums(tx, connection_id, period=YEAR, wanted=wanted)
    assert sums.rows == len(ids)


def test_a_row_names_its_supplier_and_accounts_as_in_the_books(database: Database) -> None:
    lined = replace(
        bill("1", "9.00"), lines=(BillLine(net=Decimal("4.00"), account_id="gone"), BillLine(net=Decimal("5.00")))
    )
    connection_id = pull(
        database, Supplier(external_id="s1", name="Paper Ltd"), lined, expense("3.00", method="cash", supplier="s9")
    )
    with database.reading() as tx:
        found = list(book_rows.bill_line_rows(tx, connection_id, period=YEAR))
        spent = list(book_rows.expense_rows(tx, connection_id, period=YEAR))
    assert [(row.supplier, row.position, row.net, row.account) for row in found] == [
        ("Paper Ltd", 0, Decimal("4.00"), None),
        ("Paper Ltd", 1, Decimal("5.00"), None),
    ]
    assert [(row.supplier, row.total) for row in spent] == [("s9", Decimal("3.00"))]
