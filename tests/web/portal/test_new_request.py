"""Asking a company: typed, previewed, sent once, or made as a link."""

import re
from html import unescape
from pathlib import Path

import pytest

from linkflow.domain.ports import Job
from linkflow.store import companies, messages, requests
from linkflow.store.companies import Company
from linkflow.store.requests import DataRequest
from tests.web.portal.desk import Browser, Desk, data_page, hidden_fields, main_text, make_desk

NEW = "/portal/requests/new"
TYPED = {
    "company": "new",
    "company_name": "The Codfather",
    "contact_name": "Don Cod",
    "contact_email": "don@codfather.example",
    "data_types": "both",
    "request_name": "Working capital review",
    "due_on": "2026-12-24",
    "note": "See you on Friday <b>.",
}


def company_of(desk: Desk) -> Company:
    with desk.ctx.database.reading() as tx:
        return companies.companies_of(tx, "northbank")[0]


def requests_of(desk: Desk) -> tuple[DataRequest, ...]:
    with desk.ctx.database.reading() as tx:
        return requests.requests_of_company(tx, company_of(desk).id)


def preview(browser: Browser, **over: str) -> str:
    answer = browser.send(NEW, do="preview", **{**TYPED, **over})
    assert answer.status_code == 200, main_text(answer.text)
    return answer.text


def frame_of(page: str) -> str:
    found = re.search(r'<iframe[^>]* src="([^"]+)"', page)
    assert found is not None
    return unescape(found[1])


def test_a_preview_stores_nothing(desk: Desk) -> None:
    browser, before = desk.browser(), desk.rows()
    page = preview(browser)
    assert "Exactly this is sent" in main_text(page)
    assert browser.look(frame_of(page)).status_code == 200
    assert desk.rows() == before
    assert desk.jobs == []


def test_what_was_previewed_is_what_is_sent(desk: Desk) -> None:
    browser = desk.browser()
    page = preview(browser)
    shown, html = main_text(page), browser.page(frame_of(page))
    answer = browser.post(NEW, **hidden_fields(page), do="send")
    assert answer.status_code == 303
    (made,) = requests_of(desk)
    assert answer.location == f"/portal/requests/{made.id}"
    with desk.ctx.database.reading() as tx:
        (mail,) = messages.messages_of_request(tx, made.id)
    assert desk.jobs == [(Job.SEND_MESSAGE, mail.id)]
    assert mail.recipient == "don@codfather.example"
    assert f"Subject {mail.subject}" in shown
    assert made.phrase in mail.text
    inert = desk.ctx.address("/l/...")
    assert " ".join(mail.text.replace("[[linkflow:link]]", inert).split()) in shown
    sent = re.sub(r'(<a\b[^>]*?)\shref="[^"]*"', r"\1", mail.html).replace("[[linkflow:link]]", inert)
    assert html == sent


def test_the_request_is_what_was_typed(desk: Desk) -> None:
    browser = desk.browser()
    browser.post(NEW, **hidden_fields(preview(browser)), do="send")
    (made,) = requests_of(desk)
    company = company_of(desk)
    assert (company.name, company.contact_name, company.contact_email) == (
        "The Codfather",
        "Don Cod",
        "don@codfather.example",
    )
    assert (made.name, made.data_types, str(made.due_on), made.note, made.status, made.created_by) == (
        "Working capital review",
        "financials,spend_analysis",
        "2026-12-24",
        "See you on Friday <b>.",
        "requested",
        desk.account().id,
    )


def test_pressing_send_twice_makes_one_request_and_one_mail(desk: Desk) -> None:
    browser = desk.browser()
    fields = hidden_fields(preview(browser))
    first, second = (browser.post(NEW, **fields, do="send") for _ in range(2))
    assert first.location == second.location
    assert len(requests_of(desk)) == 1
    assert len(desk.jobs) == 1


def test_two_drafts_are_two_requests_with_phrases_of_their_own(desk: Desk) -> None:
    browser = desk.browser()
    drafts = [hidden_fields(preview(browser)) for _ in range(2)]
    asked = desk.ask()
    for fields in drafts:
        browser.post(NEW, **{**fields, "company": asked.company_id}, do="send")
    found = [one for one in requests_of(desk) if one.id != asked.request_id]
    assert len(found) == len({one.id for one in found}) == 2


def test_another_users_draft_is_not_ones_own(desk: Desk) -> None:
    browser = desk.browser()
    fields = hidden_fields(preview(browser))
    browser.post(NEW, **fields, do="send")
    (first,) = requests_of(desk)
    other = desk.browser("administrator")
    del fields["linkflow_csrf"]
    other.send(NEW, do="send", **fields)
    with desk.ctx.database.reading() as tx:
        found = [
            one.id
            for company in companies.companies_of(tx, "northbank")
            for one in requests.requests_of_company(tx, company.id)
        ]
    assert len(found) == 2
    assert first.id in found


