"""Every page of the portal, in a real browser, held to everything: axe, reflow, zoom, spacing, targets, outline."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

from playwright.sync_api import expect

from linkflow.domain.books import Record, Statement, StatementLine, Supplier
from linkflow.domain.requests import SyncState
from linkflow.services.requesting import Asked
from linkflow.services.statuses import refresh_status
from linkflow.store import books, syncs
from linkflow.store.turns import take_turn_of
from tests.e2e.outlines import assert_told_at_the_top
from tests.made_reports import make_reports
from tests.spend_rows import bill, expense, payment
from tests.web.customer.test_reconnecting import refused
from tests.web.office import BASE, BOTH, PASSWORD, Office, on_sqlite
from tests.web.states import STATES
from tests.web.windows import Check, Window, press

pytestmark = on_sqlite
WHEN_THE_BOOKS_WERE_READ = datetime(2025, 12, 1, 12, 0, tzinfo=UTC)
SAME_PHRASE = "UPDATE requests SET phrase='amber lantern'"
CHANGED_MEANWHILE = "UPDATE companies SET name='Abra Kebabra Limited', version=version+1"


def test_from_signing_in_to_a_request(office: Office, window: Window, check: Check) -> None:
    page, user = window(), office.account()
    page.goto(f"{BASE}/portal")
    check(page, "sign-in")
    page.get_by_label("Email address").fill(user.email)
    press(page, "Sign in")
    check(page, "sign-in incomplete")
    assert_told_at_the_top(page)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    check(page, "companies none")
    page.goto(f"{BASE}/portal/requests")
    check(page, "requests none")
    page.get_by_role("link", name="Make the first request").click()
    check(page, "new-request")
    press(page, "See the email")
    check(page, "new-request refused")
    assert_told_at_the_top(page)
    page.get_by_label("Company name").fill("Abra Kebabra Ltd")
    page.get_by_label("Contact’s name").fill("Anna Abra")
    page.get_by_label("Contact’s email address").fill("anna@abra.example")
    page.get_by_role("radio", name="Both").check()
    press(page, "See the email")
    check(page, "new-request preview")
    press(page, re.compile("^Send to"))
    check(page, "request sent")
    office.write(SAME_PHRASE)
    press(page, "Show the link")
    check(page, "request link")
    page.get_by_role("link", name="Give more time").click()
    check(page, "extend-request")
    page.get_by_role("link", name="Requests", exact=True).first.click()
    check(page, "requests")
    page.get_by_label("Company, contact or request").fill("nobody")
    press(page, "Filter")
    check(page, "requests unmatched")
    page.get_by_role("link", name="Request information").click()
    check(page, "choose-company")
    page.get_by_label("Company, entity or contact").fill("nobody")
    press(page, "Search")
    check(page, "choose-company unmatched")
    page.get_by_role("link", name="Start over").click()
    page.get_by_role("link", name="Abra Kebabra Ltd").click()
    check(page, "new-request known")
    page.get_by_role("link", name="Companies", exact=True).first.click()
    check(page, "companies")
    page.get_by_label("Company, entity or contact").fill("nobody")
    press(page, "Filter")
    check(page, "companies unmatched")


def test_a_rows_menu_lies_over_the_page_and_one_is_open_at_a_time(office: Office, window: Window) -> None:
    office.ask()
    office.ask(name="The Codfather")
    page = window(office.user())
    page.goto(f"{BASE}/portal/companies")
    page.set_viewport_size({"width": 360, "height": 640})
    tall, opened = page.locator("table").bounding_box(), page.locator(":popover-open")
    for name in ("Abra Kebabra Ltd", "The Codfather"):
        menu = page.get_by_role("button", name=f"Actions for {name}")
        menu.press("Enter")
        expect(opened).to_have_count(1)
        for link in opened.get_by_role("link").all():
            expect(link).to_be_in_viewport(ratio=1)
        now = page.locator("table").bounding_box()
        assert tall
        assert now
        assert (tall["width"], tall["height"]) == (now["width"], now["height"])
    menu.press("Tab")
    expect(opened.get_by_role("link", name="Open")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opened).to_have_count(0)
    expect(menu).to_be_focused()


def test_what_was_typed_outlives_the_session(office: Office, window: Window, check: Check) -> None:
    page, user = window(office.user()), office.account()
    page.goto(f"{BASE}/portal/companies/{office.ask().company_id}")
    page.get_by_label("New note").fill("Called Anna.")
    office.write("UPDATE users SET session_epoch=session_epoch+1")
    press(page, "Keep the note")
    check(page, "signed-out")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in").click()
    opened.value.get_by_label("Email address").fill(user.email)
    opened.value.get_by_label("Password").fill(PASSWORD)
    press(opened.value, "Sign in")
    expect(opened.value.locator('main[data-page="companies"]')).to_be_visible()
    press(page, "Continue")
    expect(page.get_by_label("New note")).to_have_value("Called Anna.")
    assert office.values("SELECT text FROM notes") == []
    press(page, "Keep the note")
    expect(page.get_by_text("The note is kept.")).to_be_visible()


def test_adding_and_changing_a_company(office: Office, window: Window, check: Check) -> None:
    page, asked = window(office.user()), office.ask()
    page.goto(f"{BASE}/portal/companies/new")
    check(page, "new-company")
    press(page, "Add and request information")
    check(page, "new-company refused")
    assert_told_at_the_top(page)
    page.goto(f"{BASE}/portal/companies/{asked.company_id}/edit")
    check(page, "edit-company")
    office.write(CHANGED_MEANWHILE)
    page.get_by_label("Contact’s email address").fill("bea@abra.example")
    press(page, "Save")
    check(page, "edit-company changed-meanwhile")
    press(page, "Save")
    check(page, "company-links")


def test_the_page_of_a_company(office: Office, window: Window, check: Check) -> None:
    office.clock.time = WHEN_THE_BOOKS_WERE_READ
    asked = office.ask(BOTH)
    office.connected(asked)
    keep_books(office, asked)
    office.write(SAME_PHRASE)
    page = window(office.user())
    page.goto(f"{BASE}/portal/companies/{asked.company_id}")
    check(page, "company")


def test_the_page_of_a_company_with_several_entities(office: Office, window: Window, check: Check) -> None:
    several = STATES["several mixed"](office).asked
    office.write(SAME_PHRASE)
    page = window(office.user())
    page.goto(f"{BASE}/portal/companies/{several.company_id}")
    check(page, "company several")


def test_what_is_done_to_a_company(office: Office, window: Window, check: Check) -> None:
    asked = STATES["several mixed"](office).asked
    page = window(office.user())

    def follow(name: str) -> None:
        page.goto(f"{BASE}/portal/companies/{asked.company_id}")
        page.get_by_role("main").get_by_role("link", name=re.compile(f"^{name}")).first.click()

    follow("Disconnect")
    check(page, "end-connection")
    follow("Rename")
    check(page, "rename-entity")
    follow("Take out")
    check(page, "remove-entity")
    follow("Ask for a correction")
    check(page, "correction")
    press(page, "Ask for a correction")
    check(page, "correction refused")
    assert_told_at_the_top(page)
    page.goto(f"{BASE}/portal/requests/{asked.request_id}/withdraw")
    check(page, "withdraw-request")


def test_deciding_about_another_company(office: Office, window: Window, check: Check) -> None:
    refused(office)
    office.write(SAME_PHRASE)
    (company_id,) = office.values("SELECT id FROM companies")
    page = window(office.user())
    page.goto(f"{BASE}/portal/companies/{company_id}")
    check(page, "company to-decide")
    page.get_by_role("link", name="Approve this company").click()
    check(page, "approve-company")


def test_the_pages_of_an_administrator(office: Office, window: Window, check: Check) -> None:
    STATES["several mixed"](office)
    page = window(office.user("administrator"))
    page.goto(f"{BASE}/portal/funnel")
    check(page, "funnel")
    page.goto(f"{BASE}/portal/audit-log")
    check(page, "audit-log")
    page.goto(f"{BASE}/portal/gallery")
    check(page, "gallery")
    page.goto(f"{BASE}/portal/gallery/connected-slow")
    check(page, "gallery-page")


def keep_books(office: Office, asked: Asked) -> None:
    """Some of everything that is shown of a company's books, read just now."""
    (connection,), (sync,) = office.values("SELECT id FROM connections"), office.values("SELECT id FROM syncs")
    records: tuple[Record, ...] = (
        line(1, "Sales", "1200.00", "Income"),
        line(2, "Rent", "-300.00", "Costs"),
        line(1, "Cash at bank", "900.00", "Assets", Statement.BALANCE_SHEET),
        Supplier(external_id="s1", name="Paper Ltd"),
        bill("b1", "1000.00", due="600.00"),
        payment("b1", "400.00", day=20),
        expense("99.95", method="cash"),
    )
    with office.ctx.database.transaction() as tx:
        syncs.start(tx, sync, at=office.ctx.now())
        assert books.keep(tx, records, connection_id=connection, sync_id=sync).set_aside == ()
        syncs.finish(tx, sync, SyncState.DONE, at=office.ctx.now())
        take_turn_of(tx, "request", asked.request_id)
        refresh_status(office.ctx, tx, asked.request_id)
    make_reports(office.ctx, connection)


def line(place: int, label: str, amount: str, section: str, of: Statement = Statement.PROFIT_AND_LOSS) -> StatementLine:
    return StatementLine(
        external_id=f"{of}-{place}",
        statement=of,
        period_end=date(2025, 10, 31),
        label=label,
        amount=Decimal(amount),
        section=(section,),
        account_id=None,
        position=place,
    )
