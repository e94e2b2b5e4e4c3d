"""The HTML of a mail as a page of its own, shown inside another: no script, no form, no way out of it.

Its links are taken away and its styles, which mail programs want on every element, are allowed one by one by their
hash, so that nothing else in it could style anything.
"""

import base64
import hashlib
import re
from html.parser import HTMLParser

from flask import Response

from linkflow.web.headers import POLICY

FRAMING = POLICY.replace("frame-ancestors", "frame-src 'self'; frame-ancestors")
"""The policy of a page that shows a mail."""

_HREF = re.compile(r"(<a\b[^>]*?)\shref=(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)


def mail_answer(html: str) -> Response:
    """The mail with its links inert."""
    body = _HREF.sub(r"\1", html)
    response = Response(body, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; img-src 'self' data:; style-src {_hashes(body)}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _hashes(html: str) -> str:
    styles = _Styles()
    styles.feed(html)
    digests = (hashlib.sha256(one.encode()).digest() for one in dict.fromkeys(styles.found))
    allowed = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    return " ".join(["'unsafe-hashes'", *allowed]) if allowed else "'none'"


class _Styles(HTMLParser):
    """Collects every style sheet and every style attribute, as the browser hashes them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "style"
        if self._inside:
            self.found.append("")
        self.found += [value or "" for name, value in attrs if name == "style"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name == "style"]

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data
