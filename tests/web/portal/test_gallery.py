"""The gallery of an organization in the portal: its own, for its administrators, and nothing in it does anything."""

import re

import pytest

from tests.web.portal.desk import Desk, data_page, main_text


def test_an_administrator_sees_every_page_and_mail_by_subject(desk: Desk) -> None:
    page = desk.browser("administrator").page("/portal/gallery")
    assert data_page(page) == "gallery"
    assert {"Welcome", "Consent reconnect", "Request financials", "Link expired"} <= set(
        re.findall(r">([^<>]+)</a>", page)
    )


def test_a_document_is_framed_in_the_width_scheme_and_language_that_are_asked_for(desk: Desk) -> None:
    page = desk.browser("administrator").page("/portal/gallery/welcome?width=desktop&scheme=dark")
    assert data_page(page) == "gallery-page"
    frame = re.search(r"<iframe [^>]*>", page)
    assert frame is not None
    assert 'class="stage__page stage__page--desktop stage__page--dark"' in frame[0]
    assert "/portal/gallery/welcome/document?language=en-GB" in frame[0]
    assert "sandbox=" in frame[0]


@pytest.mark.parametrize("asked", ["width=wide&scheme=pink&language=tlh", "", "language=../../etc"])
def test_what_cannot_be_asked_for_is_shown_as_on_a_phone_in_the_first_language(desk: Desk, asked: str) -> None:
    page = desk.browser("administrator").page(f"/portal/gallery/welcome?{asked}")
    assert "stage__page--phone stage__page--light" in page
    assert "document?language=en-GB" in page


@pytest.mark.parametrize("sample", ["welcome", "consent", "exit", "upload", "mail-request-both"])
def test_a_document_can_neither_run_send_nor_lead_anywhere(desk: Desk, sample: str) -> None:
    answer = desk.browser("administrator").look(f"/portal/gallery/{sample}/document")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "script-src" not in policy
    assert re.search(r"sandbox(?! [^;]*allow-(scripts|forms|popups|top))", policy)
    assert set(re.findall(r'<form [^>]*action="([^"]*)"', answer.text)) <= {"#"}
    assert not re.search(r'<a [^>]*href="[^"#]', answer.text)
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_receipt_is_shown_as_the_text_it_is(desk: Desk) -> None:
    answer = desk.browser("administrator").look("/portal/gallery/receipt/document")
    assert answer.mimetype == "text/plain"
    assert "Abra Kebabra Ltd" in answer.text


def test_nobody_else_sees_it(desk: Desk) -> None:
    for role in ("viewer", "manager"):
        for path in ("", "/welcome", "/welcome/document"):
            assert desk.browser(role).look(f"/portal/gallery{path}").status_code == 403


def test_each_organization_has_its_own(desk: Desk) -> None:
    other = desk.browser("administrator", organization="harbour")
    shown = other.look("/portal/gallery/welcome/document?organization=northbank").text
    assert "/theme/harbour/" in shown
    assert "Northbank" not in shown


def test_a_mail_is_shown_with_its_subject_and_its_plain_words(desk: Desk) -> None:
    text = main_text(desk.browser("administrator").page("/portal/gallery/mail-code-for-access"))
    assert "Subject:" in text
    assert "123456" in text


@pytest.mark.parametrize("sample", ["no-such", "mail-no-such", "portal"])
def test_there_is_no_page_for_what_there_is_not(desk: Desk, sample: str) -> None:
    browser = desk.browser("administrator")
    assert browser.look(f"/portal/gallery/{sample}").status_code == 404
    assert browser.look(f"/portal/gallery/{sample}/document").status_code == 404
