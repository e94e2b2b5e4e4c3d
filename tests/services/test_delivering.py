"""Mails leave once, filled in at the last moment, whatever the server does meanwhile."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from linkflow.domain.ports import Job
from linkflow.mail import FileMailbox, MailRefused, SmtpMailer
from linkflow.services import accounts, delivering, informing, mailing
from linkflow.services.informing import Wish
from linkflow.services.job_steps import DONE, FAILED, StepKind
from linkflow.smtp_server import SmtpServer
from linkflow.store import codes, companies, connections, events, messages, requests
from linkflow.store.messages import Message
from linkflow.store.turns import take_turn
from linkflow.store.uploads import StoredFile
from tests.jobs.rig import Rig, Rows, add_rows, ask, make_rig


class FakeMailer:
    """Takes every mail, or refuses with what it is given."""

    def __init__(self, *refusals: MailRefused) -> None:
        self.sent: list[EmailMessage] = []
        self.refusals = list(refusals)

    def send(self, message: EmailMessage) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.append(message)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


def queue(rig: Rig, rows: Rows, kind: str = "request") -> str:
    with rig.ctx.database.transaction() as tx:
        return mailing.queue_link_mail(rig.ctx, tx, kind, link_id=rows.link_id)


def message_of(rig: Rig, message_id: str) -> Message:
    with rig.ctx.database.reading() as tx:
        found = messages.message(tx, message_id)
    assert found is not None
    return found


def status(rig: Rig, rows: Rows) -> str:
    with rig.ctx.database.reading() as tx:
        found = requests.request_by_id(tx, rows.request_id)
    assert found is not None
    return found.status


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_mail_leaves_once_with_its_link_and_an_id_that_follows_from_its_row(rig: Rig) -> None:
    rows, mailer = ask(rig.ctx), FakeMailer()
    message_id = queue(rig, rows)
    assert rig.enqueued.of(Job.SEND_MESSAGE) == [message_id]
    assert delivering.deliver(rig.ctx, message_id, mailer=mailer) == DONE
    assert delivering.deliver(rig.ctx, message_id, mailer=mailer) == DONE
    (mail,) = mailer.sent
    link = rig.ctx.address(f"/l/{rig.ctx.signer.sign_link(rows.link_id, 1)}")
    assert link in text_of(mail)
    assert link in text_of(mail, "html")
    assert mail["Message-ID"] == f"<{message_id}@example.com>"
    assert mail["To"] == "Anna Abra <anna@example.com>" or "anna@example.com" in mail["To"]
    assert status(rig, rows) == "requested"


def test_the_stored_mail_opens_nothing_and_says_what_was_sent(rig: Rig) -> None:
    rows, mailer = ask(rig.ctx), FakeMailer()
    message_id = queue(rig, rows)
    stored = message_of(rig, message_id)
    token = rig.ctx.signer.sign_link(rows.link_id, 1)
    assert token not in stored.text + stored.html
    delivering.deliver(rig.ctx, message_id, mailer=mailer)
    sent = text_of(mailer.sent[0])
    address = rig.ctx.address(f"/l/{token}")
    assert sent.replace(address, "[[linkflow:link]]").split() == stored.text.split()


def test_a_mail_whose_link_was_withdrawn_meanwhile_is_dropped(rig: Rig) -> None:
    rows, mailer = ask(rig.ctx), FakeMailer()
    message_id = queue(rig, rows)
    with rig.ctx.database.transaction() as tx:
        requests.revoke_link(tx, rows.link_id, at=rig.ctx.now())
    assert delivering.deliver(rig.ctx, message_id, mailer=mailer) == DONE
    assert (mailer.sent, message_of(rig, message_id).state) == ([], "dropped")


def test_a_reminder_is_dropped_once_the_customer_has_declined(rig: Rig) -> None:
    rows, mailer = ask(rig.ctx), FakeMailer()
    message_id = queue(rig, rows, "reminder")
    with rig.ctx.database.transaction() as tx:
        requests.set_facts(tx, rows.request_id, declined_at=rig.ctx.now())
    delivering.deliver(rig.ctx, message_id, mailer=mailer)
    assert (mailer.sent, message_of(rig, message_id).state) == ([], "dropped")


def test_a_new_issue_of_the_link_is_the_one_that_is_mailed(rig: Rig) -> None:
    rows, mailer = ask(rig.ctx), FakeMailer()
    message_id = queue(rig, rows)
    with rig.ctx.database.transaction() as tx:
        requests.reissue_link(tx, rows.link_id, issue=1, expires_at=rig.ctx.now() + timedelta(days=30))
    delivering.deliver(rig.ctx, message_id, mailer=mailer)
    assert rig.ctx.signer.sign_link(rows.link_id, 2) in text_of(mailer.sent[0])


def test_a_code_is_filled_in_from_its_row_and_dropped_once_it_has_ended(rig: Rig) -> None:
    rows, mailer, now = ask(rig.ctx), FakeMailer(), rig.ctx.now()
    code_id = rig.ctx.new_id()
    code = codes.Code(
        id=code_id,
        link_id=rows.link_id,
        purpose="enter",
        browser_hash="b",
        created_at=now,
        expires_at=now + timedelta(minutes=10),
    )
    with rig.ctx.database.transaction() as tx:
        codes.add_code(tx, code)
        first = mailing.queue_code_mail(rig.ctx, tx, link_id=rows.link_id, code_id=code_id)
        second = mailing.queue_code_mail(rig.ctx, tx, link_id=rows.link_id, code_id=code_id)
    assert rig.ctx.signer.mailed_code(code_id) not in message_of(rig, first).text
    delivering.deliver(rig.ctx, first, mailer=mailer)
    assert rig.ctx.signer.mailed_code(code_id) in text_of(mailer.sent[0])
    rig.clock.go_on(minutes=10)
    delivering.deliver(rig.ctx, second, mailer=mailer)
    assert (len(mailer.sent), message_of(rig, second).state) == (1, "dropped")


def test_a_refusal_for_now_is_tried_again_with_growing_pauses_for_four_hours(rig: Rig) -> None:
    rows = ask(rig.ctx)
    mailer = FakeMailer(*[MailRefused("busy", permanent=False, reply=450)] * 1000)
    message_id, began, pauses = queue(rig, rows), rig.ctx.now(), []
    while (step := delivering.deliver(rig.ctx, message_id, mailer=mailer)).kind is StepKind.WAIT:
        pauses.append(step.seconds)
        rig.clock.go_on(seconds=step.seconds)
    assert pauses[:4] == [2, 4, 8, 16]
    assert max(pauses) == 300
    assert timedelta(hours=4) <= rig.ctx.now() - began <= timedelta(hours=4, minutes=6)
    assert step == FAILED
    assert message_of(rig, message_id).error == "gave-up-busy"
    assert status(rig, rows) == "undeliverable"


def test_a_refusal_for_good_is_not_tried_again_and_told(rig: Rig) -> None:
    rows, mailer = ask(rig.ctx), FakeMailer(MailRefused("recipient", permanent=True, reply=550))
    message_id = queue(rig, rows)
    assert delivering.deliver(rig.ctx, message_id, mailer=mailer) == FAILED
    assert delivering.deliver(rig.ctx, message_id, mailer=mailer) == DONE
    assert (mailer.sent, status(rig, rows)) == ([], "undeliverable")
    with rig.ctx.database.reading() as tx:
        assert [e.kind for e in events.events_of_request(tx, rows.request_id).rows].count("undeliverable") == 1


def refused() -> FakeMailer:
    return FakeMailer(MailRefused("recipient", permanent=True, reply=550))


def hand_over(rig: Rig, rows: Rows) -> str:
    """The contact passes one entity on; answers the link's id."""
    link_id, now = rig.ctx.new_id(), rig.ctx.now()
    narrow = requests.Link(
        id=link_id,
        organization="northbank",
        request_id=rows.request_id,
        kind="hand_over",
        entity_id=rows.entity_id,
        recipient_name="",
        recipient_email="bob@accountants.example",
        created_at=now,
        expires_at=now + timedelta(days=7),
    )
    with rig.ctx.database.transaction() as tx:
        requests.add_link(tx, narrow)
    return link_id


