"""Pages and mails in each language hold no English sentence of the source; names and vendors' own words apart."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import unescape
from html.parser import HTMLParser

import pytest

from linkflow.languages import shipped, translations
from linkflow.web.gallery.documents import Document, document, documents
from tests.languages.conftest import Speaking
from tests.languages.messages import messages

TRANSLATED = [tag for tag in shipped() if not tag.startswith("en")]
FEW = ("welcome", "consent", "link-expired", "other-browser", "mail-request-financials")
_SPOKEN = ("alt", "aria-label", "placeholder", "title", "content")
_FILLED_IN = re.compile(r"%\(\w+\)s")
_SHORTEST = 12
"""Letters; what is shorter may be a word of both languages."""


class _Words(HTMLParser):
    """What a document says: its text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("style", "script")
        self.said += [value for name, value in attrs if name in _SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def said(shown: Document) -> str:
    reader = _Words()
    reader.feed(shown.body if shown.kind != "text" else "")
    plain = shown.body if shown.kind == "text" else shown.text
    return " ".join(" ".join([shown.title, *reader.said, plain]).split())


@cache
def english(language: str) -> tuple[str, ...]:
    """The parts of the source's sentences that stand as they are and that the language says otherwise."""
    words = translations(language)
    found = set()
    for one in messages():
        for form in one.id if isinstance(one.id, list | tuple) else (one.id,):
            if (form and words.gettext(form) != form) or isinstance(one.id, list | tuple):
                found |= set(_parts(form))
    kept = {unescape(part) for own in _own_words(language) for part in _parts(own)}
    return tuple(sorted(found - kept))


def _parts(sentence: str) -> Iterator[str]:
    for part in re.split(r"%\(\w+\)s|</?\w+>", sentence):
        plain = " ".join(part.split())
        if len(plain) >= _SHORTEST and " " in plain:
            yield plain


def _own_words(language: str) -> Iterable[str]:
    """What a catalogue says itself, where it is what the source says in another place."""
    words = translations(language)
    return (words.gettext(one.id) for one in messages() if isinstance(one.id, str) and one.id)


def left_in_english(language: str, shown: Document) -> list[str]:
    text = said(shown)
    return [part for part in english(language) if part in text]


@pytest.mark.parametrize("language", TRANSLATED[:1])
def test_the_first_pages_and_the_first_mail_hold_no_english_sentence(speaking: Speaking, language: str) -> None:
    """One language is enough for every day: the next test has all of them."""
    organization = speaking(language)
    found = {name: left_in_english(language, document(organization, language, name)) for name in FEW}
    assert found == {name: [] for name in FEW}


@pytest.mark.slow
@pytest.mark.parametrize("language", TRANSLATED)
def test_no_page_file_or_mail_there_is_holds_an_english_sentence(speaking: Speaking, language: str) -> None:
    every = documents(speaking(language), language)
    found = {shown.name: left_in_english(language, shown) for shown in every}
    assert {name: parts for name, parts in found.items() if parts} == {}


def test_the_search_for_english_finds_it_in_english(speaking: Speaking) -> None:
    assert len(left_in_english("de", document(speaking("en-GB"), "en-GB", "welcome"))) > 10
