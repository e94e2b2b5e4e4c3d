"""What only QuickBooks has: a company in the callback, an end of every sign-in, lookups that go with a page."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from linkflow.domain.books import Bill, BillPayment, CreditNote, Expense
from linkflow.domain.software import Software
from linkflow.outbound import oauth2
from linkflow.outbound.callback import CallbackRefused, check_callback
from linkflow.outbound.http import HttpClient
from linkflow.settings import Credentials
from tests.jobs.rig import Clock
from tests.vendors import make
from tests.vendors.choosing import day_of, first_day, is_dated
from tests.vendors.kit import CLIENT, NOBODY, OWNER, SECRET, Vendor
from tests.vendors.pulling import pull_all
from tests.vendors.server import running_vendor

US = Credentials(client_id=CLIENT, client_secret=SECRET)
REDIRECT = "http://127.0.0.1:8000/callback/quickbooks"
SCOPES = ("com.intuit.quickbooks.accounting",)


@pytest.fixture
def vendor(clock: Clock) -> Iterator[Vendor]:
    with running_vendor(make("quickbooks", clock=clock, size=60)) as running:
        yield running


@pytest.fixture
def known_as() -> str:
    return "quickbooks"


def approved(vendor: Vendor, software: Software, person: str) -> dict[str, str]:
    address = oauth2.authorize_url(software, US, redirect_uri=REDIRECT, state="state", verifier="v" * 43, scopes=SCOPES)
    return vendor.approve(address, person=person, companies=(0,) if vendor.people[person] else ())


def test_a_sign_in_without_a_company_opens_no_books(vendor: Vendor, software: Software) -> None:
    for person, company in ((OWNER, "10000001"), (NOBODY, None)):
        back = {name: [value] for name, value in approved(vendor, software, person).items()}
        if company:
            assert check_callback(back, software=software, expected_issuer=None).extras == {"realmId": company}
        else:
            with pytest.raises(CallbackRefused) as refused:
                check_callback(back, software=software, expected_issuer=None)
            assert refused.value.reason == "parameter-missing"


def test_tokens_say_when_the_sign_in_ends_and_last_a_day_before_they_change(
    vendor: Vendor, software: Software, http: HttpClient, clock: Clock
) -> None:
    began = clock()
    code = approved(vendor, software, OWNER)["code"]
    tokens = oauth2.exchange(
        software, US, http=http, code=code, redirect_uri=REDIRECT, verifier="v" * 43, scopes=SCOPES
    )
    assert tokens.refresh_expires_at == began + timedelta(seconds=8_726_400)
    assert tokens.ends_at == began + timedelta(days=5 * 365)
    kept = tokens.refresh_token or ""
    for hours, changes in ((23, False), (2, True)):
        clock.go_on(hours=hours)
        new = oauth2.refresh(software, US, http=http, refresh_token=kept, scopes=SCOPES)
        assert (new.refresh_token != kept, new.ends_at) == (changes, tokens.ends_at)
    asked = vendor.requests("tokens/bearer")
    assert len(asked) == 3
    assert {one.headers["x-include-refresh-token-hard-expires-in"] for one in asked} == {"true"}


def test_what_a_page_points_to_is_asked_for_with_it_and_once(
    vendor: Vendor, software: Software, http: HttpClient
) -> None:
    pull_all(vendor, software, http=http)
    asked = [one.query["query"].split(" FROM ")[1].split(" ")[0] for one in vendor.requests("/query")]
    assert asked == [
        *("Account", "Vendor", "Term", "Bill", "Term", "Item", "VendorCredit", "BillPayment"),
        *("Purchase", "Account"),
    ]


def test_nothing_older_than_the_months_asked_for_is_read(vendor: Vendor, software: Software, http: HttpClient) -> None:
    books = vendor.people[OWNER][0]
    records, _ = pull_all(vendor, software, http=http)
    dated = [one for one in records if is_dated(one)]
    assert {type(one) for one in dated} == {Bill, BillPayment, CreditNote, Expense}
    assert day_of(books.bills[0]) < first_day(books) <= min(map(day_of, dated))
