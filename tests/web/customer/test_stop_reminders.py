"""Whoever wants no more reminders stops them from the mail: by a press on a page, or of the mail program alone."""

import email
import socket
from email.message import EmailMessage
from email.policy import default

import pytest
from werkzeug.test import TestResponse

from linkflow.domain.errors import Refused
from linkflow.domain.ports import Job
from linkflow.mail import Mailer, SmtpMailer
from linkflow.services import delivering, following_up, reminding
from linkflow.smtp_server import SmtpServer
from tests.services.test_delivering import FakeMailer, Inbox, smtp_server, text_of
from tests.web.office import BASE, Office, on_sqlite

PUBLIC = "https://books.northbank.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
FROM_ELSEWHERE = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}


@pytest.fixture
def public(office: Office) -> Office:
    """The office as the internet reaches it."""
    return office.again(public_url=PUBLIC, trusted_hosts=("books.northbank.example",))


def send_all(office: Office, mailer: Mailer) -> None:
    for message_id in office.enqueued.of(Job.SEND_MESSAGE):
        delivering.deliver(office.ctx, message_id, mailer=mailer)


def reminder(office: Office) -> EmailMessage:
    """The reminder three days after a request."""
    mailer = FakeMailer()
    office.ask()
    send_all(office, mailer)
    office.clock.go_on(days=3)
    assert reminding.send_due(office.ctx) == 1
    send_all(office, mailer)
    return mailer.sent[-1]


def address_in(mail: EmailMessage) -> str:
    return str(mail["List-Unsubscribe"]).strip("<>")


def token_in(mail: EmailMessage) -> str:
    return address_in(mail).rpartition("/")[2]


def post(office: Office, address: str) -> TestResponse:
    """What a mail program sends: from its own place, without a cookie or anything from a page."""
    path = address.removeprefix(PUBLIC)
    client = office.app.test_client(use_cookies=False)
    return client.post(path, base_url=PUBLIC, data=ONE_CLICK, headers=FROM_ELSEWHERE)


def look(office: Office, address: str) -> TestResponse:
    return office.app.test_client(use_cookies=False).get(address.removeprefix(PUBLIC), base_url=PUBLIC)


def stopped(office: Office) -> bool:
    return office.count("requests", "reminders_off_at IS NOT NULL") == 1


def test_a_reminder_that_went_out_over_smtp_is_the_last_after_the_mail_program_pressed(public: Office) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    inbox, mailer = Inbox(), SmtpMailer(SmtpServer.from_url(f"smtp://127.0.0.1:{port}?starttls=off"))
    public.ask()
    with smtp_server(inbox, port):
        send_all(public, mailer)
        public.clock.go_on(days=3)
        reminding.send_due(public.ctx)
        send_all(public, mailer)
    first, second = (email.message_from_bytes(one.content, policy=default) for one in inbox.received)
    assert "List-Unsubscribe" not in first
    assert second["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = address_in(second)
    assert f"Send me no more reminders of this request:\n{address}\n" in text_of(second).replace("\r\n", "\n")
    assert address in text_of(second, "html")
    assert not stopped(public)
    answer = post(public, address)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert stopped(public)
    public.clock.go_on(days=4)
    assert reminding.send_due(public.ctx) == 0


def test_looking_shows_one_button_and_changes_nothing(public: Office) -> None:
    address, before = address_in(reminder(public)), public.rows()
    page = look(public, address)
    assert 'data-page="stop-reminders"' in page.text
    assert page.text.count("<button") == 1
    assert "Anna" not in page.text
    assert "Abra" not in page.text
    assert public.rows() == before


def test_pressed_again_and_again_it_is_stopped_once(public: Office) -> None:
    address = address_in(reminder(public))
    assert {post(public, address).status_code for _ in range(3)} == {200}
    assert "No further reminder" in look(public, address).text
    assert public.count("events", "kind = 'reminders-stopped'") == 1


def test_a_reminder_that_waits_when_they_are_stopped_does_not_leave(public: Office) -> None:
    address, mailer = address_in(reminder(public)), FakeMailer()
    public.clock.go_on(days=4)
    assert reminding.send_due(public.ctx) == 1
    post(public, address)
    send_all(public, mailer)
    assert mailer.sent == []


def test_its_token_opens_nothing_and_a_links_token_stops_nothing(public: Office) -> None:
    mail = reminder(public)
    assert look(public, f"{PUBLIC}/l/{token_in(mail)}").status_code == 404
    links = [public.ctx.signer.sign_link(one, 1) for one in public.values("SELECT id FROM links")]
    for token in (*links, token_in(mail)[:-1], "made-up"):
        assert post(public, f"{PUBLIC}/stop-reminders/{token}").status_code == 404
    assert not stopped(public)


def test_whoever_is_no_longer_reminded_stops_nothing_for_who_is(public: Office) -> None:
    address = address_in(reminder(public))
    public.write("UPDATE links SET recipient_email = 'ben@abra.example'")
    assert post(public, address).status_code == 200
    assert not stopped(public)


def test_the_manager_sees_it_and_starts_them_again_on_purpose(public: Office) -> None:
    mail = reminder(public)
    plain = public.again(public_url=BASE, trusted_hosts=("127.0.0.1",))
    plain.browser().post(f"/stop-reminders/{token_in(mail)}", **ONE_CLICK)
    manager, (request_id,) = plain.user(), plain.values("SELECT id FROM requests")
    page = manager.look(f"/portal/requests/{request_id}").page.text
    assert "The contact stopped them on" in page
    assert "No further reminders: they were stopped with the address in one." in page
    assert f"/portal/requests/{request_id}/remind" not in page
    with pytest.raises(Refused, match="refused"):
        following_up.remind(plain.ctx, plain.account(), request_id)
    again = next(form for form in manager.forms if form.action.endswith("/start-reminders"))
    page = manager.post(again.action, **again.fields).page.text
    assert "Reminders were started again." in page
    assert f"/portal/requests/{request_id}/remind" in page
    plain.clock.go_on(days=4)
    assert reminding.send_due(plain.ctx) == 1


@pytest.mark.parametrize("over", ["withdrawn_at = created_at", "expires_at = created_at"])
def test_of_a_request_that_is_over_nothing_is_said_to_wait_or_to_stay_open(public: Office, over: str) -> None:
    address = address_in(reminder(public))
    public.write(f"UPDATE requests SET {over}")
    for page in (look(public, address), post(public, address)):
        assert page.status_code == 200
        assert "No further reminder" in page.text
        assert not [one for one in ("waits for your answer", "stays open", "<button") if one in page.text]


def test_reminders_to_sign_in_again_are_stopped_past_the_requests_end_too(public: Office) -> None:
    address = address_in(reminder(public))
    public.write("UPDATE messages SET kind = 'needs_reconnecting' WHERE kind = 'reminder'")
    public.write("UPDATE requests SET expires_at = created_at")
    assert "Stop the reminders" in look(public, address).text


@on_sqlite
def test_over_plain_http_there_is_the_link_but_nothing_for_mail_programs(office: Office) -> None:
    mail = reminder(office)
    assert "List-Unsubscribe" not in mail
    assert "/stop-reminders/" in text_of(mail)
