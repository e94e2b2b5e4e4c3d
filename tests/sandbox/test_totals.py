"""The sandbox's own totals: a small case by hand, and agreement with linkflow's spend analysis of the same books."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain.books import Account, Bill, BillPayment, CreditNote, Expense, Period
from linkflow.domain.ports import Asked
from linkflow.domain.requests import DataType
from linkflow.domain.spend import SpendBooks, analyse
from linkflow.sandbox import records
from linkflow.sandbox.asjson import as_json
from linkflow.sandbox.books import Books, books_for
from linkflow.sandbox.companies import PROFILES
from linkflow.sandbox.totals import Spend, totals_of
from tests.sandbox.driver import TODAY

FIRST, LAST = date(2025, 11, 1), date(2026, 10, 31)


def test_a_bill_paid_in_two_ways_belongs_to_the_larger_and_is_late_as_a_whole() -> None:
    plain = books_for("blank-canvas", today=TODAY)
    bill = records.Bill(
        id="b", number="1", supplier_id="s", issued=date(2026, 3, 1), due=date(2026, 3, 31), currency="GBP", rate="1",
        status="paid", net=Decimal(100), tax=Decimal(0), total=Decimal(100), amount_due=Decimal(0), terms="", lines=(),
    )  # fmt: skip
    cheque = payment("p1", date(2026, 3, 21), "cheque", "40.00")
    card = payment("p2", date(2026, 4, 20), "credit_card", "60.00")
    void = replace(bill, id="v", status="void")
    found = totals_of(replace(plain, bills=(bill, void), payments=(cheque, card)), first=FIRST, last=LAST)
    assert (found.by_method["credit_card"].bills, found.by_method["credit_card"].billed) == (1, Decimal(100))
    assert (found.by_method["cheque"].bills, found.by_method["cheque"].payments) == (0, 1)
    assert (found.overall.late_bills, found.overall.late, found.overall.outstanding) == (1, Decimal(100), 0)


def payment(key: str, on: date, method: str, amount: str) -> records.Payment:
    parts = (records.Allocation("b", Decimal(amount)),)
    return records.Payment(key, "s", on, "acc-1000", "GBP", "1", Decimal(amount), method, "", parts, method, "field")


@pytest.mark.parametrize("company", sorted(PROFILES))
def test_linkflow_finds_the_same_as_what_was_really_done(company: str) -> None:
    books = books_for(company, today=TODAY)
    truth = totals_of(books, first=FIRST, last=LAST)
    found = analyse(as_read(books), Period(FIRST, LAST.replace(day=1)))
    assert_same(found.overall, truth.overall)
    for each in found.by_method:
        assert_same(each.measures, truth.by_method[each.method.value])
    assert {each.supplier_id for each in found.by_supplier} == set(truth.by_supplier)
    for supplier in found.by_supplier:
        assert_same(supplier.measures, truth.by_supplier[supplier.supplier_id])


def assert_same(found: Any, truth: Spend) -> None:
    for each in fields(Spend):
        assert getattr(found, each.name) == getattr(truth, each.name), each.name


class Whole:
    """An ApiSession that answers with the whole of the books at once."""

    def __init__(self, books: Books) -> None:
        self.books = books

    def get(self, url: str, **_: Any) -> Any:
        rows = getattr(self.books, url.rsplit("/", 1)[1].replace("-", "_"))
        return type("Told", (), {"json": lambda self: {"data": as_json(rows), "next": None}})()


def as_read(books: Books) -> SpendBooks:
    """The books as the adapter reads them."""
    adapter = providers.load("sandbox")
    period = Period(FIRST, LAST.replace(day=1))
    kept: list[Any] = []
    for part in adapter.parts(frozenset({DataType.SPEND_ANALYSIS})):
        if part != "company":
            kept += adapter.pull(Whole(books), part, Asked(tenant_id="x", cursor=None, period=period)).records
    return SpendBooks(
        base_currency=books.company.base_currency,
        accounts=tuple(row for row in kept if isinstance(row, Account)),
        bills=tuple(row for row in kept if isinstance(row, Bill)),
        payments=tuple(row for row in kept if isinstance(row, BillPayment)),
        credit_notes=tuple(row for row in kept if isinstance(row, CreditNote)),
        expenses=tuple(row for row in kept if isinstance(row, Expense)),
    )
