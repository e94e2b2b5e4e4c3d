"""The little Markdown an organization's paragraphs may hold: emphasis, strong, links, lists, line breaks. No HTML.

A paragraph stands inside an element a template has already opened, so everything is made of what may stand in a
sentence: a list is one by its role. Links lead to https, mail and telephone addresses only.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

_LINK = re.compile(r"(https://[^/\s]|mailto:[^?#\s]+@|tel:\+?[0-9])", re.IGNORECASE)
_NAME = re.compile(r"%7B\w*%7D", re.IGNORECASE)
_INLINE = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "link_close": "</a>",
    "softbreak": "\n",
    "hardbreak": "<br>",
}
_LISTS = {"bullet_list_open": "list", "ordered_list_open": "list list--numbered"}
_LETTERS = re.compile(r"\w")


@lru_cache(maxsize=1024)
def as_html(text: str) -> Markup:
    """The paragraph for a page or a mail, everything else of it escaped; names in braces stay as they are."""
    return Markup("".join(_html(_parser().parse(text))))  # noqa: S704 - every piece is escaped below


@lru_cache(maxsize=1024)
def as_plain(text: str) -> str:
    """The paragraph in plain text, links with their address behind them: for a mail's twin and for what is kept."""
    return "".join(_plain(_parser().parse(text))).strip()


def says_something(text: str) -> bool:
    """Whether anything of it can be read."""
    return bool(_LETTERS.search(text))


def faults(text: str) -> Iterator[str]:
    """What should not stand in a paragraph."""
    plain = as_plain(text)
    if "](" in plain or "![" in text:
        yield "has a picture, or a link to something other than https://, mailto: or tel:"
    links = list(_links(text))
    if any(_NAME.search(address) for address, _ in links):
        yield "has a placeholder inside a link's address"
    if not all(says_something(words) for _, words in links):
        yield "has a link without words"
    if not says_something(as_html(text).striptags()):
        yield "has nothing to read in it"


def _links(text: str) -> Iterator[tuple[str, str]]:
    """The address of each, and what there is to read in it."""
    address, words = "", ""
    for token in (token for block in _parser().parse(text) for token in block.children or ()):
        if token.type == "link_open":
            address, words = str(token.attrs.get("href", "")), ""
        elif token.type == "link_close":
            yield address, words
        words += token.content


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    made = MarkdownIt("zero").enable(["emphasis", "link", "list", "newline", "escape"])
    made.validateLink = lambda url: bool(_LINK.match(url))  # type: ignore[method-assign]  # its own way to be told
    return made


def _html(blocks: list[Token]) -> Iterator[str]:
    stands_alone = False
    for block in blocks:
        if block.type == "inline":
            yield from (_inline_html(token) for token in block.children or ())
        elif block.type == "paragraph_open" and not block.hidden:
            yield "<br><br>" if stands_alone else ""
        elif block.type in _LISTS:
            yield f'<span class="{_LISTS[block.type]}" role="list">'
        elif block.type == "list_item_open":
            # Where no stylesheet makes it a list: a line and a sign of its own.
            mark = f"{block.info}." if block.info else "•"
            yield f'<span class="item" role="listitem"><br><span class="item__mark">{mark} </span>'
        elif block.type.endswith(("list_close", "list_item_close")):
            yield "</span>"
        stands_alone = stands_alone or block.type in ("paragraph_close", "list_item_close")
        if block.type == "list_item_open":
            stands_alone = False


def _inline_html(token: Token) -> str:
    if token.type == "link_open":
        return f'<a class="link" href="{escape(token.attrs["href"])}">'
    if token.type in ("text", "text_special"):
        return str(escape(token.content))
    return _INLINE.get(token.type, "")


def _plain(blocks: list[Token]) -> Iterator[str]:
    for block in blocks:
        if block.type == "inline":
            yield from _inline_plain(block.children or [])
        elif block.type == "paragraph_close":
            yield "\n" if block.hidden else "\n\n"
        elif block.type == "list_item_open":
            yield f"{'  ' * (block.level // 2)}{block.info + '.' if block.info else '-'} "
        elif block.type.endswith("list_close"):
            yield "\n"


def _inline_plain(tokens: list[Token]) -> Iterator[str]:
    address, said = "", ""
    for token in tokens:
        if token.type == "link_open":
            address, said = str(token.attrs["href"]), ""
        elif token.type == "link_close":
            bare = re.sub(r"\A(mailto|tel):", "", address)
            yield "" if said in (address, bare) else f" ({bare})"
        elif token.type in ("text", "text_special", "softbreak", "hardbreak"):
            words = token.content if token.type.startswith("text") else "\n"
            said += words
            yield words
