"""What stands in a stored mail instead of its addresses and the code, and how it is filled in when sending.

The subject is never filled: subjects show on lock screens and in logs. What people typed cannot contain a
placeholder, because `disarm` takes its opening apart before rendering.
"""

import html
import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

LINK_PLACEHOLDER = "[[linkflow:link]]"
CODE_PLACEHOLDER = "[[linkflow:code]]"
STOP_PLACEHOLDER = "[[linkflow:stop]]"
"""The address that stops further reminders."""

_PLACEHOLDER = re.compile(r"\[\[linkflow:(link|code|stop)\]\]")
_URL = re.compile(r"[!-~]+\Z")
_CODE = re.compile(r"[0-9]{4,10}\Z")


@dataclass(frozen=True)
class RenderedMail:
    """One mail, whole: a one-line subject, a text body and an HTML body that say the same."""

    subject: str
    text: str
    html: str


def fill(
    rendered: RenderedMail, *, link: str | None = None, code: str | None = None, stop: str | None = None
) -> RenderedMail:
    """The mail as it leaves: every placeholder replaced, escaped in the HTML; ValueError if one has no value."""
    values = {"link": _checked_link(link), "code": _checked_code(code), "stop": _checked_link(stop)}

    def value(match: re.Match[str]) -> str:
        found = values[match[1]]
        if found is None:
            raise ValueError(f"the mail needs a {match[1]}")
        return found

    return replace(
        rendered,
        text=_PLACEHOLDER.sub(value, rendered.text),
        html=_PLACEHOLDER.sub(lambda match: html.escape(value(match), quote=True), rendered.html),
    )


def needs_link(rendered: RenderedMail) -> bool:
    """Whether a link must be handed to `fill`."""
    return LINK_PLACEHOLDER in rendered.text or LINK_PLACEHOLDER in rendered.html


def needs_code(rendered: RenderedMail) -> bool:
    """Whether a code must be handed to `fill`."""
    return CODE_PLACEHOLDER in rendered.text or CODE_PLACEHOLDER in rendered.html


def stops_reminders(rendered: RenderedMail) -> bool:
    """Whether it is a reminder: then the address that stops further ones must be handed to `fill`."""
    return STOP_PLACEHOLDER in rendered.text or STOP_PLACEHOLDER in rendered.html


def disarm(text: str) -> str:
    """What somebody typed, unable to pose as a placeholder."""
    return text.replace("[[linkflow:", "[linkflow:")


def _checked_link(link: str | None) -> str | None:
    if link is None:
        return None
    parts = urlsplit(link)
    if parts.scheme not in ("https", "http") or not parts.hostname or not _URL.match(link):
        raise ValueError("a link in a mail is a plain http or https address")
    return link


def _checked_code(code: str | None) -> str | None:
    if code is not None and not _CODE.match(code):
        raise ValueError("a code in a mail is four to ten digits")
    return code
