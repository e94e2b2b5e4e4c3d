"""What only FreeAgent has: one company a sign-in, pages by a header, and the bills of what banks paid."""

from collections.abc import Iterator

import pytest

from linkflow import providers
from linkflow.domain.software import Software
from linkflow.outbound import oauth2
from linkflow.outbound.errors import RefusedAddress, StatusError
from linkflow.outbound.http import HttpClient
from linkflow.settings import Credentials
from tests.jobs.rig import Clock
from tests.vendors import make
from tests.vendors.kit import CLIENT, GROUP, NOBODY, SECRET, Vendor
from tests.vendors.pulling import pull_all
from tests.vendors.server import running_vendor

ADAPTER = providers.load("freeagent")
US = Credentials(client_id=CLIENT, client_secret=SECRET)


@pytest.fixture
def vendor(clock: Clock) -> Iterator[Vendor]:
    with running_vendor(make("freeagent", clock=clock, size=200)) as running:
        yield running


@pytest.fixture
def known_as() -> str:
    return "freeagent"


@pytest.mark.parametrize(("place", "name"), [(0, "Abra Kebabra Ltd"), (1, "The Codfather Ltd")])
def test_a_sign_in_is_for_the_one_company_that_was_chosen(
    vendor: Vendor, software: Software, http: HttpClient, place: int, name: str
) -> None:
    asked = {"redirect_uri": "http://127.0.0.1:8000/callback/freeagent", "verifier": "v" * 43, "scopes": ()}
    address = oauth2.authorize_url(software, US, state="state", **asked)
    code = vendor.approve(address, person=GROUP, companies=(place,))["code"]
    tokens = oauth2.exchange(software, US, http=http, code=code, **asked)
    session = http.session(software, access_token=tokens.access_token, client_id=CLIENT, given={})
    assert [one.name for one in ADAPTER.tenants(session)] == [name]
    assert tokens.refresh_expires_at is not None


def test_who_has_no_company_is_refused(vendor: Vendor, software: Software, http: HttpClient) -> None:
    access = vendor.give(person=NOBODY).access
    with pytest.raises(StatusError):
        ADAPTER.tenants(http.session(software, access_token=access, client_id=CLIENT, given={}))


def test_bills_that_banks_paid_are_read_a_page_at_a_time_and_not_one_by_one(
    vendor: Vendor, software: Software, http: HttpClient
) -> None:
    pull_all(vendor, software, http=http)
    assert vendor.requests("/v2/bills/") == []
    pages = vendor.requests("/v2/bills")
    assert {one.query["per_page"] for one in pages} == {"100"}
    assert len(pages) < 15


@pytest.mark.parametrize("path", ["/bills", "contacts", "bank_accounts", "explanations", "expenses", "trial_balance"])
def test_a_next_page_at_another_host_is_not_asked_for(
    vendor: Vendor, software: Software, http: HttpClient, path: str
) -> None:
    vendor.order("elsewhere", path=path)
    with pytest.raises(RefusedAddress):
        pull_all(vendor, software, http=http)
    assert not vendor.requests("elsewhere")


@pytest.mark.parametrize("path", ["categories", "contacts", "/bills", "explanations", "/expenses", "trial_balance"])
def test_one_odd_row_is_set_aside_and_the_rest_is_read(
    vendor: Vendor, software: Software, http: HttpClient, path: str
) -> None:
    whole, _ = pull_all(vendor, software, http=http)
    vendor.order("odd-row", path=path)
    records, aside = pull_all(vendor, software, http=http)
    assert len(aside) == 1
    assert len(whole) - 1 <= len(records) <= len(whole), "an account that stands on the sheet is no line anyway"
