"""A grant's access token goes to the software's own hosts, in a header, and nowhere else."""

import secrets
from datetime import timedelta
from decimal import Decimal

import httpx2
import pytest

from linkflow.domain.ports import ApiSession
from linkflow.domain.software import Api, Software
from linkflow.outbound.errors import BadAnswer, OutboundError, RefusedAddress, StatusError, TooBusy, TooLarge
from linkflow.outbound.http import HttpClient, Session
from tests.outbound.fault_server import FaultServer


@pytest.fixture
def session(client: HttpClient, software: Software) -> ApiSession:
    return client.session(software, access_token="at-1")


@pytest.mark.parametrize("path", ["bills", "/bills"])
def test_a_path_lies_below_the_apis_base(path: str, server: FaultServer, session: ApiSession) -> None:
    server.answer("/api/bills", {"rows": []})
    assert session.get(path, params={"page": "2"}, headers={"Xero-Tenant-Id": "t 1"}).json() == {"rows": []}
    seen = server.seen[0]
    assert seen.path == "/api/bills?page=2"
    assert seen.headers["authorization"] == "Bearer at-1"
    assert seen.headers["xero-tenant-id"] == "t 1"


def test_a_next_link_on_the_same_host_is_followed_with_its_query(server: FaultServer, session: ApiSession) -> None:
    server.answer("/elsewhere", {})
    assert session.get(f"{server.url}/elsewhere?page=3&size=1").status == 200
    assert server.seen[0].path == "/elsewhere?page=3&size=1"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/bills",
        "http://127.0.0.1:1/api/bills",
        "http://user@{host}/api/bills",
        "http://evil.example@{host}/api/bills",
        "http://{host}@evil.example/api/bills",
        "http://{host}\\@evil.example/",
        "http://{host}.evil.example/",
        "https://{host}/api/bills",
        "ftp://{host}/api/bills",
        "file:///etc/passwd",
        "http://[::1/",
        "bills/%2e%2e/%2e%2e/admin",
    ],
)
def test_the_token_never_goes_to_another_host(url: str, server: FaultServer, session: ApiSession) -> None:
    with pytest.raises(RefusedAddress):
        session.get(url.replace("{host}", server.url.removeprefix("http://")))
    assert server.seen == []


@pytest.mark.parametrize("url", ["//evil.example/bills", "/\\evil.example", "evil.example/bills", "https:evil.example"])
def test_what_looks_like_another_host_is_only_a_path(url: str, server: FaultServer, session: ApiSession) -> None:
    with pytest.raises(OutboundError):
        session.get(url)
    assert all(seen.path.startswith("/api/") for seen in server.seen)


def test_a_host_of_the_catalogue_may_be_called(server: FaultServer, client: HttpClient) -> None:
    second = server.url.removeprefix("http://")
    session = Session(client, Api(base_url="http://localhost:1/api", hosts=(second,)), "at-1")
    server.answer("/page-2", {})
    assert session.get(f"{server.url}/page-2").status == 200


def test_a_caller_cannot_replace_the_token(server: FaultServer, session: ApiSession) -> None:
    server.answer("/api/bills", {})
    session.get("bills", headers={"Authorization": "Bearer other", "Cookie": "a=b"})
    assert server.seen[0].headers["authorization"] == "Bearer at-1"
    assert "cookie" not in server.seen[0].headers


@pytest.mark.parametrize("token", ["", "a b", "a\r\nx: y", "ä", "a" * 16385])
def test_a_token_that_is_not_plain_is_refused_before_anything_is_sent(token: str, client: HttpClient) -> None:
    with pytest.raises(BadAnswer) as caught:
        Session(client, Api(base_url="http://localhost/"), token)
    assert not token or token not in str(caught.value)


def test_the_catalogue_says_how_the_token_is_carried_and_what_goes_beside_it(
    server: FaultServer, client: HttpClient
) -> None:
    server.answer("/bills", {})
    usual = {"headers": {"x-version": "2"}, "params": {"version": "7", "size": "5"}}
    api = Api(base_url=server.url, scheme="Zoho-oauthtoken", client_id_header="x-key", **usual)
    software = Software(id="a", name="A", vendor="A", api=api)
    session = client.session(software, access_token="at-1", client_id="client-1", given={"realm": "9"})
    session.get("bills", params={"size": "9"}, headers={"X-Key": "other", "X-Version": "3"})
    sent = server.seen[0].headers
    assert server.seen[0].path == "/bills?version=7&size=9"
    assert (sent["authorization"], sent["x-key"], sent["x-version"]) == ("Zoho-oauthtoken at-1", "client-1", "3")
    assert session.given == {"realm": "9"}


