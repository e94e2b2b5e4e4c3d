"""The pages of both reports, in a real browser, held to everything: axe, reflow, zoom, spacing, targets, outline."""

from datetime import date
from decimal import Decimal

from linkflow.domain.books import Account, AccountClass, Record, Statement, StatementLine, Supplier
from linkflow.domain.requests import SyncState
from linkflow.store import books, syncs
from linkflow.web.portal.financial_paths import account_key
from tests.e2e.outlines import assert_told_at_the_top
from tests.made_reports import make_reports
from tests.spend_rows import bill, expense, payment
from tests.web.office import BASE, BOTH, Office, on_sqlite
from tests.web.portal.test_pages_at_a_window import WHEN_THE_BOOKS_WERE_READ
from tests.web.windows import Check, Window, press

pytestmark = on_sqlite
CHART = (
    ("sales", "Sales of goods", AccountClass.INCOME, "1200.00"),
    ("rent", "Rent", AccountClass.EXPENSE, "300.00"),
    ("bank", "Cash at bank", AccountClass.ASSET, "900.00"),
    ("other", "Sundry", AccountClass.EQUITY, "900.00"),
)


def test_the_spend_analysis_and_the_rows_behind_it(office: Office, window: Window, check: Check) -> None:
    company, _ = read(office)
    page = window(office.user())
    page.goto(f"{BASE}/portal/companies/{company}/spend")
    check(page, "spend")
    page.goto(f"{BASE}/portal/companies/{company}/spend?from=2025-13&threshold=lots")
    check(page, "spend refused")
    assert_told_at_the_top(page)
    page.goto(f"{BASE}/portal/companies/{company}/spend/bills")
    check(page, "spend-rows")


def test_the_financials_and_where_accounts_belong(office: Office, window: Window, check: Check) -> None:
    company, entity = read(office)
    page, path = window(office.user()), f"{BASE}/portal/companies/{company}/entities/{entity}"
    for state, look in (
        ("financials", "financials"),
        ("financials printed", "financials?by=statement"),
        ("financial-category", "financials/categories/expense"),
        ("financial-account", f"financials/accounts/{account_key('rent')}"),
        ("financial-ratio", "financials/ratios/debtor-days"),
        ("categories", "categories"),
    ):
        page.goto(f"{path}/{look}")
        check(page, state)
    press(page, "Apply")
    check(page, "categories refused")
    assert_told_at_the_top(page)


def read(office: Office) -> tuple[str, str]:
    """The ids of a company and its entity whose books were read; its reports are made."""
    office.clock.time = WHEN_THE_BOOKS_WERE_READ
    asked = office.ask(BOTH)
    office.connected(asked)
    (found,) = office.values("SELECT company_id || ' ' || entity_id || ' ' || id FROM connections")
    company, entity, connection = found.split()
    (sync,) = office.values("SELECT id FROM syncs")
    records: tuple[Record, ...] = (
        *(Account(external_id=key, name=name, account_class=kind) for key, name, kind, _ in CHART),
        *(line(place, *row) for place, row in enumerate(CHART)),
        Supplier(external_id="s1", name="Paper Ltd"),
        bill("b1", "1000.00", due="600.00"),
        payment("b1", "400.00", day=20),
        expense("99.95", method="cash"),
    )
    with office.ctx.database.transaction() as tx:
        syncs.start(tx, sync, at=office.ctx.now())
        assert books.keep(tx, records, connection_id=connection, sync_id=sync).set_aside == ()
        syncs.finish(tx, sync, SyncState.DONE, at=office.ctx.now())
    make_reports(office.ctx, connection)
    return company, entity


def line(place: int, key: str, name: str, kind: AccountClass, amount: str) -> StatementLine:
    is_result = kind in (AccountClass.INCOME, AccountClass.EXPENSE)
    return StatementLine(
        external_id=key,
        statement=Statement.PROFIT_AND_LOSS if is_result else Statement.BALANCE_SHEET,
        period_end=date(2025, 10, 31),
        label=name,
        amount=Decimal(amount),
        section=(kind.value.capitalize(),),
        account_id=key,
        position=place,
    )
