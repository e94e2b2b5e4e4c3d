"""Reading tables and page links out of a portal page."""

import re
from html import unescape
from html.parser import HTMLParser


class _Table(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell = False

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False
            self.rows[-1][-1] = " ".join(self.rows[-1][-1].split())

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[-1][-1] += f" {data}"


def table_rows(html: str, *, after: str = "") -> list[list[str]]:
    """The body rows of the first table after some text: the words of each cell."""
    part = html[html.find(after) :] if after else html
    found = re.search(r"<tbody>(.*?)</tbody>", part, re.DOTALL)
    return _rows(found[1] if found else "")


def exact_rows(html: str, *, after: str) -> list[list[str]]:
    """The same with figures as exact as the page knows them."""
    return table_rows(_exact(html), after=after)


def sum_row(html: str, *, after: str) -> list[str]:
    """The sum at the foot of the first table after some text, exactly."""
    html = _exact(html)
    found = re.search(r"<tfoot>(.*?)</tfoot>", html[html.find(after) :], re.DOTALL)
    return _rows(found[1] if found else "")[0]


def next_page(html: str, word: str) -> str:
    """Where the link *Older* or *Newer* leads; empty without one."""
    nav = html[html.find('<nav class="pages"') :]
    found = re.search(rf'href="([^"]+)"[^>]*>(?:(?!</a>).)*{word}', nav, re.DOTALL)
    links = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', nav[: nav.find("</nav>")], re.DOTALL)
    return next((unescape(href) for href, words in links if word in words), "") if found else ""


def _exact(html: str) -> str:
    return re.sub(r'<data value="([^"]*)">[^<]*</data>', r"\1", html)


def _rows(part: str) -> list[list[str]]:
    reader = _Table()
    reader.feed(part)
    return reader.rows