def queue_for(rig: Rig, link_id: str, kind: str) -> str:
    with rig.ctx.database.transaction() as tx:
        return mailing.queue_link_mail(rig.ctx, tx, kind, link_id=link_id, handed_over_by="Anna Abra")


@pytest.mark.parametrize("kind", ["hand_over", "fresh_link"])
def test_a_colleagues_mail_that_comes_back_says_nothing_about_the_request(rig: Rig, kind: str) -> None:
    rows = ask(rig.ctx)
    delivering.deliver(rig.ctx, queue(rig, rows), mailer=FakeMailer())
    rig.clock.go_on(seconds=1)
    message_id = queue_for(rig, hand_over(rig, rows), kind)
    assert delivering.deliver(rig.ctx, message_id, mailer=refused()) == FAILED
    assert status(rig, rows) == "requested"


@pytest.mark.parametrize("kind", ["hand_over", "fresh_link"])
def test_a_colleagues_mail_that_comes_back_is_told_to_contact_and_maker_and_in_the_timeline(
    rig: Rig, kind: str
) -> None:
    rows = ask(rig.ctx, created_by=manager(rig))
    message_id = queue_for(rig, hand_over(rig, rows), kind)
    delivering.deliver(rig.ctx, message_id, mailer=refused())
    with rig.ctx.database.reading() as tx:
        told = {mail.kind: mail for mail in messages.messages_of_request(tx, rows.request_id) if mail.id != message_id}
        (event,) = [one for one in events.events_of_request(tx, rows.request_id).rows if one.kind == "undeliverable"]
    assert {name: mail.recipient for name, mail in told.items()} == {
        "not_handed_over": "anna@example.com",
        "undeliverable": "rita@northbank.example",
    }
    for mail in told.values():
        assert "b…@a….example" in mail.text
        assert "bob@" not in mail.text + mail.subject
    assert (event.entity_id, event.detail) == (rows.entity_id, "hand_over recipient")
    assert set(rig.enqueued.of(Job.SEND_MESSAGE)) == {message_id, *(mail.id for mail in told.values())}


