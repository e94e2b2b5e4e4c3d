"""SMTP with the standard library: encrypted unless switched off, one message a connection, every refusal sorted.

What the server says about this message (its sender, recipient or content) is final when it is a 5xx. What it says
before that, or a broken or slow connection, is about the set-up or the moment and always worth another try: a
wrong password must not mark every customer undeliverable.
"""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from linkflow.mail.refusal import MailRefused

_OPTIONS = frozenset({"starttls", "timeout", "ca_file", "helo"})


@dataclass(frozen=True)
class SmtpServer:
    """Where mail is handed over. `encryption` is `tls` (from the start), `starttls` (required) or `off`."""

    host: str
    port: int
    encryption: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = 15.0
    ca_file: str | None = None
    helo: str | None = None

    @classmethod
    def from_url(cls, url: str) -> "SmtpServer":
        """Read `smtp[s]://user:password@host:port?starttls=required|off&timeout=seconds&ca_file=path&helo=name`.

        `smtp` means STARTTLS, required, port 587; `smtps` TLS from the start, port 465. ValueError in words that
        never repeat the URL.
        """
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("must look like smtp://user:password@host:port or smtps://…")
        if unknown := sorted(set(options) - _OPTIONS):
            raise ValueError(f"has an unknown option: {', '.join(unknown)}")
        encryption = "tls" if parts.scheme == "smtps" else _starttls(options.get("starttls", "required"))
        if parts.username and encryption == "off" and not _loopback(parts.hostname):
            raise ValueError("would send the password in clear: leave starttls=off out")
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if encryption == "tls" else 587),
            encryption=encryption,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            timeout=_timeout(options.get("timeout", "15")),
            ca_file=options.get("ca_file"),
            helo=options.get("helo"),
        )


class SmtpMailer:
    """A `Mailer` that hands each message to one SMTP server."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def send(self, message: EmailMessage) -> None:
        """Hand the message over; raises `MailRefused`. Once the server took it, nothing after can refuse it."""
        sender = message["From"].addresses[0].addr_spec
        recipient = message["To"].addresses[0].addr_spec
        with _before_the_message("unreachable"):
            smtp = self._connect()
        try:
            with _before_the_message("encryption"):
                self._encrypt(smtp)
            with _before_the_message("sign-in"):
                self._sign_in(smtp)
            with _about_the_message():
                smtp.sendmail(sender, [recipient], message.as_bytes())
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


def _starttls(value: str) -> str:
    if value not in ("required", "off"):
        raise ValueError("starttls is required or off")
    return "starttls" if value == "required" else "off"


def _timeout(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0.05 <= seconds <= 120:
        raise ValueError("timeout is a number of seconds up to 120")
    return seconds


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
