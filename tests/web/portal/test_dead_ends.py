"""Pages that lead nowhere, as users of the portal get them: whom they ask, and how they try again."""

import re
from html import unescape

import pytest
from werkzeug.exceptions import ServiceUnavailable

from linkflow.services import browsing, signing_in
from linkflow.web.errors import off_ramp
from linkflow.web.page_views import OffRampPage
from tests.web.portal.desk import BASE, Desk, data_page, main_text

AGAIN = re.compile(r'href="([^"]+)">(?:<svg(?:(?!</svg>).)*</svg>)?Try again</a>')


def fail(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise error

    monkeypatch.setattr(browsing, "browse", broken)
    monkeypatch.setattr(signing_in, "sign_in", broken)


@pytest.mark.parametrize("path", ["/portal/nonsense", "/portal/users/invitation/x/y"])
def test_a_user_of_an_unknown_organization_is_not_sent_to_a_mail(desk: Desk, path: str) -> None:
    said = main_text(desk.browser(None).look(path).text)
    assert "Questions? Ask whoever looks after this portal at your organization." in said
    assert "Reply to the email" not in said


def test_a_customer_still_is(desk: Desk) -> None:
    for path in ("/l/nonsense", "/portals"):
        said = main_text(desk.browser(None).look(path).text)
        assert "Reply to the email that brought you here." in said
        assert "this portal" not in said


@pytest.mark.parametrize(
    ("path", "status", "page"),
    [
        ("/portal/companies/nothing", 404, "page-not-found"),
        ("/portal/nonsense", 404, "page-not-found"),
        ("/portal/users", 403, "forbidden"),
    ],
)
def test_a_user_who_is_signed_in_stays_in_the_portal(desk: Desk, path: str, status: int, page: str) -> None:
    answer = desk.browser("viewer").look(path)
    assert (answer.status_code, data_page(answer.text)) == (status, page)
    assert "Viewer of northbank" in answer.text
    assert re.search(r'<nav class="bar-top__nav".*href="/portal/requests"', answer.text, re.DOTALL)
    assert main_text(answer.text).endswith("Go to the companies")
    assert "your link" not in answer.text


def test_a_user_whose_session_has_ended_is_not_named_there(desk: Desk) -> None:
    browser = desk.browser("viewer")
    desk.clock.go_on(hours=1)
    answer = browser.look("/portal/nonsense")
    assert (answer.status_code, data_page(answer.text)) == (404, "page-not-found")
    assert "Viewer of northbank" not in answer.text


@pytest.mark.parametrize(("error", "page"), [(RuntimeError("x"), "server-fault"), (ServiceUnavailable(), "busy")])
def test_a_page_that_failed_is_tried_again_at_its_own_address(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, error: Exception, page: str
) -> None:
    browser = desk.browser()
    fail(monkeypatch, error)
    path = "/portal/companies?q=%C3%A4+%26%22%3C&of=all"
    answer = browser.look(path)
    assert data_page(answer.text) == page
    assert [unescape(one) for one in AGAIN.findall(answer.text)] == [path]


def test_what_was_sent_is_not_sent_again_by_a_link(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(monkeypatch, RuntimeError("x"))
    answer = desk.browser(None).send("/portal/sign-in", email="a@b.example", password="a guess")
    assert data_page(answer.text) == "server-fault"
    assert AGAIN.findall(answer.text) == []


def test_an_answer_of_another_site_is_not_repeated(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk.browser()
    fail(monkeypatch, RuntimeError("x"))
    assert AGAIN.findall(browser.look("/portal/companies?code=one&state=two").text) == []


@pytest.mark.parametrize("path", ["//elsewhere.example/x", "/\\elsewhere.example/x"])
def test_no_link_leads_to_another_site(desk: Desk, path: str) -> None:
    with desk.app.test_request_context("/", base_url=BASE, environ_overrides={"PATH_INFO": path}):
        (again,) = AGAIN.findall(off_ramp(OffRampPage(code="busy")).get_data(as_text=True))
    assert re.match(r"/(?:%5C)?elsewhere", again)
