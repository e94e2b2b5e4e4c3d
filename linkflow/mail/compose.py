"""A rendered mail as an `EmailMessage`: headers from checked parts only, the same bytes for the same message id.

Nothing typed by anybody can add a header: names and subjects are made one clean line without encoded words (which the
standard library decodes, and their line ends with them), addresses are normalised, further headers are checked by name
and value, and the standard library refuses line ends once more below.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from linkflow.domain.addresses import Mailbox, one_line
from linkflow.mail.placeholders import RenderedMail, needs_code, needs_link, stops_reminders

MAX_SUBJECT = 180
_LONGEST_LINE = 1000
"""With its end (RFC 5322)."""

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}\Z")
_HTTPS = re.compile(r"https://[A-Za-z0-9][!#-+\-./0-;=?-~]*\Z")
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+=-]{1,120}@[A-Za-z0-9.-]{1,120}>\Z")
_OURS = frozenset(
    {
        *("from", "to", "cc", "bcc", "sender", "reply-to", "return-path", "received", "auto-submitted"),
        *("subject", "date", "message-id", "mime-version"),
        *("content-type", "content-transfer-encoding", "content-disposition"),
    }
)


class _Policy(EmailPolicy):
    """SMTP's, but a value a little too long for its first line stays there: some filters distrust an empty one.

    Further headers are not folded: what is long in them is an address, which as encoded words is none to anybody.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        plain = f"{name}: {value}\r\n"
        if name.lower() not in _OURS and plain.isascii() and len(plain) <= _LONGEST_LINE:
            return plain.encode()
        folded = super().fold_binary(name, value)
        empty = f"{name}:\r\n ".encode()
        return f"{name}: ".encode() + folded[len(empty) :] if folded.startswith(empty) else folded


_POLICY = _Policy(linesep="\r\n", max_line_length=78, cte_type="7bit")


def compose(
    rendered: RenderedMail,
    *,
    sender: Mailbox,
    recipient: Mailbox,
    message_id: str,
    date: datetime,
    reply_to: Mailbox | None = None,
    extra_headers: Mapping[str, str] | None = None,
) -> EmailMessage:
    """The message to one recipient. ValueError: an unfilled placeholder, a bad message id, a header of ours or bad."""
    if needs_link(rendered) or needs_code(rendered) or stops_reminders(rendered):
        raise ValueError("the mail still has a placeholder in it")
    if not _MESSAGE_ID.match(message_id):
        raise ValueError("a message id looks like <id@host>")
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(sender)
    message["To"] = _address(recipient)
    if reply_to is not None:
        message["Reply-To"] = _address(reply_to)
    message["Subject"] = one_line(rendered.subject)[:MAX_SUBJECT]
    message["Date"] = format_datetime(date)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    for name, value in (extra_headers or {}).items():
        if value != one_line(value):
            raise ValueError("header values are one line, and hold no encoded word")
        message[_checked_name(name)] = value
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    # "=_" cannot occur in quoted-printable, so this never meets the body; from the id, so a retry is the same bytes.
    message.set_boundary("=_" + hashlib.sha256(message_id.encode()).hexdigest()[:32])
    return message


def message_id_for(row_id: str, sender: Mailbox) -> str:
    """The message id of a message row: a retry after a lost answer carries the same one, so it can be told."""
    return f"<{row_id}@{sender.address.rpartition('@')[2]}>"


def unsubscribe_headers(url: str) -> dict[str, str]:
    """The two headers of RFC 8058 for a reminder; a POST to `url`, without cookies, stops them."""
    if not _HTTPS.match(url):
        raise ValueError("one-click unsubscribing needs a plain https address")
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _address(mailbox: Mailbox) -> Address:
    return Address(display_name=mailbox.name, addr_spec=mailbox.address)


def _checked_name(name: str) -> str:
    if not _HEADER.match(name) or name.lower() in _OURS:
        raise ValueError(f"{name!r} cannot be set as a further header")
    return name
