"""A page as it was answered, and what it is built of."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

import pytest
from jinja2 import Environment
from werkzeug.test import TestResponse

from linkflow.templating import environment
from linkflow.web import pages

NEIGHBOURS = 5
_WORDS = re.compile(r">[^<>]*[^<>\s][^<>]*<")
_VALUE = re.compile(r' (?!class=|data-page=|type=|role=)([a-z-]+)="[^"]*"')
_TAG = re.compile(r"<[^>]+>…?")
_SIGNED = re.compile(rb"<!-- linkflow/(\S+) -->$")
_MANY = re.compile(r"((?:[^\n]+\n){1,40}?)\1{2,}")  # a list of many is built like a list of two


@dataclass(frozen=True)
class Shown:
    """One page as it was answered; `where` says in which state and to whom."""

    where: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, where: str, answer: TestResponse) -> "Shown":
        return cls(where, answer.request.path, answer.status_code, dict(answer.headers), answer.data)

    @property
    def name(self) -> str:
        """Its `data-page`."""
        return named(self.body)

    @property
    def template(self) -> str:
        """What it was rendered from, below `templates/linkflow`; empty where `rendering_signed` was not at work."""
        found = _SIGNED.search(self.body)
        return found[1].decode() if found else ""

    @cached_property
    def make_up(self) -> tuple[str, ...]:
        """Its status; its tags with the names of their attributes, marked where words follow; of many alike two."""
        bare = _VALUE.sub(r" \1", _WORDS.sub(">…<", self.body.decode()))
        return (str(self.status), *_shortened("".join(f"{tag}\n" for tag in _TAG.findall(bare))))

    @property
    def parts(self) -> set[tuple[str, ...]]:
        """Each of its tags with those next to it, `NEIGHBOURS` in a row."""
        last = max(len(self.make_up) - NEIGHBOURS, 0)
        return {self.make_up[at : at + NEIGHBOURS] for at in range(last + 1)}


def rendering_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page end with a comment that names its template."""
    monkeypatch.setattr(pages, "environment", lambda language: _Signing(environment(language)))


@dataclass(frozen=True)
class _Signing:
    """Stands for an environment where a page is rendered, and then for its template."""

    environment: Environment
    name: str = ""

    def get_template(self, name: str) -> "_Signing":
        return replace(self, name=name)

    def render(self, **values: Any) -> str:
        return f"{self.environment.get_template(self.name).render(**values)}<!-- {self.name} -->"


def named(page: bytes) -> str:
    """The `data-page` of a page."""
    found = re.search(rb'<main[^>]* data-page="([^"]+)"', page)
    return found[1].decode() if found else ""


def each_part_once(all_shown: Iterable[Shown]) -> list[Shown]:
    """As many of the pages as show every part that any of them has; of each page and status at least one."""
    seen: dict[tuple[str, int], set[tuple[str, ...]]] = {}
    kept = []
    for shown in sorted(all_shown, key=lambda shown: len(shown.make_up), reverse=True):
        before = seen.setdefault((shown.name, shown.status), set())
        if not shown.parts <= before:
            kept.append(shown)
            before |= shown.parts
    return kept


@cache
def _shortened(tags: str) -> tuple[str, ...]:
    return tuple(_MANY.sub(r"\1\1", tags).splitlines())
