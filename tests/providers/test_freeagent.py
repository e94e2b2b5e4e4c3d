"""The adapter for FreeAgent: the exact requests, what its lists become, and what is set aside."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain import books
from linkflow.domain.books import AccountClass, BillStatus, EntryStatus, PaymentMethod
from linkflow.domain.ports import Asked
from linkflow.domain.requests import DataType
from linkflow.outbound import oauth2
from linkflow.outbound.errors import BadAnswer, StatusError
from linkflow.settings import Credentials
from tests.providers import freeagent_rows as rows
from tests.providers.answering import PERIOD, Answer, Answering, Pulled, Request, pulled, shipped
from tests.providers.freeagent_answers import explained, listed, studio
from tests.providers.freeagent_rows import API, Row, at

ADAPTER = providers.load("freeagent")
SINCE = {"from_date": "2024-11-01"}
LISTS = ("suppliers", "bills", "bill_payments", "expenses")


def pull(session: Answering, part: str, **asked: Any) -> Pulled:
    return pulled(ADAPTER, session, part, tenant_id="12345", **asked)


def only(part: str, *found: Any, path: str | None = None) -> tuple[list[Any], list[books.SetAside]]:
    """What becomes of these rows of one list, all on one page."""
    name = path or part
    got = pull(studio(**{name: {name: list(found)}}), part)
    return got.records, got.aside


def paid_out(*found: Any, **over: Any) -> tuple[list[Any], list[books.SetAside]]:
    """What becomes of these explanations, each of its bank."""

    def answer(params: Mapping[str, str]) -> Any:
        bank = params["bank_account"]
        mine = [one for one in found if not isinstance(one, dict) or one.get("bank_account", bank) == bank]
        return {"bank_transaction_explanations": mine}

    got = pull(studio(bank_transaction_explanations=answer, **over), "bill_payments")
    return got.records, got.aside


def by_id(records: list[Any]) -> dict[str, Any]:
    return {record.external_id: record for record in records}


def test_nobody_is_asked_for_scopes_for_there_are_none(tmp_path: Path) -> None:
    software = shipped("freeagent", tmp_path)
    asked = {"redirect_uri": "https://linkflow.example/back", "state": "s", "verifier": "v" * 43}
    client = Credentials(client_id="us", client_secret="secret")
    assert software.oauth
    scopes = software.oauth.scopes_for(kind.value for kind in DataType)
    address = oauth2.authorize_url(software, client, scopes=scopes, **asked)
    assert address == (
        "https://api.freeagent.com/v2/approve_app?response_type=code&client_id=us"
        "&redirect_uri=https%3A%2F%2Flinkflow.example%2Fback&state=s"
    )


def test_the_company_of_the_grant_is_offered() -> None:
    session = studio()
    (tenant,) = ADAPTER.tenants(session)
    assert (tenant.id, tenant.name, tenant.country, tenant.currency) == ("12345", "Brightside Studio Ltd", "GB", "GBP")
    assert session.sent == [Request("company", {}, {})]
    assert ADAPTER.tenants(studio(company={"company": {"id": "1", "name": ""}})) == ()


def test_only_what_is_consented_is_pulled() -> None:
    financials = ADAPTER.parts(frozenset({DataType.FINANCIALS}))
    assert financials == ("company", "accounts", "profit_and_loss", "balance_sheet")
    assert ADAPTER.parts(frozenset({DataType.SPEND_ANALYSIS})) == ("company", "accounts", *LISTS)
    assert ADAPTER.parts(frozenset(DataType)) == (*financials, *LISTS)


def test_lists_are_asked_for_page_by_page_where_the_header_says() -> None:
    session = studio(page_size=2)
    for part in ("suppliers", "bills", "expenses"):
        pull(session, part)
    all_bills = {"view": "all", "nested_bill_items": "true", **SINCE, "per_page": "2"}
    assert session.sent == [
        Request("contacts", {"view": "suppliers", "per_page": "2"}, {}),
        Request("contacts", {"view": "hidden", "per_page": "2"}, {}),
        Request("bills", all_bills, {}),
        Request(f"{API}/bills", {**all_bills, "page": "2"}, {}),
        Request(f"{API}/bills", {**all_bills, "page": "3"}, {}),
        Request("expenses", {**SINCE, "per_page": "2"}, {}),
        Request(f"{API}/expenses", {**SINCE, "per_page": "2", "page": "2"}, {}),
    ]


def test_what_was_paid_is_asked_for_bank_by_bank_and_the_bill_of_it_by_its_address() -> None:
    session = studio(page_size=50)
    pull(session, "bill_payments")

    def of_bank(number: int) -> Request:
        wanted = {"bank_account": at(f"bank_accounts/{number}"), **SINCE, "per_page": "50"}
        return Request("bank_transaction_explanations", wanted, {})

    banks = Request("bank_accounts", {"per_page": "50"}, {})
    assert session.sent == [
        banks,
        *(of_bank(1), Request(at("bills/1"), {}, {}), banks),
        *(of_bank(2), Request(at("bills/1"), {}, {}), banks),
        *(of_bank(3), Request(at("bills/2"), {}, {}), banks),
    ]


def test_bills_are_listed_where_that_takes_fewer_calls_than_looking_each_of_them_up() -> None:
    every = [rows.bill(number, 2, "2026-03-01", "10.0", "Paid") for number in range(1, 8)]
    paid = [
        rows.explained(number, 1, "2026-04-01", "-10.0", paid_bill=at(f"bills/{number}")) for number in (1, 2, 3, 9, 7)
    ]

    def asked(page_size: int, count: int) -> list[str]:
        session = studio(
            page_size=page_size,
            bills=lambda params: listed("bills", every, params),
            bank_accounts={"bank_accounts": [rows.bank(1, "Tide")]},
            bank_transaction_explanations={"bank_transaction_explanations": paid[:count]},
            **{f"bills__{one}": {"bill": rows.BILLS[0]} for one in (1, 2, 3, 7, 9)},
        )
        got = pull(session, "bill_payments")
        assert (len(got.records), got.aside) == (count, [])
        found = [one for one in session.sent if "bills" in one.url]
        assert all(one.params["view"] == "all" for one in found if one.url.endswith("bills"))
        return [one.url.removeprefix(f"{API}/") for one in found]

    assert asked(2, 5) == ["bills"] * 4 + ["bills/9"], "which was not listed"
    assert asked(2, 4) == ["bills"] * 4 + ["bills/9"]
    assert asked(2, 3) == ["bills", "bills/1", "bills/2", "bills/3"]
    assert asked(7, 2) == ["bills"]
    assert asked(7, 1) == ["bills/1"]


def test_bills_are_looked_up_where_nobody_says_how_many_there_are() -> None:
    session = studio(
        bills=Answer('{"bills": []}'),
        bills__1={"bill": rows.BILLS[0]},
        bank_accounts={"bank_accounts": [rows.bank(1, "Tide")]},
        bank_transaction_explanations={
            "bank_transaction_explanations": [
                rows.EXPLANATIONS[0], {**rows.EXPLANATIONS[0], "paid_bill": at("bills/2")}
            ],
        },
    )  # fmt: skip
    pull(session, "bill_payments")
    assert [one.url.removeprefix(f"{API}/") for one in session.sent][-3:-1] == ["bills/1", "bills/2"]


def test_what_one_bank_paid_goes_on_where_the_header_says() -> None:
    many = [rows.explained(100 + number, 1, "2026-05-01", "-1.0") for number in range(120)]
    session = studio(
        bank_transaction_explanations=lambda params: listed(
            "bank_transaction_explanations", explained([*many, *rows.EXPLANATIONS], params), params
        )
    )
    got = pull(session, "bill_payments")
    assert len(got.records) == 126
    sent = [one.params.get("page") for one in session.sent if "bank_account" in one.params]
    assert sent == [None, "2", None, None]


def test_a_page_says_where_it_goes_on_and_how_many_rows_there_are() -> None:
    session = studio(page_size=2)
    page = ADAPTER.pull(session, "bills", Asked(tenant_id="12345", period=PERIOD))
    assert (len(page.records), page.total) == (2, 5)
    assert page.next_cursor == f"{API}/bills?view=all&nested_bill_items=true&from_date=2024-11-01&per_page=2&page=2"
    last = ADAPTER.pull(session, "bills", Asked(tenant_id="12345", cursor=f"{page.next_cursor[:-1]}3", period=PERIOD))
    assert (len(last.records), last.next_cursor) == (1, None)


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ('<https://api.freeagent.com/v2/bills?page=2>; rel="next"', "https://api.freeagent.com/v2/bills?page=2"),
        ("<https://a.example/1>; rel=prev, <https://a.example/3>; rel=next", "https://a.example/3"),
        ("<https://a.example/1>; rel='prev', <https://a.example/9>; rel='last'", None),
        ("<https://a.example/3>; title=x; rel='next'", "https://a.example/3"),
        ("next", None),
        ("", None),
    ],
)
def test_the_next_page_is_the_one_the_header_calls_so(link: str, following: str | None) -> None:
    session = studio(expenses=Answer('{"expenses": []}', headers={"link": link}))
    page = ADAPTER.pull(session, "expenses", Asked(tenant_id="12345", period=PERIOD))
    assert (page.next_cursor, page.total) == (following, None)


def test_the_company() -> None:
    (company,) = pull(studio(), "company").records
    assert company == books.Company(
        external_id="12345",
        name="Brightside Studio Ltd",
        legal_name="Brightside Studio Ltd",
        base_currency="GBP",
        registration_number="SC123456",
        tax_number="GB123456789",
        country="GB",
        addresses=("1 High Street\nLeith\nEH6 6AA\nUnited Kingdom",),
        phones=("0131 496 0000",),
        web_links=("https://brightside.example",),
        year_end="03-31",
    )


@pytest.mark.parametrize(
    ("row", "country", "year_end"),
    [
        ({"type": "UsCCorp", "first_accounting_year_end": "2021-12-31"}, "US", "12-31"),
        ({"type": "UniversalCompany", "annual_accounting_periods": []}, None, None),
        ({}, None, None),
    ],
)
def test_a_company_of_which_little_is_said(row: Row, country: str | None, year_end: str | None) -> None:
    told = {"company": {"id": 7, "name": "Small", "currency": "USD", **row}}
    (company,) = pull(studio(company=told), "company").records
    assert (company.external_id, company.country, company.year_end) == ("7", country, year_end)
    assert (company.addresses, company.phones, company.web_links) == ((), (), ())


def test_the_accounts_and_the_banks_twice_by_the_names_statements_and_payments_have_for_them() -> None:
    session = studio()
    found = by_id(pull(session, "accounts").records)
    assert session.sent == [
        Request("categories", {"sub_accounts": "true"}, {}),
        Request("bank_accounts", {"per_page": "100"}, {}),
    ]
    told = {key: (one.account_class, one.is_bank, one.is_card) for key, one in found.items()}
    money, of_statements = (AccountClass.ASSET, True, False), (AccountClass.OTHER, False, False)
    assert told == {
        "001": (AccountClass.INCOME, False, False),
        "051": (AccountClass.INCOME, False, False),
        "101": (AccountClass.EXPENSE, False, False),
        "285": (AccountClass.EXPENSE, False, False),
        "411": (AccountClass.EXPENSE, False, False),
        **dict.fromkeys(("602-1", "606-1", "670", "681", "796", "817", "820"), of_statements),
        "750-1": (AccountClass.OTHER, True, False),
        "750-2": (AccountClass.OTHER, True, True),
        "bank_accounts/1": money,
        "bank_accounts/2": (AccountClass.LIABILITY, True, True),
        "bank_accounts/3": money,
    }
    assert (found["602-1"].software_type, found["602-1"].software_subtype) == ("general", "602")
    dollars = found["bank_accounts/3"]
    assert (dollars.name, dollars.currency, dollars.active) == ("Dollars", "USD", False)


def test_an_account_that_cannot_be_read_is_set_aside() -> None:
    odd = [{"description": "Odd", "nominal_code": "x"}, rows.category("", "None"), None]
    told = {**rows.CATEGORIES, "general_categories": [*odd, rows.category("681", "Trade Debtors")]}
    banks = [{"url": ["odd"], "name": "Odd"}, rows.bank(1, "Tide"), {"url": "elsewhere", "name": "Odd"}]
    got = pull(studio(categories=told, bank_accounts={"bank_accounts": banks}), "accounts")
    assert [one.external_id for one in got.records] == ["001", "101", "285", "681", "bank_accounts/1"]
    assert [one.external_id for one in got.aside] == ["x", "", None, None, "elsewhere"]


def test_suppliers_and_of_the_hidden_who_may_be_customers_no_more_than_the_name() -> None:
    got = pull(studio(page_size=1), "suppliers")
    assert got.pages == 3
    acme, person, mill = got.records
    assert acme == books.Supplier(
        external_id="contacts/2",
        name="Acme Ltd",
        contact_name="Mira Das",
        email="billing@acme.example",
        phone="020 7946 0001",
        tax_number="GB987654321",
        addresses=("11 George Street\nLondon\nSE1 6HA\nUnited Kingdom",),
        terms="30 days",
    )
    assert person == books.Supplier(external_id="contacts/3", name="Jo Bloggs")
    assert mill == books.Supplier(external_id="contacts/4", name="Old Mill", active=False, terms="14 days")


def test_hidden_contacts_have_pages_too() -> None:
    hidden = [{**rows.HIDDEN[0], "url": at(f"contacts/{number}")} for number in range(10, 15)]

    def answer(params: Mapping[str, str]) -> Answer:
        return listed("contacts", hidden if params["view"] == "hidden" else rows.SUPPLIERS, params)

    got = pull(studio(page_size=2, contacts=answer), "suppliers")
    assert (got.pages, len(got.records)) == (4, 7)


def test_bills_and_those_below_zero_which_are_credit_notes() -> None:
    found = by_id(pull(studio(page_size=2), "bills").records)
    assert found["bills/1"] == books.Bill(
        external_id="bills/1",
        issued_on=date(2026, 3, 1),
        due_on=date(2026, 3, 31),
        currency="GBP",
        rate=Decimal(1),
        status=BillStatus.PAID,
        net=Decimal(100),
        tax=Decimal(20),
        total=Decimal(120),
        amount_due=Decimal(0),
        supplier_id="contacts/2",
        number="R-1",
        lines=(
            books.BillLine(
                net=Decimal(50), tax=Decimal(10), account_id="101", description="Things", quantity=Decimal("2.5")
            ),
            books.BillLine(net=Decimal(50), tax=Decimal(10), account_id="602-1", quantity=Decimal(1)),
        ),
    )
    assert found["bills/3"] == books.CreditNote(
        external_id="bills/3",
        issued_on=date(2026, 4, 11),
        currency="GBP",
        rate=Decimal(1),
        total=Decimal(48),
        supplier_id="contacts/2",
        number="CN-3",
    )
    dollars = found["bills/2"]
    assert (dollars.status, dollars.rate, dollars.amount_due) == (BillStatus.PARTIALLY_PAID, Decimal("0.8"), 150)
    assert found["bills/4"].status is BillStatus.OPEN
    assert (found["bills/5"].status, found["bills/5"].number, found["bills/5"].total) == (BillStatus.PAID, None, 0)


def test_taxes_of_a_second_kind_are_taxes_and_missing_fields_are_nothing() -> None:
    twice = rows.bill(1, 2, "2026-03-01", "115.0", "Open", tax="5.0", second_sales_tax_value="-10.0")
    bare = {key: twice[key] for key in ("url", "contact", "dated_on", "currency", "status", "total_value", "due_value")}
    (bill, other), aside = only("bills", twice, bare)
    assert ((bill.net, bill.tax, bill.total), aside) == ((100, 15, 115), [])
    assert (other.net, other.tax, other.due_on, other.rate, other.lines) == (115, 0, None, None, ())


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"status": "Lost"}, "a field cannot be read"),
        ({"total_value": "1.00001"}, "more than four decimals"),
        ({"total_value": None}, "a field cannot be read"),
        ({"dated_on": "31/03/2026"}, "a field cannot be read"),
        ({"contact": "2"}, "a field cannot be read"),
        ({"contact": ""}, "a field cannot be read"),
        ({"exchange_rate": "-1"}, "a field cannot be read"),
        ({"bill_items": [None]}, "a field cannot be read"),
        ({"bill_items": [{"category": at("categories/101")}]}, "the field total_value is missing"),
    ],
)
def test_a_bill_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(change: Row, why: str) -> None:
    found, (aside,) = only("bills", {**rows.BILLS[0], **change}, rows.BILLS[1])
    assert [one.external_id for one in found] == ["bills/2"]
    assert (aside.kind, aside.external_id) == ("bills", at("bills/1"))
    assert why in aside.reason


def test_what_banks_paid_out_is_payments_where_it_was_for_a_bill_and_else_expenses() -> None:
    found = by_id(pull(studio(), "bill_payments").records)
    numbered = {int(key.rpartition("/")[2]): one for key, one in found.items()}
    assert sorted(numbered) == [1, 4, 5, 8, 9, 10], "and no transfers, nothing to a user, nothing back to a customer"
    assert numbered[1] == books.BillPayment(
        external_id="bank_transaction_explanations/1",
        paid_on=date(2026, 4, 7),
        currency="GBP",
        rate=Decimal(1),
        total=Decimal(100),
        supplier_id="contacts/2",
        account_id="bank_accounts/1",
        stated_method=PaymentMethod.CHEQUE,
        note="Line 1",
        allocations=(books.Allocation(bill_id="bills/1", amount=Decimal(100)),),
    )
    assert numbered[4] == books.Expense(
        external_id="bank_transaction_explanations/4",
        spent_on=date(2026, 4, 10),
        currency="GBP",
        total=Decimal(24),
        account_id="bank_accounts/1",
        note="Line 4",
        lines=(books.ExpenseLine(net=Decimal(20), tax=Decimal(4), account_id="285", description="Line 4"),),
    )
    assert numbered[5].status is EntryStatus.DRAFT, "it was guessed"
    assert (numbered[8].account_id, numbered[8].stated_method) == ("bank_accounts/2", None)
    dollars = numbered[10]
    assert (dollars.currency, dollars.total, dollars.rate) == ("USD", 100, Decimal("0.8"))


@pytest.mark.parametrize(
    ("bank", "bill", "said", "currency", "rate"),
    [
        (1, 2, {}, "GBP", None),
        (1, 2, {"foreign_currency_value": "-125.0"}, "GBP", 1),
        (3, 1, {"foreign_currency_value": "80.0"}, "USD", Decimal("0.8")),
        (3, 1, {"foreign_currency_value": ""}, "USD", None),
    ],
)
def test_a_bill_in_another_currency_than_the_bank(
    bank: int, bill: int, said: Row, currency: str, rate: Decimal | None
) -> None:
    row = rows.explained(1, bank, "2026-04-07", "-100.0", paid_bill=at(f"bills/{bill}"), **said)
    (payment,), aside = paid_out(row)
    assert aside == []
    assert (payment.currency, payment.total, payment.rate) == (currency, 100, rate)


def test_a_payment_whose_rate_is_beyond_all_numbers_is_set_aside_and_the_rest_goes_on() -> None:
    odd = rows.explained(1, 3, "2026-04-07", "-100.0", paid_bill=at("bills/1"), foreign_currency_value="80.0")
    (payment,), (aside,) = paid_out(
        odd,
        rows.explained(2, 3, "2026-04-07", "-7.0", paid_bill=at("bills/2")),
        bills__1={"bill": {**rows.BILLS[0], "exchange_rate": "1e999999"}},
        bills__2={"bill": rows.BILLS[1]},
        bills=Answer('{"bills": []}'),
    )
    assert (payment.total, aside.external_id) == (7, odd["url"])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"gross_value": "much"}, "a field cannot be read"),
        ({"gross_value": None}, "a field cannot be read"),
        ({"dated_on": None}, "a field cannot be read"),
        ({"url": "1"}, "a field cannot be read"),
        ({"sales_tax_value": []}, "a field cannot be read"),
        ({"transfer_bank_account": {"odd": True}, "gross_value": "x"}, "a field cannot be read"),
    ],
)
def test_an_explanation_that_cannot_be_read_is_set_aside(change: Row, why: str) -> None:
    found, aside = paid_out(
        {**rows.EXPLANATIONS[3], **change}, {**rows.EXPLANATIONS[0], "gross_value": []}, rows.EXPLANATIONS[8]
    )
    assert [one.external_id for one in found] == ["bank_transaction_explanations/9"]
    assert [(one.kind, one.reason) for one in aside] == [("bill_payments", why)] * 2
    assert paid_out(None)[1] == [books.SetAside("bill_payments", None, "a field cannot be read")] * 3


@pytest.mark.parametrize("answer", [[], {}, {"bill": None}, {"bill": {"contact": None}}])
def test_a_payment_of_a_bill_that_says_nothing_is_set_aside(answer: Any) -> None:
    found, aside = paid_out(rows.EXPLANATIONS[0], bills__1=answer)
    assert (found, [one.external_id for one in aside]) == ([], [at("bank_transaction_explanations/1")])


def failing(status: int) -> Callable[[Any], Any]:
    def answer(_: Any) -> Any:
        raise StatusError("api.freeagent.com", status=status)

    return answer


def test_a_bill_that_is_gone_meanwhile_takes_its_payment_with_it() -> None:
    assert paid_out(rows.EXPLANATIONS[0], bills__1=failing(404)) == ([], [])
    with pytest.raises(StatusError):
        paid_out(rows.EXPLANATIONS[0], bills__1=failing(500))


def test_a_bank_without_address_or_currency_pays_nothing_and_one_gone_meanwhile_ends_it() -> None:
    banks = [{"url": at("bank_accounts/9")}, None, rows.bank(1, "Tide")]
    session = studio(bank_accounts={"bank_accounts": banks})
    assert len(pull(session, "bill_payments").records) == 3
    gone = Asked(tenant_id="12345", cursor=f"GBP {at('bank_accounts/7')}", period=PERIOD)
    assert ADAPTER.pull(session, "bill_payments", gone).next_cursor is None
    nothing = ADAPTER.pull(
        studio(bank_accounts={"bank_accounts": []}), "bill_payments", Asked(tenant_id="1", period=PERIOD)
    )
    assert (nothing.records, nothing.next_cursor) == ((), None)


def test_what_somebody_paid_out_of_pocket_and_nothing_they_gave_back() -> None:
    (night, miles) = pull(studio(), "expenses").records
    assert night == books.Expense(
        external_id="expenses/1",
        spent_on=date(2026, 6, 1),
        currency="USD",
        rate=Decimal("0.78"),
        total=Decimal(10),
        note="A night in Boston",
        lines=(books.ExpenseLine(net=Decimal(10), tax=Decimal(0), account_id="285", description="A night in Boston"),),
    )
    assert (miles.total, miles.lines[0].account_id) == (45, None)


def test_a_claim_without_its_worth_at_home_and_one_that_cannot_be_read() -> None:
    bare = {key: rows.CLAIMS[0][key] for key in ("url", "dated_on", "currency", "gross_value")}
    odd = {**rows.CLAIMS[0], "native_gross_value": "x"}
    (claim,), aside = only("expenses", bare, odd, {**odd, "gross_value": "0.0"})
    assert (claim.rate, claim.lines[0].account_id, claim.note) == (None, None, None)
    assert [one.kind for one in aside] == ["expenses"]


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ("company", "company"),
        ("accounts", "categories"),
        ("accounts", "bank_accounts"),
        ("suppliers", "contacts"),
        ("bills", "bills"),
        ("bill_payments", "bank_accounts"),
        ("bill_payments", "bank_transaction_explanations"),
        ("expenses", "expenses"),
        ("profit_and_loss", "accounting__trial_balance__summary"),
        ("profit_and_loss", "accounting__profit_and_loss__summary"),
        ("balance_sheet", "accounting__balance_sheet"),
    ],
)
@pytest.mark.parametrize("body", [[], {}, {"bills": None}, "<html>Sorry</html>", json.dumps("no")])
def test_an_answer_of_another_shape_is_no_page(part: str, path: str, body: Any) -> None:
    with pytest.raises(BadAnswer):
        pull(studio(**{path: body}), part)


def test_pages_that_lead_in_a_circle_end() -> None:
    around = f"<{API}/bank_accounts?page=1>; rel='next'"
    session = studio(bank_accounts=Answer('{"bank_accounts": []}', headers={"link": around}))
    with pytest.raises(BadAnswer):
        pull(session, "accounts")
