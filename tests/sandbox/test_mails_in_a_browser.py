"""Every kind of mail in the demo's mailbox, in a real browser: its styles apply, its links lead on, nothing is refused.

That no page breaks its Content-Security-Policy is watched in every test with a browser.
"""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from linkflow.domain.addresses import Mailbox
from linkflow.mail import FileMailbox, RenderedMail, compose, fill
from linkflow.organization_model import Organization
from linkflow.sandbox.mail_html import frame_policy, with_base
from tests.mail.examples import EXAMPLES, HARBOUR, LOGO_URL, NORTHBANK, NOW, STOP, rendered
from tests.sandbox.driver import Clock, Driver, make_driver

# A page of the sandbox's own stands in for the link's, as linkflow is not running here.
ADDRESS = "http://localhost:{port}/health/live"
ODD = """<!DOCTYPE html>\r\n<html lang="en"><head>\r\n<title>Odd</title>\r\n<style>\r\n/* a &amp; b < c */\r
p { color: rgb(1, 2, 3) }\r\n</style></head>\r\n<body><p id="one">One</p>\r
<p id="two" style="color: rgb(4, 5, 6);\r\n  font-family: &quot;Charter&quot;, &#39;Sitka&#39;">Two</p>\r
<p id="three" style='color: rgb(7, 8, 9)'>Three</p></body></html>"""


@pytest.fixture
def mailbox(clock: Clock, tmp_path: Path) -> Iterator[tuple[FileMailbox, int]]:
    """An empty mailbox, and the port of a sandbox that shows it."""
    driver: Driver = make_driver(clock, mailbox=tmp_path)
    server = make_server("127.0.0.1", 0, driver.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield FileMailbox(tmp_path, clock=lambda: NOW), server.server_port
    server.shutdown()
    thread.join()
    server.server_close()
    driver.app.extensions["sandbox_database"].close()


def put(box: FileMailbox, mail: RenderedMail) -> str:
    """Into the mailbox; answers the file's name."""
    addresses = {"sender": Mailbox("requests@northbank.example", "Northbank"), "recipient": Mailbox("a@example.com")}
    box.send(compose(mail, **addresses, message_id="<m@northbank.example>", date=NOW))
    (file,) = box.directory.glob("*.eml")
    return file.name


@pytest.mark.parametrize(
    "organization", [NORTHBANK, pytest.param(HARBOUR, marks=pytest.mark.slow)], ids=["northbank", "harbour"]
)
def test_every_kind_of_mail_is_shown_with_all_its_styles(
    page: Page, mailbox: tuple[FileMailbox, int], organization: Organization
) -> None:
    box, port = mailbox
    for name in EXAMPLES:
        mail = fill(rendered(name, organization), link=ADDRESS.format(port=port), code="481926", stop=STOP)
        file = put(box, RenderedMail(mail.subject, mail.text, mail.html.replace(LOGO_URL, "data:image/gif;base64,")))
        page.goto(f"http://localhost:{port}/mailbox/{file}")
        frame = page.frame_locator("iframe")
        expect(frame.locator("h1, h2").first).to_be_visible()
        shown = page.frames[1].evaluate("[...document.querySelectorAll('[style]')].map(e => e.style.length)")
        assert len(shown) > 10
        assert all(shown), f"{name}: a style was refused"
        box_of = page.locator("iframe").bounding_box()
        assert box_of is not None
        assert box_of["height"] >= 900
        (box.directory / file).unlink()


def test_the_button_of_a_mail_leads_on_in_the_whole_window(page: Page, mailbox: tuple[FileMailbox, int]) -> None:
    box, port = mailbox
    file = put(box, fill(rendered("request-both"), link=ADDRESS.format(port=port), code="481926"))
    page.goto(f"http://localhost:{port}/mailbox/{file}")
    page.frame_locator("iframe").locator("a.button").first.click()
    page.wait_for_url(ADDRESS.format(port=port))


def test_line_ends_entities_and_quotes_count_as_the_browser_reads_them(
    page: Page, mailbox: tuple[FileMailbox, int]
) -> None:
    box, port = mailbox
    (box.directory / "odd.eml").write_bytes(
        b"Subject: Odd\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + ODD.encode()
    )
    page.goto(f"http://localhost:{port}/mailbox/odd.eml/html")
    for number, name in ((1, "one"), (4, "two"), (7, "three")):
        expect(page.locator(f"#{name}")).to_have_css("color", f"rgb({number}, {number + 1}, {number + 2})")
    assert "Charter" in page.locator("#two").evaluate("e => e.style.fontFamily")


def test_a_style_that_comes_in_pieces_is_one_hash() -> None:
    long = "<style>" + "/* & < > */ p { color: red }\n" * 4000 + "</style><p style='color: red'>"
    assert frame_policy(with_base(long)).count("'sha256-") == 2
