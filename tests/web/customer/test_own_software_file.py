"""A product added by a file of the operator's alone: picked by its own logo, signed in to by its vendor's button."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from linkflow import paths
from linkflow.catalogue import load_catalogue
from linkflow.organizations import Organizations
from linkflow.settings import Credentials
from tests.fakes import CLIENT, SECRET
from tests.web.apps import app_for
from tests.web.customer.test_access import with_access
from tests.web.office import BASE, FINANCIALS, Customer, Office
from tests.web.states import WORKBOOK, send_file

LEDGERLY = """
name = "Ledgerly"
vendor = "Ledgerly BV"
kind = "oauth"
required_role = {en = "owner", fr = "propriétaire"}
device_warning = "Its sign-in needs a computer"
help = "Switch sharing on first.\\n\\nThen come back."
connection_only = true
user_rights = true
not_available = ["balance_sheet", "payment_methods"]
[connect_button]
text = {en = "Connect to Ledgerly", fr = "Se connecter à Ledgerly"}
official = true
[oauth]
authorize_url = "ISSUER/authorize"
token_url = "ISSUER/token"
revoke_url = "ISSUER/revoke"
issuer = "ISSUER"
iss_parameter = true
scopes = ["books"]
"""
MARK = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><circle cx="2" cy="2" r="2"/></svg>'
BUTTON = MARK.replace(b"circle", b"ellipse").replace(b' r="2"', b' rx="2" ry="1"')


def started_with(office: Office, folder: Path, software: str, **settings: Any) -> Office:
    """The office after a start with that folder, a client at that software, and all that is shipped."""
    credentials = {software: Credentials(client_id=CLIENT, client_secret=SECRET)}
    given = {"software_credentials": credentials, "software_dir": folder, **settings}
    changed = office.ctx.settings.model_copy(update=given)
    catalogue = load_catalogue(paths.config() / "software", folder, changed)
    ctx = replace(office.ctx, settings=changed, catalogue=catalogue)
    return replace(office, ctx=ctx, app=app_for(ctx))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The operator's own."""
    (made := tmp_path / "software").mkdir()
    return made


@pytest.fixture
def own(office: Office, folder: Path) -> Office:
    """The office after a start with such a file and its pictures."""
    (folder / "ledgerly.toml").write_text(LEDGERLY.replace("ISSUER", office.software.issuer))
    (folder / "ledgerly.svg").write_bytes(MARK)
    (folder / "ledgerly.connect.svg").write_bytes(BUTTON)
    return started_with(office, folder, "ledgerly")


def at_consent(office: Office) -> Customer:
    return office.choose(office.follow(office.ask()), "ledgerly")


def test_its_customers_pick_it_accept_sign_in_and_are_connected(own: Office) -> None:
    customer = own.follow(own.ask())
    assert re.search(r'<img src="/marks/ledgerly/[0-9a-f]{16}\.svg"', customer.page.text)
    own.consent(own.choose(customer, "ledgerly"))
    assert '<a class="official"' in customer.page.text
    own.returned(customer, software="ledgerly").press()
    assert customer.name == "connected"
    assert own.values("SELECT software, state FROM connections") == ["ledgerly"]
    assert re.search(r'<img src="/marks/ledgerly/[0-9a-f]{16}\.svg"', with_access(own, customer).page.text)


def test_the_consent_says_what_its_file_says_and_no_more(own: Office) -> None:
    told = " ".join(at_consent(own).page.text.split())
    for words in (
        "You need this role in Ledgerly: owner",
        "<p>Switch sharing on first.</p><p>Then come back.</p>",
        "Its sign-in needs a computer",
        "the permission is that of the person who signs in",
        "the books in Ledgerly cannot be read here yet",
        "Not available from Ledgerly",
    ):
        assert words in told
    assert "<li>Balance sheet</li>" in told
    assert "The way suppliers are paid" not in told, "nobody asked for it"


def test_the_button_is_the_vendors_picture_and_says_its_words_in_the_customers_language(own: Office) -> None:
    both = {slug: replace(one, languages=("en-GB", "fr")) for slug, one in own.ctx.organizations().items()}
    ctx = replace(own.ctx, organizations=lambda: Organizations(both))
    bilingual = replace(own, ctx=ctx, app=app_for(ctx))
    customer = bilingual.choose(bilingual.browser().look(own.ask().link).press("way=software"), "ledgerly")
    assert re.search(r'<button class="official" type="submit"><img [^>]*alt="Connect to Ledgerly"', customer.page.text)
    customer.press("language=fr")
    assert 'alt="Se connecter à Ledgerly"' in customer.page.text
    assert "propriétaire" in customer.page.text


def test_without_the_picture_the_button_says_the_vendors_words(own: Office, folder: Path) -> None:
    (folder / "ledgerly.connect.svg").unlink()
    page = at_consent(started_with(own, folder, "ledgerly")).page.text
    assert '<button class="button button--main" type="submit">Connect to Ledgerly</button>' in page


def test_a_mark_is_served_as_what_it_is_and_can_run_nothing(own: Office) -> None:
    found = re.findall(r'src="(/marks/[^"]+)"', at_consent(own).page.text)
    assert len(found) == 2
    for path, content in zip(found, (MARK, BUTTON), strict=True):
        answer = own.browser().client.get(path, base_url=BASE)
        assert answer.data == content
        assert answer.mimetype == "image/svg+xml"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "immutable" in answer.headers["Cache-Control"]
    for path in ("/marks/ledgerly/ledgerly.toml", "/marks/nothing/x.svg", "/marks/ledgerly/..%2fledgerly.svg"):
        assert own.browser().client.get(path, base_url=BASE).status_code == 404


@pytest.mark.parametrize(
    ("software", "why"),
    [
        ("quickbooks_desktop", "runs on a computer of yours"),
        ("netsuite", "NetSuite cannot be connected to Northbank at the moment"),
    ],
)
def test_software_that_takes_a_file_says_why(own: Office, software: str, why: str) -> None:
    customer = own.choose(own.follow(own.ask(FINANCIALS)), software)
    assert customer.name == "consent"
    assert "is shared as a file" in customer.page.text
    assert why in customer.page.text
    own.consent(customer)
    assert send_file(customer, WORKBOOK).name == "upload"


def test_a_product_that_is_only_guided_can_be_connected_by_an_operator_who_wants_that(
    office: Office, folder: Path
) -> None:
    shipped = (paths.config() / "software" / "netsuite.toml").read_text()
    (folder / "netsuite.toml").write_text(shipped.replace("connection_only = false", "connection_only = true"))
    addresses = {f"{part}_url": f"{office.software.issuer}/{part}" for part in ("authorize", "token", "revoke")}
    own = started_with(office, folder, "netsuite", software_addresses={"netsuite": addresses})
    customer = own.choose(own.follow(own.ask()), "netsuite")
    assert "Enable Features, on the page SuiteCloud" in customer.page.text
    assert "NetSuite ends the access after seven days" in customer.page.text
    answer = own.software.approve(own.consent(customer).authorize_url)
    del answer["iss"]
    assert customer.come_back(answer, software="netsuite").page.status_code == 400, "whose account, nobody knows"
    customer.come_back({**answer, "company": "1234567_SB1"}, software="netsuite").press()
    assert customer.name == "connected"
    assert own.values("SELECT callback_params FROM grants") == ['{"company": "1234567_SB1"}']
