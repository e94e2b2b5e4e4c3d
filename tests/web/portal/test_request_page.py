"""One request: what it says, and what may be done to it."""

from dataclasses import replace

import pytest

from linkflow.domain.ports import Job
from linkflow.services import mailing
from linkflow.services.statuses import refresh_due, refresh_status
from linkflow.store import events, messages, requests
from linkflow.store.messages import Message
from linkflow.store.requests import Link
from linkflow.store.turns import take_turn
from tests.jobs.rig import add_rows
from tests.web.portal.desk import Desk, main_text, make_desk


def link_of(desk: Desk, request_id: str) -> Link:
    with desk.ctx.database.reading() as tx:
        return requests.links_of_request(tx, request_id)[0]


def kinds(desk: Desk, request_id: str) -> list[tuple[str, str]]:
    with desk.ctx.database.reading() as tx:
        return [(event.kind, event.actor) for event in events.events_of_request(tx, request_id).rows]


def mails(desk: Desk, request_id: str) -> tuple[Message, ...]:
    with desk.ctx.database.reading() as tx:
        return messages.messages_of_request(tx, request_id)


def test_it_says_who_was_asked_for_what_by_whom_and_the_phrase(desk: Desk) -> None:
    asked = desk.ask()
    with desk.ctx.database.reading() as tx:
        request = requests.request_by_id(tx, asked.request_id)
    assert request is not None
    said = main_text(desk.browser("viewer").page(f"/portal/requests/{asked.request_id}"))
    for part in (
        "Virtual card application, Abra Kebabra Ltd",
        "Status Sent",
        "Financial statements and supplier spend",
        "Anna Abra anna@abra.example",
        "Asked by Manager of northbank",
        "Link Works, until 23 December 2026",
        f"Verification phrase {request.phrase}",
    ):
        assert part in said


