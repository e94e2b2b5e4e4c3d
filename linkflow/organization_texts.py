"""An organization's own words held against the shipped ones: they have a place, and mention what is known there."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linkflow import markdown
from linkflow.domain.requests import DataType
from linkflow.organization_file import OrganizationFile
from linkflow.problems import nearest
from linkflow.shipped_texts import EVERYWHERE, MAIL, PageTexts, Shipped, shipped_texts

VARIANTS = frozenset({*(kind.value for kind in DataType), "both"})
LONGEST_LINE = 150
"""Characters of a title, a label, a button or a subject."""
_BRACED = re.compile(r"\{([^{}\s]*)\}")


@dataclass(frozen=True)
class OwnText:
    """One text of the organization: `page` as in ``shipped_texts``, and `key` below it."""

    language: str
    where: str
    page: str
    key: str
    text: str
    variant: str = ""


def own_texts(file: OrganizationFile) -> Iterator[OwnText]:
    """Every one there is; `where` is its dotted key in the file."""
    for language, pages in file.content.items():
        for page, texts in pages.items():
            for key, text in texts.items():
                yield OwnText(language, f"content.{language}.{page}.{key}", page, key, text)
    for language, kinds in file.emails.items():
        for kind, words in kinds.items():
            yield from _of_mail(language, kind, words)


def text_problems(file: OrganizationFile) -> Iterator[tuple[str, str]]:
    """Whatever is wrong with them, by key."""
    for number, section in enumerate(file.consent):
        yield from ((f"consent[{number}].body", fault) for fault in markdown.faults(section.body))
    known = shipped_texts()
    told: set[str] = set()
    for own in own_texts(file):
        table = own.where.removesuffix(f".{own.key}")
        if own.variant and own.variant not in VARIANTS:
            if table not in told:
                told.add(table)
                yield table, f"is not a data type{nearest(own.variant, VARIANTS)}"
        elif own.page not in known:
            if table not in told:
                told.add(table)
                yield table, f"is no {'mail' if own.page.startswith(MAIL) else 'page'}{_near_page(own.page)}"
        else:
            yield from ((own.where, reason) for reason in _faults(own, known[own.page]))


def _of_mail(language: str, kind: str, words: Mapping[str, object], variant: str = "") -> Iterator[OwnText]:
    where = ".".join(filter(None, ("emails", language, kind, variant)))
    for key, text in words.items():
        if isinstance(text, str):
            yield OwnText(language, f"{where}.{key}", MAIL + kind, key, text, variant)
        elif isinstance(text, Mapping):
            yield from _of_mail(language, kind, text, key)


def _faults(own: OwnText, texts: PageTexts) -> Iterator[str]:
    shipped = texts.get(own.key)
    if shipped is None:
        yield f"is neither a place nor a sentence here{_near_key(own.key, texts)}"
        return
    names = sorted(set(_BRACED.findall(own.text)) - shipped.names)
    if names:
        known = ", ".join(f"{{{name}}}" for name in sorted(shipped.names))
        yield f"has {', '.join(f'{{{name}}}' for name in names)}, which has no value here; known: {known}"
    elif re.search(r"[{}]", _BRACED.sub("", own.text)):
        yield "has a brace that belongs to no name: names stand in two, like {organization}"
    if shipped.is_paragraph:
        yield from markdown.faults(own.text)
    else:
        yield from _line_faults(own, shipped)


def _line_faults(own: OwnText, shipped: Shipped) -> Iterator[str]:
    if len(own.text) > max(LONGEST_LINE, 2 * len(shipped.text)) or len(own.text.splitlines()) > 1 or "\t" in own.text:
        yield f"should be one line of at most {LONGEST_LINE} characters"
    elif not markdown.says_something(own.text):
        yield "has nothing to read in it"


def _near_page(page: str) -> str:
    mail = page.startswith(MAIL)
    return nearest(
        page.removeprefix(MAIL), [name.removeprefix(MAIL) for name in shipped_texts() if name.startswith(MAIL) is mail]
    )


def _near_key(key: str, texts: PageTexts) -> str:
    near = nearest(key, [*texts.slots, *texts.sentences])
    if near.startswith("; did"):
        return near
    places = f"; places: {', '.join(sorted(texts.slots))}" if texts.slots else ""
    return f"{places}; or a sentence as shipped, in English, names in braces" + (
        f" (those of [{EVERYWHERE}] hold on every page)" if not places else ""
    )
