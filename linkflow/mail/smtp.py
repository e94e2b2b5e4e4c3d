"""SMTP with the standard library: encrypted unless switched off, one message a connection, every refusal sorted.

What the server says about this message (its sender, recipient or content) is final when it is a 5xx. What it says
before that, or a broken or slow connection, is about the set-up or the moment and always worth another try: a
wrong password must not mark every customer undeliverable.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage

from linkflow.mail.refusal import MailRefused
from linkflow.smtp_server import SmtpServer

_TAKEN = 250


class SmtpMailer:
    """A `Mailer` that hands each message to one SMTP server."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def send(self, message: EmailMessage) -> None:
        """Hand the message over; raises `MailRefused`. Once the server took it, nothing after can refuse it."""
        sender = message["From"].addresses[0].addr_spec
        recipient = message["To"].addresses[0].addr_spec
        with self._open() as smtp, _about_the_message():
            smtp.sendmail(sender, [recipient], message.as_bytes())

    def rehearse(self, sender: str) -> None:
        """Go as far as naming the sender, and no further: nothing is handed over. Raises `MailRefused`."""
        with self._open() as smtp, _about_the_message():
            reply, words = smtp.mail(sender)
            if reply != _TAKEN:
                raise smtplib.SMTPSenderRefused(reply, words, sender)
            smtp.rset()

    @contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        """A connection the server would take a message over, closed at the end."""
        with _before_the_message("unreachable"):
            smtp = self._connect()
        try:
            with _before_the_message("encryption"):
                self._encrypt(smtp)
            with _before_the_message("sign-in"):
                self._sign_in(smtp)
            yield smtp
        finally:
            _close(smtp)

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.encryption == "tls":
            return smtplib.SMTP_SSL(
                server.host, server.port, server.helo, timeout=server.timeout, context=self._context()
            )
        return smtplib.SMTP(server.host, server.port, server.helo, timeout=server.timeout)

    def _encrypt(self, smtp: smtplib.SMTP) -> None:
        if self._server.encryption == "starttls":
            smtp.starttls(context=self._context())
        smtp.ehlo_or_helo_if_needed()

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        if self._server.user:
            smtp.login(self._server.user, self._server.password)

    def _context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_file)


@contextmanager
def _before_the_message(stage: str) -> Iterator[None]:
    try:
        yield
    except ssl.SSLError:
        raise MailRefused("encryption", permanent=False) from None
    except smtplib.SMTPResponseException as error:
        reason = "busy" if error.smtp_code == 421 else stage
        raise MailRefused(reason, permanent=False, reply=error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise MailRefused(stage, permanent=False) from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailRefused(_silence(error), permanent=False) from None


@contextmanager
def _about_the_message() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        raise _answered("recipient", next(iter(error.recipients.values()))[0]) from None
    except smtplib.SMTPSenderRefused as error:
        raise _answered("sender", error.smtp_code) from None
    except smtplib.SMTPResponseException as error:
        raise _answered("content", error.smtp_code) from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailRefused(_silence(error), permanent=False) from None


def _answered(reason: str, reply: int) -> MailRefused:
    if reply == 530:  # "authentication required" comes at MAIL FROM, but it is about the set-up
        return MailRefused("sign-in", permanent=False, reply=reply)
    if reply == 421:
        reason = "busy"
    return MailRefused(reason, permanent=500 <= reply <= 599, reply=reply)


def _silence(error: BaseException) -> str:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, TimeoutError):
            return "timeout"
        seen = seen.__context__
    return "unreachable"


def _close(smtp: smtplib.SMTP) -> None:
    """Say goodbye and hang up; the answer no longer matters, so it is given a moment at most."""
    if smtp.sock is not None:
        with suppress(OSError, smtplib.SMTPException):
            smtp.sock.settimeout(2.0)
            smtp.quit()
    smtp.close()
