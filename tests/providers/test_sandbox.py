"""The adapter for Sandbox Books: every page of a real sandbox, and answers no sandbox should give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain import books
from linkflow.domain.books import Period, Record, SetAside
from linkflow.domain.ports import Asked
from linkflow.domain.requests import DataType
from linkflow.outbound.errors import BadAnswer
from linkflow.sandbox.books import books_for
from tests.sandbox.driver import TODAY, Clock, Driver, make_driver

ADAPTER = providers.load("sandbox")
PERIOD = Period(date(2024, 11, 1), date(2026, 11, 1))
BOTH = frozenset(DataType)
DAYS = {"bills": "issued", "credit_notes": "issued", "payments": "paid", "expenses": "spent"}


@dataclass
class Session:
    """An ApiSession at a sandbox in this process; remembers what was asked for."""

    driver: Driver
    token: str

    def __post_init__(self) -> None:
        self.asked: list[str] = []

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        self.asked.append(url)
        answer = self.driver.machine.get(
            f"/{url}", query_string=dict(params or {}), headers={"Authorization": f"Bearer {self.token}"}
        )
        assert answer.status_code == 200, answer.text
        return Told(answer.get_json())


@dataclass
class Told:
    """An answer with a body made up by a test."""

    body: Any

    def json(self) -> Any:
        return self.body


@dataclass
class Canned:
    """An ApiSession that always gives the same body."""

    body: Any

    def get(self, url: str, **_: Any) -> Told:
        return Told(self.body)


@pytest.fixture
def sandbox() -> Iterator[Driver]:
    driver = make_driver(Clock())
    yield driver
    driver.app.extensions["sandbox_database"].close()


@pytest.fixture
def session(sandbox: Driver) -> Session:
    token = sandbox.connect("abra-kebabra", "the-codfather", email="group@example.com")["access_token"]
    return Session(sandbox, token)


def pulled(session: Any, part: str, *, tenant: str = "abra-kebabra") -> tuple[list[Record], list[SetAside], int]:
    """Every page of a part: its records, what was set aside, and the number of pages."""
    records, aside, cursor, pages = [], [], None, 0
    while True:
        page = ADAPTER.pull(session, part, Asked(tenant_id=tenant, cursor=cursor, period=PERIOD))
        records += page.records
        aside += page.set_aside
        pages += 1
        cursor = page.next_cursor
        if cursor is None:
            return records, aside, pages


def asked_for(kind: str) -> list[Any]:
    """The company's rows of a kind, of documents those of the months that are asked for."""
    rows, day = getattr(books_for("abra-kebabra", today=TODAY), kind), DAYS.get(kind)
    return [row for row in rows if day is None or getattr(row, day) >= PERIOD.first_month]


def test_nothing_older_than_the_months_asked_for_is_read(session: Session) -> None:
    whole = books_for("abra-kebabra", today=TODAY)
    for part, kind in (("bills", "bills"), ("bill_payments", "payments"), ("expenses", "expenses")):
        assert len(pulled(session, part)[0]) == len(asked_for(kind)) < len(getattr(whole, kind))


def test_the_tenants_are_the_chosen_companies_with_all_their_names(session: Session) -> None:
    found = ADAPTER.tenants(session)
    assert [tenant.id for tenant in found] == ["abra-kebabra", "the-codfather"]
    assert found[0].names == ("Abra Kebabra Ltd", "ABRA KEBABRA LIMITED", "Abra Kebabra")
    assert (found[0].country, found[0].currency) == ("GB", "GBP")


def test_only_what_is_consented_is_pulled() -> None:
    spend = set(ADAPTER.parts(frozenset({DataType.SPEND_ANALYSIS})))
    financials = set(ADAPTER.parts(frozenset({DataType.FINANCIALS})))
    assert spend & {"profit_and_loss", "balance_sheet"} == set()
    assert financials == {"company", "accounts", "profit_and_loss", "balance_sheet"}
    assert set(ADAPTER.parts(BOTH)) == spend | financials
    assert len(ADAPTER.parts(BOTH)) == len(spend | financials)


@pytest.mark.parametrize(
    ("part", "rows", "pages"),
    [
        ("suppliers", 64, 1),
        ("bills", None, 10),
        ("credit_notes", None, 1),
        ("bill_payments", None, 10),
        ("expenses", None, 6),
    ],
)
def test_every_page_of_a_list_is_read_and_nothing_is_set_aside(
    session: Session, part: str, rows: int | None, pages: int
) -> None:
    expected = asked_for({"bill_payments": "payments"}.get(part, part))
    records, aside, count = pulled(session, part)
    assert [record.external_id for record in records] == [row.id for row in expected]
    assert aside == []
    assert count == pages == len(session.asked)
    assert rows is None or len(records) == rows


def test_a_page_says_how_many_rows_there_are(session: Session) -> None:
    page = ADAPTER.pull(session, "bills", Asked(tenant_id="abra-kebabra", cursor="3", period=PERIOD))
    assert page.total == len(asked_for("bills"))
    assert page.next_cursor == "4"


def test_a_bill_arrives_exactly(session: Session) -> None:
    truth = asked_for("bills")
    for record, bill in zip(pulled(session, "bills")[0], truth, strict=True):
        assert isinstance(record, books.Bill)
        assert (record.total, record.net, record.tax, record.amount_due) == (
            bill.total,
            bill.net,
            bill.tax,
            bill.amount_due,
        )
        assert (record.issued_on, record.due_on, record.status.value) == (bill.issued, bill.due, bill.status)
        assert record.rate == Decimal(bill.rate)
        assert [line.net for line in record.lines] == [line.net for line in bill.lines]


