"""Periods of whole months, and which records can be kept."""

from datetime import date
from decimal import Decimal

import pytest

from linkflow.domain.acceptance import reason_to_set_aside
from linkflow.domain.books import (
    Account,
    AccountClass,
    Allocation,
    BillPayment,
    Period,
    Record,
    Supplier,
    last_full_months,
)


def test_the_last_twelve_full_months_end_before_this_month() -> None:
    period = last_full_months(date(2026, 3, 31), 12)
    assert (period.first_month, period.ends_on) == (date(2025, 3, 1), date(2026, 2, 28))


def test_a_period_lists_its_months_across_a_new_year() -> None:
    assert Period(date(2025, 11, 1), date(2026, 2, 1)).months == (
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    )


def payment(**changed: object) -> BillPayment:
    values: dict[str, object] = {"external_id": "p1", "paid_on": date(2026, 1, 1), "currency": "GBP"}
    return BillPayment(**{**values, "total": Decimal("10.00"), **changed})  # type: ignore[arg-type]


def test_an_ordinary_record_is_kept() -> None:
    assert reason_to_set_aside(payment(), base_currency="GBP") is None


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (payment(total=Decimal("1.00001")), "total: the amount has more than four decimals"),
        (payment(total=Decimal("9e15")), "total: the amount is above 900,000,000,000,000"),
        (payment(currency="USD"), "total: no exchange rate from USD to GBP is stated"),
        (payment(currency="USD", rate=Decimal(0)), "rate: an exchange rate is above zero"),
        (payment(currency="USD", rate=Decimal("9e14")), "total: the amount is above 900,000,000,000,000"),
        (payment(currency="pounds"), "currency: a currency is three capital letters"),
        (payment(external_id=""), "external id: an id has 1 to 255 characters"),
        (payment(external_id="x" * 256), "external id: an id has 1 to 255 characters"),
        (payment(note="a\x00b"), "note: the text has characters that cannot be stored"),
        (payment(note="a\ud800b"), "note: the text has characters that cannot be stored"),
        (payment(allocations=(Allocation(bill_id="b", amount=Decimal("NaN")),)), "amount: the amount is not a finite"),
        (Account(external_id="1", name="\x00", account_class=AccountClass.ASSET), "name: the text has characters"),
        (payment(note=["cheque"]), "note: the value is of another kind"),
        (payment(note=7), "note: the value is of another kind"),
        (payment(total=10), "total: the value is of another kind"),
        (payment(paid_on="2026-01-01"), "paid on: the value is of another kind"),
        (payment(status="posted"), "status: the value is of another kind"),
        (payment(currency=None), "currency: the value is of another kind"),
        (
            Supplier(external_id="1", name="S", addresses=("High Street", None)),  # type: ignore[arg-type]
            "addresses: the value is of another kind",
        ),
    ],
)
def test_a_record_that_cannot_be_kept_says_why(record: Record, reason: str) -> None:
    assert (reason_to_set_aside(record, base_currency="GBP") or "").startswith(reason)
