"""The one client against a server that hangs, drips, floods, loops and lies."""

import secrets
import socket
import threading
import time
import traceback
import tracemalloc
from datetime import timedelta
from decimal import Decimal

import pytest

from linkflow.outbound.errors import BadAnswer, OutboundError, StatusError, Timeout, TooBusy, TooLarge, Unreachable
from linkflow.outbound.http import Answer, HttpClient
from linkflow.outbound.retry_after import retry_after
from tests.outbound.conftest import NOW
from tests.outbound.fault_server import FaultServer, packed_bomb


@pytest.mark.hasty
@pytest.mark.parametrize("path", ["/hang", "/drip-headers", "/drip-body"])
def test_a_call_ends_at_its_total_deadline(path: str, server: FaultServer, client: HttpClient) -> None:
    began = time.monotonic()
    with pytest.raises(Timeout):
        client.get(server.url + path, headers={})
    assert time.monotonic() - began < 0.9


@pytest.mark.hasty
def test_a_reader_that_never_reads_cannot_hold_a_request_up(client: HttpClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        began = time.monotonic()
        with pytest.raises(Timeout):
            client.get(f"http://127.0.0.1:{listener.getsockname()[1]}/", headers={})
    assert time.monotonic() - began < 0.9


@pytest.mark.parametrize("path", ["/huge", "/bomb"])
def test_a_body_over_the_cap_is_given_up_without_being_kept(path: str, server: FaultServer, client: HttpClient) -> None:
    packed_bomb()
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            client.get(server.url + path, headers={}, body_bytes=1024 * 1024)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


def test_a_body_of_exactly_the_cap_is_read(server: FaultServer, client: HttpClient) -> None:
    url = server.answer("/exact", b"x" * 1000)
    assert len(client.get(url, headers={}, body_bytes=1000).content) == 1000
    with pytest.raises(TooLarge):
        client.get(url, headers={}, body_bytes=999)


def test_a_packed_answer_is_unpacked_and_a_cut_one_refused(server: FaultServer, client: HttpClient) -> None:
    assert client.get(f"{server.url}/gzip", headers={}).json() == {"packed": Decimal("1.10")}
    with pytest.raises(BadAnswer):
        client.get(f"{server.url}/cut-gzip", headers={})


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip"])
def test_an_encoding_nobody_asked_for_is_refused(encoding: str, server: FaultServer, client: HttpClient) -> None:
    with pytest.raises(BadAnswer):
        client.get(server.answer("/odd", b"{}", content_encoding=encoding), headers={})


def test_a_redirect_is_never_followed(server: FaultServer, client: HttpClient) -> None:
    with pytest.raises(StatusError) as caught:
        client.get(f"{server.url}/loop", headers={})
    assert (caught.value.status, caught.value.transient, len(server.seen)) == (302, False, 1)


@pytest.mark.parametrize("path", ["/gone", "/short"])
def test_a_broken_connection_is_unreachable(path: str, server: FaultServer, client: HttpClient) -> None:
    with pytest.raises(Unreachable):
        client.get(server.url + path, headers={})


def test_nobody_listening_is_unreachable(client: HttpClient) -> None:
    with pytest.raises(Unreachable):
        client.get("http://127.0.0.1:1/", headers={})


def test_a_cookie_of_one_answer_is_not_sent_with_the_next_request(server: FaultServer, client: HttpClient) -> None:
    answers = [client.get(f"{server.url}/cookie", headers={}) for _ in range(2)]
    assert all("set-cookie" not in answer.headers for answer in answers)
    assert "cookie" not in server.seen[1].headers


@pytest.mark.parametrize("status", [400, 401, 404, 408, 425, 429, 500, 503])
def test_a_status_says_whether_to_try_again(status: int, server: FaultServer, client: HttpClient) -> None:
    with pytest.raises(StatusError) as caught:
        client.get(server.answer("/status", {}, status=status, retry_after="7"), headers={})
    assert caught.value.transient is (status in {408, 425, 429} or status >= 500)
    assert caught.value.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("99999999999999", 86400),
        ("Wed, 04 Mar 2026 05:07:07 GMT", 60),
        ("Wed, 04 Mar 2026 05:00:00 GMT", 0),
        ("Wed, 04 Mar 2026 05:07:07", 60),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("", None),
        ("Thu, 01 Jan 10000000000000000000000 00:00:00 GMT", None),
        ("Thu, 01 Jan 2026 00:00:00 +999999999999999999", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date(text: str, wait: int | None) -> None:
    expected = None if wait is None else timedelta(seconds=wait)
    assert retry_after({"retry-after": text}, now=NOW) == expected


@pytest.mark.parametrize(
    "text", ["", "Fri, 31 Dec 9999 23:59:59 -2300", "Thu, 01 Jan 10000000000000000000000 00:00:00 GMT"]
)
def test_a_date_beyond_all_calendars_is_none(text: str) -> None:
    assert Answer(200, {"date": text}, b"").date is None


def test_no_more_than_so_many_calls_at_once(server: FaultServer) -> None:
    with HttpClient(allow_private=True, total_seconds=0.6, at_once=2) as client:
        waiting = [threading.Thread(target=_swallow, args=(client, f"{server.url}/hang")) for _ in range(2)]
        for thread in waiting:
            thread.start()
        while len(server.seen) < 2:
            time.sleep(0.005)
        began = time.monotonic()
        with pytest.raises(TooBusy):
            client.get(f"{server.url}/gzip", headers={})
        assert time.monotonic() - began < 0.2
        for thread in waiting:
            thread.join()
        assert client.get(f"{server.url}/gzip", headers={}).status == 200


def _swallow(client: HttpClient, url: str) -> None:
    with pytest.raises(OutboundError):
        client.get(url, headers={})


@pytest.mark.hasty
@pytest.mark.parametrize("path", ["/hang", "/huge", "/loop", "/gone", "/cut-gzip"])
def test_no_trouble_shows_a_token_or_a_query(
    path: str, server: FaultServer, client: HttpClient, logged: pytest.LogCaptureFixture
) -> None:
    canary = secrets.token_hex(8)
    with pytest.raises(OutboundError) as caught:
        client.get(f"{server.url}{path}?q={canary}", headers={"authorization": f"Bearer {canary}"}, body_bytes=1000)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + str(caught.value.details)
    assert canary not in told + logged.text


def test_closing_twice_is_harmless() -> None:
    client = HttpClient()
    client.close()
    client.close()
