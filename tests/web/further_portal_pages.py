"""Pages of the portal that looking around does not show: after a press, on a search, with much to show."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from linkflow.domain.books import (
    Account,
    AccountClass,
    Bill,
    BillLine,
    LineKind,
    PaymentMethod,
    Record,
    Statement,
    StatementLine,
    Supplier,
)
from linkflow.domain.requests import RequestStatus
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import asking_again, asking_all, keeping
from linkflow.services.requesting import NewCompany
from linkflow.store import books
from linkflow.web.portal.financial_paths import account_key
from tests.jobs.rig import SCOPES, add_rows
from tests.made_reports import make_reports
from tests.spend_rows import bill, expense, payment
from tests.web.further_pages import LONG, LONG_ADDRESS, Show
from tests.web.office import BOTH, Customer, Office, forms_of
from tests.web.portal.furnished import break_off, furnish
from tests.web.states import send_file

LATEST = date(2026, 10, 1)
COMPANIES = "/portal/companies"
COLUMNS = "Company name;Description;Contact name;Contact email;Assigned user emails\n"
BAD_TABLE = f"{COLUMNS};;{LONG};nobody at all;nobody@northbank.example\n".encode()
GOOD_TABLE = f"{COLUMNS}{LONG};{LONG};{LONG};{LONG_ADDRESS};\nHairosmith;;Ada Hair;ada@hair.example;\n".encode()


def pressed(browser: Customer, button: str = "", **typed: str) -> Customer:
    """The first form of the page's main part that has these fields, sent by its first button or the one named."""
    own = forms_of(browser.page.text.partition("<main")[2])
    found = [form for form in own if form.method == "post" and all(form.has(name) for name in typed)]
    assert found, f"no form on {browser.name} at {browser.path} has {sorted(typed)}"
    form = found[0]
    chosen = [tuple(button.split("=", 1))] if button else [one for one in form.buttons[:1] if one[0]]
    return browser.post(form.action, **{**form.fields, **dict(chosen), **typed})


def a_request_about_to_be_sent(office: Office) -> Iterator[Customer]:
    manager, typed = office.user(), {"company_name": LONG, "contact_name": LONG, "data_types": "both"}
    typed |= {"request_name": LONG, "note": "Thank you. " * 40}
    manager.look("/portal/requests/new")
    for address in ("no address", LONG_ADDRESS):
        yield pressed(manager, "do=preview", contact_email=address, **typed)
    yield pressed(manager, "do=link")


def a_link_shown_to_its_sender(office: Office) -> Iterator[Customer]:
    asked, manager = office.ask(), office.user()
    manager.look(f"/portal/requests/{asked.request_id}")
    shown = next(form for form in manager.forms if form.action.endswith("/show-link"))
    yield manager.post(shown.action, **shown.fields)


def a_company_changed_meanwhile(office: Office) -> Iterator[Customer]:
    asked, manager = office.ask(), office.user()
    manager.look(f"{COMPANIES}/{asked.company_id}/edit")
    office.write(f"UPDATE companies SET name='{LONG}', version=version+1")
    yield pressed(manager, contact_email=LONG_ADDRESS)
    yield pressed(manager, contact_email=LONG_ADDRESS)


def a_company_with_everything(office: Office) -> Iterator[Customer]:
    """Two entities, a note, a file, a decision about another company; then a broken connection; then none at all."""
    there = furnish(office)  # type: ignore[arg-type]  # an office is a desk, as far as this goes
    for role in ("viewer", "administrator"):
        yield office.user(role).look(f"{COMPANIES}/{there.rows.company_id}")
    deciding = (
        *(f"connections/{there.rows.connection_id}/disconnect", f"files/{there.upload_id}/correction"),
        *(f"tenant-changes/{there.change_id}/approve", f"requests/{there.rows.request_id}/withdraw"),
    )
    for path in deciding:
        yield office.user().look(f"/portal/{path}")
    for path in ("name", "removal"):
        yield office.user().look(f"/portal/entities/{there.named.entity_id}/{path}")
    yield pressed(office.user().look(f"/portal/entities/{there.named.entity_id}/name"), name="")
    break_off(office, there.rows)  # type: ignore[arg-type]
    yield office.user().look(f"{COMPANIES}/{there.rows.company_id}")
    yield pressed(office.user().look(f"{COMPANIES}/{there.rows.company_id}/delete"), typed_name="Abra Kebabra Ltd")
    yield office.user().look(f"{COMPANIES}/{there.rows.company_id}")