def test_payments_keep_the_stated_method_the_note_and_their_allocations(session: Session) -> None:
    truth = asked_for("payments")
    for record, payment in zip(pulled(session, "bill_payments")[0], truth, strict=True):
        assert isinstance(record, books.BillPayment)
        assert (record.stated_method.value if record.stated_method else None) == payment.method
        assert record.note == payment.reference
        assert sum(part.amount for part in record.allocations) == sum(part.amount for part in payment.allocations)


def test_a_void_credit_note_is_kept_and_marked(session: Session) -> None:
    truth = asked_for("credit_notes")
    notes = pulled(session, "credit_notes")[0]
    void = [note.external_id for note in notes if isinstance(note, books.CreditNote) and note.status == "void"]
    assert void == [note.id for note in truth if note.status == "void"] != []


@pytest.mark.parametrize("part", ["profit_and_loss", "balance_sheet"])
def test_statements_come_in_three_pages_with_every_amount_and_distinct_ids(session: Session, part: str) -> None:
    records, aside, pages = pulled(session, part)
    truth = [
        each for each in getattr(books_for("abra-kebabra", today=TODAY), part) if each.period_end >= PERIOD.first_month
    ]
    assert (aside, pages) == ([], 3)
    assert [r.amount for r in records if isinstance(r, books.StatementLine)] == [
        r.amount for s in truth for r in s.rows
    ]
    assert len({record.external_id for record in records}) == len(records)
    last = records[-1]
    assert isinstance(last, books.StatementLine)
    assert last.period_end == date(2026, 11, 30)


def test_a_pull_goes_on_at_the_month_it_had_reached(session: Session) -> None:
    page = ADAPTER.pull(session, "balance_sheet", Asked(tenant_id="abra-kebabra", cursor="2026-11", period=PERIOD))
    assert {r.period_end for r in page.records if isinstance(r, books.StatementLine)} == {date(2026, 11, 30)}
    assert page.next_cursor is None


def test_the_company_and_its_accounts_arrive(session: Session) -> None:
    (company,), _, _ = pulled(session, "company")
    assert isinstance(company, books.Company)
    assert (company.legal_name, company.base_currency, company.year_end) == ("ABRA KEBABRA LIMITED", "GBP", "03-31")
    accounts = pulled(session, "accounts")[0]
    assert {a.software_subtype for a in accounts if isinstance(a, books.Account) and a.is_card} == {"credit_card"}
    assert len(accounts) == len(books_for("abra-kebabra", today=TODAY).accounts)


@pytest.mark.parametrize("part", [part for part in ADAPTER.parts(BOTH) if part not in {"company", "accounts"}])
def test_an_empty_company_has_zero_rows(sandbox: Driver, part: str) -> None:
    token = sandbox.connect("blank-canvas", email="new@example.com")["access_token"]
    records, aside, _ = pulled(Session(sandbox, token), part, tenant="blank-canvas")
    assert (records, aside) == ([], [])


BILL = {
    "id": "b-1", "issued": "2026-01-05", "due": None, "currency": "GBP", "rate": "1", "status": "open", "net": "10.00",
    "tax": "0.00", "total": "10.00", "amount_due": "10.00", "supplier_id": "s-1", "number": "1",
    "terms": "", "lines": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"total": "10.00001"}, "more than four decimals"),
        ({"total": "1e30"}, "above 900"),
        ({"total": 10.5}, "cannot be read"),
        ({"total": "NaN"}, "not a finite number"),
        ({"issued": "2026-02-30"}, "cannot be read"),
        ({"status": "eaten"}, "cannot be read"),
        ({"rate": "-1"}, "cannot be read"),
        ({"lines": None}, "cannot be read"),
        ({"lines": [{"net": "1.00"}]}, "the field tax is missing"),
    ],
)
def test_a_row_that_cannot_be_kept_is_set_aside_with_its_reason(change: dict[str, Any], reason: str) -> None:
    rows = [BILL, BILL | {"id": "b-2"} | change, BILL | {"id": "b-3"}]
    records, aside, _ = pulled(Canned({"data": rows, "next": None, "total": 3}), "bills")
    assert [record.external_id for record in records] == ["b-1", "b-3"]
    assert [(each.kind, each.external_id) for each in aside] == [("bills", "b-2")]
    assert reason in aside[0].reason


def test_a_row_without_an_id_or_shape_is_set_aside_too() -> None:
    _, aside, _ = pulled(Canned({"data": [None, "x", {"number": "1"}], "next": None}), "bills")
    assert [each.external_id for each in aside] == [None, None, None]


def test_a_statement_row_without_shape_is_set_aside() -> None:
    body = {"months": [{"rows": [None, {"label": "Sales"}]}]}
    _, aside, pages = pulled(Canned(body), "profit_and_loss")
    assert len(aside) == 2 * pages


@pytest.mark.parametrize("body", [[], None, {}, {"data": "x"}, {"data": {"id": 1}}])
def test_an_answer_that_is_no_page_is_a_bad_answer(body: Any) -> None:
    with pytest.raises(BadAnswer):
        pulled(Canned(body), "bills")
    with pytest.raises(BadAnswer):
        ADAPTER.tenants(Canned(body))
    with pytest.raises(BadAnswer):
        pulled(Canned(body), "profit_and_loss")
