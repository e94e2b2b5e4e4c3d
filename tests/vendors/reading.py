"""A whole reading of a fake vendor's books, as the worker does it, step by step: where a fault can be put at any call.

The clock stands still until a wait is passed; no limit of the catalogue is kept unless a test wants it, so that every
wait there is was caused.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from linkflow import paths, providers
from linkflow.catalogue import Catalogue, load_catalogue
from linkflow.domain.books import Bill, EntryStatus
from linkflow.domain.software import Software
from linkflow.outbound.http import HttpClient
from linkflow.outbound.oauth2 import Tokens
from linkflow.services import granting, syncing
from linkflow.services.job_steps import JobStep, StepKind
from linkflow.services.reading_ahead import Ahead, Fetch, Which
from linkflow.store import connections, events, syncs
from linkflow.store.books_tables import DATED, bills
from linkflow.store.connections import Connection
from linkflow.store.syncs import Sync, SyncPart
from linkflow.store.tables import grants
from tests.config_factories import make_settings
from tests.jobs.rig import Clock, Rig, Rows, add_rows, make_rig
from tests.vendors import make
from tests.vendors.kit import OWNER, Vendor
from tests.vendors.overlay import with_credentials, write_overlay
from tests.vendors.server import running_vendor

BILLS, ROWS = 140, 21
"""How many bills there are, and rows a page: at least two pages of bills, and of those of each layout they are in."""


@dataclass
class Step:
    """One step of a pull: the part it was of, what came of it, and the calls it made, counted from the first of all."""

    part: str
    answer: JobStep
    first: int
    calls: int


class AtOnce(Ahead):
    """The next page, fetched ahead as the worker does it, but before the last is stored: so calls have an order.

    `calls` is how many it took for the page that is on its way; they are those of the step that takes it.
    """

    def __init__(self, count: Callable[[], int]) -> None:
        super().__init__()
        self._count, self.calls = count, 0

    def begin(self, which: Which, fetch: Fetch) -> None:
        before = self._count()
        super().begin(which, fetch)
        self._coming[which[0]].thread.join()
        self.calls = self._count() - before


@dataclass
class Reading:
    """One pull of the owner's company."""

    vendor: Vendor
    software: Software
    rig: Rig
    rows: Rows
    sync_id: str = ""
    steps: list[Step] = field(default_factory=list)
    ahead: "AtOnce" = field(init=False)

    def __post_init__(self) -> None:
        self.ahead = AtOnce(self.calls)

    def begin(self) -> "Reading":
        with self.rig.ctx.database.transaction() as tx:
            self.sync_id = syncing.start_sync(self.rig.ctx, tx, connection_id=self.rows.connection_id)
        self.steps = []
        return self

    def step(self) -> Step:
        """One more; its wait is passed."""
        part, before = self._next_part(), self.calls()
        ahead, self.ahead.calls = self.ahead.calls, 0
        answer = syncing.pull_next(self.rig.ctx, self.sync_id, ahead=self.ahead)
        own = self.calls() - before - self.ahead.calls
        self.steps.append(Step(part, answer, before - ahead + 1, ahead + own))
        self.rig.clock.go_on(seconds=answer.seconds)
        return self.steps[-1]

    def to_the_end(self, *, patience: int = 600) -> "Reading":
        for _ in range(patience):
            if self.step().answer.kind in (StepKind.DONE, StepKind.FAILED):
                return self
        raise AssertionError(f"the pull never ended; it waits {self.waits[-3:]} for {self.sync.error}")

    def calls(self) -> int:
        """Calls of the API so far: all that is asked for with GET."""
        return sum(one.method == "GET" for one in self.vendor.seen)

    @property
    def waits(self) -> list[int]:
        return [one.answer.seconds for one in self.steps if one.answer.kind is StepKind.WAIT]

    @property
    def sync(self) -> Sync:
        with self.rig.ctx.database.reading() as tx:
            found = syncs.sync(tx, self.sync_id)
        assert found is not None
        return found

    @property
    def connection(self) -> Connection:
        with self.rig.ctx.database.reading() as tx:
            found = connections.connection(tx, self.rows.connection_id)
        assert found is not None
        return found

    @property
    def bills(self) -> int:
        with self.rig.ctx.database.reading() as tx:
            return int(tx.connection.execute(select(func.count()).select_from(bills)).scalar_one())

    @property
    def aside(self) -> list[str]:
        """The ids of what was set aside; every one has a reason."""
        with self.rig.ctx.database.reading() as tx:
            found = syncs.set_aside_of(tx, self.sync_id)
        assert all(row.reason for row in found)
        return [row.external_id or "" for row in found]

    def told(self) -> list[str]:
        """The kinds of everything that happened to the request."""
        with self.rig.ctx.database.reading() as tx:
            return [event.kind for event in events.events_of_request(tx, self.rows.request_id).rows]

    def parts(self) -> tuple[SyncPart, ...]:
        with self.rig.ctx.database.reading() as tx:
            return syncs.parts_of(tx, self.sync_id)

    def parts_aside(self) -> set[str]:
        """The parts of which something was set aside."""
        with self.rig.ctx.database.reading() as tx:
            return set(syncs.count_set_aside(tx, self.sync_id))

    def counted(self) -> dict[str, int]:
        """How many records of each kind count, void ones left out."""
        with self.rig.ctx.database.reading() as tx:
            return {
                table.name: tx.connection.execute(
                    select(func.count()).select_from(table).where(table.c.status != EntryStatus.VOID.value)
                ).scalar_one()
                for table, _ in DATED
            }

    def expected_bills(self) -> int:
        return sum(isinstance(one, Bill) for one in self.vendor.kept(self.vendor.people[OWNER][0]))

    def _next_part(self) -> str:
        with self.rig.ctx.database.reading() as tx:
            return next((part.name for part in syncs.parts_of(tx, self.sync_id) if not part.done), "")