def test_the_link_is_not_shown_until_it_is_asked_for_and_then_once(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    assert asked.link not in browser.page(page)
    answer = browser.send(f"{page}/show-link", on=page)
    assert answer.status_code == 303
    assert answer.location == page
    assert asked.link in browser.page(page)
    assert asked.link not in browser.page(page)
    assert ("link-shown", f"user:{desk.account().id}") in kinds(desk, asked.request_id)


def test_a_shown_link_of_one_request_is_not_shown_on_another(desk: Desk) -> None:
    one, other, browser = desk.ask(), desk.ask("Hairosmith"), desk.browser()
    page = f"/portal/requests/{one.request_id}"
    browser.send(f"{page}/show-link", on=page)
    said = browser.page(f"/portal/requests/{other.request_id}")
    assert one.link not in said
    assert other.link not in said


def test_resending_mails_again_and_gives_the_link_its_time_back(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    desk.clock.go_on(minutes=20)
    page = f"/portal/requests/{asked.request_id}"
    before = link_of(desk, asked.request_id)
    assert browser.send(f"{page}/resend", on=page).location == page
    assert link_of(desk, asked.request_id).expires_at > before.expires_at
    assert [job for job, _ in desk.jobs] == [Job.SEND_MESSAGE] * 2
    assert "on its way again" in main_text(browser.page(page))
    assert "on its way again" not in main_text(browser.page(page))


@pytest.mark.parametrize("action", ["resend", "remind"])
def test_pressed_twice_it_is_mailed_once(desk: Desk, action: str) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    for seconds in (0, 59, 1):
        desk.clock.go_on(seconds=seconds)
        browser.send(f"{page}/{action}", on=page)
        said = main_text(browser.page(page))
        assert ("on its way" in said) is (seconds != 59)
        assert ("less than a minute ago" in said) is (seconds == 59)
        assert len(mails(desk, asked.request_id)) == (3 if seconds == 1 else 2)


def test_mailed_again_it_can_still_be_reminded_of_at_once(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    for action in ("resend", "remind"):
        browser.send(f"{page}/{action}", on=page)
    assert [mail.kind for mail in mails(desk, asked.request_id)] == ["request", "request", "reminder"]


def test_the_sixth_resend_within_an_hour_is_refused_with_a_reason(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    for _ in range(5):
        browser.send(f"{page}/resend", on=page)
        desk.clock.go_on(minutes=1)
    browser.send(f"{page}/resend", on=page)
    assert "five times within the hour" in main_text(browser.page(page))
    assert len(mails(desk, asked.request_id)) == 6


def test_a_withdrawn_request_offers_nothing_more(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    assert browser.send(f"{page}/withdraw", on=page).location == page
    said = main_text(browser.page(page))
    assert "Status Withdrawn" in said
    assert "Link Withdrawn" in said
    for word in ("Send again", "Show the link", "Withdraw "):
        assert word not in said.replace("Withdrawn", "")
    assert ("withdrawn", f"user:{desk.account().id}") in kinds(desk, asked.request_id)


def test_where_something_was_shared_one_is_asked_before_withdrawing(desk: Desk) -> None:
    rows, browser = add_rows(desk.ctx), desk.browser()
    page = f"/portal/requests/{rows.request_id}"
    assert f'href="{page}/withdraw"' in browser.page(page)
    asked = main_text(browser.page(f"{page}/withdraw"))
    assert "Their link stops at once, and with it their way to see what was read and to disconnect." in asked
    assert browser.send(f"{page}/withdraw", sure="yes").location == page
    assert "Status Withdrawn" in main_text(browser.page(page))
    assert browser.look(f"{page}/withdraw").location == page


def test_what_was_shared_a_moment_ago_is_asked_about_although_the_button_was_for_one_press(desk: Desk) -> None:
    rows, browser = add_rows(desk.ctx), desk.browser()
    page = f"/portal/requests/{rows.request_id}"
    before = desk.rows()
    assert browser.send(f"{page}/withdraw", on=page).location == f"{page}/withdraw"
    assert desk.rows() == before


@pytest.mark.parametrize("action", ["resend", "show-link", "withdraw"])
def test_a_withdrawn_request_refuses_in_words(desk: Desk, action: str) -> None:
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    browser.send(f"{page}/withdraw", on=page)
    browser.page(page)
    count = len(kinds(desk, asked.request_id))
    browser.send(f"{page}/{action}", on=page)
    assert "This request was withdrawn" in main_text(browser.page(page))
    assert len(kinds(desk, asked.request_id)) == count


def test_a_request_past_its_end_refuses_in_words(desk: Desk) -> None:
    asked = desk.ask()
    desk.clock.go_on(days=90)
    browser, page = desk.browser(), f"/portal/requests/{asked.request_id}"
    browser.send(f"{page}/resend", on=page)
    said = main_text(browser.page(page))
    assert "reached its end" in said
    assert "Link Expired" in said


@pytest.mark.parametrize("action", ["resend", "show-link", "withdraw"])
def test_a_stale_button_does_nothing_and_says_so(desk: Desk, action: str) -> None:
    asked, browser = desk.ask(), desk.browser()
    before, page = desk.rows(), f"/portal/requests/{asked.request_id}"
    assert browser.post(f"{page}/{action}").location == page
    assert "open for too long" in main_text(browser.page(page))
    assert desk.rows() == before


@pytest.mark.parametrize("action", ["resend", "show-link"])
def test_a_button_is_not_an_address_to_look_at(desk: Desk, action: str) -> None:
    asked = desk.ask()
    assert desk.browser().look(f"/portal/requests/{asked.request_id}/{action}").status_code == 405


def test_the_mail_is_shown_inert_with_a_policy_that_frames_it(desk: Desk) -> None:
    asked, browser = desk.ask(), desk.browser("viewer")
    (mail,) = mails(desk, asked.request_id)
    page = browser.look(f"/portal/requests/{asked.request_id}")
    frame = f"/portal/requests/{asked.request_id}/mails/{mail.id}"
    assert f'src="{frame}"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    html = browser.page(frame)
    assert asked.link not in html
    assert asked.link not in page.text
    assert desk.ctx.address("/l/...") in html


@pytest.mark.parametrize("kind", ["hand_over", "fresh_link"])
def test_a_mail_to_a_colleague_is_none_of_those_shown(desk: Desk, kind: str) -> None:
    asked = desk.ask()
    own, now = link_of(desk, asked.request_id), desk.ctx.now()
    (first,) = mails(desk, asked.request_id)
    narrow = replace(own, id="narrow", kind="hand_over", recipient_email="bob@accountants.example", created_at=now)
    desk.clock.go_on(minutes=1)
    with desk.ctx.database.transaction() as tx:
        requests.add_link(tx, narrow)
        sent = mailing.queue_link_mail(desk.ctx, tx, kind, link_id=narrow.id, handed_over_by="Anna Abra")
    page, browser = f"/portal/requests/{asked.request_id}", desk.browser()
    assert browser.look(f"{page}/mails/{sent}").status_code == 404
    assert f"{page}/mails/{first.id}" in browser.page(page)


@pytest.mark.parametrize("kind", ["code", "connected"])
def test_only_mails_with_the_requests_own_link_are_shown(desk: Desk, kind: str) -> None:
    asked = desk.ask()
    (mail,) = mails(desk, asked.request_id)
    with desk.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql(f"UPDATE messages SET kind = '{kind}'")
    path = f"/portal/requests/{asked.request_id}/mails/{mail.id}"
    assert desk.browser().look(path).status_code == 404


def test_a_mail_is_found_under_its_own_request_alone(desk: Desk) -> None:
    one, other = desk.ask(), desk.ask("Hairosmith")
    (mail,) = mails(desk, one.request_id)
    assert desk.browser().look(f"/portal/requests/{other.request_id}/mails/{mail.id}").status_code == 404


def test_showing_the_link_is_not_offered_where_copying_is_off(portal_url: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    desk = make_desk(tmp_path, portal_url, feel={"copy_link": False})
    asked, browser = desk.ask(), desk.browser()
    page = f"/portal/requests/{asked.request_id}"
    assert "Show the link" not in main_text(browser.page(page))
    assert browser.send(f"{page}/show-link", on=page).status_code == 404
    assert asked.link not in browser.page(page)
    desk.ctx.database.dispose()


def test_that_the_time_to_answer_is_over_is_written_down_once_each_time(desk: Desk) -> None:
    asked = desk.ask()
    page = f"/portal/requests/{asked.request_id}"
    assert refresh_due(desk.ctx) == 0
    desk.clock.go_on(days=91)
    assert (refresh_due(desk.ctx), refresh_due(desk.ctx)) == (1, 0)
    assert kinds(desk, asked.request_id)[0] == ("expired", "linkflow")
    browser = desk.browser()
    assert "The time to answer was over, so the request ended." in main_text(browser.page(page))
    browser.send(f"{page}/reopen", on=page)
    assert [kind for kind, _ in kinds(desk, asked.request_id)].count("expired") == 1
    desk.clock.go_on(days=91)
    with desk.ctx.database.transaction() as tx:  # whatever else happened found it out first
        take_turn(tx, asked.company_id)
        refresh_status(desk.ctx, tx, asked.request_id)
    assert refresh_due(desk.ctx) == 0
    assert [kind for kind, _ in kinds(desk, asked.request_id)].count("expired") == 2
