"""Make a mail's HTML safe to show: links open in the same window, styles are allowed by hash, nothing else is."""

import base64
import hashlib
import re
from html.parser import HTMLParser

_HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)
SANDBOX = "allow-top-navigation-by-user-activation"
_OWN = "http://localhost:* http://127.0.0.1:*"


class _Styles(HTMLParser):
    """Every style attribute and style element, as a browser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._pieces: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._pieces = [] if tag == "style" else None
        self.found |= {value for name, value in attrs if name == "style" and value}

    def handle_data(self, data: str) -> None:
        # A long element comes in several pieces.
        if self._pieces is not None:
            self._pieces.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._pieces is not None:
            self.found.add("".join(self._pieces))
        self._pieces = None


def with_base(html: str) -> str:
    """The same HTML with a base that makes every link open in the whole window, and line ends as browsers read them."""
    html = html.replace("\r\n", "\n").replace("\r", "\n")
    base = '<base target="_top">'
    return _HEAD.sub(lambda head: head.group() + base, html, count=1) if _HEAD.search(html) else base + html


def frame_policy(html: str) -> str:
    """A policy under which this HTML's own styles apply, a logo on this machine is fetched, and nothing is run."""
    parser = _Styles()
    parser.feed(html)
    parser.close()
    hashes = " ".join(f"'sha256-{_hash(style)}'" for style in sorted(parser.found))
    styles = f"style-src 'unsafe-hashes' {hashes}" if hashes else "style-src 'none'"
    images = f"img-src data: {_OWN}"
    return f"default-src 'none'; {styles}; {images}; frame-ancestors 'self'; base-uri 'none'; sandbox {SANDBOX}"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
