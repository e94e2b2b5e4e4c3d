"""Signing in to the portal at panva's oidc-provider: a strict server in a process of its own, in a real browser."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from werkzeug.serving import make_server

from linkflow.app import create_app
from linkflow.demo import Place, environment_of
from linkflow.jobs.upgrade import upgrade
from linkflow.services.context import Context
from linkflow.settings import load_settings
from linkflow.testing.processes import free_ports
from linkflow.wiring import make_context, utc_now
from tests.e2e.outlines import Outlines
from tests.oidc_peer import OidcPeer, running_peer

ORGANIZATION = """\
name = "{name}"
privacy_url = "https://{slug}.example/privacy"

[look]
primary = "#12467b"

[help]
name = "Business support"
email = "support@{slug}.example"
"""
SIGN_IN = """
[sign_in]
issuer = "{issuer}"
client_id = "{client}"
scopes = ["openid", "email", "profile", "groups"]
email_domains = ["northbank.example"]

[sign_in.groups]
"bank-ro" = "viewer"
"bank-rm" = "manager"
"""


class Clock:
    """The running time, and ahead of it when told so."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@dataclass
class Bank:
    """Northbank's people sign in at `peer`; Harbour's have local accounts."""

    ctx: Context
    peer: OidcPeer
    portal: str
    clock: Clock

    def events(self, kind: str) -> list[str]:
        query = f"SELECT detail FROM events WHERE kind = '{kind}' ORDER BY rowid"
        with self.ctx.database.reading() as tx:
            return [row[0] for row in tx.connection.exec_driver_sql(query)]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("bank")
    place, organizations = Place(folder, free_ports()), folder / "organizations"
    organizations.mkdir()
    callback = f"{place.portal}/portal/sign-in/northbank/callback"
    with running_peer([callback], log=folder / "peer.log") as peer:
        sign_in = SIGN_IN.format(issuer=peer.issuer, client=peer.client_id)
        northbank = ORGANIZATION.format(name="Northbank", slug="northbank")
        (organizations / "northbank.toml").write_text(northbank + sign_in)
        (organizations / "harbour.toml").write_text(ORGANIZATION.format(name="Harbour", slug="harbour"))
        told = environment_of(place) | {
            "LINKFLOW_ORGANIZATIONS_DIR": str(organizations),
            "LINKFLOW_SIGN_IN_NORTHBANK_CLIENT_SECRET": peer.client_secret,
        }
        clock = Clock()
        ctx = make_context(load_settings(told), clock=clock)
        upgrade(ctx.settings.database_url)
        server = make_server("127.0.0.1", place.port, create_app(ctx), threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield Bank(ctx, peer, f"{place.portal}/portal", clock)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            ctx.http.close()
            ctx.database.dispose()


Visit = Callable[..., Page]


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext], bank: Bank) -> Visit:
    """Somebody at a browser of their own, through the whole sign-in, in these groups."""

    def sign_in(name: str, groups: str, *, allow: bool = True, start: str = "/sign-in/northbank") -> Page:
        page = new_context().new_page()
        page.goto(bank.portal + start)
        if start != "/sign-in/northbank":
            page.goto(f"{bank.portal}/sign-in/northbank")
        page.get_by_role("button", name="Sign in with Northbank").click()
        answer_provider(page, name, groups, allow=allow)
        return page

    return sign_in


def answer_provider(page: Page, name: str, groups: str, *, allow: bool = True) -> None:
    page.locator('input[name="login"]').fill(name)
    page.locator('input[name="groups"]').fill(groups)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Allow" if allow else "Cancel").click()


def at(page: Page, name: str) -> None:
    expect(page.locator(f'main[data-page="{name}"]')).to_be_visible()


def test_a_manager_signs_in_at_the_bank_and_the_page_that_was_wanted_opens(visit: Visit, bank: Bank) -> None:
    page = visit("rita", "staff bank-rm", start="/requests/new")
    at(page, "new-request")
    assert page.url == f"{bank.portal}/requests/new", "no code and no state in the address"
    expect(page.get_by_text("Rita of Northbank · Manager")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    at(page, "sign-in")
    assert page.url == f"{bank.portal}/sign-in/northbank"
    expect(page.get_by_text("You are signed out")).to_be_visible()
    Outlines().assert_right(page, "sign-in-signed-out")


def test_a_role_follows_the_groups_at_the_next_sign_in(visit: Visit, bank: Bank) -> None:
    first = visit("mona", "bank-rm")
    expect(first.get_by_text("Mona of Northbank · Manager")).to_be_visible()
    second = visit("mona", "bank-ro")
    expect(second.get_by_text("Mona of Northbank · Viewer")).to_be_visible()
    expect(second.get_by_role("link", name="Request information")).to_have_count(0)
    first.reload()
    at(first, "sign-in")


def test_somebody_of_no_group_is_told_so(visit: Visit, bank: Bank) -> None:
    page = visit("olaf", "staff")
    at(page, "sign-in")
    expect(page.get_by_text("not in a group that may use this portal")).to_be_visible()
    Outlines().assert_right(page, "sign-in-no-group")
    page.goto(f"{bank.portal}/requests")
    at(page, "sign-in")


@pytest.mark.slow
def test_cancelling_at_the_bank_leads_back_and_on(visit: Visit) -> None:
    page = visit("carl", "bank-rm", allow=False)
    at(page, "sign-in")
    expect(page.get_by_text("You cancelled the sign-in")).to_be_visible()
    page.get_by_role("button", name="Sign in with Northbank").click()
    page.get_by_role("button", name="Allow").click()
    at(page, "companies")


def test_the_page_on_the_way_and_the_refusal_are_accessible(page: Page, bank: Bank) -> None:
    page.goto(f"{bank.portal}/sign-in/northbank")
    page.route(f"{bank.peer.issuer}/**", lambda route: route.fulfill(status=204))  # the browser stays where it is
    page.get_by_role("button", name="Sign in with Northbank").click()
    at(page, "sign-in-leaving")
    Outlines().assert_right(page, "sign-in-leaving")
    expect(page.get_by_role("link", name="Continue to Northbank")).to_have_attribute(
        "href", re.compile(re.escape(bank.peer.authorize_url))
    )
    page.goto(f"{bank.portal}/sign-in/northbank/callback?state=made-up&code=made-up")
    at(page, "sign-in-refused")
    Outlines().assert_right(page, "sign-in-refused")
    page.get_by_role("link", name="Start again here").click()
    at(page, "sign-in")


def test_an_authorize_address_changed_on_the_way_signs_nobody_in(page: Page, bank: Bank) -> None:
    page.route(re.compile(rf"{re.escape(bank.peer.authorize_url)}\?"), _another_nonce)
    page.goto(f"{bank.portal}/sign-in/northbank")
    page.get_by_role("button", name="Sign in with Northbank").click()
    answer_provider(page, "nora", "bank-rm")
    at(page, "sign-in")
    assert bank.events("sign-in-refused")[-1] == "token-nonce"


def _another_nonce(route: Route) -> None:
    if "nonce=made-up" in route.request.url:
        route.continue_()
    else:
        changed = re.sub(r"(?<=[?&]nonce=)[^&]*", "made-up", route.request.url)
        route.fulfill(status=302, headers={"Location": changed})


def test_a_token_of_another_time_signs_nobody_in(visit: Visit, bank: Bank) -> None:
    bank.clock.ahead = timedelta(hours=2)
    try:
        at(visit("tina", "bank-rm"), "sign-in")
    finally:
        bank.clock.ahead = timedelta()
    assert bank.events("sign-in-refused")[-1] == "token-expired"
