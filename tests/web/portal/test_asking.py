"""Asking as one wants to: where the customer begins and in which language, and what comes after the request is out."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from linkflow.services.statuses import refresh_status
from linkflow.store import companies, requests
from linkflow.store.requests import DataRequest
from linkflow.store.turns import take_turn_of
from tests.web.portal.desk import Desk, data_page, hidden_fields, main_text, make_desk
from tests.web.portal.test_request_page import kinds, link_of, mails

NEW = "/portal/requests/new"
COMPANY = {
    "company": "new",
    "company_name": "Abra Kebabra Ltd",
    "contact_name": "Anna Abra",
    "contact_email": "anna@abra.example",
    "request_name": "Working capital review",
    "data_types": "financials",
}


def stored(desk: Desk, request_id: str) -> DataRequest:
    with desk.ctx.database.reading() as tx:
        found = requests.request_by_id(tx, request_id)
    assert found is not None
    return found


def sent(desk: Desk, **typed: str) -> DataRequest:
    """A request by way of its preview, as in a browser."""
    browser = desk.browser()
    preview = browser.send(NEW, do="preview", **COMPANY, **typed)
    assert preview.status_code == 200, main_text(preview.text)
    answer = browser.post(NEW, **hidden_fields(preview.text), do="send")
    assert answer.status_code == 303
    return stored(desk, answer.location.rsplit("/", 1)[1])


def begins_at(desk: Desk, request: DataRequest) -> str | None:
    with desk.ctx.database.reading() as tx:
        itself = companies.company_itself(tx, request.company_id)
        query = text("SELECT software FROM request_entities WHERE request_id = :request AND entity_id = :entity")
        return tx.connection.execute(query, {"request": request.id, "entity": itself.id}).scalar()


def test_a_request_begins_at_the_software_that_was_chosen_for_it(desk: Desk) -> None:
    request = sent(desk, software="sandbox")
    assert request.software == "sandbox"
    assert begins_at(desk, request) == "sandbox"


def test_the_choice_is_left_to_the_customer_unless_told_otherwise(desk: Desk) -> None:
    request = sent(desk, software="")
    assert request.software is None
    assert begins_at(desk, request) is None


@pytest.mark.parametrize("software", ["quickbooks", "nothing-like-it", "upload"])
def test_software_one_cannot_sign_in_to_is_refused_beside_its_field(desk: Desk, software: str) -> None:
    answer = desk.browser().send(NEW, do="preview", **COMPANY, software=software)
    assert answer.status_code == 422
    assert "Choose software from the list" in main_text(answer.text)
    assert "Abra Kebabra Ltd" in answer.text


def test_mail_and_pages_come_in_the_language_that_was_chosen(portal_url: str, tmp_path: object) -> None:
    desk = make_desk(tmp_path, portal_url, languages=["en-GB", "en-US"])  # type: ignore[arg-type]
    assert "English (United States)" in desk.browser().page(NEW)
    assert sent(desk, language="en-US").language == "en-US"
    answer = desk.browser().send(NEW, do="preview", **COMPANY, language="fr")
    assert answer.status_code == 422
    assert "Choose a language from the list" in main_text(answer.text)


def test_one_language_is_no_choice(desk: Desk) -> None:
    assert 'name="language"' not in desk.browser().page(NEW)


def test_a_reminder_can_be_sent_by_hand(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    browser.send(f"{page}/remind", on=page)
    assert [mail.kind for mail in mails(desk, asked.request_id)] == ["request", "reminder"]
    assert "A reminder is on its way" in main_text(browser.page(page))
    assert ("reminded", f"user:{desk.account().id}") in kinds(desk, asked.request_id)


def test_a_declined_request_is_not_reminded_of(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    decline(desk, asked.request_id)
    page = f"/portal/requests/{asked.request_id}"
    assert "Remind now" not in browser.page(page)
    browser.send(f"{page}/remind", on=page)
    assert "Nothing is left to remind of" in main_text(browser.page(page))
    assert [mail.kind for mail in mails(desk, asked.request_id) if mail.kind == "reminder"] == []


def decline(desk: Desk, request_id: str) -> None:
    with desk.ctx.database.transaction() as tx:
        requests.set_facts(tx, request_id, declined_at=desk.clock(), decline_reason="No time")
        take_turn_of(tx, "request", request_id)
        refresh_status(desk.ctx, tx, request_id)


def test_a_request_is_given_more_time_to_the_end_of_a_day(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    answer = browser.send(f"{page}/extend", last_day="2027-03-31")
    assert answer.location == page
    assert stored(desk, asked.request_id).expires_at.isoformat() == "2027-04-01T00:00:00+00:00"
    said = main_text(browser.page(page))
    assert "more time, until 31 March 2027." in said


def test_a_link_that_ends_before_its_request_says_so_and_what_then(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    then = "After that, opening it offers to mail a fresh one"
    assert f"until 23 December 2026, 12:00 UTC. {then}" in main_text(browser.page(page))
    assert then.lower() in main_text(browser.page(f"{page}/extend")).lower()
    browser.send(f"{page}/extend", last_day="2027-03-31")
    said = main_text(browser.page(page))
    assert "Open until 1 April 2027" in said
    assert f"Link Works, until 23 December 2026, 12:00 UTC. {then}" in said
    desk.clock.go_on(days=120)
    browser = desk.browser()
    browser.send(f"{page}/resend", on=page)
    said = main_text(browser.page(page))
    assert "Link Works, until 1 April 2027" in said
    assert then not in said


def test_the_day_that_is_suggested_lies_after_the_present_end_and_is_taken_as_it_is(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    for suggested in ("2027-03-23", "2027-04-23", "2027-05-24"):
        form = browser.page(f"{page}/extend")
        assert f'value="{suggested}"' in form
        assert browser.send(f"{page}/extend", last_day=suggested).status_code == 303


def test_the_day_that_is_suggested_is_never_too_far_away(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    browser.send(f"{page}/extend", last_day="2027-11-20")
    assert 'value="2027-11-23"' in browser.page(f"{page}/extend")
    assert browser.send(f"{page}/extend", last_day="2027-11-23").status_code == 303


def test_after_a_long_time_a_month_from_today_is_suggested(desk: Desk) -> None:
    asked = desk.ask()
    desk.clock.go_on(days=200)
    assert 'value="2027-07-11"' in desk.browser().page(f"/portal/requests/{asked.request_id}/extend")


def test_a_request_that_ran_out_can_be_answered_again(desk: Desk) -> None:
    asked = desk.ask()
    desk.clock.go_on(days=100)
    browser, page = desk.browser(), f"/portal/requests/{asked.request_id}"
    browser.send(f"{page}/extend", last_day=(desk.clock() + timedelta(days=10)).date().isoformat())
    link = link_of(desk, asked.request_id)
    assert link.expires_at > desk.clock()
    assert "Link Works" in main_text(browser.page(page))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter the last day"),
        ("31/12/2026", "Enter a date such as"),
        ("2026-11-22", "not over"),
        ("2026-12-01", "after the present end"),
        ("2029-01-01", "within a year"),
        ("9999-12-31", "within a year"),
        ("0001-01-01", "not over"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_what_was_typed(desk: Desk, typed: str, told: str) -> None:
    asked = desk.ask()
    answer = desk.browser().send(f"/portal/requests/{asked.request_id}/extend", last_day=typed)
    assert answer.status_code == 422
    assert told in main_text(answer.text)
    assert f'value="{typed}"' in answer.text


def test_a_withdrawn_request_gets_no_more_time_but_can_be_opened_again(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    old = link_of(desk, asked.request_id)
    browser.send(f"{page}/withdraw", on=page)
    assert "Give more time" not in browser.page(page)
    assert browser.send(f"{page}/extend", last_day="2027-03-31").status_code == 422
    browser.send(f"{page}/reopen", on=page)
    new = link_of(desk, asked.request_id)
    assert new.issue == old.issue + 1
    assert stored(desk, asked.request_id).status == "requested"
    assert mails(desk, asked.request_id)[-1].kind == "fresh_link"
    assert "open again" in main_text(browser.page(page))


def test_a_declined_request_can_be_opened_again(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    decline(desk, asked.request_id)
    page = f"/portal/requests/{asked.request_id}"
    browser.send(f"{page}/reopen", on=page)
    request = stored(desk, asked.request_id)
    assert (request.declined_at, request.decline_reason, request.status) == (None, "", "requested")


def test_pressed_twice_a_request_is_opened_again_once(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    decline(desk, asked.request_id)
    page = f"/portal/requests/{asked.request_id}"
    for _ in range(2):
        browser.send(f"{page}/reopen", on=page)
    assert [mail.kind for mail in mails(desk, asked.request_id)].count("fresh_link") == 1
    assert "This request is open" in main_text(browser.page(page))


@pytest.mark.parametrize("action", ["remind", "reopen", "extend"])
def test_a_viewer_does_none_of_it(desk: Desk, action: str) -> None:
    asked, browser = desk.ask(), desk.browser("viewer")
    page = f"/portal/requests/{asked.request_id}"
    answer = browser.send(f"{page}/{action}", on=page, last_day="2027-03-31")
    assert answer.status_code == 403
    assert data_page(answer.text) == "forbidden"
    for words in ("Remind now", "Open again", "Give more time"):
        assert words not in browser.page(page)
