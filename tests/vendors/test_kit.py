"""The kit holds what it promises: a strict server, every fault, and books that come out as they went in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from linkflow.domain.books import Period, last_full_months
from linkflow.domain.software import ClientAuth, Pkce
from linkflow.outbound import oauth2
from linkflow.outbound.errors import BadAnswer, RefusedAddress, StatusError, Timeout, Unreachable
from linkflow.outbound.http import HttpClient, Session
from linkflow.settings import Credentials
from tests.jobs.rig import START, Clock
from tests.vendors.books import Books
from tests.vendors.faults import ELSEWHERE
from tests.vendors.kit import CLIENT, GROUP, OWNER, SECRET, Vendor
from tests.vendors.plain import PLAIN, Plain, plain_software
from tests.vendors.pulling import pull_all, spend_figures, statement_figures
from tests.vendors.server import running_vendor

TODAY = START.date()
US = Credentials(client_id=CLIENT, client_secret=SECRET)


@pytest.fixture
def http() -> Iterator[HttpClient]:
    with HttpClient(allow_private=True, total_seconds=1.0) as client:
        yield client


def plain(clock: Clock, *, size: int = 60, kind: type[Vendor] = Plain) -> Vendor:
    first, second = (Books(today=TODAY, size=size, number=n, name=f"Company {n}") for n in (1, 2))
    return kind({OWNER: (first,), GROUP: (first, second)}, clock=clock)


@pytest.fixture
def vendor(clock: Clock) -> Iterator[Vendor]:
    with running_vendor(plain(clock)) as running:
        yield running


def session_of(vendor: Vendor, http: HttpClient) -> Session:
    return http.session(plain_software(vendor.url), access_token=vendor.give().access)


BILLS = "api/companies/10000001/bills"


class TestPulling:
    def test_books_come_out_as_they_went_in(self, vendor: Vendor, http: HttpClient) -> None:
        records, aside = pull_all(vendor, plain_software(vendor.url), http=http)
        expected = vendor.kept(vendor.people[OWNER][0])
        period = last_full_months(TODAY, 12)
        all_months = Period(last_full_months(TODAY, 24).first_month, TODAY.replace(day=1))
        assert aside == []
        assert spend_figures(records, period) == spend_figures(expected, period)
        assert statement_figures(records, all_months) == statement_figures(expected, all_months)

    def test_another_persons_company_and_a_scope_not_given_are_refused(self, vendor: Vendor, http: HttpClient) -> None:
        with pytest.raises(StatusError) as refused:
            session_of(vendor, http).get("api/companies/10000002/bills")
        assert refused.value.status == 403
        few = http.session(plain_software(vendor.url), access_token=vendor.give(scopes=("offline",)).access)
        with pytest.raises(StatusError) as refused:
            few.get("api/companies")
        assert refused.value.status == 403


class TestSigningIn:
    def dance(self, vendor: Vendor, http: HttpClient, **over: Any) -> oauth2.Tokens:
        software = plain_software(vendor.url, **over)
        redirect, verifier = "http://127.0.0.1:8000/callback/sandbox", "v" * 43
        asked = {"redirect_uri": redirect, "verifier": verifier, "scopes": ("read", "offline")}
        address = oauth2.authorize_url(software, US, state="s", **asked)
        code = vendor.approve(address)["code"]
        return oauth2.exchange(software, US, http=http, code=code, **asked)

    def test_a_code_brings_tokens_and_a_refresh_new_ones_once(
        self, vendor: Vendor, http: HttpClient, clock: Clock
    ) -> None:
        tokens, software = self.dance(vendor, http), plain_software(vendor.url)
        again = {"http": http, "scopes": tokens.scopes}
        new = oauth2.refresh(software, US, refresh_token=tokens.refresh_token or "", **again)
        assert new.refresh_token not in (None, tokens.refresh_token)
        with pytest.raises(oauth2.TokenError, match="invalid_grant"):
            oauth2.refresh(software, US, refresh_token=tokens.refresh_token or "", **again)
        clock.go_on(days=2)
        with pytest.raises(oauth2.TokenError, match="invalid_grant"):
            oauth2.refresh(software, US, refresh_token=new.refresh_token or "", **again)

    def test_a_revoked_grant_reads_nothing(self, vendor: Vendor, http: HttpClient) -> None:
        issued = vendor.give()
        assert oauth2.revoke(plain_software(vendor.url), US, http=http, token=issued.refresh or "")
        with pytest.raises(StatusError) as refused:
            http.session(plain_software(vendor.url), access_token=issued.access).get("api/companies")
        assert refused.value.status == 401

    @pytest.mark.parametrize(
        ("dials", "over", "code"),
        [
            ({"client_auth": frozenset({"body"})}, {}, "invalid_client"),
            ({"client_auth": frozenset({"body"})}, {"client_auth": ClientAuth.POST}, None),
            ({"pkce": "required"}, {}, None),
            ({"scope_on_token": True}, {}, "invalid_scope"),
            ({"scope_on_token": True}, {"scope_on_token": True}, None),
            ({"code_seconds": 0}, {}, "invalid_grant"),
        ],
    )
    def test_the_dials_decide_what_is_taken(
        self, clock: Clock, http: HttpClient, dials: dict[str, Any], over: dict[str, Any], code: str | None
    ) -> None:
        kind = type("Dialled", (Plain,), {"quirks": replace(PLAIN, **dials)})
        with running_vendor(plain(clock, kind=kind)) as vendor:
            if code is None:
                assert self.dance(vendor, http, **over).refresh_token
            else:
                with pytest.raises(oauth2.TokenError, match=code):
                    self.dance(vendor, http, **over)

    def test_grace_haste_and_a_hard_end(self, clock: Clock, http: HttpClient) -> None:
        quirks = replace(PLAIN, grace_seconds=60, earliest_refresh=30, access_seconds=600, hard_end_seconds=3600)
        with running_vendor(plain(clock, kind=type("Dialled", (Plain,), {"quirks": quirks}))) as vendor:
            software, first = plain_software(vendor.url), vendor.give().refresh or ""

            def renewed(token: str) -> str:
                found = oauth2.refresh(software, US, http=http, refresh_token=token, scopes=())
                return found.refresh_token or ""

            with pytest.raises(oauth2.TokenError, match="too_early"):
                renewed(first)
            clock.go_on(seconds=580)
            second = renewed(first)
            clock.go_on(seconds=59)
            vendor.tokens.access.clear()
            third = renewed(first)
            assert len({first, second, third}) == 3, "the answer that was lost is given again"
            clock.go_on(seconds=2)
            with pytest.raises(oauth2.TokenError, match="invalid_grant"):
                renewed(first)
            clock.go_on(hours=1)
            with pytest.raises(oauth2.TokenError, match="invalid_grant"):
                renewed(third)

    def test_a_browser_is_shown_what_is_wrong(self, vendor: Vendor, http: HttpClient) -> None:
        software = plain_software(vendor.url, pkce=Pkce.OFF)
        asked: dict[str, Any] = {"redirect_uri": "http://127.0.0.1:8000/callback/x", "verifier": "v" * 43}
        address = oauth2.authorize_url(software, US, state="s", scopes=("read",), **asked)
        for wrong in (address.replace(CLIENT, "somebody"), address.replace("&state=s", "")):
            with pytest.raises(StatusError) as refused:
                http.get(wrong, headers={})
            assert refused.value.status == 400
        unknown = oauth2.authorize_url(software, US, state="s", scopes=("write",), **asked)
        with pytest.raises(StatusError) as back:
            http.get(unknown, headers={})
        assert back.value.status == 302


class TestFaults:
    @pytest.mark.parametrize(
        ("kind", "status", "wait"),
        [
            ("unauthorized", 401, None),
            ("forbidden", 403, None),
            ("too-many", 429, 7),
            ("too-many-until", 429, 7),
            ("too-many-plain", 429, None),
            ("day-limit", 429, None),
            ("error", 500, None),
            ("unavailable", 503, None),
        ],
    )
    def test_refusals(self, vendor: Vendor, clock: Clock, kind: str, status: int, wait: int | None) -> None:
        with HttpClient(allow_private=True, clock=clock) as http:
            session = session_of(vendor, http)
            vendor.order(kind, path="/bills", nth=2, seconds=7)
            session.get(BILLS)
            with pytest.raises(StatusError) as refused:
                session.get(BILLS)
            assert refused.value.status == status
            assert refused.value.retry_after == (None if wait is None else timedelta(seconds=wait))
            if kind != "unauthorized":
                assert session.get(BILLS).status == 200, "once, unless it is ordered more often"

    @pytest.mark.parametrize(
        ("kind", "error"),
        [("html", BadAnswer), ("malformed", BadAnswer), ("dropped", Unreachable), ("lost", Unreachable)],
    )
    def test_spoilt_answers(self, vendor: Vendor, http: HttpClient, kind: str, error: type[Exception]) -> None:
        session = session_of(vendor, http)
        vendor.order(kind, path="/bills")
        with pytest.raises(error):
            session.get(BILLS).json()
        assert len(session.get(BILLS).json()["data"]) == 60

    @pytest.mark.parametrize("kind", ["timeout", "drip"])
    def test_answers_that_do_not_come(self, vendor: Vendor, kind: str) -> None:
        with HttpClient(allow_private=True, total_seconds=0.3) as http:
            session = session_of(vendor, http)
            vendor.order(kind, path="/bills", seconds=1)
            with pytest.raises((Timeout, Unreachable)):
                session.get(BILLS)

    def test_changed_answers(self, vendor: Vendor, http: HttpClient) -> None:
        session = session_of(vendor, http)
        for kind in ("renamed", "odd-row", "odd-rows", "elsewhere"):
            vendor.order(kind, path="/bills")
        assert "data" not in session.get(BILLS).json()
        odd = [row["number"] == {"odd": [True]} for row in session.get(BILLS).json()["data"]]
        assert odd == [True] + [False] * 59
        assert all(row["number"] == {"odd": [True]} for row in session.get(BILLS).json()["data"])
        away = session.get(BILLS, params={"per_page": "20"}).json()["next"]
        assert urlsplit(away).hostname == urlsplit(ELSEWHERE).hostname
        with pytest.raises(RefusedAddress):
            session.get(away)

    def test_a_page_comes_twice(self, vendor: Vendor, http: HttpClient) -> None:
        session = session_of(vendor, http)
        vendor.order("duplicate", path="&page=2")
        first, second = (session.get(BILLS, params={"per_page": "20", "page": page}).json() for page in "12")
        assert first["data"] == second["data"]

    def test_a_fault_is_ordered_and_seen_from_outside(self, vendor: Vendor, http: HttpClient) -> None:
        session = session_of(vendor, http)
        with pytest.raises(StatusError):
            http.get(f"{vendor.url}/_kit/nothing", headers={})
        vendor.order("error", path="/bills")
        with pytest.raises(StatusError):
            session.get(BILLS)
        seen = session._client.get(f"{vendor.url}/_kit/requests?path=bills", headers={}).json()
        assert [(one["status"], one["fault"]) for one in seen] == [(500, "error")]
        assert "authorization" not in seen[0]["headers"]

    def test_an_ended_grant_is_not_refreshed(self, vendor: Vendor, http: HttpClient) -> None:
        issued, software = vendor.give(), plain_software(vendor.url)
        vendor.order("ended")
        with pytest.raises(StatusError):
            http.session(software, access_token=issued.access).get("api/companies")
        with pytest.raises(oauth2.TokenError, match="invalid_grant"):
            oauth2.refresh(software, US, http=http, refresh_token=issued.refresh or "", scopes=())
