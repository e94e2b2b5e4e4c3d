"""An entity's financials at a browser: figures lead on, doubts are said, accounts are placed and placed back."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from linkflow.domain.books import (
    Account,
    AccountClass,
    Bill,
    BillLine,
    BillStatus,
    Company,
    Record,
    StatementLine,
    Supplier,
)
from linkflow.domain.ports import Job
from linkflow.domain.trial_balances import ClosingBalance, statements_from_balances
from linkflow.services import reporting
from linkflow.web.portal.financial_paths import account_key
from tests.jobs.rig import Rows, add_rows
from tests.made_reports import make_reports
from tests.spend_rows import bill
from tests.web.portal.desk import Browser, Desk, main_text, token_of
from tests.web.portal.test_company_page import pulled

# An id as some software makes them: an address of its own.
RENT = "https://books.example/accounts?id=rent&x=1"
CHART = (
    Account(external_id="sales", code="4000", name="Sales", account_class=AccountClass.INCOME),
    Account(external_id=RENT, name="Rent", account_class=AccountClass.EXPENSE),
    Account(external_id="odd", name="<b>Whatnot</b>", account_class=AccountClass.EXPENSE),
    Account(external_id="bank", name="Barclays", account_class=AccountClass.ASSET),
    Account(external_id="shares", name="Share capital", account_class=AccountClass.EQUITY),
)
# September: 100 sold, 30 rent. October: 150 sold, 30 rent, 20 for whatnot; the bank is overdrawn in November.
BALANCES = {
    8: {"bank": 100, "shares": -100},
    9: {"bank": 170, "shares": -100, "sales": -100, RENT: 30},
    10: {"bank": 270, "shares": -100, "sales": -250, RENT: 60, "odd": 20},
    11: {"bank": -10, "shares": -100, "sales": -250, RENT: 340, "odd": 20},
}
LINK = re.compile(r'href="(/portal/companies/[^"]+)"')


def statements(*, off: str = "0") -> tuple[StatementLine, ...]:
    """The shop's; `off` is what October's bank is wrong by."""
    return statements_from_balances(
        [
            ClosingBalance(key, date(2026, month, 1), amount + (Decimal(off) if (month, key) == (10, "bank") else 0))
            for month, held in BALANCES.items()
            for key, amount in ((key, Decimal(amount)) for key, amount in held.items())
        ],
        CHART,
        year_end="12-31",
    )


def rent_bill() -> Bill:
    lines = (BillLine(net=Decimal("30.00"), account_id=RENT, description="October, <i>paid</i>"),)
    return replace(bill("b1", "36.00"), number="R-10", issued_on=date(2026, 10, 3), status=BillStatus.OPEN, lines=lines)


def read(desk: Desk, *more: Record, off: str = "0") -> Rows:
    """A connection whose books were read and made into a report."""
    rows = add_rows(desk.ctx)
    company = Company(external_id="1", name="Abra Kebabra Ltd", base_currency="GBP")
    pulled(desk, rows, [company, *CHART, *statements(off=off), *more])
    make_reports(desk.ctx, rows.connection_id)
    return rows


def at(rows: Rows, page: str = "financials") -> str:
    return f"/portal/companies/{rows.company_id}/entities/{rows.entity_id}/{page}"


def row_of(page: str, label: str) -> list[str]:
    """The figures of a row, of the statements and tables below the charts."""
    page = page.partition('<section class="part"')[2] or page
    found = re.search(rf"<tr[^>]*><th[^>]*>(?:(?!</th>).)*\b{label}\b(?:(?!</th>).)*</th>(.*?)</tr>", page, re.DOTALL)
    assert found is not None, label
    return [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[1], re.DOTALL)]


def place(browser: Browser, path: str, accounts: list[str], category: str, *, once: str = "") -> str:
    """Tick, choose, apply; answers the page it ends on."""
    page = browser.page(path)
    sent = once or re.findall(r'name="once" value="([^"]+)"', page)[0]
    answer = browser.client.post(
        path,
        base_url="http://127.0.0.1:8000",
        data={"linkflow_csrf": token_of(page), "once": sent, "accounts": accounts, "category": category},
        follow_redirects=True,
    )
    return answer.text


def build(desk: Desk) -> None:
    for job, report_id in desk.jobs:
        if job is Job.BUILD_REPORT:
            reporting.build_report(desk.ctx, report_id)


def test_statements_by_category_and_as_printed_and_what_stands_beside_them(desk: Desk) -> None:
    rows, browser = read(desk), desk.browser("viewer")
    page = browser.page(at(rows))
    assert row_of(page, "Sales of goods")[-3:] == ["100", "150", "0"]
    assert row_of(page, "Gross profit")[-3:] == ["100", "150", "0"]
    assert row_of(page, "Net profit")[-3:] == ["70", "100", "−280"]
    assert row_of(page, "Overdraft")[-3:] == ["–", "–", "10"]
    assert row_of(page, "Liabilities and equity")[-3:] == ["170", "270", "0"]
    assert row_of(page, "Gross margin")[-3:] == ["100.0%", "100.0%", "n/a"]
    said = main_text(page)
    for part in (
        "1 Nov 2024 to 23 Nov 2026, in GBP",
        "Read from Sandbox Books (Abra Kebabra Ltd): 23 Nov 2026, 12:00 UTC",
        "May be read again",
        "The figures are kept for 24 months after it ends",
        "Every statement balances and adds up",
        "Profit and loss November 2026 is to date: its costs may not be booked yet.",
        "The category of 1 account is a guess",
        "(revenue after discounts and returns − cost of sales) ÷ revenue after discounts and returns",
    ):
        assert part in said
    printed = browser.page(f"{at(rows)}?by=statement")
    assert row_of(printed, "Barclays")[-3:] == ["170", "270", "−10"]
    assert row_of(printed, "Total costs")[-3:] == ["30", "50", "280"]
    assert "Overdraft" not in main_text(printed)
    assert len(row_of(page, "Rent")) == 13
    assert len(row_of(browser.page(f"{at(rows)}?months=24"), "Rent")) == 25
    opened = browser.page(f"{at(rows)}?detail=accounts")
    assert row_of(opened, "Whatnot")[-2:] == ["20", "0"]
    assert "&lt;b&gt;Whatnot" in opened
    assert "Sales of goods" not in browser.page(f"{at(rows)}?detail=groups")


def test_every_figure_leads_to_what_is_behind_it(desk: Desk) -> None:
    rows, browser = read(desk, Supplier(external_id="s1", name="Landlord"), rent_bill()), desk.browser("viewer")
    for looked in ("", "?by=statement", "?detail=accounts"):
        for path in {one.replace("&amp;", "&") for one in LINK.findall(browser.page(at(rows) + looked))}:
            assert browser.look(path).status_code == 200, path
    operating = browser.page(at(rows, "financials/categories/expense.operating"))
    assert "“rent” in its name or heading" in main_text(operating)
    assert row_of(operating, "Operating expenses")[-3:] == ["30", "50", "280"]
    account = f"{at(rows, 'financials/accounts')}/{account_key(RENT)}"
    assert account in operating
    profit = browser.page(at(rows, "financials/categories/net-profit?month=2026-10"))
    assert "Income less expenses, which stand below zero here." in main_text(profit)
    made = [row_of(profit, one)[-3:] for one in ("Sales", "Rent", "Whatnot", "Net profit")]
    assert made == [["100", "150", "0"], ["−30", "−30", "−280"], ["–", "−20", "0"], ["70", "100", "−280"]]
    gross = browser.page(at(rows, "financials/categories/gross-profit"))
    assert row_of(gross, "Gross profit")[-3:] == ["100", "150", "0"]
    assert "Rent" not in gross
    owed = browser.page(at(rows, "financials/categories/liabilities-and-equity"))
    assert row_of(owed, "Liabilities and equity")[-3:] == ["170", "270", "0"]
    shown = browser.page(at(rows))
    for result in ("net-profit", "gross-profit", "liabilities-and-equity"):
        assert f'href="{at(rows, f"financials/categories/{result}")}?month=2026-10"' in shown
    october = main_text(browser.page(f"{account}?month=2026-10"))
    assert "Rent Expenses – Operating expenses – Premises High confidence" in october
    assert "3 Oct 2026 Bill R-10 Landlord October, <i>paid</i> £30.00" in october
    assert "The books we hold have none" in main_text(browser.page(f"{account}?month=2026-09"))
    assert "booked on it in November 2026" in main_text(browser.page(f"{account}?month=nonsense"))
    ratio = browser.page(at(rows, "financials/ratios/net-margin"))
    assert (row_of(ratio, "Revenue after discounts and returns")[-3:], row_of(ratio, "Net margin")[-3:]) == (
        ["100", "150", "0"],
        ["70.0%", "66.7%", "n/a"],
    )
    for nothing in ("categories/expense.nothing", "accounts/nothing", "ratios/nothing"):
        assert browser.look(at(rows, f"financials/{nothing}")).status_code == 404


def test_the_month_that_is_pressed_is_opened_down_to_the_account(desk: Desk) -> None:
    rows, browser = read(desk, Supplier(external_id="s1", name="Landlord"), rent_bill()), desk.browser("viewer")
    category, account = "financials/categories/expense.operating", f"financials/accounts/{account_key(RENT)}"
    linked = LINK.findall(browser.page(f"{at(rows)}?months=24"))
    months = {one for one in linked if one.startswith(f"{at(rows, category)}?month=")}
    assert months == {f"{at(rows, category)}?month=2026-{month:02}&amp;months=24" for month in (9, 10, 11)}
    page = browser.page(f"{at(rows, category)}?month=2026-10")
    assert re.findall(r'<th scope="col" aria-current="true"[^>]*>(\w+)<br>', page) == ["Oct"]
    assert f'<a href="{at(rows, account)}?month=2026-10">' in page
    assert "aria-current" not in browser.page(f"{at(rows, category)}?month=nonsense").partition("<thead>")[2]


def test_a_month_that_is_not_printed_is_left_out_of_every_row_alike(desk: Desk) -> None:
    rows, browser = read(desk), desk.browser("viewer")
    months = [*["is-older"] * 12, *[""] * 12, "is-to-date"]
    pages = ("", "/categories/expense", f"/accounts/{account_key(RENT)}", "/ratios/net-margin")
    for path in pages:
        page = browser.page(f"{at(rows, f'financials{path}')}?months=24")
        tables = [one.split("<tr") for one in re.findall(r"<table>(.*?)</table>", page, re.DOTALL)]
        classes = [[class_of(cell) for cell in re.findall(r"<t[hd][^>]*>", row)[1:]] for one in tables for row in one]
        of_every_month = [one for one in classes if len(one) == 25]
        assert len(of_every_month) > 1, path
        assert all(one == months for one in of_every_month), path


def class_of(tag: str) -> str:
    return "".join(re.findall(r'class="([^"]*)"', tag))


def test_a_check_that_failed_is_seen_with_its_difference(desk: Desk) -> None:
    rows = read(desk, off="0.75")
    said = main_text(desk.browser("viewer").page(at(rows)))
    assert "1 check failed" in said
    assert "Balance sheet, Oct 2026: assets differ from liabilities and equity by £0.75." in said


def test_before_there_is_a_report_the_page_says_what_it_waits_for(desk: Desk) -> None:
    rows, browser = add_rows(desk.ctx), desk.browser("viewer")
    assert "A report is made when the books were read whole" in main_text(browser.page(at(rows)))
    pulled(desk, rows, state=None)
    assert "The books are being read" in main_text(browser.page(at(rows)))
    assert "Accounts appear when a financial report was made" in main_text(browser.page(at(rows, "categories")))
    for page in ("financials/categories/income", "financials/ratios/revenue"):
        assert browser.look(at(rows, page)).status_code == 404


def test_accounts_are_placed_several_at_once_and_the_change_is_undone_in_one_go(desk: Desk) -> None:
    rows, browser = read(desk), desk.browser("manager")
    page = place(browser, at(rows, "categories"), [RENT, "odd"], "expense.cost_of_sales.other")
    said = main_text(page)
    assert "2 accounts were given another category. The report is being made again." in said
    assert "Set by a user Suggested: Expenses – Operating expenses – Premises – Rent" in said
    assert "Rent, <b>Whatnot</b> → Expenses – Cost of sales – Other cost of sales" in said
    assert "A newer report is being made" in main_text(browser.page(at(rows)))
    build(desk)
    assert row_of(browser.page(at(rows)), "Cost of sales")[-3:] == ["30", "50", "280"]
    (undo,) = re.findall(r'action="([^"]+/undo)"', browser.page(at(rows, "categories")))
    assert "The change is undone" in main_text(browser.send(undo, on=at(rows, "categories"), follow=True).text)
    assert "undone before" in main_text(browser.send(undo, on=at(rows, "categories"), follow=True).text)
    build(desk)
    assert "Cost of sales" not in main_text(browser.page(at(rows))).replace("− cost of sales", "")
    log = main_text(desk.browser("administrator").page("/portal/audit-log"))
    assert "Accounts were given another category" in log
    assert "A change of categories was undone" in log


def test_a_form_that_cannot_be_taken_comes_back_as_it_was_sent(desk: Desk) -> None:
    rows, browser = read(desk), desk.browser("manager")
    before = desk.rows()
    page = place(browser, at(rows, "categories"), ["sales", RENT], "expense.operating.premises.rent")
    assert "That category is one of expenses, which cannot hold “Sales”. Choose another." in main_text(page)
    assert len(re.findall(r'name="accounts" value="[^"]+" checked', page)) == 2
    assert '<option value="expense.operating.premises.rent" selected>' in page
    nothing = main_text(place(browser, at(rows, "categories"), [], ""))
    assert "Tick the accounts you want to give a category. Choose a category." in nothing
    assert desk.rows() == before


def test_accounts_are_found_by_confidence_part_and_words(desk: Desk) -> None:
    rows, browser = read(desk), desk.browser("manager")

    def found(query: str) -> list[str]:
        page = browser.page(f"{at(rows, 'categories')}?{query}")
        return re.findall(r'name="accounts" value="([^"]+)"', page)

    assert found("") == ["sales", "shares", "odd", RENT.replace("&", "&amp;"), "bank"]
    assert found("confidence=low") == ["odd"]
    assert found("part=income") == found("q=4000") == ["sales"]
    assert found("part=asset&confidence=low") == []
    options = browser.page(f"{at(rows, 'categories')}?part=equity")
    assert '<option value="equity.drawings">' in options
    assert '<option value="income.revenue.goods">' not in options
    kept = place(browser, f"{at(rows, 'categories')}?part=income", ["sales"], "income.revenue.services")
    assert '<option value="income" selected>' in kept, "the same view comes back"
    assert found("confidence=corrected") == ["sales"]


def test_who_may_only_look_finds_no_form(desk: Desk) -> None:
    rows, browser = read(desk), desk.browser("viewer")
    page = browser.page(at(rows, "categories"))
    assert "Rent" in main_text(page)
    assert 'name="accounts"' not in page
    assert "Apply" not in main_text(page)
    answer = browser.post(at(rows, "categories"), accounts=RENT, category="expense.operating.premises.water")
    assert answer.status_code == 403


@pytest.mark.parametrize("page", ["financials", "categories", "financials/categories/income"])
def test_an_entity_of_another_company_is_not_found(desk: Desk, page: str) -> None:
    rows, other = read(desk), add_rows(desk.ctx)
    mixed = replace(rows, company_id=other.company_id)
    assert desk.browser("administrator").look(at(mixed, page)).status_code == 404
