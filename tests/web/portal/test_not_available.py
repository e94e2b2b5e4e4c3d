"""What the software cannot give: told as such on both reports and on the company's page, never as zero."""

import re
from dataclasses import replace

import pytest

from linkflow.domain.books import BillPayment, Expense, Statement, StatementLine
from linkflow.domain.requests import DataType
from linkflow.domain.software import Missing
from linkflow.services.taking_reports import take_json
from linkflow.services.workbooks import Figures
from tests.config_factories import make_catalogue, make_software
from tests.jobs.rig import Rows, add_rows
from tests.made_reports import make_reports
from tests.spend_rows import payment
from tests.web.portal.desk import Desk, main_text
from tests.web.portal.test_company_page import pulled
from tests.web.portal.test_report_cards import books_of_a_year, headlines, look, spend_of_a_year

MISSING = (
    *(Missing.AMOUNT_DUE, Missing.EXPENSES, Missing.PAYMENT_METHODS, Missing.BALANCE_SHEET),
    Missing.BILL_PAYMENTS,
)
SOFTWARE = "Not available from Sandbox Books"


@pytest.fixture
def poor(desk: Desk) -> Rows:
    """Books read from a product that gives neither balance sheet, amounts due, payments nor expenses."""
    object.__setattr__(desk.ctx, "catalogue", make_catalogue(make_software(not_available=MISSING)))
    rows = add_rows(desk.ctx)
    kept = [one for one in spend_of_a_year() if one.record not in ("expense", "bill_payment")]
    given = [one for one in books_of_a_year() if not _is_balance(one)]
    pulled(desk, rows, records=[*given, *kept])
    make_reports(desk.ctx, rows.connection_id)
    return rows


def _is_balance(record: object) -> bool:
    return isinstance(record, StatementLine) and record.statement is Statement.BALANCE_SHEET


def test_the_cards_say_so_in_place_of_figures(desk: Desk, poor: Rows) -> None:
    page = look(desk, poor)
    financial, spend = headlines(page, "Financial statements"), headlines(page, "Spend analysis")
    assert SOFTWARE in financial["Cash"]
    assert "11,400" in financial["Revenue after discounts and returns"]
    assert all(SOFTWARE in spend[name] for name in ("Outstanding of these bills", "All open bills", "Paid late"))
    assert SOFTWARE in spend["Paid by card"]
    assert SOFTWARE not in spend["Total spend"]


def test_the_spend_analysis_says_so_in_its_headlines_tables_and_notes(desk: Desk, poor: Rows) -> None:
    page = desk.browser("viewer").page(f"/portal/companies/{poor.company_id}/spend?from=2025-03&to=2025-12")
    words = main_text(page)
    assert "What is outstanding is not available from Sandbox Books." in words
    assert "Expenses are not available from Sandbox Books; what is spent are bills alone." in words
    assert f"All open bills {SOFTWARE}" in words
    assert f"What is outstanding, by age {SOFTWARE}." in words
    assert "of it overdue" not in words
    settling = re.search(r"Payment methods: how it was paid</caption>(.*?)</table>", page, re.DOTALL)
    assert settling
    total = settling[1].split("<tfoot>")[1]
    assert total.count("not available from Sandbox Books</span>") == 10
    assert "<data" in total, "bills have terms all the same"


def test_rows_of_bills_say_so_in_place_of_what_is_due_and_of_when_it_was_paid(desk: Desk, poor: Rows) -> None:
    at = f"/portal/companies/{poor.company_id}/spend/bills?from=2025-03&to=2025-12"
    page = desk.browser("viewer").page(at)
    rows = re.findall(r"<tr>.*?</tr>", page.split("<tbody>")[1].split("</tbody>")[0], re.DOTALL)
    assert rows
    assert all(row.count("not available from Sandbox Books</span>") == 3 for row in rows)


def test_payments_that_say_not_what_they_are_for_leave_no_method_with_nothing_spent_by_it(desk: Desk) -> None:
    object.__setattr__(desk.ctx, "catalogue", make_catalogue(make_software(not_available=(Missing.PAID_BILLS,))))
    rows = add_rows(desk.ctx)
    kept = [one for one in spend_of_a_year() if not isinstance(one, (BillPayment, Expense))]
    paid = replace(payment("b1", "400.00", day=20, method="credit_card"), supplier_id=None, allocations=())
    pulled(desk, rows, records=[*kept, paid])
    make_reports(desk.ctx, rows.connection_id)
    page = desk.browser("viewer").page(f"/portal/companies/{rows.company_id}/spend?from=2025-03&to=2025-12")
    bought = re.search(r"Payment methods: what was bought</caption>(.*?)</table>", page, re.DOTALL)
    assert bought
    lines = {re.sub(r"<[^>]+>", "", row.split("</th>")[0]).strip(): row for row in bought[1].split("<tr")[2:]}
    absent = {
        name.split(">")[-1].strip(): row.count("not available from Sandbox Books</span>") for name, row in lines.items()
    }
    assert (absent["Card"], absent["Credit card"], absent["Unknown"], absent["All"]) == (9, 9, 0, 0)
    assert "Paid by card Not available from Sandbox Books" in main_text(look(desk, rows))


def test_the_financial_statements_say_so_in_place_of_one(desk: Desk, poor: Rows) -> None:
    page = desk.browser("viewer").page(f"/portal/companies/{poor.company_id}/entities/{poor.entity_id}/financials")
    words = main_text(page)
    assert "The balance sheet is not available from Sandbox Books." in words
    assert f"Balance sheet {SOFTWARE}." in words
    assert "gave no figures" not in words


def test_json_has_no_zero_for_it(desk: Desk, poor: Rows) -> None:
    figures = Figures(kind=DataType.SPEND_ANALYSIS, entity_id=poor.entity_id)
    content = b"".join(take_json(desk.ctx, desk.account("viewer"), poor.company_id, figures).pieces).decode()
    assert '"outstanding_by_age": []' in content
    assert '"not_available": ["amount_due", "bill_payments", "expenses", "payment_methods"]' in content
