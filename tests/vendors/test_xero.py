"""What only Xero has: connections of earlier sign-ins, a grace for old refresh tokens, months counted back."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from linkflow import providers
from linkflow.domain.books import Bill, BillPayment, CreditNote, Expense, Period, StatementLine
from linkflow.domain.ports import ApiSession, Asked
from linkflow.domain.requests import DataType
from linkflow.domain.software import Software
from linkflow.outbound import oauth2
from linkflow.outbound.errors import BadAnswer
from linkflow.outbound.http import HttpClient
from linkflow.settings import Credentials
from tests.jobs.rig import Clock
from tests.vendors import make
from tests.vendors.choosing import day_of, first_day, is_dated
from tests.vendors.kit import CLIENT, GROUP, NOBODY, OWNER, SECRET, Vendor
from tests.vendors.pulling import of_kind, pull_all
from tests.vendors.reading import reading_of
from tests.vendors.server import running_vendor

ADAPTER = providers.load("xero")
US = Credentials(client_id=CLIENT, client_secret=SECRET)
REDIRECT = "http://127.0.0.1:8000/callback/xero"
REPORTS = ("ProfitAndLoss", "BalanceSheet")


@pytest.fixture
def vendor(clock: Clock) -> Iterator[Vendor]:
    with running_vendor(make("xero", clock=clock, size=60)) as running:
        yield running


@pytest.fixture
def known_as() -> str:
    return "xero"


def signed_in(
    vendor: Vendor, software: Software, http: HttpClient, person: str, companies: tuple[int, ...] = ()
) -> oauth2.Tokens:
    assert software.oauth
    scopes = software.oauth.scopes_for(kind.value for kind in DataType)
    asked = {"redirect_uri": REDIRECT, "verifier": "v" * 43, "scopes": scopes}
    address = oauth2.authorize_url(software, US, state="state", **asked)
    code = vendor.approve(address, person=person, companies=companies)["code"]
    return oauth2.exchange(software, US, http=http, code=code, **asked)


def names(software: Software, http: HttpClient, tokens: oauth2.Tokens) -> list[str]:
    return [one.name for one in ADAPTER.tenants(session(software, http, tokens.access_token))]


def session(software: Software, http: HttpClient, access_token: str) -> ApiSession:
    return http.session(software, access_token=access_token, client_id=CLIENT, given={})


def test_only_what_this_sign_in_chose_is_offered(vendor: Vendor, software: Software, http: HttpClient) -> None:
    first = signed_in(vendor, software, http, GROUP, (0,))
    assert names(software, http, first) == ["Abra Kebabra Ltd"]
    second = signed_in(vendor, software, http, GROUP, (1,))
    assert names(software, http, second) == ["The Codfather Ltd"]
    assert names(software, http, first) == ["Abra Kebabra Ltd"]
    both = signed_in(vendor, software, http, GROUP, (0, 1))
    assert names(software, http, both) == ["Abra Kebabra Ltd", "The Codfather Ltd"]
    assert names(software, http, first) == names(software, http, both), "Xero no longer says what the first one chose"
    assert names(software, http, signed_in(vendor, software, http, NOBODY)) == []


def test_an_old_refresh_token_works_for_half_an_hour(
    vendor: Vendor, software: Software, http: HttpClient, clock: Clock
) -> None:
    old = signed_in(vendor, software, http, OWNER, (0,)).refresh_token or ""
    for _ in range(2):
        assert oauth2.refresh(software, US, http=http, refresh_token=old, scopes=()).refresh_token != old
    clock.time += timedelta(minutes=31)
    with pytest.raises(oauth2.TokenError) as caught:
        oauth2.refresh(software, US, http=http, refresh_token=old, scopes=())
    assert caught.value.code == oauth2.SPENT


@pytest.mark.parametrize("part", ["profit_and_loss", "balance_sheet"])
def test_months_that_end_with_a_short_one_are_asked_for_so_that_none_is_cut_short(
    vendor: Vendor, software: Software, http: HttpClient, part: str
) -> None:
    here = session(software, http, vendor.give().access)
    tenant, period = ADAPTER.tenants(here)[0], Period(date(2026, 1, 1), date(2026, 4, 1))
    ends, cursor = set(), None
    while True:
        page = ADAPTER.pull(here, part, Asked(tenant_id=tenant.id, cursor=cursor, period=period))
        ends |= {one.period_end for one in of_kind(page.records, StatementLine)}
        cursor = page.next_cursor
        if cursor is None:
            break
    assert ends == {date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)}
    asked = [one.query.get("toDate") or one.query["date"] for one in vendor.requests("Reports")]
    assert asked == ["2026-03-31", "2026-04-30"]


def test_the_fake_cuts_months_short_that_are_counted_back_from_a_short_one(
    vendor: Vendor, software: Software, http: HttpClient
) -> None:
    here = session(software, http, vendor.give().access)
    headers = {"xero-tenant-id": ADAPTER.tenants(here)[0].id}
    wanted = {"date": "2026-04-30", "periods": "2", "timeframe": "MONTH"}
    told = here.get("api.xro/2.0/Reports/BalanceSheet", params=wanted, headers=headers).json()
    columns = [cell["Value"] for cell in told["Reports"][0]["Rows"][0]["Cells"]]
    assert columns == ["", "30 Apr 2026", "30 Mar 2026", "28 Feb 2026"]


@pytest.mark.parametrize("path", ["Accounts", "Contacts", "Invoices", "CreditNotes", "Payments", "BankTransactions"])
def test_one_odd_row_is_set_aside_and_the_rest_is_read(
    vendor: Vendor, software: Software, http: HttpClient, path: str
) -> None:
    whole, _ = pull_all(vendor, software, http=http)
    vendor.order("odd-row", path=path)
    records, aside = pull_all(vendor, software, http=http)
    assert len(aside) == 1
    assert len(whole) - 1 <= len(records) <= len(whole)


@pytest.mark.parametrize("path", REPORTS)
def test_a_report_that_is_none_ends_the_pull(vendor: Vendor, software: Software, http: HttpClient, path: str) -> None:
    vendor.order("odd-rows", path=path)
    with pytest.raises(BadAnswer):
        pull_all(vendor, software, http=http)


def test_nothing_older_than_the_months_asked_for_is_read(vendor: Vendor, software: Software, http: HttpClient) -> None:
    books = vendor.people[OWNER][0]
    records, _ = pull_all(vendor, software, http=http)
    dated = [one for one in records if is_dated(one)]
    assert {type(one) for one in dated} == {Bill, BillPayment, CreditNote, Expense}
    assert day_of(books.bills[0]) < first_day(books) <= min(map(day_of, dated))


def test_a_company_disconnected_there_asks_for_a_new_sign_in(tmp_path: Path) -> None:
    with reading_of("xero", tmp_path) as reading:
        reading.step()
        for grant in reading.vendor.tokens.grants:
            grant.companies = ()
        reading.to_the_end()
        assert (reading.sync.error, reading.connection.state) == ("needs-reauth", "needs_reauth")
        assert (reading.told().count("needs-reauth"), reading.told().count("sync-failed")) == (1, 0)
