"""The spend analysis by its hand-checked cases."""

from dataclasses import replace
from decimal import Decimal

import pytest

from linkflow.domain.books import (
    BillStatus,
    CreditNote,
    EntryStatus,
)
from linkflow.domain.measures import Measures
from linkflow.domain.spend import SpendBooks, analyse
from tests.spend_rows import MARCH, YEAR, bill, expense, payment


def by_method(books: SpendBooks) -> dict[str, Measures]:
    return {row.method.value: row.measures for row in analyse(books, YEAR).by_method}


def test_terms_and_settlement_are_weighted_by_value() -> None:
    books = SpendBooks(
        "GBP",
        bills=(bill("1", "1000.00", days=30), bill("2", "3000.00", days=60)),
        payments=(payment("1", "1000.00", day=45), payment("2", "3000.00", day=50)),
    )
    overall = analyse(books, YEAR).overall
    assert overall.average_terms == Decimal("52.5")
    assert overall.average_settlement == Decimal("48.75")
    assert (overall.late_bills, overall.late, overall.late_share) == (1, Decimal("1000.00"), Decimal("0.25"))


def test_a_bill_belongs_wholly_to_the_method_that_paid_most_of_it() -> None:
    halves = (payment("1", "40.00", day=20), payment("1", "60.00", day=50, method="credit_card"))
    books = SpendBooks("GBP", bills=(bill("1", "100.00"),), payments=halves)
    found = by_method(books)
    assert (found["credit_card"].bills, found["credit_card"].billed) == (1, Decimal("100.00"))
    assert found["cheque"].bills == 0
    assert (found["credit_card"].payments, found["cheque"].payments) == (1, 1)
    assert found["credit_card"].outstanding == 0
    assert found["credit_card"].average_settlement == Decimal("38.0")
    assert (found["credit_card"].late_bills, found["credit_card"].late) == (1, Decimal("100.00"))


def test_a_tie_goes_to_the_latest_payment() -> None:
    halves = (payment("1", "50.00", day=9, method="cash"), payment("1", "50.00", day=8, method="bank_transfer"))
    books = SpendBooks("GBP", bills=(bill("1", "100.00"),), payments=halves)
    assert by_method(books)["cash"].bills == 1


def test_an_unpaid_bill_takes_its_suppliers_most_used_method_else_unknown() -> None:
    books = SpendBooks(
        "GBP",
        bills=(bill("1", "10.00", due="10.00"), bill("2", "20.00", due="20.00", supplier="s2")),
        payments=(payment(None, "5.00", day=1, method="cash"), payment(None, "5.00", day=2, method="cash")),
        expenses=(expense("900.00", method="credit_card", supplier="s1"),),
    )
    found = by_method(books)
    assert (found["cash"].bills, found["unknown"].bills) == (1, 1)
    assert found["cash"].outstanding == Decimal("10.00")
    assert found["credit_card"].expensed == Decimal("900.00")


@pytest.mark.parametrize("status", [BillStatus.VOID, BillStatus.DRAFT])
def test_a_void_or_draft_bill_counts_nowhere(status: BillStatus) -> None:
    books = SpendBooks("GBP", bills=(replace(bill("1", "10.00", due="10.00"), status=status),))
    assert analyse(books, YEAR).overall == Measures()


@pytest.mark.parametrize("status", [EntryStatus.VOID, EntryStatus.DRAFT])
def test_a_void_or_draft_payment_pays_nothing(status: EntryStatus) -> None:
    paid = replace(payment("1", "10.00", day=99), status=status)
    found = analyse(SpendBooks("GBP", bills=(bill("1", "10.00"),), payments=(paid,)), YEAR).overall
    assert (found.payments, found.late_bills, found.settled) == (0, 0, 0)


def test_a_dollar_bill_counts_in_pounds() -> None:
    foreign = replace(bill("1", "100.00"), currency="USD", rate=Decimal("0.80"))
    assert analyse(SpendBooks("GBP", bills=(foreign,)), YEAR).overall.billed == Decimal("80.00")


def test_a_bill_without_a_due_date_is_outside_terms_and_lateness() -> None:
    books = SpendBooks("GBP", bills=(bill("1", "10.00", days=None),), payments=(payment("1", "10.00", day=300),))
    found = analyse(books, YEAR).overall
    assert (found.bills_without_due_date, found.late_bills, found.average_terms) == (1, 0, None)


def test_a_payment_on_the_due_date_is_not_late() -> None:
    books = SpendBooks("GBP", bills=(bill("1", "10.00", days=30),), payments=(payment("1", "10.00", day=30),))
    assert analyse(books, YEAR).overall.late_bills == 0


def test_a_periods_bills_count_with_later_payments_which_count_in_their_own() -> None:
    books = SpendBooks("GBP", bills=(bill("1", "10.00"),), payments=(payment("1", "10.00", day=400),))
    found = analyse(books, YEAR).overall
    assert (found.late_bills, found.payments, found.settled) == (1, 0, Decimal("10.00"))


def test_credit_notes_are_their_own_column_and_lower_only_the_net() -> None:
    note = CreditNote(external_id="c", supplier_id="s1", issued_on=MARCH, currency="GBP", total=Decimal("30.00"))
    found = analyse(SpendBooks("GBP", bills=(bill("1", "100.00"),), credit_notes=(note,)), YEAR).overall
    assert (found.billed, found.credited, found.billed_net) == (Decimal(100), Decimal(30), Decimal(70))


def test_overall_is_the_sum_of_the_methods_and_of_the_suppliers() -> None:
    books = SpendBooks(
        "GBP",
        bills=(bill("1", "10.00"), bill("2", "7.00", supplier=None)),
        payments=(payment("1", "10.00", day=3, method="cash"),),
        expenses=(expense("4.00", method="debit_card"), expense("5.00", method="cash", supplier="s2")),
    )
    analysis = analyse(books, YEAR)
    assert analysis.overall == sum((row.measures for row in analysis.by_method), Measures())
    assert analysis.overall == sum((row.measures for row in analysis.by_supplier), Measures())
    assert [row.supplier_id for row in analysis.by_supplier] == [None, "s1", "s2"]
    assert sum(row.suppliers for row in analysis.by_method) == 2


def test_nothing_to_weigh_gives_no_average_and_never_zero() -> None:
    nothing = Measures()
    assert (nothing.average_payment, nothing.average_terms, nothing.average_settlement) == (None, None, None)
