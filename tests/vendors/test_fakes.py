"""Every fake vendor, read by linkflow's own adapter: what comes out is what went in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from linkflow import providers
from linkflow.domain.books import Account, Company, Period, StatementLine, last_full_months
from linkflow.domain.requests import DataType
from linkflow.domain.software import Software
from linkflow.domain.statements import failed_checks
from linkflow.outbound import oauth2
from linkflow.outbound.callback import check_callback
from linkflow.outbound.http import HttpClient
from linkflow.settings import Credentials
from tests.config_factories import make_settings
from tests.jobs.rig import START, Clock
from tests.vendors import make, vendor_ids
from tests.vendors.kit import CLIENT, OWNER, SECRET, Vendor
from tests.vendors.overlay import catalogue_for, with_credentials
from tests.vendors.pulling import of_kind, pull_all, spend_figures, statement_figures
from tests.vendors.server import running_vendor

TODAY = START.date()
YEAR = last_full_months(TODAY, 12)
MONTHS = Period(last_full_months(TODAY, 24).first_month, TODAY.replace(day=1))
US = Credentials(client_id=CLIENT, client_secret=SECRET)


@pytest.fixture(params=vendor_ids())
def vendor(request: pytest.FixtureRequest) -> Iterator[tuple[str, Vendor]]:
    with running_vendor(make(request.param, clock=Clock(), size=120)) as running:
        yield request.param, running


@pytest.fixture
def http() -> Iterator[HttpClient]:
    with HttpClient(allow_private=True, clock=Clock()) as client:
        yield client


@pytest.fixture
def software(vendor: tuple[str, Vendor], tmp_path: Path) -> Software:
    """As the catalogue has it, but for where it is reached."""
    name, running = vendor
    settings = with_credentials(make_settings(tmp_path), name)
    return catalogue_for(tmp_path / "software", settings, {name: running.url})[name]


def test_books_come_out_as_they_went_in(vendor: tuple[str, Vendor], software: Software, http: HttpClient) -> None:
    running = vendor[1]
    records, aside = pull_all(running, software, http=http)
    expected = running.kept(running.people[OWNER][0])
    assert aside == []
    assert statement_figures(records, MONTHS) == statement_figures(expected, MONTHS)
    assert spend_figures(records, YEAR) == spend_figures(expected, YEAR)
    company = of_kind(records, Company)[0]
    classes = {account.external_id: account.account_class for account in of_kind(records, Account)}
    assert failed_checks(of_kind(records, StatementLine), classes, currency=company.base_currency) == ()


def test_a_sign_in_is_begun_kept_up_and_ended(vendor: tuple[str, Vendor], software: Software, http: HttpClient) -> None:
    """With all scopes of the catalogue: there is none that the vendor has not."""
    running, oauth = vendor[1], software.oauth
    assert oauth
    scopes = oauth.scopes_for(kind.value for kind in DataType)
    asked = {"redirect_uri": "http://127.0.0.1:8000/callback/it", "verifier": "v" * 43, "scopes": scopes}
    told = {one.name: one.default or next(iter(one.values), "x") for one in software.asked}
    address = oauth2.authorize_url(software.at(told), US, state="state", **asked)
    answer = running.approve(address)
    back = check_callback({name: [value] for name, value in answer.items()}, software=software, expected_issuer=None)
    here = software.at({**told, **back.extras})
    tokens = oauth2.exchange(here, US, http=http, code=back.code or "", **asked)
    assert set(tokens.scopes) == set(scopes)
    running.clock.go_on(seconds=running.quirks.access_seconds)  # type: ignore[attr-defined]  # a clock of tests
    assert tokens.refresh_token
    new = oauth2.refresh(here, US, http=http, refresh_token=tokens.refresh_token, scopes=scopes)
    assert (new.refresh_token != tokens.refresh_token) == (running.quirks.rotates and not running.quirks.rotates_after)
    session = http.session(here, access_token=new.access_token, client_id=CLIENT, given={**told, **back.extras})
    assert [tenant.name for tenant in providers.load(software.id).tenants(session)] == ["Abra Kebabra Ltd"]
    if here.oauth and here.oauth.revoke_url:
        assert oauth2.revoke(here, US, http=http, token=new.refresh_token or "")
        assert all(grant.dead for grant in running.tokens.grants)
