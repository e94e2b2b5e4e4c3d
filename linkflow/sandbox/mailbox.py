"""The demo's mailbox: a folder of .eml files, read only. Everything in a mail is somebody else's text.

The HTML of a mail is shown in a sandboxed frame of its own, where nothing runs and nothing is loaded; its styles
are allowed one by one, by their hashes.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, render_template

from linkflow.sandbox.mail_html import frame_policy, with_base
from linkflow.sandbox.settings import SandboxSettings

blueprint = Blueprint("mailbox", __name__, url_prefix="/mailbox")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")


@dataclass(frozen=True)
class Mail:
    """One file of the mailbox, opened."""

    name: str
    message: EmailMessage

    def header(self, name: str) -> str:
        """A header as text, empty when absent."""
        return str(self.message.get(name, ""))

    def body(self, kind: str) -> str:
        """The text of the `plain` or `html` part, empty when there is none."""
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part is not None else ""


@blueprint.get("")
def inbox() -> str:
    """Every mail, newest first."""
    return render_template("mailbox.html", mails=[_open(path) for path in _files()])


@blueprint.get("/<name>")
def mail(name: str) -> str:
    """One mail: headers, text with its links, and the HTML part in a frame."""
    found = _find(name)
    return render_template("mail.html", mail=found, pieces=linked(found.body("plain")))


@blueprint.get("/<name>/html")
def mail_html(name: str) -> Response:
    """The HTML part alone, for the frame."""
    html = with_base(_find(name).body("html"))
    answer = Response(html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = frame_policy(html)
    return answer


@blueprint.get("/<name>/source")
def source(name: str) -> Response:
    """The file as it is, as plain text."""
    path = next((each for each in _files() if each.name == name), None)
    return Response(path.read_bytes(), mimetype="text/plain") if path else abort(404)


def linked(text: str) -> list[tuple[str, bool]]:
    """Cut text into pieces, each marked whether it is an address to be made a link."""
    pieces, at = [], 0
    for found in _LINK.finditer(text):
        pieces += [(text[at : found.start()], False), (found.group(), True)]
        at = found.end()
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def _files() -> list[Path]:
    settings: SandboxSettings = current_app.extensions["sandbox_settings"]
    if settings.mailbox is None:
        abort(404)
    return sorted(settings.mailbox.glob("*.eml"), key=lambda path: path.name, reverse=True)


def _open(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    if not isinstance(message, EmailMessage):
        abort(404)
    return Mail(path.name, message)


def _find(name: str) -> Mail:
    path = next((each for each in _files() if each.name == name), None)
    return _open(path) if path else abort(404)
