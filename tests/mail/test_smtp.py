"""Handing mail over to a real server: taken, refused for now, refused for good, and what never comes back."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest

from linkflow.domain.addresses import Mailbox
from linkflow.mail import MailRefused, SmtpMailer, compose, fill
from linkflow.smtp_server import SmtpServer
from tests.mail.conftest import Script, Start, only_anna
from tests.mail.examples import LINK, NOW, rendered


def message() -> EmailMessage:
    return compose(
        fill(rendered("request-financials"), link=LINK),
        sender=Mailbox("requests@northbank.example", "Northbank"),
        recipient=Mailbox("anna@example.com", "Anna"),
        message_id="<m1@northbank.example>",
        date=NOW,
    )


def send(port: int, options: str = "starttls=off&timeout=0.5", *, host: str = "127.0.0.1", user: str = "") -> None:
    SmtpMailer(SmtpServer.from_url(f"smtp://{user}{host}:{port}?{options}&helo=linkflow.test")).send(message())


def refusal(port: int, options: str = "starttls=off&timeout=0.5", **more: str) -> MailRefused:
    with pytest.raises(MailRefused) as refused:
        send(port, options, **more)
    assert "anna" not in str(refused.value)
    return refused.value


def test_a_mail_that_is_taken_arrives_byte_for_byte(smtp: Start) -> None:
    server = smtp(Script())
    send(server.port)
    (envelope,) = server.script.received
    assert (envelope.mail_from, envelope.rcpt_tos) == ("requests@northbank.example", ["anna@example.com"])
    assert envelope.original_content == message().as_bytes()


@pytest.mark.parametrize(
    ("script", "permanent", "reason", "reply"),
    [
        (Script(recipient="421 too busy"), False, "busy", 421),
        (Script(recipient="450 mailbox busy"), False, "recipient", 450),
        (Script(recipient="451 greylisted"), False, "recipient", 451),
        (Script(recipient="550 anna@example.com is unknown"), True, "recipient", 550),
        (Script(recipient="553 not allowed"), True, "recipient", 553),
        (Script(mail="421 too busy"), False, "busy", 421),
        (Script(mail="451 later"), False, "sender", 451),
        (Script(mail="550 no such sender"), True, "sender", 550),
        (Script(mail="530 sign in first"), False, "sign-in", 530),
        (Script(data="421 shutting down"), False, "busy", 421),
        (Script(data="452 disk full"), False, "content", 452),
        (Script(data="552 mailbox full"), True, "content", 552),
        (Script(data="554 looks like spam"), True, "content", 554),
    ],
    ids=lambda value: f"{value.mail[:3]} {value.recipient[:3]} {value.data[:3]}" if isinstance(value, Script) else "",
)
def test_an_answer_about_this_mail_is_sorted(
    smtp: Start, script: Script, permanent: bool, reason: str, reply: int
) -> None:
    server = smtp(script)
    refused = refusal(server.port)
    assert (refused.permanent, refused.reason, refused.reply) == (permanent, reason, reply)
    assert script.received == []


@pytest.mark.parametrize("step", ["mail", "recipient", "data"])
def test_a_server_that_falls_silent_is_worth_another_try(smtp: Start, step: str) -> None:
    server = smtp(Script(delay={step: 1.5}))
    refused = refusal(server.port, "starttls=off&timeout=0.2")
    assert (refused.permanent, refused.reason) == (False, "timeout")


def test_a_mail_once_taken_is_not_refused_by_what_comes_after(smtp: Start) -> None:
    server = smtp(Script(delay={"quit": 0.0}))
    send(server.port)
    assert len(server.script.received) == 1


def test_nobody_listening_is_worth_another_try() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        refused = refusal(bound.getsockname()[1])
    assert (refused.permanent, refused.reason) == (False, "unreachable")


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [(b"421 too busy\r\n", "busy"), (b"554 no service here\r\n", "unreachable"), (b"", "unreachable")],
    ids=["421", "554", "closed"],
)
def test_a_greeting_that_turns_us_away_is_about_the_moment_not_the_mail(greeting: bytes, reason: str) -> None:
    with _greets(greeting) as port:
        refused = refusal(port)
    assert (refused.permanent, refused.reason) == (False, reason)


def test_a_greeting_that_never_comes_is_given_up_in_time() -> None:
    with _greets(None) as port:
        refused = refusal(port, "starttls=off&timeout=0.2")
    assert (refused.permanent, refused.reason) == (False, "timeout")


def test_mail_is_encrypted_and_signed_in_for(smtp: Start, certificate: Path, server_tls: ssl.SSLContext) -> None:
    server = smtp(Script(), tls_context=server_tls, require_starttls=True, auth_required=True, authenticator=only_anna)
    send(server.port, f"timeout=2&ca_file={certificate}", host="localhost", user="anna:p%3Aw%2Fd@")
    (session,) = server.script.sessions
    assert session.ssl is not None
    assert session.authenticated


def test_a_wrong_password_does_not_condemn_the_mail(smtp: Start, certificate: Path, server_tls: ssl.SSLContext) -> None:
    server = smtp(Script(), tls_context=server_tls, require_starttls=True, auth_required=True, authenticator=only_anna)
    refused = refusal(server.port, f"timeout=2&ca_file={certificate}", host="localhost", user="anna:wrong@")
    assert (refused.permanent, refused.reason, refused.reply) == (False, "sign-in", 535)


def test_a_certificate_nobody_vouches_for_stops_the_mail(smtp: Start, server_tls: ssl.SSLContext) -> None:
    server = smtp(Script(), tls_context=server_tls)
    refused = refusal(server.port, "timeout=2", host="localhost")
    assert (refused.permanent, refused.reason) == (False, "encryption")
    assert server.script.received == []


def test_a_certificate_of_another_name_stops_the_mail(
    smtp: Start, certificate: Path, server_tls: ssl.SSLContext
) -> None:
    server = smtp(Script(), tls_context=server_tls)
    assert refusal(server.port, f"timeout=2&ca_file={certificate}").reason == "encryption"


def test_a_server_without_encryption_gets_nothing_unless_it_is_switched_off(smtp: Start) -> None:
    server = smtp(Script())
    refused = refusal(server.port, "timeout=2")
    assert (refused.permanent, refused.reason) == (False, "encryption")
    assert server.script.received == []


def test_a_server_that_cannot_sign_anybody_in_is_about_the_setup(smtp: Start) -> None:
    server = smtp(Script())
    assert refusal(server.port, user="anna:secret@").reason == "sign-in"


@pytest.mark.parametrize(
    ("url", "port", "encryption"),
    [
        ("smtp://mail.example", 587, "starttls"),
        ("smtp://mail.example:25?starttls=required", 25, "starttls"),
        ("smtps://mail.example", 465, "tls"),
        ("smtp://127.0.0.1:1025?starttls=off", 1025, "off"),
        ("smtp://u:p@localhost:1025?starttls=off", 1025, "off"),
    ],
)
def test_the_url_says_where_and_how(url: str, port: int, encryption: str) -> None:
    server = SmtpServer.from_url(url)
    assert (server.port, server.encryption) == (port, encryption)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://mail.example", "smtp://"),
        ("smtp://", "smtp://"),
        ("smtp://anna:hush/hush@mail.example", "smtp://"),
        ("smtp://anna:h#ush@mail.example:0", "smtp://"),
        ("smtp://[hush]@mail.example", "smtp://"),
        ("smtp://mail.example:99999", "smtp://"),
        ("smtp://anna:12/hush@mail.example", "smtp://"),
        ("smtp://anna:12?hush=1@mail.example", "option"),
        ("smtp://mail.example?tls=yes", "ca_file, helo, starttls, timeout"),
        ("smtp://mail.example?ca_file=/nowhere/at/all", "ca_file"),
        ("smtp://mail.example?starttls=maybe", "required or off"),
        ("smtp://anna:hush@mail.example?starttls=off", "in clear"),
        ("smtp://mail.example?timeout=forever", "number of seconds"),
        ("smtp://mail.example?timeout=0", "number of seconds"),
        ("smtp://mail.example?timeout=nan", "number of seconds"),
    ],
)
def test_a_url_that_cannot_be_meant_is_refused_in_words_without_its_password(url: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as refused:
        SmtpServer.from_url(url)
    assert "hush" not in str(refused.value)


def test_the_password_is_never_shown() -> None:
    assert "hush" not in repr(SmtpServer.from_url("smtp://anna:hush@mail.example"))


@contextmanager
def _greets(greeting: bytes | None) -> Iterator[int]:
    """A listener that says one line and hangs up; None says nothing and stays."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                if greeting is None:
                    over.wait(5)
                else:
                    connection.sendall(greeting)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            over.set()
            thread.join(5)
