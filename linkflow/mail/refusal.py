"""The mailer port: a message goes out, or is refused, for now or for good."""

from email.message import EmailMessage
from typing import Protocol


class MailRefused(Exception):
    """The message did not go out. `permanent`: trying again cannot help; tell the person who asked for it.

    `reason` is a word for the log and the row (`recipient`, `content`, `sender`, `sign-in`, `encryption`,
    `unreachable`, `timeout`, `busy`, `storage`); `reply` the server's code, 0 where it gave none. The server's own
    words are left out: they repeat the address.
    """

    def __init__(self, reason: str, *, permanent: bool, reply: int = 0) -> None:
        super().__init__(f"{reason} ({reply})" if reply else reason)
        self.reason = reason
        self.permanent = permanent
        self.reply = reply


class Mailer(Protocol):
    """Sends one message to its one recipient; returns when the next server has taken it over."""

    def send(self, message: EmailMessage) -> None:
        """Raises `MailRefused`."""
