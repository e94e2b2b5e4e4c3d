"""The figures on a company's page: a card for each report, with what it says first, how fresh it is, or why not."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from linkflow.domain.books import Account, AccountClass, Record, Statement, StatementLine, Supplier
from linkflow.domain.requests import SyncState
from linkflow.store.report_tables import spend_rows
from linkflow.web.portal.paths import financials_path, spend_path
from tests.jobs.rig import Rows, add_rows
from tests.made_reports import make_reports, start_reports
from tests.spend_rows import bill, expense, payment
from tests.web.portal.desk import Desk, main_text
from tests.web.portal.test_company_page import pulled

MONTH_ENDS = [date(2025, 11, 30), date(2025, 12, 31), *(date(2026, m, 28 if m == 2 else 30) for m in range(1, 11))]


def books_of_a_year(*, months: Sequence[date] = MONTH_ENDS) -> list[Record]:
    """Each month 1,000 of sales, 50 given back, 600 of rent; 1,500 in the bank and 80 in the till at the end."""
    chart = (
        Account(external_id="sales", name="Sales", account_class=AccountClass.INCOME),
        Account(external_id="returns", name="Sales returns", account_class=AccountClass.INCOME),
        Account(external_id="rent", name="Rent", account_class=AccountClass.EXPENSE),
        Account(external_id="bank", name="Current account", account_class=AccountClass.ASSET, is_bank=True),
        Account(external_id="till", name="Petty cash", account_class=AccountClass.ASSET),
        Account(external_id="debtors", name="Trade debtors", account_class=AccountClass.ASSET),
    )
    made = [("sales", "1000.00"), ("returns", "-50.00"), ("rent", "600.00")]
    held = [("bank", "1500.00"), ("till", "80.00"), ("debtors", "9000.00")]
    pairs = [(Statement.PROFIT_AND_LOSS, made), (Statement.BALANCE_SHEET, held)]
    names = {account.external_id: account.name for account in chart}
    lines = [
        StatementLine(
            external_id=f"{statement.value}-{month}-{account}",
            statement=statement,
            period_end=month,
            label=names[account],
            amount=Decimal(amount),
            account_id=account,
            position=place,
        )
        for statement, rows in pairs
        for month in months
        for place, (account, amount) in enumerate(rows)
    ]
    return [*chart, *lines]


def spend_of_a_year() -> list[Record]:
    return [
        Supplier(external_id="s1", name="Paper Ltd"),
        bill("b1", "1000.00", due="600.00"),
        bill("b2", "24.50", supplier="s2"),
        payment("b1", "400.00", day=20),
        expense("99.95", method="credit_card"),
    ]


def look(desk: Desk, rows: Rows, entity: str = "") -> str:
    return desk.browser("viewer").page(f"/portal/companies/{rows.company_id}{entity}")


def card(page: str, title: str) -> str:
    """One card of the page, as words."""
    found = re.search(
        rf'<article class="box report-card"(?:(?!</article>).)*>{title}</h3>.*?</article>', page, re.DOTALL
    )
    assert found, f"no card {title}"
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def headlines(page: str, title: str) -> dict[str, str]:
    part = page[page.find(f">{title}</h3>") :].partition("</article>")[0]
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", part)
    return {name: re.sub(r"<[^>]+>", "", words) for name, words in pairs}


def test_financials_say_what_the_last_twelve_full_months_came_to_and_the_cash_there_is(desk: Desk) -> None:
    rows = add_rows(desk.ctx, data_types="financials")
    pulled(desk, rows, books_of_a_year())
    make_reports(desk.ctx, rows.connection_id)
    page = look(desk, rows)
    # 12 × (1,000 − 50); 12 × (1,000 − 50 − 600); 1,500 + 80.
    found = headlines(page, "Financial statements")
    assert found == {"Revenue after discounts and returns": "£11,400", "Net profit": "£4,200", "Cash": "£1,580"}
    said = card(page, "Financial statements")
    assert "1 Nov 2025 to 31 Oct 2026, from the books read 23 Nov 2026, 12:00" in said
    assert f'href="{financials_path(rows.company_id, rows.entity_id)}"' in page
    assert "Spend analysis</h3>" not in page


def test_a_year_that_is_not_whole_has_no_sum(desk: Desk) -> None:
    rows = add_rows(desk.ctx, data_types="financials")
    pulled(desk, rows, books_of_a_year(months=MONTH_ENDS[1:]))
    make_reports(desk.ctx, rows.connection_id)
    found = headlines(look(desk, rows), "Financial statements")
    assert found == {
        "Revenue after discounts and returns": "–not available",
        "Net profit": "–not available",
        "Cash": "£1,580",
    }


def test_cash_is_what_accounts_hold_an_overdrawn_one_takes_nothing_off_it(desk: Desk) -> None:
    rows = add_rows(desk.ctx, data_types="financials")
    overdrawn = [replace(one, amount=-one.amount) if is_bank(one) else one for one in books_of_a_year()]
    pulled(desk, rows, overdrawn)
    make_reports(desk.ctx, rows.connection_id)
    assert headlines(look(desk, rows), "Financial statements")["Cash"] == "£80"


def is_bank(one: Record) -> bool:
    return isinstance(one, StatementLine) and one.account_id == "bank"


def test_spend_says_what_was_bought_from_how_many_how_it_was_paid_and_what_is_open(desk: Desk) -> None:
    desk.clock.time = desk.clock.time.replace(year=2025, month=12)
    rows = add_rows(desk.ctx, data_types="spend_analysis")
    pulled(desk, rows, spend_of_a_year())
    make_reports(desk.ctx, rows.connection_id)
    page = look(desk, rows)
    found = headlines(page, "Spend analysis")
    # 1,000.00 + 24.50 + 99.95, of it the expense by card; 600 of the first bill; the second has no payment at all.
    assert found["Total spend"] == "£1,124"
    assert found["Suppliers"] == "2"
    assert found["Paid by card"] == "8.9%"
    assert (found["Outstanding of these bills"], found["All open bills"]) == ("£600", "£600")
    assert "£600 of it overdue" in card(page, "Spend analysis")
    assert f'href="{spend_path(rows.company_id, rows.entity_id)}#age"' in page
    assert found["Paid late"] == "0.0%"
    assert "1 Dec 2024 to 30 Nov 2025" in card(page, "Spend analysis")


def test_a_page_shows_the_report_and_not_the_books(desk: Desk) -> None:
    desk.clock.time = desk.clock.time.replace(year=2025, month=12)
    rows = add_rows(desk.ctx, data_types="spend_analysis")
    pulled(desk, rows, spend_of_a_year())
    make_reports(desk.ctx, rows.connection_id)
    with desk.ctx.database.transaction() as tx:
        tx.connection.execute(spend_rows.update().values(billed=Decimal(7), expensed=Decimal(0)))
    assert headlines(look(desk, rows), "Spend analysis")["Total spend"] == "£21"


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        (None, "Books being read", "once all the books are in"),
        (SyncState.FAILED, "Not made", "could not be read to their end"),
        (SyncState.DONE, "Nothing in it", "hold nothing of it"),
    ],
)
def test_without_a_report_the_card_says_why(desk: Desk, state: SyncState | None, status: str, words: str) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows, state=state)
    page = look(desk, rows)
    for title in ("Financial statements", "Spend analysis"):
        said = card(page, title)
        assert f"{title} {status}" in said
        assert words in said
        assert ("Check again" in said) == (state is None)
    assert "Open the" not in main_text(page)


def test_a_report_that_waits_to_be_made_says_so_and_can_be_looked_for_again(desk: Desk) -> None:
    rows = add_rows(desk.ctx, data_types="financials")
    pulled(desk, rows, books_of_a_year())
    start_reports(desk.ctx, rows.connection_id)
    page = look(desk, rows)
    assert "Being made" in card(page, "Financial statements")
    assert f'<a href="/portal/companies/{rows.company_id}">Check again</a>' in page
    assert f'id="figures" aria-labelledby="figures-title" data-live="/portal/companies/{rows.company_id}"' in page


def test_the_last_report_stays_while_a_newer_one_is_made(desk: Desk) -> None:
    rows = add_rows(desk.ctx, data_types="financials")
    pulled(desk, rows, books_of_a_year())
    make_reports(desk.ctx, rows.connection_id)
    desk.clock.go_on(hours=1)
    start_reports(desk.ctx, rows.connection_id)
    said = card(look(desk, rows), "Financial statements")
    assert "Being made" in said
    assert "£11,400" in said
    assert "A newer report takes its place once it is whole." in said


def test_each_entity_has_its_own_cards_and_all_together_one_page_of_spend(desk: Desk) -> None:
    rows = add_rows(desk.ctx, data_types="spend_analysis")
    other = add_rows(desk.ctx, of=rows, tenant_id="tenant-2", data_types="spend_analysis")
    for one in (rows, other):
        pulled(desk, one, spend_of_a_year())
        make_reports(desk.ctx, one.connection_id)
    page = look(desk, rows, f"?entity={other.entity_id}")
    assert f'href="{spend_path(rows.company_id, other.entity_id)}"' in page
    assert f'href="{spend_path(rows.company_id, rows.entity_id)}"' not in page
    assert f'<a href="{spend_path(rows.company_id)}">Spend of all entities together</a>' in page


def test_one_entity_alone_has_no_page_of_all_together(desk: Desk) -> None:
    rows = add_rows(desk.ctx)
    pulled(desk, rows, spend_of_a_year())
    make_reports(desk.ctx, rows.connection_id)
    assert "all entities together" not in main_text(look(desk, rows))