def test_a_note_that_comes_back_is_not_answered_with_another(rig: Rig) -> None:
    rows = ask(rig.ctx, created_by=manager(rig))
    delivering.deliver(rig.ctx, queue_for(rig, hand_over(rig, rows), "hand_over"), mailer=refused())
    queued = rig.enqueued.of(Job.SEND_MESSAGE)
    for message_id in queued:
        delivering.deliver(rig.ctx, message_id, mailer=refused())
    assert rig.enqueued.of(Job.SEND_MESSAGE) == queued
    assert status(rig, rows) == "draft"


def test_a_fresh_link_to_the_contact_that_comes_back_makes_the_request_undeliverable(rig: Rig) -> None:
    rows = ask(rig.ctx)
    delivering.deliver(rig.ctx, queue(rig, rows, "fresh_link"), mailer=refused())
    rig.clock.go_on(seconds=1)
    delivering.deliver(rig.ctx, queue_for(rig, hand_over(rig, rows), "fresh_link"), mailer=FakeMailer())
    assert status(rig, rows) == "undeliverable"


def test_a_wish_to_reconnect_that_comes_back_is_told_to_who_looks_after_the_company(rig: Rig) -> None:
    rows = add_rows(rig.ctx)
    user_id = manager(rig)
    with rig.ctx.database.transaction() as tx:
        take_turn(tx, rows.company_id)
        companies.assign(tx, rows.company_id, [user_id])
        (held,) = connections.connections_of_company(tx, rows.company_id)
        about = {"request_id": rows.request_id, "wish": Wish(why="asked")}
        message_id = informing.queue_reconnect_mail(rig.ctx, tx, [held], **about)
    delivering.deliver(rig.ctx, message_id, mailer=refused())
    with rig.ctx.database.reading() as tx:
        told = [mail for mail in messages.messages_of_request(tx, rows.request_id) if mail.kind == "undeliverable"]
    assert [mail.recipient for mail in told] == ["rita@northbank.example"]
    assert "anna@example.com" in told[0].text


@pytest.mark.parametrize("stopped", [False, True])
def test_a_reminder_to_sign_in_again_can_be_stopped_as_any_and_what_it_reminds_of_cannot(
    rig: Rig, stopped: bool
) -> None:
    rows, mailer = add_rows(rig.ctx), FakeMailer()
    sent = []
    with rig.ctx.database.transaction() as tx:
        take_turn(tx, rows.company_id)
        held = connections.connections_of_company(tx, rows.company_id)
        for reminder in (False, True):
            wish = Wish(why="lost", reminder=reminder)
            sent.append(informing.queue_reconnect_mail(rig.ctx, tx, held, request_id=rows.request_id, wish=wish))
        if stopped:
            requests.set_facts(tx, rows.request_id, reminders_off_at=rig.ctx.now())
    for message_id in sent:
        delivering.deliver(rig.ctx, message_id, mailer=mailer)
    stop = rig.ctx.address(f"/stop-reminders/{rig.ctx.signer.sign_reminder(sent[1])}")
    assert [stop in text_of(mail) for mail in mailer.sent] == ([False] if stopped else [False, True])
    assert message_of(rig, sent[1]).state == ("dropped" if stopped else "sent")