@contextmanager
def reading_of(
    known_as: str, folder: Path, *, seconds: float = 10.0, limits: bool = False, rows: int = ROWS, size: int = BILLS
) -> Iterator[Reading]:
    """A linked connection to a running fake whose books nobody has read yet; a call has so many `seconds`."""
    clock = Clock()
    with running_vendor(make(known_as, size=size, clock=clock, holds_limits=limits)) as vendor:
        catalogue = _catalogue(known_as, vendor, folder, limits=limits, rows=rows)
        rig = make_rig(folder, catalogue=catalogue)
        http = HttpClient(allow_private=True, clock=clock, total_seconds=seconds)
        settings = with_credentials(rig.ctx.settings, known_as)
        rig = Rig(replace(rig.ctx, settings=settings, http=http, clock=clock), clock, rig.enqueued)
        try:
            yield _linked(known_as, vendor, catalogue[known_as], rig)
        finally:
            http.close()
            rig.ctx.database.dispose()


def _catalogue(known_as: str, vendor: Vendor, folder: Path, *, limits: bool, rows: int) -> Catalogue:
    own = folder / "software"
    settings = with_credentials(make_settings(folder), known_as)
    write_overlay(own, {known_as: vendor.url}, limits=limits)
    found = dict(load_catalogue(paths.config() / "software", own, settings))
    api = found[known_as].api
    assert api is not None
    api = replace(api, page_size=min(api.page_size, rows), limits=api.limits if limits else ())
    found[known_as] = replace(found[known_as], api=api)
    return Catalogue(found, credentials=frozenset({known_as, "sandbox"}))


def _linked(known_as: str, vendor: Vendor, software: Software, rig: Rig) -> Reading:
    issued = vendor.give()
    said = {one.name: next(iter(one.values), one.default or "") for one in software.asked}
    given = {**vendor.callback(issued.grant), **said}
    assert software.oauth is not None
    scopes = software.oauth.scopes_for(("financials", "spend_analysis"))
    ends = rig.clock() + timedelta(seconds=issued.access_seconds)
    tokens = Tokens(issued.access, issued.refresh, scopes, ends, None)
    rows = add_rows(rig.ctx, software=known_as, tokens=tokens, data_types="spend_analysis", tenant_id="")
    with rig.ctx.database.transaction() as tx:
        mine = grants.c.id == rows.grant_id
        tx.connection.execute(grants.update().where(mine).values(callback_params=json.dumps(given)))
    tenant = granting.with_session(rig.ctx, rows.grant_id, providers.load(known_as).tenants)[0]
    with rig.ctx.database.transaction() as tx:
        connections.update_connection(tx, rows.connection_id, tenant_id=tenant.id, tenant_currency=tenant.currency)
    # What was asked to know the company is past for every limit.
    rig.clock.go_on(minutes=2)
    vendor.seen.clear()
    return Reading(vendor, software, rig, rows).begin()
