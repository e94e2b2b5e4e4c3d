"""Every sentence a customer, or a user in a mail, can read, as the sources have it; `make messages` asks for them.

Found in the templates that customer pages, errors and mails reach; in Python where a sentence is marked
`translatable` or counted; and in the shipped software files, for what they say in English to every customer.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from linkflow.domain.languages import in_language
from linkflow.software_file import SoftwareFile

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
LANGUAGES = TEMPLATES / "linkflow" / "languages"
WIDTH = 120
PARTIAL = ("en_US",)
"""Catalogues of what differs from the source alone."""

_KIND = '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"'
_STARTS = ("customer/*", "errors/*", "email/**/*.html", "email/**/*.txt")
_REACHES = re.compile(r'{%-? *(?:extends|from|import|include) "([^"]+\.(?:html|txt))"')
_JINJA = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "encoding": "utf-8", "trim_blocks": "true"}
_IN_TEMPLATES: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}
_IN_PYTHON: dict[str, Any] = {"translatable": None, "say_counted": (1, 2)}


def messages() -> Catalog:
    """All of them, each with the places it stands in."""
    found = Catalog(project="linkflow")
    for place, line, message in (*_of_templates(), *_of_modules(), *_of_software()):
        found.add(message, locations=[(place, line)])
    return found


def read(path: Path) -> Catalog:
    """A catalogue as it is written down."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def write(path: Path, catalog: Catalog) -> None:
    """A catalogue in its own order, with no more of a head than its language needs: only what changed looks changed."""
    comments = "".join(f"{line}\n" for line in catalog.header_comment.splitlines() if line.startswith("# "))
    head = f'msgid ""\nmsgstr ""\n"Language: {path.parts[-3]}\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n{_KIND}\n'
    body = BytesIO()
    write_po(body, catalog, width=WIDTH, omit_header=True, include_lineno=False, sort_by_file=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"{comments}{head}\n".encode() + body.getvalue())


def reached_templates() -> list[Path]:
    """The templates of customer pages, errors and mails, and what those are made of."""
    todo = [path for pattern in _STARTS for path in (TEMPLATES / "linkflow").glob(pattern)]
    seen: set[Path] = set()
    while todo:
        path = todo.pop()
        if path not in seen:
            seen.add(path)
            todo += [TEMPLATES / name for name in _REACHES.findall(path.read_text())]
    return sorted(seen)


def shipped() -> dict[str, Path]:
    """The catalogue of each language there is, by locale."""
    return {path.parts[-3]: path for path in sorted(LANGUAGES.glob("*/LC_MESSAGES/linkflow.po"))}


def _of_templates() -> Iterator[tuple[str, int, Any]]:
    for path in reached_templates():
        with path.open("rb") as file:
            for line, message, *_ in extract("jinja2.ext:babel_extract", file, _IN_TEMPLATES, options=_JINJA):
                yield _place(path), line, message


def _of_modules() -> Iterator[tuple[str, int, Any]]:
    for path in sorted((ROOT / "linkflow").rglob("*.py")):
        with path.open("rb") as file:
            for line, message, *_ in extract("python", file, _IN_PYTHON):
                yield _place(path), line, message


def _of_software() -> Iterator[tuple[str, int, Any]]:
    for path in sorted((ROOT / "config" / "software").glob("*.toml")):
        one = SoftwareFile(**tomllib.loads(path.read_text())).software(path.stem, adapter=True)
        asked = (text for asked in one.asked for text in (asked.label, asked.hint, *asked.labels.values()))
        for text in (one.required_role, one.help, one.device_warning, *asked):
            if english := in_language(text or "", "en"):
                yield _place(path), 1, english


def _place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _kept_of(found: Catalog, catalog: Catalog) -> Catalog:
    """The messages a catalogue of differences has, with the places they stand in now."""
    kept = Catalog()
    for one in found:
        if one.id and one.id in catalog:
            kept.add(one.id, locations=one.locations)
    return kept


def _main() -> None:
    """Put what the sources say into every catalogue: new messages without words, those that went left out."""
    found = messages()
    for path in shipped().values():
        catalog = read(path)
        wanted = found if path.parts[-3] not in PARTIAL else _kept_of(found, catalog)
        catalog.update(wanted, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        write(path, catalog)
    print(f"{len(found)} messages in {len(shipped())} languages", file=sys.stderr)


if __name__ == "__main__":
    _main()