def test_a_wish_to_correct_a_file_that_comes_back_is_told_too(rig: Rig) -> None:
    rows = ask(rig.ctx, created_by=manager(rig))
    with rig.ctx.database.transaction() as tx:
        message_id = informing.queue_correction_mail(rig.ctx, tx, file=a_file(rig, rows))
    delivering.deliver(rig.ctx, message_id, mailer=refused())
    with rig.ctx.database.reading() as tx:
        told = [mail.kind for mail in messages.messages_of_request(tx, rows.request_id)]
    assert sorted(told) == ["correction", "undeliverable"]


def a_file(rig: Rig, rows: Rows) -> StoredFile:
    return StoredFile(
        id=rig.ctx.new_id(),
        organization="northbank",
        company_id=rows.company_id,
        request_id=rows.request_id,
        entity_id=rows.entity_id,
        request_name="Virtual card application",
        filename="accounts.xlsx",
        size=1_000,
        state="sent-back",
        reason="A month is missing.",
        created_at=rig.ctx.now(),
        replaced_at=None,
    )


def manager(rig: Rig) -> str:
    words = "three plain words here"
    named = {"organization": "northbank", "name": "Rita Manning", "role": "manager"}
    return accounts.add_account(rig.ctx, "rita@northbank.example", words, **named).id


def test_a_retry_after_a_lost_note_carries_the_same_bytes(rig: Rig) -> None:
    rows, mailer = ask(rig.ctx), FakeMailer()
    message_id = queue(rig, rows)
    delivering.deliver(rig.ctx, message_id, mailer=mailer)
    with rig.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE messages SET state = 'queued'")
    rig.clock.go_on(minutes=1)
    delivering.deliver(rig.ctx, message_id, mailer=mailer)
    assert mailer.sent[0].as_bytes() == mailer.sent[1].as_bytes()


def test_the_connected_mail_goes_to_the_contact_without_a_link(rig: Rig) -> None:
    rows, mailer = add_rows(rig.ctx), FakeMailer()
    with rig.ctx.database.transaction() as tx:
        message_id = informing.queue_connected_mail(rig.ctx, tx, connection_id=rows.connection_id)
    assert delivering.deliver(rig.ctx, message_id, mailer=mailer) == DONE
    assert "I agree." in text_of(mailer.sent[0])
    assert "/l/" not in text_of(mailer.sent[0])


class Inbox:
    """Receives mail over SMTP."""

    def __init__(self) -> None:
        self.received: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - its name there
        await asyncio.sleep(0)
        self.received.append(envelope)
        return "250 taken"


@contextmanager
def smtp_server(inbox: Inbox, port: int) -> Iterator[None]:
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def test_a_mail_server_that_was_down_gets_the_mail_when_it_is_up_again(rig: Rig) -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    mailer, inbox = SmtpMailer(SmtpServer.from_url(f"smtp://127.0.0.1:{port}?starttls=off")), Inbox()
    message_id = queue(rig, ask(rig.ctx))
    step = delivering.deliver(rig.ctx, message_id, mailer=mailer)
    assert step.kind is StepKind.WAIT
    assert message_of(rig, message_id).error == "unreachable"
    rig.clock.go_on(seconds=step.seconds)
    with smtp_server(inbox, port):
        assert delivering.deliver(rig.ctx, message_id, mailer=mailer) == DONE
    (envelope,) = inbox.received
    assert envelope.rcpt_tos == ["anna@example.com"]
    assert message_of(rig, message_id).state == "sent"


def test_the_settings_choose_how_mail_leaves(rig: Rig) -> None:
    assert isinstance(delivering.mailer_of(rig.ctx.settings), FileMailbox)
    smtp = rig.ctx.settings.model_copy(update={"smtp_url": "smtps://mail.example:465"})
    assert isinstance(delivering.mailer_of(smtp), SmtpMailer)
