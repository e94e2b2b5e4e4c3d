"""Every fake vendor, read by linkflow's own adapter at the addresses of its own catalogue file, with a few bills.

What comes out is what its books hold, as far as the vendor tells of it; and its sign-in gives tokens, new ones for old
ones, and takes them back where it can.
"""

from collections.abc import Iterator

import pytest

from linkflow.domain.books import Account, Period, StatementLine, last_full_months
from linkflow.domain.software import Software
from linkflow.domain.statements import failed_checks
from linkflow.outbound import oauth2
from linkflow.outbound.http import HttpClient
from linkflow.settings import Credentials
from tests.jobs.rig import Clock
from tests.vendors import make, vendor_ids
from tests.vendors.choosing import day_of, first_day, is_dated
from tests.vendors.kit import CLIENT, OWNER, SECRET, Vendor
from tests.vendors.pulling import of_kind, pull_all, spend_figures, statement_figures
from tests.vendors.server import running_vendor

US = Credentials(client_id=CLIENT, client_secret=SECRET)
REDIRECT = "http://127.0.0.1:8000/callback"


@pytest.fixture(params=vendor_ids())
def known_as(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def vendor(known_as: str, clock: Clock) -> Iterator[Vendor]:
    with running_vendor(make(known_as, size=60, clock=clock)) as running:
        yield running


def said(software: Software) -> dict[str, str]:
    """What a customer says before signing in: the first of what may be said."""
    return {one.name: next(iter(one.values), one.default or "") for one in software.asked}


def test_what_is_read_is_what_the_books_hold(
    vendor: Vendor, software: Software, http: HttpClient, clock: Clock
) -> None:
    records, aside = pull_all(vendor, software, http=http, given=said(software))
    books, today = vendor.people[OWNER][0], clock().date()
    expected = vendor.kept(books)
    year = last_full_months(today, 12)
    all_months = Period(last_full_months(today, 24).first_month, today.replace(day=1))
    assert aside == []
    assert any(day_of(row) < first_day(books) for row in books.bills)
    assert [row for row in records if is_dated(row) and day_of(row) < first_day(books)] == []
    assert spend_figures(records, year) == spend_figures(expected, year)
    assert statement_figures(records, all_months) == statement_figures(expected, all_months)
    classes = {account.external_id: account.account_class for account in of_kind(records, Account)}
    assert failed_checks(of_kind(records, StatementLine), classes, currency="GBP") == ()
    assert {one.status for one in vendor.requests()} == {200}


def test_a_sign_in_gives_tokens_new_ones_for_old_ones_and_takes_them_back(
    vendor: Vendor, software: Software, http: HttpClient, clock: Clock
) -> None:
    assert software.oauth is not None
    scopes = software.oauth.scopes_for(("financials", "spend_analysis"))
    before = software.at(said(software))
    asked = {"redirect_uri": REDIRECT, "verifier": "v" * 43, "scopes": scopes}
    back = vendor.approve(oauth2.authorize_url(before, US, state="s", **asked))
    here = software.at({**said(software), **back})
    tokens = oauth2.exchange(here, US, http=http, code=back["code"], **asked)
    assert tokens.refresh_token
    assert tokens.expires_at is not None
    clock.time = tokens.expires_at
    again = {"http": http, "scopes": tokens.scopes, "redirect_uri": REDIRECT}
    new = oauth2.refresh(here, US, refresh_token=tokens.refresh_token, **again)
    assert new.access_token != tokens.access_token
    at_once = vendor.quirks.rotates and vendor.quirks.rotates_after <= vendor.quirks.access_seconds
    assert (new.refresh_token != tokens.refresh_token) == at_once
    if at_once and not vendor.quirks.grace_seconds and not vendor.quirks.reused_refresh_ends_grant:
        with pytest.raises(oauth2.TokenError) as used:
            oauth2.refresh(here, US, refresh_token=tokens.refresh_token, **again)
        assert used.value.code == oauth2.SPENT
    can_be = here.oauth is not None and here.oauth.revoke_url is not None
    assert oauth2.revoke(here, US, http=http, token=new.refresh_token or "") == can_be
    assert [grant.dead for grant in vendor.tokens.grants] == [can_be]
    if can_be:
        with pytest.raises(oauth2.TokenError) as caught:
            oauth2.refresh(here, US, refresh_token=new.refresh_token or "", **again)
        assert caught.value.code == oauth2.SPENT
