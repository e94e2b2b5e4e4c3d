"""The accounting software linkflow knows: ``config/software/*.toml``, overlaid by the operator's own folder.

A file of the same name in the operator's folder replaces the shipped one. The file's name is the software's id. The
vendors' marks lie in that folder, too (``linkflow.software_marks``).
Addresses and credentials that belong to the instance come from the settings; nothing here makes a request.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from linkflow import paths
from linkflow.domain.software import UPLOAD, Api, OAuth, Software, SoftwareKind, popular_first
from linkflow.problems import ConfigurationError, Problem, nearest, problems_of, read_toml
from linkflow.settings import ENVIRONMENT, PREFIX, Settings
from linkflow.settings_software import variable
from linkflow.software_file import SoftwareFile
from linkflow.software_marks import Marks, read_marks

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")


class Catalogue(Mapping[str, Software]):
    """Software by id, in the picker's order. Immutable."""

    def __init__(
        self,
        software: Mapping[str, Software],
        *,
        credentials: frozenset[str] = frozenset(),
        own_credentials: Mapping[str, Collection[str]] | None = None,
        marks: Mapping[str, Marks] | None = None,
    ) -> None:
        self._software = MappingProxyType({s.id: s for s in popular_first(software.values())})
        self._credentials = credentials
        self._marks = MappingProxyType(dict(marks or {}))
        self._own = {organization: frozenset(known) for organization, known in (own_credentials or {}).items()}

    def __getitem__(self, software: str) -> Software:
        return self._software[software]

    def __iter__(self) -> Iterator[str]:
        return iter(self._software)

    def __len__(self) -> int:
        return len(self._software)

    def connectable(self, software: str, organization: str) -> bool:
        """A customer of that organization can sign in to it here: it speaks OAuth, the organization or the instance
        has credentials for it, and linkflow can read its books (or its file says ``connection_only``). Everything
        else is listed as upload-only."""
        known = self._software.get(software)
        has_client = software in self._credentials or software in self._own.get(organization, ())
        return known is not None and known.kind is SoftwareKind.OAUTH and has_client and known.is_served

    def marks(self, software: str) -> Marks:
        """The pictures an operator has put in place for that software."""
        return self._marks.get(software, Marks())

    def search(self, query: str) -> tuple[Software, ...]:
        """Everything whose name, vendor or alias matches, in the picker's order; all of it for an empty query."""
        return tuple(software for software in self._software.values() if software.matches(query))


def load_catalogue(shipped: Path, overlay: Path | None, settings: Settings) -> Catalogue:
    """Read both folders; ConfigurationError with every mistake of every file and of the settings about software."""
    problems: list[Problem] = []
    found: dict[str, Software] = {}
    for path in _files(shipped, overlay):
        try:
            found[path.stem] = read_software(path, settings)
        except ConfigurationError as error:
            problems += error.problems
    known = {path.stem for path in _files(shipped, overlay)}
    problems += _unknown_in_settings(settings, known)
    problems += _unusable_inputs(settings, found)
    marks = read_marks(overlay, known, problems) if overlay else {}
    if problems:
        raise ConfigurationError(problems)
    return Catalogue(
        found,
        credentials=frozenset(settings.software_credentials),
        own_credentials=settings.organization_credentials,
        marks=marks,
    )


def read_software(path: Path, settings: Settings) -> Software:
    """One catalogue file as a value, the settings' addresses in place of its own."""
    content = read_toml(path)
    try:
        file = SoftwareFile(**content)
    except ValidationError as error:
        raise ConfigurationError(problems_of(error, path.name, SoftwareFile)) from None
    problems = [Problem(path.name, key, reason) for key, reason in _file_problems(path, file)]
    if problems:
        raise ConfigurationError(problems)
    adapter = (paths.package() / "providers" / f"{path.stem}.py").is_file()
    return _with_addresses(file.software(path.stem, adapter=adapter), settings.addresses(path.stem))


def _files(shipped: Path, overlay: Path | None) -> list[Path]:
    by_name = {path.name: path for folder in (shipped, overlay) if folder for path in sorted(folder.glob("*.toml"))}
    return [by_name[name] for name in sorted(by_name)]


def _file_problems(path: Path, file: SoftwareFile) -> Iterator[tuple[str, str]]:
    if not _ID.match(path.stem):
        yield "(file name)", "should be lower-case letters, digits and underscores, beginning with a letter"
    if path.stem == UPLOAD:
        yield "(file name)", f"may not be {UPLOAD!r}: books that come in a file are known by that"
    if file.id not in {None, path.stem}:
        yield "id", f"should be {path.stem!r}, as the file is called, or be left out"
    if file.logo and not (paths.static() / file.logo).is_file():
        yield "logo", f"names no file below static/: {file.logo}"


def _with_addresses(software: Software, given: Mapping[str, str]) -> Software:
    if software.oauth is None or not given:
        return software
    oauth: dict[str, Any] = {name: address for name, address in given.items() if name != "base_url"}
    return replace(software, oauth=_replaced(software.oauth, oauth), api=_api(software.api, given.get("base_url")))


def _replaced(oauth: OAuth, addresses: Mapping[str, Any]) -> OAuth:
    return replace(oauth, **addresses)


def _api(api: Api | None, base_url: str | None) -> Api | None:
    """With another base address, only that address's own host may be followed to."""
    if api is None or base_url is None:
        return api
    return replace(api, base_url=base_url, hosts=(urlsplit(base_url).netloc,))


def _unknown_in_settings(settings: Settings, known: set[str]) -> Iterator[Problem]:
    instances = {*settings.software_credentials, *settings.software_addresses, *settings.software_inputs}
    named = {("", software) for software in instances}
    for kind in (settings.organization_credentials, settings.organization_inputs):
        named |= {(organization, software) for organization, given in kind.items() for software in given}
    for organization, software in sorted(named):
        if software not in known:
            reason = "names no software of the catalogue" + nearest(software, known)
            yield Problem(ENVIRONMENT, PREFIX + variable(organization, software, "…"), reason)


def _unusable_inputs(settings: Settings, found: Mapping[str, Software]) -> Iterator[Problem]:
    """What is fixed although nobody is asked for it, or may not stand there."""
    for organization, software, name, value in _fixed_inputs(settings):
        if software not in found:
            continue  # which is told already
        asked = {one.name: one for one in found[software].asked}
        key = PREFIX + variable(organization, software, f"input_{name}")
        if name not in asked:
            yield Problem(ENVIRONMENT, key, "names nothing a customer is asked for" + nearest(name, asked))
        elif asked[name].read(value) is None:
            known = f"; known: {', '.join(asked[name].values)}" if asked[name].values else ""
            yield Problem(ENVIRONMENT, key, f"may not stand there{known}")


def _fixed_inputs(settings: Settings) -> Iterator[tuple[str, str, str, str]]:
    everybodys = {"": settings.software_inputs, **settings.organization_inputs}
    for organization, given in everybodys.items():
        for software, inputs in given.items():
            yield from ((organization, software, name, value) for name, value in inputs.items())
