"""panva's oidc-provider as one more software, by a catalogue file alone: the walk in a browser, and its refresh tokens.

It is connected only; linkflow knows no adapter for it, so its one "company" is the product itself.
"""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from linkflow.app import create_app
from linkflow.demo import Place, environment_of
from linkflow.domain.requests import DataType
from linkflow.jobs.upgrade import upgrade
from linkflow.services import accounts, granting, requesting, revoking
from linkflow.services.context import Context
from linkflow.services.requesting import Ask, Asked, NewCompany
from linkflow.store import visits
from linkflow.testing.pages import Customer
from linkflow.testing.processes import free_ports
from linkflow.wiring import context_from
from tests.oidc_peer import OidcPeer, running_peer


@dataclass(frozen=True)
class Strict:
    """A linkflow that knows Strict Books from a file in the operator's folder."""

    ctx: Context
    peer: OidcPeer

    def ask(self) -> Asked:
        user = accounts.add_account(
            self.ctx,
            "manager@northbank.example",
            "three plain words here",
            organization="northbank",
            name="Rita",
            role="manager",
        )
        company = NewCompany(name="Abra Kebabra Ltd", contact_name="Anna Abra", contact_email="anna@abra.example")
        asked = Ask(data_types=frozenset({DataType.FINANCIALS}), name="Virtual card application", send=False)
        return requesting.ask_new_company(self.ctx, user, company, asked)

    def grant_of(self, asked: Asked) -> str:
        with self.ctx.database.reading() as tx:
            (entity,) = visits.entities_of(tx, asked.request_id)
        assert entity.connection_grant_id is not None
        return entity.connection_grant_id


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Strict]:
    place, software, organizations = Place(tmp_path, free_ports()), tmp_path / "software", tmp_path / "organizations"
    software.mkdir()
    organizations.mkdir()
    callback = f"{place.portal}/callback/strict-books"
    with running_peer([callback], log=tmp_path / "peer.log", access_seconds=60) as peer:
        (software / "strict_books.toml").write_text(peer.catalogue_entry())
        (organizations / "northbank.toml").write_text(ORGANIZATION)
        told = environment_of(place) | {
            "LINKFLOW_SOFTWARE_DIR": str(software),
            "LINKFLOW_ORGANIZATIONS_DIR": str(organizations),
            "LINKFLOW_SOFTWARE_STRICT_BOOKS_CLIENT_ID": peer.client_id,
            "LINKFLOW_SOFTWARE_STRICT_BOOKS_CLIENT_SECRET": peer.client_secret,
        }
        ctx = context_from(told)
        upgrade(ctx.settings.database_url)
        server = make_server("127.0.0.1", place.port, create_app(ctx), threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield Strict(ctx, peer)
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
            ctx.database.dispose()


ORGANIZATION = """\
name = "Northbank"
languages = ["en-GB"]
privacy_url = "https://northbank.example/privacy"

[look]
primary = "#12467b"

[software]
allowed = ["strict_books", "xero"]

[help]
name = "Business support"
email = "support@northbank.example"
"""


def walk(page: Page, link: str, *, allow: bool = True) -> Customer:
    """Through the consent to the provider's own sign-in and consent pages, and back."""
    customer = Customer(page)
    customer.open(link)
    customer.start()
    customer.choose_software("Strict Books")
    customer.accept()
    answer_provider(page, allow=allow)
    return customer


def answer_provider(page: Page, *, allow: bool = True) -> None:
    """The provider's own two pages: any login will do."""
    page.locator('input[name="login"]').fill("owner")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Allow" if allow else "Cancel").click()


def test_a_software_of_one_file_is_connected_in_a_browser_and_its_tokens_rotate(strict: Strict, page: Page) -> None:
    asked = strict.ask()
    customer = walk(page, asked.link)
    customer.at("confirm-company")
    assert re.fullmatch(r".*/confirm-company", page.url), "no code and no state in the address"
    customer.confirm_company()
    customer.at("connected")
    _tokens_rotate_and_end(strict, asked)


def _tokens_rotate_and_end(strict: Strict, asked: Asked) -> None:
    ctx, grant_id = strict.ctx, strict.grant_of(asked)
    first = granting.access_token(ctx, grant_id)
    assert granting.access_token(ctx, grant_id) == first, "a token that is good is used again"
    seen = {first}
    for _ in range(3):
        seen.add(_renewed(ctx, grant_id))
    assert len(seen) == 4
    _run_out(ctx)
    with ThreadPoolExecutor(8) as pool:
        at_once = set(pool.map(lambda _: granting.access_token(ctx, grant_id), range(8)))
    assert len(at_once) == 1, "the provider revokes a whole grant when a used refresh token comes back"
    assert not at_once & seen
    with ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE connections SET state='disconnected'")
        granting.release_grant(ctx, tx, grant_id)
    revoking.revoke_grant(ctx, grant_id)
    with ctx.database.reading() as tx:
        state, kept = tx.connection.exec_driver_sql("SELECT state, refresh_token FROM grants").one()
    assert (state, kept) == ("revoked", None)


def _renewed(ctx: Context, grant_id: str) -> str:
    _run_out(ctx)
    return granting.access_token(ctx, grant_id)


def _run_out(ctx: Context) -> None:
    """The access token's minutes are over, as far as we know."""
    ago = (ctx.now() - timedelta(minutes=5)).replace(tzinfo=None)
    with ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE grants SET access_expires_at = ?", (ago.isoformat(" "),))


def test_declining_at_the_provider_leads_back_and_on(strict: Strict, page: Page) -> None:
    customer = walk(page, strict.ask().link, allow=False)
    customer.at("declined-at-software")
    customer.follow("Try again with Strict Books")
    customer.at("software", "consent")
