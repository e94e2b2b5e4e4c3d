"""A mailbox of files, for the demo and for tests: one `.eml` a mail, readable by its owner only.

A file is whole from the moment it can be seen: it is written beside under a hidden name, then renamed. Names sort
by the time of sending, and two mails never share one.
"""

import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from linkflow.mail.refusal import MailRefused


class FileMailbox:
    """A `Mailer` that puts mails into a directory, made with mode 0700 where missing."""

    def __init__(self, directory: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.directory = directory
        self._clock = clock

    def send(self, message: EmailMessage) -> None:
        """Write the message; raises `MailRefused` (transient) where the disk will not have it."""
        name = self._name(message)
        hidden = self.directory / f".{name}.part"
        try:
            self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(hidden, message.as_bytes())
            hidden.replace(self.directory / name)
        except OSError:
            with suppress(OSError):
                hidden.unlink()
            raise MailRefused("storage", permanent=False) from None

    def messages(self) -> tuple[EmailMessage, ...]:
        """Every mail, oldest first."""
        files = sorted(path for path in self.directory.glob("*.eml") if not path.name.startswith("."))
        return tuple(message_from_bytes(path.read_bytes(), policy=default) for path in files)

    def _name(self, message: EmailMessage) -> str:
        moment = self._clock().astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        digest = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:12]
        return f"{moment}-{digest}-{secrets.token_hex(3)}.eml"


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
