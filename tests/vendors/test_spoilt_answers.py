"""Answers spoilt by chance: whatever stands in them, an adapter keeps rows, sets them aside or calls the answer bad.

Ten thousand readings of a page, over every vendor and every part, each with a few values of its real answers replaced:
by nothing, by another kind of value, by numbers that are none, by rows given twice.
"""

import copy
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain.books import Period
from linkflow.domain.ports import ApiSession, Asked, Page
from linkflow.domain.requests import DataType
from linkflow.outbound.errors import OutboundError
from linkflow.services import granting
from linkflow.store import books, connections
from tests.vendors import vendor_ids
from tests.vendors.reading import Reading, reading_of

READINGS = 10_000
IN_SHORT = 20
SPOILS: tuple[Callable[[Any], Any], ...] = (
    lambda _: None,
    lambda _: "",
    lambda _: "not what was agreed",
    lambda _: -1,
    lambda _: True,
    lambda _: Decimal("NaN"),
    lambda _: Decimal("1e40"),
    lambda _: "9" * 400,
    lambda _: "2026-13-45",
    lambda _: "\x00\ud800",
    lambda _: [],
    lambda _: {},
    lambda _: [None],
    lambda _: {"odd": [True]},
    lambda old: [old],
    lambda old: {"value": old},
    lambda old: [*old, *old] if isinstance(old, list) else old,
)


@dataclass
class Replayed:
    """An answer given before, with some of it spoilt."""

    content: Any
    headers: Mapping[str, str]
    status: int = 200

    def json(self) -> Any:
        return self.content


@dataclass
class Spoiling:
    """A session whose answers were fetched once and are spoilt at each asking, of the calls of a page one or more."""

    real: ApiSession
    chance: random.Random
    known: dict[str, tuple[Any, Mapping[str, str]]] = field(default_factory=dict)
    spoilt: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Replayed:
        which = f"{url} {sorted((params or {}).items())} {sorted((headers or {}).items())}"
        if which not in self.known:
            answer = self.real.get(url, params=params, headers=headers)
            self.known[which] = (answer.json(), answer.headers)
        content, told = self.known[which]
        content = copy.deepcopy(content)
        if self.chance.random() < 0.7:
            self.spoilt += 1
            for _ in range(self.chance.randint(1, 3)):
                content = spoil(content, self.chance)
        return Replayed(content, told)


def spoil(content: Any, chance: random.Random) -> Any:
    """One value somewhere in it is another one, or gone."""
    places = [((), content)]
    for path, value in places:
        inside = value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
        places += [((*path, key), each) for key, each in inside]
    path, old = chance.choice(places)
    new = chance.choice(SPOILS)(old)
    if not path:
        return new
    holder = content
    for key in path[:-1]:
        holder = holder[key]
    if isinstance(holder, dict) and chance.random() < 0.3:
        del holder[path[-1]]
    else:
        holder[path[-1]] = new
    return content


def read_pages(reading: Reading, times: int, chance: random.Random) -> tuple[int, int]:
    """So many pages of every part in turn; how many were pages and how many bad answers."""
    provider, connection = providers.load(reading.software.id), reading.connection
    sync = reading.sync
    period, pull = Period(sync.first_month, sync.last_month), providers.careful(reading.software.id, provider.pull)
    pages = bad = 0

    def read(session: ApiSession) -> None:
        nonlocal pages, bad
        spoiling = Spoiling(session, chance)
        parts = provider.parts(frozenset(DataType))
        for place in range(times):
            part = parts[place % len(parts)]
            asked = Asked(tenant_id=connection.tenant_id or "", period=period)
            try:
                page = pull(spoiling, part, asked)
            except OutboundError:
                bad += 1
                continue
            assert all(row.reason for row in page.set_aside)
            keep(reading, page)
            pages += 1
        assert spoiling.spoilt > times / 4

    with reading.rig.ctx.database.transaction() as tx:
        connections.update_connection(tx, reading.rows.connection_id, tenant_currency="GBP")
    granting.with_session(reading.rig.ctx, reading.rows.grant_id, read, tenant_id=connection.tenant_id)
    return pages, bad


def keep(reading: Reading, page: Page) -> None:
    """Store what a page brought, as far as it can be stored, and take all of it back."""
    with reading.rig.ctx.database.transaction() as tx:
        for batch in books.in_batches(page.records):
            with tx.connection.begin_nested() as taken_back:
                books.keep(tx, batch, connection_id=reading.rows.connection_id, sync_id=reading.sync_id)
                taken_back.rollback()


@pytest.mark.slow
@pytest.mark.parametrize("known_as", vendor_ids())
def test_no_answer_however_spoilt_is_a_fault_of_ours(known_as: str, tmp_path: Path) -> None:
    with reading_of(known_as, tmp_path, size=30) as reading:
        pages, bad = read_pages(reading, -(-READINGS // len(vendor_ids())), random.Random(known_as))
    assert pages > 0
    assert bad > 0


def test_a_few_spoilt_answers_of_one_vendor(tmp_path: Path) -> None:
    with reading_of("sage", tmp_path, size=30) as reading:
        assert sum(read_pages(reading, IN_SHORT, random.Random(1))) == IN_SHORT