def a_table_of_companies(office: Office) -> Iterator[Customer]:
    manager = office.user().look(f"{COMPANIES}/import")
    for table in (BAD_TABLE, GOOD_TABLE):
        yield send_file(manager, table, "companies.csv", field="file")
    yield pressed(manager)
    yield pressed(manager, "do=preview", data_types="both", request_name=LONG)
    yield pressed(manager, "do=send")
    asking_all.ask_next(office.ctx, manager.path.rpartition("/")[2])
    yield manager.look(manager.path)


def a_list_of_many(office: Office) -> Iterator[Customer]:
    """More than a page of requests, in every status."""
    manager = office.user()
    yield manager
    yield manager.look("/portal/requests")
    for _ in range(51):
        office.ask(name=LONG, contact_name=LONG, contact_email=LONG_ADDRESS)
    office.write(f"UPDATE requests SET name='{LONG}'")
    for number, status in enumerate(RequestStatus):
        office.write(f"UPDATE requests SET status='{status}' WHERE rowid % {len(RequestStatus)} = {number}")
    yield manager.look("/portal/requests")
    older = re.findall(r'href="(/portal/requests\?before=[^"]+)"', manager.page.text)[0]
    searches = (older, "/portal/requests?q=nobody", "/portal/requests?mine=yes&status=expired")
    for path in (*searches, COMPANIES, f"{COMPANIES}?q=nobody", f"{COMPANIES}?status=expired&mine=yes"):
        yield manager.look(path)


def a_forecast(office: Office) -> Iterator[Customer]:
    """Nothing in it, then two connections under long names; they are asked about, and that is stopped."""
    manager = office.user()
    yield manager.look("/portal/forecast?of=all")
    end = office.ctx.now() + timedelta(days=9)
    tokens = Tokens("access", "refresh", SCOPES, end, None, end)
    rows = add_rows(office.ctx, tokens=tokens)
    add_rows(office.ctx, tokens=tokens, of=rows, tenant_id="tenant-2")
    office.write(f"UPDATE companies SET name='{LONG}', contact_name='{LONG}', contact_email='{LONG_ADDRESS}'")
    office.write(f"UPDATE connections SET tenant_name='{LONG}'")
    for role in ("viewer", "manager"):
        yield office.user(role).look("/portal/forecast?of=all")
    yield manager.look("/portal/forecast?of=all&why=lost")
    yield pressed(manager.look("/portal/forecast?of=all&chosen=all"), connection=rows.connection_id)
    yield pressed(manager, "do=send")
    asking_again.ask_next(office.ctx, manager.path.rpartition("/")[2])
    yield manager.look(manager.path)
    yield pressed(manager)
    yield manager.look("/portal/forecast?of=all")


def a_company_nobody_asked(office: Office) -> Iterator[Customer]:
    new = NewCompany(name=LONG, contact_name=LONG, contact_email=LONG_ADDRESS)
    company = keeping.add(office.ctx, office.account(), keeping.KeptCompany(company=new, user_ids=()), draft="one")
    for role in ("manager", "viewer"):
        yield office.user(role).look(f"/portal/companies/{company}")


def figures(office: Office) -> Iterator[Customer]:
    """Two years of statements and a year of spend, with long names and large amounts."""
    asked = office.ask(BOTH)
    office.connected(asked)
    office.write("UPDATE syncs SET state='done', started_at=created_at, finished_at=created_at")
    connection, sync = office.values("SELECT connection_id FROM syncs")[0], office.values("SELECT id FROM syncs")[0]
    with office.ctx.database.transaction() as tx:
        kept = books.keep(tx, tuple(_records()), connection_id=connection, sync_id=sync)
    assert kept.set_aside == ()
    yield from _spend(office, asked.company_id, connection)
    for role in ("manager", "viewer"):
        reader = office.user(role).look(f"/portal/companies/{asked.company_id}")
        assert reader.page.text.count("Open the ") == 2
        yield reader


def _spend(office: Office, company_id: str, connection_id: str) -> Iterator[Customer]:
    """The spend analysis, what cannot be understood of its address, and the rows behind its figures."""
    page, reader = f"/portal/companies/{company_id}/spend", office.user("viewer")
    yield reader.look(page)
    assert "No spend analysis yet" in reader.page.text
    make_reports(office.ctx, connection_id)
    for path in (page, f"{page}?from=2026-13&threshold=lots", f"{page}?threshold=90000000000"):
        yield reader.look(path)
    assert "Payment methods</h3>" in reader.page.text
    for kind in ("bills", "payments", "expenses", "credit-notes"):
        yield reader.look(f"{page}/{kind}")


