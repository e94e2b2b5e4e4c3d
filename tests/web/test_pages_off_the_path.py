"""Pages that a walk through the running product does not pass, each held to everything: axe, reflow, outline and so on.

What brings them about is another person, time, a fault or a limit; here they are served by an office, where such things
are rows and settings.
"""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Route

from linkflow.catalogue import Catalogue
from linkflow.domain.ports import Tenant
from linkflow.services import finishing, signing_in
from tests.fakes import Companies
from tests.web.apps import app_for
from tests.web.office import BASE, Office, on_sqlite
from tests.web.states import STATES, followed, in_need_of_a_sign_in
from tests.web.windows import Check, Window, press

pytestmark = on_sqlite
OTHER = Tenant("tenant-9", "The Codfather Ltd", country="GB", currency="GBP")
ELSEWHERE = "http://localhost:9/"


def test_dead_ends_at_the_company(office: Office, window: Window, check: Check) -> None:
    customer = office.follow(in_need_of_a_sign_in(office).asked)
    office.companies.found = (OTHER, *Companies().found)
    office.returned(office.consent(customer))
    page = window(customer)
    page.goto(BASE + customer.path)
    page.get_by_role("radio", name=re.compile(OTHER.name)).check()
    press(page, re.compile("^Share with"))
    check(page, "different-company")
    customer = STATES["several mixed"](office).customer
    office.returned(office.consent(customer))
    page = window(customer)
    page.goto(BASE + customer.path)
    page.get_by_role("radio", name=re.compile("^Abra Kebabra")).check()
    press(page, re.compile("^Share with"))
    check(page, "company-in-use")


def test_waiting_and_nothing_to_choose_from(office: Office, window: Window, check: Check) -> None:
    customer = STATES["exchanging"](office).customer
    page = window(customer)
    page.goto(BASE + customer.path)
    check(page, "leaving finishing")
    office.clock.go_on(minutes=1)
    page.get_by_role("link", name="Check again").click()
    check(page, "leaving finishing-stuck")
    customer = followed(office).customer
    office.app = app_for(replace(office.ctx, catalogue=Catalogue({}, credentials=frozenset())))
    page = window(customer)
    page.goto(BASE + customer.path)
    check(page, "no-software")


def test_stopping_reminders(office: Office, window: Window, check: Check) -> None:
    office.ask()
    page, (message_id,) = window(), office.values("SELECT id FROM messages")
    page.goto(f"{BASE}/stop-reminders/{office.ctx.signer.sign_reminder(message_id)}")
    check(page, "stop-reminders")
    press(page, "Stop the reminders")
    check(page, "stop-reminders stopped")


def test_refusals(office: Office, window: Window, check: Check) -> None:
    def another_site(route: Route) -> None:
        form = f'<form method="post" action="{office.ask().link}"><button>Press me</button></form>'
        route.fulfill(content_type="text/html", body=f"<title>Elsewhere</title>{form}")

    page = window(office.user("viewer"))
    page.goto("http://localhost/portal")
    check(page, "bad-host")
    page.goto(f"{BASE}/portal/requests/new")
    check(page, "forbidden")
    page.goto(f"{BASE}/portal/nowhere")
    check(page, "page-not-found nothing-here")
    page.route(ELSEWHERE, another_site)
    page.goto(ELSEWHERE)
    page.get_by_role("button").click()
    check(page, "cross-site")
    typed = {"email": "nobody@northbank.example", "password": "a guess"}
    for _ in range(signing_in.FAILURES_AN_ADDRESS):
        office.browser().look("/portal/sign-in").press(**typed)
    page = window()
    page.goto(f"{BASE}/portal")
    page.get_by_label("Email address").fill(typed["email"])
    page.get_by_label("Password").fill(typed["password"])
    press(page, "Sign in")
    check(page, "too-many-requests")


def test_faults(office: Office, window: Window, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = STATES["counted several"](office).customer
    page = window(customer)
    page.goto(BASE + customer.path)
    page.get_by_label("Registered name").fill("x" * 100_000)
    press(page, "Continue")
    check(page, "too-large")
    monkeypatch.setattr(finishing, "may_decline", _mistaken)
    page.goto(BASE + customer.path.replace("entity-name", "exit"))
    check(page, "server-fault")
    office.ctx.database.dispose()
    kept = office.folder / "linkflow.db"
    kept.rename(office.folder / "gone.db")
    kept.mkdir()
    page.goto(BASE + customer.path)
    check(page, "busy")


def _mistaken(*_: object) -> None:
    raise RuntimeError("a mistake of ours")
