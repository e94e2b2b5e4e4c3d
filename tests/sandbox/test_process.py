"""The sandbox as a process of its own, and in a real browser."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, Page

from linkflow.testing.processes import free_ports
from tests.accessible import assert_accessible
from tests.processes import running, wait_for
from tests.sandbox.driver import VERIFIER, Clock, Driver, form_token, make_driver, write_mail

SECRET = ("linkflow", "not a real secret")
Start = Callable[[], AbstractContextManager[str]]

MAIL = """From: Northbank <no-reply@bank.example>
To: olive@example.com
Subject: Please share your books
Date: Mon, 23 Nov 2026 12:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=cut

--cut
Content-Type: text/plain; charset=utf-8

Open {link} now.
--cut
Content-Type: text/html; charset=utf-8

<!doctype html><html lang="en"><head><title>Mail</title><style>p {{ color: #123; }}</style></head>
<body style="background: #fff"><p style="margin: 0; font-family: 'Gill Sans', sans-serif">
<a href="{link}">Open your link</a></p></body></html>
--cut--
"""


class _Callback(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Back</title><h1>Back at the application</h1>")

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def application() -> Iterator[str]:
    """Another site's callback address: same machine, another host name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Callback)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/callback/sandbox"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def start(application: str, tmp_path_factory: pytest.TempPathFactory) -> Start:
    folder, port = tmp_path_factory.mktemp("sandbox"), free_ports()
    write_mail(folder / "mail", "1.eml", MAIL.format(link=application + "?from=mail"))
    told = {
        "LINKFLOW_SANDBOX_CLIENT_ID": SECRET[0],
        "LINKFLOW_SANDBOX_CLIENT_SECRET": SECRET[1],
        "LINKFLOW_SANDBOX_REDIRECT_URIS": application,
    }
    options = ["--port", str(port), "--database", str(folder / "s.db"), "--mailbox", str(folder / "mail"), "--faults"]

    @contextmanager
    def started() -> Iterator[str]:
        log = folder / "log.txt"
        with running([sys.executable, "-m", "linkflow.sandbox", *options], log=log, environment=told) as process:
            wait_for(f"http://127.0.0.1:{port}/health/live", process=process, log=log)
            yield f"http://localhost:{port}"

    return started


@pytest.fixture(scope="module")
def sandbox(start: Start) -> Iterator[str]:
    with start() as address:
        yield address


def authorize_address(application: str) -> str:
    return Driver.authorize_address(make_driver(Clock()), redirect_uri=application)


def exchange(sandbox: str, application: str, code: str) -> dict[str, str]:
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": application, "code_verifier": VERIFIER}
    answer = httpx2.post(f"{sandbox}/oauth/token", data=sent, auth=SECRET)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refresh(sandbox: str, token: str) -> httpx2.Response:
    sent = {"grant_type": "refresh_token", "refresh_token": token}
    return httpx2.post(f"{sandbox}/oauth/token", data=sent, auth=SECRET)


def test_missing_settings_are_all_named(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    with running([sys.executable, "-m", "linkflow.sandbox", "--port", "1"], log=log) as process:
        assert process.wait(20) == 2
    for name in ("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URIS"):
        assert f"LINKFLOW_SANDBOX_{name}" in log.read_text()


def test_a_restart_keeps_grants_and_a_lost_answer_breaks_the_connection(start: Start, application: str) -> None:
    with start() as address:
        with httpx2.Client(base_url=address) as browser:
            at = authorize_address(application)
            token = form_token(browser.get(at).text)
            sent = {"form_token": token, "email": "owner@example.com"}
            browser.post(at.replace("/authorize?", "/authorize/sign-in?"), data=sent)
            sent = {"form_token": form_token(browser.get(at).text), "decision": "approve", "company": "abra-kebabra"}
            back = parse_qs(urlsplit(browser.post(at, data=sent).headers["Location"]).query)
        assert back["iss"] == [address]
        first = exchange(address, application, back["code"][0])
    with start() as address:
        second = refresh(address, first["refresh_token"]).json()
        httpx2.post(f"{address}/faults/abra-kebabra", json={"kind": "lost-refresh-answer"})
        with pytest.raises(httpx2.RemoteProtocolError):
            refresh(address, second["refresh_token"])
        assert refresh(address, second["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_customer_signs_in_chooses_and_comes_back(
    browser: Browser, sandbox: str, application: str, javascript: bool
) -> None:
    context = browser.new_context(java_script_enabled=javascript)
    page = context.new_page()
    page.goto(sandbox + authorize_address(application))
    page.get_by_label("Email address").fill("group@example.com")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Abra Kebabra Ltd").check()
    page.get_by_label("Hairosmith Ltd").check()
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url(application + "?**")
    found = parse_qs(urlsplit(page.url).query)
    assert found["iss"] == [sandbox]
    token = exchange(sandbox, application, found["code"][0])["access_token"]
    listed = httpx2.get(f"{sandbox}/api/companies", headers={"Authorization": f"Bearer {token}"}).json()["data"]
    assert [company["id"] for company in listed] == ["abra-kebabra", "hairosmith"]
    context.close()


def test_a_customer_declines_by_keyboard_alone(page: Page, sandbox: str, application: str) -> None:
    page.goto(sandbox + authorize_address(application))
    page.get_by_label("Email address").focus()
    page.keyboard.type("owner@example.com")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Decline").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(application + "?**")
    assert parse_qs(urlsplit(page.url).query)["error"] == ["access_denied"]


@pytest.mark.parametrize("part", ["text", "html"])
def test_links_in_a_mail_open_in_the_same_window(page: Page, sandbox: str, application: str, part: str) -> None:
    page.goto(f"{sandbox}/mailbox")
    page.get_by_role("link", name="Please share your books").click()
    if part == "text":
        page.locator("#text a").click()
    else:
        page.frame_locator("iframe").get_by_role("link", name="Open your link").click()
    page.wait_for_url(application + "?from=mail")


def test_every_page_of_the_sandbox_is_accessible(page: Page, sandbox: str, application: str) -> None:
    page.goto(sandbox + authorize_address(application))
    assert_accessible(page)
    page.get_by_label("Email address").fill("group@example.com")
    page.get_by_role("button", name="Sign in").click()
    assert_accessible(page)
    page.get_by_role("button", name="Approve").click()
    assert_accessible(page)
    for path in ("/", "/faults", "/mailbox", "/mailbox/1.eml", "/nowhere"):
        page.goto(sandbox + path)
        assert_accessible(page)