@pytest.mark.parametrize(("said", "status"), [("RateLimitError", 429), ("AccessDenied", 403), ("", 403)])
def test_words_of_the_catalogue_tell_a_limit_from_another_refusal(
    server: FaultServer, client: HttpClient, said: str, status: int
) -> None:
    server.answer("/bills", {"Errors": [{"Name": said}]}, status=403, retry_after="7")
    api = Api(base_url=server.url, limit_words=("RateLimitError",))
    session = client.session(Software(id="a", name="A", vendor="A", api=api), access_token="a")
    with pytest.raises(StatusError) as caught:
        session.get("bills")
    assert (caught.value.status, caught.value.retry_after) == (status, timedelta(seconds=7))


@pytest.mark.parametrize(("trace", "logged"), [("1-5f0-a", True), ("a b" * 7, False), ("a" * 101, False)])
def test_what_a_vendor_calls_a_refusal_is_logged_and_nothing_else_of_it(
    server: FaultServer, client: HttpClient, caplog: pytest.LogCaptureFixture, trace: str, logged: bool
) -> None:
    server.answer("/bills", {"Fault": "of Anna"}, status=403, x_trace=trace)
    api = Api(base_url=server.url, trace_header="x-trace")
    session = client.session(Software(id="a", name="A", vendor="A", api=api), access_token="at-1")
    with pytest.raises(StatusError):
        session.get("bills", params={"secret": "s3cret"})
    told = [f"127.0.0.1 answered 403, known there as {trace}"] if logged else []
    assert [record.getMessage() for record in caplog.records if record.name == "linkflow.outbound.http"] == told


def test_what_is_called_ahead_of_a_request_can_stop_it(server: FaultServer, client: HttpClient) -> None:
    def stop() -> None:
        raise TooBusy

    session = client.session(
        Software(id="a", name="A", vendor="A", api=Api(base_url=server.url)), access_token="a", before=stop
    )
    with pytest.raises(TooBusy):
        session.get("bills")
    assert server.seen == []


@pytest.mark.parametrize(
    ("token", "claim"),
    [
        ("e30.eyJ0aWQiOiJ0ZW5hbnQtMSJ9.c2ln", "tenant-1"),
        ("e30.eyJ0aWQiOjd9.c2ln", None),
        ("e30.W10.c2ln", None),
        ("e30.not-base64!.c2ln", None),
        ("e30.bm90IGpzb24.c2ln", None),
        ("opaque", None),
    ],
)
def test_a_claim_of_the_token_is_read_where_there_is_one(token: str, claim: str | None, client: HttpClient) -> None:
    assert Session(client, Api(base_url="http://localhost/"), token).claim("tid") == claim


def test_numbers_with_a_point_are_exact(server: FaultServer, session: ApiSession) -> None:
    server.answer("/api/bills", b'{"total": 0.9931, "rate": 1.000000000000000000001, "count": 3, "zero": 0e-99}')
    answer = session.get("bills").json()
    assert answer["total"] == Decimal("0.9931")
    assert answer["rate"] == Decimal("1.000000000000000000001")
    assert isinstance(answer["count"], int)


@pytest.mark.parametrize(
    "body",
    [
        b"<html></html>",
        b"",
        b"NaN",
        b'{"a": Infinity}',
        b"[-Infinity]",
        b"{",
        b"\xff\xfe\xff",
        b'{"a": 1e999999999}',
        b'{"a": 1e99999999999999999999}',
        b"[" * 100_000,
        b"1" * 5000,
    ],
)
def test_what_is_not_json_is_a_bad_answer(body: bytes, server: FaultServer, session: ApiSession) -> None:
    server.answer("/api/bills", body)
    with pytest.raises(BadAnswer):
        session.get("bills").json()


def test_a_page_over_its_own_cap_is_refused(server: FaultServer, client: HttpClient, software: Software) -> None:
    server.answer("/api/bills", b" " * 2000)
    with pytest.raises(TooLarge):
        client.session(software, access_token="at-1").get("bills", body_bytes=1000)


def test_software_without_an_api_has_no_session(client: HttpClient) -> None:
    with pytest.raises(RefusedAddress):
        client.session(Software(id="a", name="A", vendor="A"), access_token="at-1")


def test_a_good_call_logs_neither_token_nor_query(
    server: FaultServer, client: HttpClient, logged: pytest.LogCaptureFixture
) -> None:
    canary = secrets.token_hex(8)
    server.answer("/api/bills", {"secret": canary})
    api = Api(base_url=f"{server.url}/api")
    session = client.session(Software(id="a", name="A", vendor="A", api=api), access_token=canary)
    answer = session.get("bills", params={"q": canary})
    assert canary in server.seen[0].path
    assert canary not in logged.text + repr(answer) + repr(session)


def test_a_host_applications_own_calls_are_logged_as_before(
    server: FaultServer, client: HttpClient, logged: pytest.LogCaptureFixture
) -> None:
    url = server.answer("/plain", {})
    client.get(url, headers={})
    assert "/plain" not in logged.text
    with httpx2.Client(trust_env=False) as its_own:
        its_own.get(url)
    assert "/plain" in logged.text
