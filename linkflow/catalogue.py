"""The accounting software linkflow knows: ``config/software/*.toml``, overlaid by the operator's own folder.

A file of the same name in the operator's folder replaces the shipped one. The file's name is the software's id.
Addresses and credentials that belong to the instance come from the settings; nothing here makes a request.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from linkflow import paths
from linkflow.domain.software import Api, OAuth, Software, SoftwareKind, popular_first
from linkflow.problems import ConfigurationError, Problem, nearest, problems_of, read_toml
from linkflow.settings import ENVIRONMENT, Settings
from linkflow.software_file import SoftwareFile

_ID = re.compile(r"[a-z][a-z0-9_]*\Z")


class Catalogue(Mapping[str, Software]):
    """Software by id, in the picker's order. Immutable."""

    def __init__(self, software: Mapping[str, Software], *, credentials: frozenset[str] = frozenset()) -> None:
        self._software = MappingProxyType({s.id: s for s in popular_first(software.values())})
        self._credentials = credentials

    def __getitem__(self, software: str) -> Software:
        return self._software[software]

    def __iter__(self) -> Iterator[str]:
        return iter(self._software)

    def __len__(self) -> int:
        return len(self._software)

    def connectable(self, software: str) -> bool:
        """A customer can sign in to it here: it speaks OAuth, this instance has credentials for it, and linkflow
        can read its books (or its file says ``connection_only``). Everything else is listed as upload-only."""
        known = self._software.get(software)
        return (
            known is not None
            and known.kind is SoftwareKind.OAUTH
            and software in self._credentials
            and (known.adapter or known.connection_only)
        )

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
    problems += _unknown_in_settings(settings, {path.stem for path in _files(shipped, overlay)})
    if problems:
        raise ConfigurationError(problems)
    return Catalogue(found, credentials=frozenset(settings.software_credentials))


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
    for software in sorted({*settings.software_credentials, *settings.software_addresses} - known):
        key = f"LINKFLOW_SOFTWARE_{software.upper()}_…"
        yield Problem(ENVIRONMENT, key, "names no software of the catalogue" + nearest(software, known))