def test_making_the_link_alone_shows_it_once_and_mails_nothing(desk: Desk) -> None:
    browser = desk.browser()
    answer = browser.post(NEW, **hidden_fields(preview(browser)), do="link")
    (made,) = requests_of(desk)
    first, second = browser.page(answer.location), browser.page(answer.location)
    assert f"{desk.ctx.settings.public_url}/l/" in first
    assert f"{desk.ctx.settings.public_url}/l/" not in second
    assert "nothing was sent" in main_text(first)
    assert made.status == "draft"
    assert "Not sent yet" in main_text(second)
    assert desk.jobs == []


def test_changing_something_keeps_what_was_typed(desk: Desk) -> None:
    browser = desk.browser()
    answer = browser.post(NEW, **hidden_fields(preview(browser)), do="change")
    assert answer.status_code == 200
    assert data_page(answer.text) == "new-request"
    for text in ("The Codfather", "don@codfather.example", "2026-12-24", "See you on Friday &lt;b&gt;."):
        assert text in answer.text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("company_name", " ", "Enter the company’s name"),
        ("company_name", "x" * 101, "Shorten the company’s name"),
        ("contact_name", "", "Enter the contact’s name"),
        ("contact_email", "", "Enter the contact’s email address"),
        ("contact_email", "don@codfather", "Enter an email address"),
        ("contact_email", "a@b.example, c@d.example", "Enter an email address"),
        ("data_types", "", "Choose what to ask for"),
        ("data_types", "everything", "Choose what to ask for"),
        ("request_name", "", "Enter a name for the request"),
        ("request_name", "x" * 101, "Shorten the request’s name"),
        ("due_on", "24.12.2026", "Enter a date such as"),
        ("due_on", "2026-11-22", "Choose a date that has not passed"),
        ("note", "x" * 501, "Shorten the note"),
    ],
)
@pytest.mark.parametrize("pressed", ["preview", "send"])
def test_a_mistake_comes_back_with_what_was_typed(desk: Desk, field: str, typed: str, said: str, pressed: str) -> None:
    browser, before = desk.browser(), desk.rows()
    answer = browser.send(NEW, do=pressed, **{**TYPED, field: typed})
    assert answer.status_code == 422
    assert said in main_text(answer.text)
    assert "See you on Friday" in answer.text or field == "note"
    assert desk.rows() == before


@pytest.mark.parametrize(
    ("zone", "gone", "today"),
    [("Pacific/Auckland", "2026-11-23", "2026-11-24"), ("Pacific/Honolulu", "2026-11-21", "2026-11-22")],
)
def test_whether_a_date_has_passed_is_judged_where_the_organization_is(
    portal_url: str, tmp_path: Path, zone: str, gone: str, today: str
) -> None:
    desk = make_desk(tmp_path, portal_url, timezone=zone)
    desk.clock.time = {"2026-11-24": desk.clock.time, "2026-11-22": desk.clock.time.replace(hour=9)}[today]
    browser = desk.browser()
    answer = browser.send(NEW, do="send", **{**TYPED, "due_on": gone})
    assert answer.status_code == 422
    assert "Choose a date that has not passed" in main_text(answer.text)
    assert browser.send(NEW, do="send", **{**TYPED, "due_on": today}).status_code == 303
    assert str(requests_of(desk)[0].due_on) == today


def test_the_way_out_leads_back_to_the_company_it_is_about(desk: Desk) -> None:
    known, browser = desk.ask(), desk.browser()
    page = browser.page(f"{NEW}?company={known.company_id}")
    assert "<h1>Request information</h1>" in page
    assert f'href="/portal/companies/{known.company_id}">Cancel</a>' in page
    back = browser.send(NEW, do="preview", company=known.company_id)
    assert back.status_code == 422
    assert f'href="/portal/companies/{known.company_id}">Cancel</a>' in back.text


@pytest.mark.parametrize("query", ["", "?company=new"])
def test_without_a_company_the_way_out_leads_back_to_the_requests(desk: Desk, query: str) -> None:
    assert 'href="/portal/requests">Cancel</a>' in desk.browser().page(NEW + query)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("24.12.2026", "text"), ("20261224", "text"), ("2026-W52-4", "text"), ("2026-12-24", "date"), ("", "date")],
)
def test_a_day_no_date_field_could_show_comes_back_as_text_also_beside_another_mistake(
    desk: Desk, typed: str, shown: str
) -> None:
    answer = desk.browser().send(NEW, do="preview", **{**TYPED, "due_on": typed, "request_name": ""})
    assert answer.status_code == 422
    assert f'id="due_on" name="due_on" type="{shown}" value="{typed}"' in answer.text


def test_the_last_day_there_is_can_be_asked_for(desk: Desk) -> None:
    browser = desk.browser()
    assert browser.send(NEW, do="preview", **{**TYPED, "due_on": "9999-12-31"}).status_code == 200
    answer = browser.send(NEW, do="send", **{**TYPED, "due_on": "9999-12-31"}, follow=True)
    assert "December 9999" in main_text(answer.text)
    assert "9999" in main_text(browser.page("/portal/requests"))


