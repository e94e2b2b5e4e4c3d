"""Make a mail's HTML safe to show: links open in the same window, styles are allowed by hash, nothing else is."""

import base64
import hashlib
import re
from html.parser import HTMLParser

_HEAD = re.compile(r"<head(\s[^>]*)?>", re.IGNORECASE)
SANDBOX = "allow-top-navigation-by-user-activation"
_OWN = "http://localhost:* http://127.0.0.1:*"


class _Styles(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "style"
        self.found |= {value for name, value in attrs if name == "style" and value}

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.add(data)


def with_base(html: str) -> str:
    """The same HTML with a base that makes every link open in the whole window."""
    base = '<base target="_top">'
    return _HEAD.sub(lambda head: head.group() + base, html, count=1) if _HEAD.search(html) else base + html


def frame_policy(html: str) -> str:
    """A policy under which this HTML's own styles apply, a logo on this machine is fetched, and nothing is run."""
    parser = _Styles()
    parser.feed(html)
    hashes = " ".join(f"'sha256-{_hash(style)}'" for style in sorted(parser.found))
    styles = f"style-src 'unsafe-hashes' {hashes}" if hashes else "style-src 'none'"
    images = f"img-src data: {_OWN}"
    return f"default-src 'none'; {styles}; {images}; frame-ancestors 'self'; base-uri 'none'; sandbox {SANDBOX}"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
