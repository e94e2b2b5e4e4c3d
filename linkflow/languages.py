"""The languages linkflow speaks, and how each says a sentence that is written here in British English.

A catalogue is text, `templates/linkflow/languages/<locale>/LC_MESSAGES/linkflow.po`, compiled in memory when it is
first needed. English is the source; American English has what differs. Two more languages are for trying layouts,
and made of the sentences themselves: `linkflow.pseudo`.
"""

from collections.abc import Iterable
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from linkflow import paths
from linkflow.pseudo import PSEUDO

SOURCE = "en-GB"
"""The language sentences are written in, and translated from."""
_DOMAIN = "linkflow"
_PARTS = 3
"""Language, script and region."""


def shipped() -> tuple[str, ...]:
    """The tags there are words for, English first, without those for trying layouts."""
    return ("en", SOURCE, *(path.parts[-3].replace("_", "-") for path in _files()))


def is_spoken(tag: str) -> bool:
    """Whether linkflow has words for a language; a region it does not know (`de-AT`) reads its language's."""
    return tag in PSEUDO or nearest_shipped(tag) is not None


def nearest_shipped(tag: str) -> str | None:
    """The language of ours that has its words: `de` for `de-AT`; None where there is none."""
    return next((known for known in _wider(tag) if known in shipped()), None)


@lru_cache(maxsize=32)
def translations(tag: str) -> NullTranslations:
    """The words of a language; for English, and any language there is no catalogue of, the source itself."""
    if tag in PSEUDO:
        return PSEUDO[tag]
    path = _file(tag)
    if path is None:
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _read(path))
    compiled.seek(0)
    return Translations(compiled, domain=_DOMAIN)


@lru_cache(maxsize=32)
def untranslated(tag: str) -> tuple[str, ...]:
    """The sentences its catalogue has no words for, which are shown in English; none for English itself."""
    path = _file(tag) if not tag.startswith("en") else None
    found = () if path is None else _read(path)
    return tuple(_forms(one.id)[0] for one in found if one.id and (one.fuzzy or not all(_forms(one.string))))


def locale_of(tag: str) -> Locale:
    """How a language writes dates and figures; as in British English where the tag is unknown.

    A tag without a region is of the place its words are of: `pt` alone would be Brazil's.
    """
    name = {"en": SOURCE, "pt": "pt-PT", "ar-XB": "ar"}.get(tag, tag)
    try:
        return Locale.parse(name, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE, sep="-")


def language_name(tag: str, among: Iterable[str] = ()) -> str:
    """A language by its own name: `Français`, and `English (United States)` where another English is `among` them.

    Those for trying layouts go by their tag.
    """
    if tag in PSEUDO:
        return tag
    locale = locale_of(tag)
    alone = not any(other != tag and other.partition("-")[0] == locale.language for other in among)
    name = str((locale.get_language_name(locale) if alone else locale.get_display_name(locale)) or tag)
    return name[:1].upper() + name[1:]


def _wider(tag: str) -> tuple[str, ...]:
    """The tag, then without its region, then without its script; a browser may send one of thousands of parts."""
    parts = tag.split("-", _PARTS)[:_PARTS]
    return tuple("-".join(parts[:n]) for n in range(len(parts), 0, -1))


def _file(tag: str) -> Path | None:
    known = {path.parts[-3].replace("_", "-"): path for path in _files()}
    return next((known[one] for one in _wider(tag) if one in known), None)


@lru_cache(maxsize=1)
def _files() -> tuple[Path, ...]:
    return tuple(sorted((paths.templates() / "linkflow" / "languages").glob(f"*/LC_MESSAGES/{_DOMAIN}.po")))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain=_DOMAIN)


def _forms(words: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return tuple(words) if isinstance(words, list | tuple) else (words or "",)