def test_a_stale_form_sends_nothing_and_loses_nothing(desk: Desk) -> None:
    browser, before = desk.browser(), desk.rows()
    answer = browser.post(NEW, **TYPED, do="send")
    assert answer.status_code == 422
    assert "The Codfather" in answer.text
    assert desk.rows() == before


def test_a_known_company_is_asked_at_the_address_on_file(desk: Desk) -> None:
    asked = desk.ask()
    page = preview(desk.browser(), company=asked.company_id, contact_email="elsewhere@example.com")
    assert "To anna@abra.example" in main_text(page)


def test_a_zero_byte_is_left_out_of_what_is_stored(desk: Desk) -> None:
    browser = desk.browser()
    browser.send(NEW, do="send", **{**TYPED, "company_name": "The\x00 Codfather"})
    assert company_of(desk).name == "The Codfather"


def test_the_longest_note_can_be_previewed(desk: Desk) -> None:
    browser = desk.browser()
    page = preview(browser, note="😀" * 500)
    assert browser.look(frame_of(page)).status_code == 200


def test_the_previewed_mail_can_do_nothing(desk: Desk) -> None:
    browser = desk.browser()
    page = preview(browser)
    answer = browser.look(frame_of(page))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("sandbox")
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert re.search(r"<a\b[^>]*\shref", answer.text) is None
    assert "<script" not in answer.text
    assert "[[linkflow" not in answer.text


@pytest.mark.parametrize("role", ["administrator", "manager"])
def test_a_preview_belongs_to_who_made_it(desk: Desk, role: str) -> None:
    frame = frame_of(preview(desk.browser()))
    assert desk.browser(role, "harbour" if role == "manager" else "northbank").look(frame).status_code == 404


@pytest.mark.parametrize("change", [lambda path: path[:-4] + "AAAA", lambda _path: f"{NEW}/mail/x"])
def test_a_changed_preview_is_not_found(desk: Desk, change) -> None:  # type: ignore[no-untyped-def]
    browser = desk.browser()
    assert browser.look(change(frame_of(preview(browser)))).status_code == 404


CAMPAIGN = {
    "redirect_after": "https://bank.example/done?c={campaign}&s={status}",
    "redirect_hosts": ["bank.example"],
    "redirect_parameters": ["campaign"],
}


def test_what_the_organizations_page_is_told_is_typed_where_it_names_it_and_kept_with_the_request(
    portal_url: str, tmp_path: Path
) -> None:
    desk = make_desk(tmp_path, portal_url, feel=CAMPAIGN)
    browser = desk.browser()
    assert 'name="parameter_campaign"' in browser.page(f"{NEW}?company=new")
    page = preview(browser, parameter_campaign="  spring-2026 ")
    assert "spring-2026" not in main_text(page).partition("Send to")[0], "it is no part of the mail"
    answer = browser.post(NEW, **hidden_fields(page), do="send")
    (made,) = requests_of(desk)
    assert made.redirect_parameters == '{"campaign": "spring-2026"}'
    assert "campaign spring-2026" in main_text(browser.page(answer.location))
    desk.ctx.database.dispose()


@pytest.mark.parametrize("value", ["don@codfather.example", "Don Cod", "../..", "a/b", "é", "x" * 65, "{status}"])
def test_what_could_be_personal_or_leave_its_place_is_refused(portal_url: str, tmp_path: Path, value: str) -> None:
    desk = make_desk(tmp_path, portal_url, feel=CAMPAIGN)
    browser = desk.browser()
    answer = browser.send(NEW, do="preview", **TYPED, parameter_campaign=value)
    assert answer.status_code == 422
    assert "Use letters without accents, digits, dots, dashes and underscores, 64 at most." in main_text(answer.text)
    assert f'value="{value}"' in unescape(answer.text)
    desk.ctx.database.dispose()


def test_nothing_is_asked_or_taken_where_the_organization_names_nothing(desk: Desk) -> None:
    browser = desk.browser()
    assert "parameter_" not in browser.page(f"{NEW}?company=new")
    page = preview(browser, parameter_campaign="spring-2026")
    browser.post(NEW, **hidden_fields(page), do="send", parameter_campaign="spring-2026")
    (made,) = requests_of(desk)
    assert made.redirect_parameters == "{}"


def test_no_link_is_offered_or_made_where_copying_is_off(portal_url: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    desk = make_desk(tmp_path, portal_url, feel={"copy_link": False})
    browser, before = desk.browser(), ""
    page = preview(browser)
    before = desk.rows()
    assert "Make the link only" not in main_text(page)
    assert browser.post(NEW, **hidden_fields(page), do="link").status_code == 404
    assert desk.rows() == before
    desk.ctx.database.dispose()
