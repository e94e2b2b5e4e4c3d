"""The spend analysis by its hand-checked cases."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkflow.domain.ageing import AgeBucket, bucket_of, due_between
from linkflow.domain.books import (
    BillStatus,
    CreditNote,
    EntryStatus,
    PaymentMethod,
    Period,
    Supplier,
)
from linkflow.domain.measures import Measures, TermsUse, added_up, most_common_terms, share
from linkflow.domain.methods import MethodGroup, MethodSource, group_of
from linkflow.domain.money import in_base, minor_unit
from linkflow.domain.spend import SpendBooks, Used, ageing, analyse, most_used, supplier_facts
from linkflow.domain.spend_figures import accepted_card, months_covered, reaches
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


@pytest.mark.parametrize(
    ("uses", "common"),
    [
        ([], None),
        ([(30, 2, "1.00"), (60, 1, "900.00")], 30),  # most bills, whatever they are worth
        ([(30, 1, "1.00"), (60, 1, "900.00")], 60),  # as many: the higher amount
        ([(60, 1, "5.00"), (30, 1, "5.00")], 30),  # as much: fewer days
        ([(30, 1, "5.00"), (60, 1, "9.00"), (30, 1, "1.00")], 30),  # the same days twice are two bills
        ([(0, 1, "-5.00"), (-3, 1, "-5.00")], -3),
    ],
)
def test_the_most_common_terms_are_those_of_most_bills(uses: list[tuple[int, int, str]], common: int | None) -> None:
    given = added_up(TermsUse(days, bills, Decimal(billed)) for days, bills, billed in uses)
    assert most_common_terms(given) == common


@pytest.mark.parametrize(
    ("overdue", "bucket"),
    [
        *((-40, "not-due"), (0, "not-due"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (60, "31-60")),
        *((61, "61-90"), (90, "61-90"), (91, "over-90"), (4000, "over-90")),
    ],
)
def test_a_day_more_moves_an_open_bill_to_the_next_bucket(overdue: int, bucket: str) -> None:
    due = MARCH - timedelta(overdue)
    assert bucket_of(due, on=MARCH) == bucket
    first, last = due_between(AgeBucket(bucket), on=MARCH)
    assert first is None or first <= due
    assert last is None or due <= last
    others = [other for other in AgeBucket if other not in (bucket, AgeBucket.NO_DUE_DATE)]
    for first, last in (due_between(other, on=MARCH) for other in others):
        assert (first is not None and due < first) or (last is not None and due > last)


def test_ageing_covers_open_bills_of_any_date_and_those_without_a_due_date_apart() -> None:
    open_bills = (bill("1", "10.00", due="4.00"), bill("2", "9.00", due="9.00", days=None), bill("3", "5.00"))
    void = replace(bill("4", "8.00", due="8.00"), status=BillStatus.VOID)
    found = ageing(SpendBooks("GBP", bills=(*open_bills, void)), on=MARCH + timedelta(91))
    assert dict(found) == {
        ("s1", AgeBucket.UP_TO_90): (1, Decimal("4.00")),
        ("s1", AgeBucket.NO_DUE_DATE): (1, Decimal("9.00")),
    }


def test_every_method_is_of_one_group() -> None:
    groups = {group: [method.value for method in PaymentMethod if group_of(method) is group] for group in MethodGroup}
    assert groups == {
        MethodGroup.CARD: ["credit_card", "debit_card"],
        MethodGroup.NON_CARD: ["bank_transfer", "direct_debit", "cheque", "cash"],
        MethodGroup.UNKNOWN: ["other", "unknown"],
    }


def test_groups_and_months_sum_to_the_same_as_the_methods() -> None:
    books = SpendBooks(
        "GBP",
        bills=(bill("1", "10.00"), bill("2", "7.00", supplier=None)),
        payments=(payment("1", "10.00", day=45, method="credit_card"),),
        expenses=(expense("4.00", method="other"),),
    )
    found = analyse(books, YEAR)
    for parts in (found.by_group, found.by_month):
        assert sum((row.measures for row in parts), Measures()) == found.overall
    assert [(row.month.month, row.method.value) for row in found.by_month] == [
        *((3, "credit_card"), (3, "other"), (3, "unknown")),
        (4, "credit_card"),  # the payment, in its own month
    ]
    assert {row.group.value: row.suppliers for row in found.by_group} == {
        "card": 1,
        "non-card": 0,
        "unknown-and-other": 0,
    }


def test_a_supplier_has_a_most_used_method_by_number_by_amount_and_by_what_the_software_states() -> None:
    noted = replace(payment(None, "1.00", day=3, method="unknown"), note="wire transfer", external_id="n")
    more = replace(noted, external_id="m", paid_on=MARCH + timedelta(4))
    books = SpendBooks(
        "GBP",
        payments=(noted, more, payment(None, "2.00", day=1, method="cheque")),
        expenses=(expense("90.00", method="credit_card", supplier="s1", on=MARCH - timedelta(9)),),
        suppliers=(Supplier(external_id="s1", name="Flour", first_seen_on=None),),
    )
    facts = supplier_facts(books, on=MARCH)["s1"]
    assert (facts.by_count.value, facts.by_amount.value) == ("bank_transfer", "credit_card")
    assert facts.by_field.value == "credit_card"  # once each: the larger amount
    assert (facts.last_bill_on, facts.last_expense_on) == (None, MARCH - timedelta(9))
    assert facts.first_seen_on == MARCH - timedelta(9)
    known = replace(books, suppliers=(Supplier(external_id="s1", name="Flour", first_seen_on=date(2019, 1, 1)),))
    assert supplier_facts(known, on=MARCH)["s1"].first_seen_on == date(2019, 1, 1)


def test_nothing_used_is_unknown() -> None:
    assert most_used([]) is PaymentMethod.UNKNOWN
    tie = [Used(MARCH, Decimal(1), way, MethodSource.FIELD) for way in (PaymentMethod.CHEQUE, PaymentMethod.CASH)]
    assert most_used(tie) is most_used(tie, by_amount=True) is PaymentMethod.CASH


@pytest.mark.parametrize(
    ("card", "on", "accepted"),
    [
        (None, date(2026, 3, 1), False),
        (date(2025, 3, 1), date(2026, 3, 1), False),  # a year ago to the day
        (date(2025, 3, 2), date(2026, 3, 1), True),
        (date(2026, 3, 1), date(2026, 3, 1), True),
        (date(2027, 2, 28), date(2028, 2, 29), False),
        (date(2027, 3, 1), date(2028, 2, 29), True),
    ],
)
def test_a_card_was_accepted_in_the_twelve_months_up_to_the_reading(
    card: date | None, on: date, accepted: bool
) -> None:
    assert accepted_card(card, on=on) is accepted


def test_a_card_payment_after_the_reading_accepts_nothing_yet() -> None:
    books = SpendBooks("GBP", payments=(payment(None, "1.00", day=9, method="credit_card"),))
    assert supplier_facts(books, on=MARCH)["s1"].last_card_on is None
    assert supplier_facts(books, on=MARCH + timedelta(9))["s1"].last_card_on == MARCH + timedelta(9)


def test_spend_of_some_months_is_made_a_years() -> None:
    assert reaches(Decimal("290.00"), spent=Decimal("145.00"), months=6)
    assert not reaches(Decimal("290.01"), spent=Decimal("145.00"), months=6)


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [
        (date(2024, 1, 1), date(2026, 3, 1), 12),
        (date(2025, 7, 1), date(2026, 3, 1), 6),
        (date(2025, 3, 1), date(2025, 5, 1), 3),
        (date(2026, 2, 1), date(2026, 3, 1), 1),
        (None, None, 12),
    ],
)
def test_of_a_period_the_months_are_covered_that_there_are_books_of(
    first: date | None, last: date | None, covered: int
) -> None:
    assert months_covered(Period(date(2025, 1, 1), date(2025, 12, 1)), first, last) == covered


def test_a_share_of_nothing_is_not_available() -> None:
    assert (share(1, 4), share(0, 4), share(3, 0)) == (Decimal("0.25"), 0, None)
    assert Measures().outstanding_share is None


@given(
    amount=st.decimals(min_value=-(10**6), max_value=10**6, places=2),
    rate=st.decimals(min_value="0.0001", max_value="200", places=4),
    factor=st.decimals(min_value="0.01", max_value="50", places=2),
)
def test_scaling_a_rate_scales_the_unrounded_amount(amount: Decimal, rate: Decimal, factor: Decimal) -> None:
    def base(at: Decimal) -> Fraction:
        return Fraction(in_base(amount, currency="USD", rate=at, base="GBP"))

    exact = Fraction(amount) * Fraction(rate)
    half = Fraction(minor_unit("GBP")) / 2
    assert abs(base(rate) - exact) <= half
    assert abs(base(rate * factor) - exact * Fraction(factor)) <= half
