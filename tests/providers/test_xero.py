"""The adapter for Xero: the exact requests, what its lists become, and what is set aside."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain import books
from linkflow.domain.books import BillStatus, EntryStatus, PaymentMethod
from linkflow.domain.errors import TenantGone
from linkflow.domain.ports import Asked
from linkflow.domain.requests import DataType
from linkflow.outbound.errors import BadAnswer, StatusError
from tests.providers import xero_rows as rows
from tests.providers.answering import PERIOD, Answering, Request, pulled
from tests.providers.xero_answers import abra, listed
from tests.providers.xero_rows import ROOT, TENANT, Params, uuid

ADAPTER = providers.load("xero")
OURS = {"xero-tenant-id": TENANT}
BOTH = frozenset(DataType)
LISTS = ("suppliers", "bills", "credit_notes", "bill_payments", "expenses")


def pull(session: Answering, part: str, **asked: Any) -> tuple[list[Any], list[books.SetAside]]:
    found = pulled(ADAPTER, session, part, tenant_id=TENANT, **asked)
    return found.records, found.aside


def only(part: str, name: str, *found: Any) -> tuple[list[Any], list[books.SetAside]]:
    """What becomes of these rows of one list."""
    return pull(abra(**{name: partial(listed, name, found)}), part)


def by_id(records: list[Any]) -> dict[str, Any]:
    return {record.external_id: record for record in records}


def test_the_organisations_just_chosen_are_offered_and_no_practice_or_earlier_one() -> None:
    session = abra()
    (tenant,) = ADAPTER.tenants(session)
    assert (tenant.id, tenant.names) == (TENANT, ("Abra Kebabra", "ABRA KEBABRA LIMITED"))
    assert (tenant.country, tenant.currency) == ("GB", "GBP")
    assert session.sent == [
        Request("connections", {"authEventId": rows.EVENT}, {}),
        Request(f"{ROOT}/Organisation", {}, OURS),
    ]


@pytest.mark.parametrize("claims", [{}, {"authentication_event_id": uuid(1)}], ids=["no such claim", "an odd one"])
def test_where_nobody_says_what_was_chosen_every_connected_organisation_is_offered(claims: dict[str, str]) -> None:
    session = abra()
    session.claims = claims
    assert [tenant.id for tenant in ADAPTER.tenants(session)] == [TENANT, rows.CODFATHER]
    assert session.sent[len(claims)] == Request("connections", {}, {})


@pytest.mark.parametrize("status", [403, 500])
def test_an_organisation_that_is_closed_to_us_is_offered_by_its_name_alone(status: int) -> None:
    def closed(_: rows.Params) -> Any:
        raise StatusError("api.xero.com", status=status)

    if status == 403:
        (tenant,) = ADAPTER.tenants(abra(Organisation=closed))
        assert (tenant.name, tenant.legal_name, tenant.country) == ("Abra Kebabra", None, None)
    else:
        with pytest.raises(StatusError):
            ADAPTER.tenants(abra(Organisation=closed))


def test_nobody_connected_anything() -> None:
    assert ADAPTER.tenants(Answering(lambda *_: [])) == ()


@pytest.mark.parametrize("still_there", [True, False])
def test_a_company_disconnected_at_xero_is_told_from_one_whose_books_may_not_be_seen(still_there: bool) -> None:
    def closed(_: rows.Params) -> Any:
        raise StatusError("api.xero.com", status=403)

    session = abra(Invoices=closed)
    with pytest.raises(StatusError if still_there else TenantGone):
        pulled(ADAPTER, session, "bills", tenant_id=TENANT if still_there else uuid(999))
    assert session.sent[-1].params == {}, "all that are connected, whenever they were"


def test_only_what_is_consented_is_pulled() -> None:
    spend = ADAPTER.parts(frozenset({DataType.SPEND_ANALYSIS}))
    financials = ADAPTER.parts(frozenset({DataType.FINANCIALS}))
    assert spend == ("company", "accounts", *LISTS)
    assert financials == ("company", "accounts", "profit_and_loss", "balance_sheet")
    assert ADAPTER.parts(BOTH) == (*financials, *LISTS)


def test_lists_are_asked_for_page_by_page_in_the_order_of_ids_with_nobodys_rows_but_the_companys() -> None:
    session = abra(page_size=5)
    for part in LISTS:
        pull(session, part)

    def wanted(name: str, page: int, key: str, **more: str) -> Request:
        numbered = {"page": str(page), "pageSize": "5", "order": f"{key} ASC"}
        return Request(f"{ROOT}/{name}", {**numbered, **more}, OURS)

    suppliers = {"where": "IsSupplier==true OR IsCustomer==false", "includeArchived": "true"}
    since = "Date>=DateTime(2024, 11, 01)"
    bills = {"where": f'Type=="ACCPAY" AND {since}', "unitdp": "4"}
    assert session.sent == [
        wanted("Contacts", 1, "ContactID", **suppliers),
        Request(f"{ROOT}/Organisation", {}, OURS),
        wanted("Invoices", 1, "InvoiceID", **bills),
        wanted("Invoices", 2, "InvoiceID", **bills),
        wanted("CreditNotes", 1, "CreditNoteID", where=f'Type=="ACCPAYCREDIT" AND {since}', unitdp="4"),
        wanted("Payments", 1, "PaymentID", where=f'PaymentType=="ACCPAYPAYMENT" AND {since}'),
        Request(f"{ROOT}/Accounts", {"where": 'Type=="BANK"'}, OURS),
        wanted("Prepayments", 1, "PrepaymentID", where=since, unitdp="4"),
        wanted("Overpayments", 1, "OverpaymentID", where=since, unitdp="4"),
        wanted("BankTransactions", 1, "BankTransactionID", where=f'Type=="SPEND" AND {since}', unitdp="4"),
    ]


def test_what_changed_since_is_asked_for_by_a_header_and_of_every_list_that_is_said_to_know_it() -> None:
    session, since = abra(), datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    for part in sorted(ADAPTER.INCREMENTAL):
        pull(session, part, since=since)
    looked_up = {f"{ROOT}/Organisation"}
    told = [one for one in session.sent if one.headers.get("If-Modified-Since") == "2026-11-22T09:30:00Z"]
    assert {"accounts", *LISTS} == ADAPTER.INCREMENTAL
    assert {one.url for one in session.sent} - {one.url for one in told} == looked_up
    assert [one.params for one in session.sent if one not in told] == [{"where": 'Type=="BANK"'}, {}]


def test_a_page_says_where_it_goes_on_and_how_many_rows_there_are() -> None:
    session = abra(page_size=3)
    page = ADAPTER.pull(session, "bills", Asked(tenant_id=TENANT, cursor="Invoices/2", period=PERIOD))
    assert (len(page.records), page.next_cursor, page.total) == (3, "Invoices/3", 8)
    beyond = ADAPTER.pull(session, "bills", Asked(tenant_id=TENANT, cursor="Invoices/9", period=PERIOD))
    assert (beyond.records, beyond.next_cursor) == ((), None)
    of_three = ADAPTER.pull(session, "bill_payments", Asked(tenant_id=TENANT, period=PERIOD))
    assert (of_three.next_cursor, of_three.total) == ("Payments/2", None)


def test_without_numbers_of_pages_a_short_page_is_the_last() -> None:
    def untold(params: Params) -> dict[str, Any]:
        return {"Invoices": listed("Invoices", rows.BILLS, params)["Invoices"]}

    session = abra(page_size=4, Invoices=untold)
    assert len(pull(session, "bills")[0]) == 8
    assert [one.params["page"] for one in session.sent] == ["1", "2", "3"]


def test_the_company_arrives_with_what_is_known_of_it() -> None:
    ((company,), _) = pull(abra(), "company")
    assert company == books.Company(
        external_id=uuid(80),
        name="Abra Kebabra",
        base_currency="GBP",
        legal_name="ABRA KEBABRA LIMITED",
        registration_number="01234567",
        tax_number="GB 123 4567 89",
        country="GB",
        addresses=("1 High Street\nLeeds\nLS1 1AA",),
        phones=("44 113 496 0000",),
        web_links=("https://abra.example",),
        year_end="03-31",
    )


def test_a_company_that_says_little_goes_by_its_name() -> None:
    little = {name: rows.ORGANISATION[name] for name in ("OrganisationID", "Name", "BaseCurrency")}
    ((company,), aside) = pull(abra(Organisation={"Organisations": [little]}), "company")
    assert (company.legal_name, company.year_end, company.phones, aside) == ("Abra Kebabra", None, (), [])


def test_accounts_have_their_class_and_what_xero_calls_them() -> None:
    records, aside = pull(abra(), "accounts")
    found = by_id(records)
    assert (len(found), aside) == (len(rows.ACCOUNTS), [])
    bank, card, wallet = found[rows.BANK], found[rows.CARD], found[rows.WALLET]
    assert [(one.is_bank, one.is_card, one.software_subtype) for one in (bank, card, wallet)] == [
        (True, False, "BANK"),
        (True, True, "CREDITCARD"),
        (True, False, "PAYPAL"),
    ]
    assert (bank.code, bank.currency) == (None, "GBP")
    assert found[rows.SALES].account_class is books.AccountClass.INCOME
    assert (found[rows.VAT].active, found[rows.VAT].software_type, found[rows.VAT].software_subtype) == (
        False,
        "CURRLIAB",
        "GST",
    )


def test_an_account_of_a_class_nobody_knows_is_set_aside() -> None:
    odd = {**rows.ACCOUNTS[0], "Class": "MYSTERY"}
    records, aside = pull(abra(Accounts={"Accounts": [odd, rows.ACCOUNTS[1]]}), "accounts")
    assert [record.external_id for record in records] == [rows.PURCHASES]
    assert [(one.kind, one.external_id, one.reason) for one in aside] == [
        ("accounts", rows.SALES, "a field cannot be read")
    ]


def test_suppliers_have_their_own_terms_or_the_companys_and_customers_are_left_out() -> None:
    found = by_id(pull(abra(), "suppliers")[0])
    assert {key: one.terms for key, one in found.items()} == {
        rows.FLOUR: "14 days after the end of the bill's month",
        rows.OVEN: "30 days after the bill",
        rows.CAFE: "30 days after the bill",
        rows.MILL: "day 20 of the month after the bill",
    }
    flour = found[rows.FLOUR]
    assert (flour.contact_name, flour.email, flour.phone) == ("Millie Mill", "mill@flour.example", "555 0101")
    assert (flour.tax_number, flour.registration_number) == ("GB 9", "7654321")
    assert flour.addresses == ("PO Box 7\nHull\nHumberside",)
    assert (flour.active, found[rows.MILL].active) == (True, False)


def test_no_terms_are_made_up() -> None:
    without = {**rows.ORGANISATION, "PaymentTerms": {}}
    found = by_id(pull(abra(Organisation={"Organisations": [without]}), "suppliers")[0])
    assert found[rows.OVEN].terms is None


def test_every_bill_arrives_with_its_status_and_void_ones_are_kept_as_void() -> None:
    records, aside = pull(abra(), "bills")
    assert aside == []
    assert {one.external_id: one.status for one in records} == {
        uuid(30): BillStatus.PAID,
        uuid(31): BillStatus.PARTIALLY_PAID,
        uuid(32): BillStatus.OPEN,
        uuid(33): BillStatus.VOID,
        uuid(34): BillStatus.VOID,
        uuid(35): BillStatus.DRAFT,
        uuid(36): BillStatus.DRAFT,
        uuid(37): BillStatus.PAID,
    }
    first = records[0]
    assert (first.net, first.tax, first.total, first.amount_due) == (1000, 200, 1200, 0)
    assert (first.issued_on, first.due_on) == (date(2026, 2, 1), date(2026, 3, 3))
    assert (first.number, first.supplier_id, by_id(records)[uuid(35)].due_on) == ("F-30", rows.FLOUR, None)


def test_a_foreign_bill_has_the_rate_turned_round_and_its_own_amounts() -> None:
    bill = by_id(pull(abra(), "bills")[0])[uuid(31)]
    assert (bill.currency, bill.total, bill.amount_due, bill.rate) == ("USD", 250, 150, Decimal("0.8"))


def test_lines_that_include_their_tax_are_told_net_of_it_and_lines_of_text_are_kept() -> None:
    bill = by_id(pull(abra(), "bills")[0])[uuid(32)]
    assert (bill.number, bill.net, bill.tax) == (None, 50, 10)
    assert [(one.net, one.tax, one.account_id, one.description) for one in bill.lines] == [
        (50, 10, rows.RENT, "Goods"),
        (0, 0, None, "With thanks"),
    ]
    assert (bill.lines[0].quantity, bill.lines[0].unit_price) == (2, 30)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Total": "10.00001"}, "more than four decimals"),
        ({"Total": None}, "cannot be read"),
        ({"Date": "/Date(soon)/"}, "cannot be read"),
        ({"Date": "/Date(9999999999999999)/"}, "cannot be read"),
        ({"Status": "EATEN"}, "cannot be read"),
        ({"CurrencyRate": -1}, "cannot be read"),
        ({"LineItems": "none"}, "cannot be read"),
        ({"LineItems": [None]}, "cannot be read"),
        ({"Contact": "Flour Ltd"}, "cannot be read"),
        ({"Type": ["ACCPAY"]}, "cannot be read"),
    ],
)
def test_a_bill_that_cannot_be_read_is_set_aside_and_the_rest_goes_on(change: dict[str, Any], reason: str) -> None:
    records, aside = only("bills", "Invoices", rows.BILLS[0], {**rows.BILLS[1], **change}, rows.BILLS[2])
    assert [record.external_id for record in records] == [uuid(30), uuid(32)]
    assert [(one.kind, one.external_id) for one in aside] == [("bills", uuid(31))]
    assert reason in aside[0].reason


def test_rows_without_shape_or_id_are_set_aside_too() -> None:
    unnamed = {name: value for name, value in rows.BILLS[0].items() if name != "InvoiceID"}
    _, aside = only("bills", "Invoices", None, "x", unnamed)
    assert [(one.external_id, one.reason) for one in aside] == [
        (None, "a field cannot be read"),
        (None, "a field cannot be read"),
        (None, "the field InvoiceID is missing"),
    ]


def test_what_is_no_bill_or_credit_of_a_supplier_is_no_part_of_these_books() -> None:
    sale = {**rows.BILLS[0], "Type": "ACCREC"}
    assert only("bills", "Invoices", sale) == ([], [])
    notes = pull(abra(), "credit_notes")[0]
    assert [(one.external_id, one.status, one.total, one.number) for one in notes] == [
        (uuid(50), EntryStatus.POSTED, 48, "CN-1"),
        (uuid(51), EntryStatus.DRAFT, 7, None),
    ]
    assert notes[0].allocations == (books.Allocation(bill_id=uuid(32), amount=Decimal(10)),)


def test_payments_name_the_account_and_a_batch_out_of_a_bank_is_a_transfer() -> None:
    found = by_id(pull(abra(), "bill_payments")[0])
    batch, card, foreign, deleted = (found[uuid(number)] for number in (40, 41, 42, 43))
    assert (batch.stated_method, batch.account_id, batch.note) == (
        PaymentMethod.BANK_TRANSFER,
        rows.BANK,
        "March run",
    )
    assert (card.stated_method, card.account_id) == (None, rows.CARD), "a card is no bank, batch or not"
    assert (foreign.currency, foreign.rate, foreign.note) == ("USD", Decimal("0.8"), "Oven, first part")
    assert (deleted.status, batch.status) == (EntryStatus.VOID, EntryStatus.POSTED)
    assert batch.paid_on == date(2026, 3, 10)
    assert batch.allocations == (books.Allocation(bill_id=uuid(30), amount=Decimal(1000)),)
    assert uuid(44) not in found, "what a customer paid"


def test_no_bank_is_looked_up_where_nothing_was_paid_in_a_batch() -> None:
    session = abra(Payments=partial(listed, "Payments", rows.PAYMENTS[2:]))
    pull(session, "bill_payments")
    assert f"{ROOT}/Accounts" not in {one.url for one in session.sent}


def test_what_was_paid_ahead_or_too_much_is_a_payment_of_the_bills_it_was_used_for() -> None:
    found = by_id(pull(abra(), "bill_payments")[0])
    ahead, over = found[uuid(45)], found[uuid(47)]
    assert (ahead.total, ahead.paid_on, ahead.note) == (36, date(2026, 8, 15), "Bank transfer")
    assert ahead.allocations == (books.Allocation(bill_id=uuid(37), amount=Decimal(36)),)
    assert (over.status, over.allocations) == (EntryStatus.VOID, ())
    assert uuid(46) not in found, "what a customer paid ahead"


def test_money_spent_from_a_bank_is_an_expense_with_who_got_it() -> None:
    records, aside = pull(abra(), "expenses")
    lunch, foreign, deleted = records
    assert (lunch.total, lunch.contact_name, lunch.supplier_id) == (15, "Corner Café", rows.CAFE)
    assert (lunch.account_id, lunch.note, lunch.spent_on) == (rows.CARD, "Lunch", date(2026, 6, 5))
    assert [(one.net, one.tax, one.account_id) for one in lunch.lines] == [
        (Decimal("12.5"), Decimal("2.5"), rows.PURCHASES)
    ]
    assert (foreign.currency, foreign.rate) == ("USD", 1 / Decimal("1.28"))
    assert (deleted.status, aside) == (EntryStatus.VOID, [])


@pytest.mark.parametrize("part", ADAPTER.parts(BOTH))
@pytest.mark.parametrize("body", [[], {}, None, {"Invoices": {}}, "<html>Sign in</html>"], ids=repr)
def test_an_answer_that_is_no_page_is_a_bad_answer(part: str, body: Any) -> None:
    session = Answering(lambda *_: body)
    with pytest.raises(BadAnswer):
        pull(session, part)
    if body != []:
        with pytest.raises(BadAnswer):
            ADAPTER.tenants(session)


@pytest.mark.parametrize("part", LISTS)
def test_a_company_without_any_rows_has_none(part: str) -> None:
    names = ("Contacts", "Invoices", "CreditNotes", "Payments", "Prepayments", "Overpayments", "BankTransactions")
    assert pull(abra(**{name: partial(listed, name, []) for name in names}), part) == ([], [])