def financials(office: Office) -> Iterator[Customer]:
    """Two years of statements that do not add up, by every look, what is behind them, and accounts being placed."""
    asked = office.ask(BOTH)
    office.connected(asked)
    office.write("UPDATE syncs SET state='done', started_at=created_at, finished_at=created_at")
    found = office.values("SELECT company_id || ' ' || entity_id || ' ' || id FROM connections")
    company, entity, connection = found[0].split()
    (sync,) = office.values("SELECT id FROM syncs")
    with office.ctx.database.transaction() as tx:
        books.keep(tx, (*_chart(), *_statements(), _booked()), connection_id=connection, sync_id=sync)
    page = f"{COMPANIES}/{company}/entities/{entity}"
    yield office.user().look(f"{page}/financials")
    make_reports(office.ctx, connection)
    key = account_key("a1")
    for role, look in (
        *(
            ("manager", one)
            for one in ("financials", "financials?by=statement", "financials?detail=accounts&months=24")
        ),
        *(("viewer", one) for one in ("financials/categories/expense", f"financials/accounts/{key}?month=2026-10")),
        *(("viewer", one) for one in ("financials/ratios/debtor-days", "categories", "categories?q=nothing")),
    ):
        yield office.user(role).look(f"{page}/{look}")
    manager = office.user().look(f"{page}/categories")
    yield pressed(manager, category="expense.operating.premises.rent")
    manager.look(f"{page}/categories")
    yield pressed(manager, accounts="a1", category="expense.operating.premises.rent")


PORTAL: tuple[Show, ...] = (
    a_request_about_to_be_sent,
    a_link_shown_to_its_sender,
    a_company_changed_meanwhile,
    a_company_with_everything,
    a_table_of_companies,
    a_list_of_many,
    a_forecast,
    a_company_nobody_asked,
    figures,
    financials,
)


def _records() -> Iterator[Record]:
    for months in range(24):
        month = date(LATEST.year - (months + 12 - LATEST.month) // 12, (LATEST.month - months - 1) % 12 + 1, 1)
        yield from (_line(statement, month, place) for statement in Statement for place in range(6))
    for number, method in enumerate(PaymentMethod):
        yield Supplier(external_id=f"s{number}", name=LONG if number % 2 else f"Supplier {number}")
        yield replace(bill(f"b{number}", "123456789.12", supplier=f"s{number}", due="600.00"), issued_on=LATEST)
        yield replace(payment(f"b{number}", "1000.00", day=1, method=method, supplier=f"s{number}"), paid_on=LATEST)
        yield expense("99.95", method=method, on=LATEST)


def _chart() -> Iterator[Account]:
    kinds = (AccountClass.INCOME, AccountClass.EXPENSE, AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.EQUITY)
    yield from (
        Account(
            external_id=f"a{place}",
            code=f"{place}000",
            name=LONG if place == 1 else f"{kind} {place}",
            account_class=kind,
        )
        for place, kind in enumerate(kinds)
    )


def _statements() -> Iterator[StatementLine]:
    """What is earned and held in each month; the sheet is out by a pound in every one."""
    for months in range(24):
        month = date(LATEST.year - (months + 12 - LATEST.month) // 12, (LATEST.month - months - 1) % 12 + 1, 1)
        for place, account in enumerate(_chart()):
            made = account.account_class in (AccountClass.INCOME, AccountClass.EXPENSE)
            yield StatementLine(
                external_id=f"{account.external_id}-{month}",
                statement=Statement.PROFIT_AND_LOSS if made else Statement.BALANCE_SHEET,
                period_end=date(month.year, month.month, monthrange(month.year, month.month)[1]),
                label=account.name,
                amount=Decimal("12345678.12") + place,
                section=(str(account.account_class).title(), LONG) if place == 1 else (),
                account_id=account.external_id,
                position=place,
            )


def _booked() -> Bill:
    line = BillLine(net=Decimal("123456789.12"), account_id="a1", description=LONG)
    return replace(bill("b1", "123456789.12"), issued_on=LATEST, number=LONG, lines=(line,))


def _line(statement: Statement, month: date, place: int) -> StatementLine:
    """The last of six lines is the total of all."""
    total = place == 5
    return StatementLine(
        external_id=f"{statement}-{month}-{place}",
        statement=statement,
        period_end=date(month.year, month.month, monthrange(month.year, month.month)[1]),
        label="Total" if total else LONG if place == 1 else f"Account {place}",
        amount=Decimal("-123456789.12") * (place + 1),
        kind=LineKind.TOTAL if total else LineKind.LINE,
        section=() if total else ("Income", "Sales and other operating income")[: place % 3],
        position=place,
    )
