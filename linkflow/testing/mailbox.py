"""The mails a linkflow under test has sent, read from its file-backed mailbox."""

import re
import time
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from linkflow.mail.mailbox import FileMailbox

_LINK = re.compile(r"https?://\S+/l/[A-Za-z0-9._-]+")
_CODE = re.compile(r"\b\d{3}\s?\d{3}\b")


@dataclass(frozen=True)
class Mail:
    """One mail as its reader sees it."""

    recipient: str
    subject: str
    text: str
    html: str

    @property
    def link(self) -> str:
        """The address that opens the request; LookupError where there is none."""
        return _first(_LINK, self.text)

    @property
    def code(self) -> str:
        """The mailed digits; LookupError where there are none."""
        return re.sub(r"\s", "", _first(_CODE, self.text))


@dataclass(frozen=True)
class Mailbox:
    """Every mail in `directory`, whoever it is for."""

    directory: Path

    def mails(self, recipient: str, *, about: str = "") -> tuple[Mail, ...]:
        """Those to one address, oldest first; with `about` only those whose subject contains it."""
        found = (_mail(message) for message in FileMailbox(self.directory).messages())
        return tuple(mail for mail in found if recipient in mail.recipient and about in mail.subject)

    def wait_for(self, recipient: str, *, about: str = "", number: int = 1, seconds: float = 30.0) -> Mail:
        """The newest mail to an address, once there are `number` of them; TimeoutError otherwise."""
        deadline = time.monotonic() + seconds
        while len(found := self.mails(recipient, about=about)) < number:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(found)} of {number} mails about {about!r} came to {recipient}")
            time.sleep(0.1)
        return found[-1]


def _mail(message: EmailMessage) -> Mail:
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Mail(
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    if found is None:
        raise LookupError(f"no {pattern.pattern} in this mail:\n{text}")
    return found[0]
