"""Every fault at every vendor while its books are read, by linkflow's own adapter, step by step as the worker does it.

A fault strikes the call that brings the second page of bills. What was read before stays, nothing is read twice but
that page, and the run prints what came of each as a table.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from linkflow import providers
from linkflow.domain.books import Account, Bill, BillPayment, CreditNote, Expense, Record, Supplier
from linkflow.domain.ports import ApiSession, Asked, Page
from linkflow.domain.requests import DataType
from linkflow.services.job_steps import StepKind
from linkflow.services.left_out import set_aside
from linkflow.services.progress import reading_progress
from tests.vendors import vendor_ids
from tests.vendors.fault_table import PROPERTY
from tests.vendors.reading import Reading, reading_of

IN_SHORT = 1.5
"""Seconds a call has where a test waits for its deadline."""
OF_A_DAY = 12
"""Refusals in a row for the limit of a day: more than failures would be forgiven."""
DETAILS = {"zoho_books": 1}
"""Where bills come one by one: how many calls behind the list the first of them is."""


@dataclass(frozen=True)
class Clean:
    """A reading without a fault: its calls, what it brought, and at which call the second page of bills came."""

    calls: int
    bills: int
    aside: int
    second_page: int
    before: int
    """How many bills were stored before it."""


@cache
def clean(known_as: str) -> Clean:
    with TemporaryDirectory() as folder, reading_of(known_as, Path(folder)) as reading:
        while not (second := [one for one in reading.steps if one.part == "bills"][1:2]):
            before = reading.bills
            reading.step()
        reading.to_the_end()
        assert reading.sync.state == "done"
        assert reading.waits == []
        assert reading.bills == reading.expected_bills() > before > 0
        return Clean(reading.calls(), reading.bills, len(reading.aside), second[0].first, before)


Check = Callable[[Reading, Clean], str]


@dataclass(frozen=True)
class Fault:
    """A row of the table. `of` says how it is ordered; `check` holds what came of it, and says it in words."""

    row: str
    kind: str
    check: Check
    of: dict[str, Any] = field(default_factory=dict)
    seconds: float = 10.0
    on_details: bool = False


def recovered(*waits: int) -> Check:
    """The same page once more after these waits, and then everything as if nothing had been."""

    def check(reading: Reading, usual: Clean) -> str:
        reading.to_the_end()
        assert (reading.sync.state, reading.sync.error, reading.waits) == ("done", None, list(waits))
        assert (reading.bills, len(reading.aside)) == (usual.bills, usual.aside)
        page = next(one.calls for one in reading.steps if one.first == usual.second_page)
        assert usual.calls < reading.calls() <= usual.calls + max(page, 3)
        return f"the same page after {waits[0]} s, nothing lost"

    return check


def refreshed(reading: Reading, usual: Clean) -> str:
    reading.to_the_end()
    assert (reading.sync.state, reading.bills, reading.calls()) == ("done", usual.bills, usual.calls + 1)
    assert reading.vendor.tokens.grants[0].refreshes == 1
    late = reading.software.tokens.earliest_refresh_seconds is not None
    assert len(reading.waits) == late
    return "one new token once the vendor gives one, the same page" if late else "one new token, the same page"


def needs_a_person(reading: Reading, usual: Clean) -> str:
    reading.to_the_end()
    assert (reading.sync.state, reading.sync.error, reading.bills) == ("failed", "needs-reauth", usual.before)
    assert reading.connection.state == "needs_reauth"
    assert (reading.told().count("needs-reauth"), reading.told().count("sync-failed")) == (1, 0)
    return "needs a new sign-in, told once"


def refused(reading: Reading, usual: Clean) -> str:
    reading.to_the_end()
    assert (reading.sync.state, reading.sync.error, reading.waits) == ("failed", "status-403", [])
    # One more call may ask whether the company is still connected.
    assert (reading.bills, reading.calls() - usual.second_page) in ((usual.before, 0), (usual.before, 1))
    assert reading.told().count("sync-failed") == 1
    return "ends at once, what was read is kept"


def waited_out(reading: Reading, usual: Clean) -> str:
    while reading.step().answer.kind is not StepKind.WAIT:
        assert len(reading.steps) < 100
    reading.rig.clock.go_on(seconds=-reading.waits[0])
    with reading.rig.ctx.database.reading() as tx:
        progress = reading_progress(tx, reading.rows.company_id)[reading.rows.connection_id]
    assert progress.limited_until is not None
    reading.rig.clock.go_on(seconds=reading.waits[0])
    reading.to_the_end()
    assert (reading.sync.state, reading.bills) == ("done", usual.bills)
    assert len(reading.waits) == OF_A_DAY
    return f"waited out {OF_A_DAY} times and told, no failure"


def gave_up(reason: str) -> Check:
    def check(reading: Reading, usual: Clean) -> str:
        reading.to_the_end()
        assert (reading.sync.state, reading.sync.error) == ("failed", reason)
        assert reading.bills == usual.before
        assert len(reading.waits) == 7
        return f"ends as {reason} after 8 tries, what was read is kept"

    return check


def told_apart(reading: Reading, usual: Clean) -> str:
    reading.to_the_end()
    lost = usual.bills - reading.bills
    more = len(reading.aside) - usual.aside
    assert (reading.sync.state, reading.waits) == ("done", [])
    assert lost >= 1
    assert more >= lost
    assert all(reading.aside)
    with reading.rig.ctx.database.reading() as tx:
        (note,) = set_aside(tx, reading.sync_id, DataType.SPEND_ANALYSIS)
    assert note["rows"] == len(reading.aside)
    return "set aside with a reason and counted, the rest goes on"


def not_lost(reading: Reading, usual: Clean) -> str:
    reading.to_the_end()
    assert (reading.sync.state, reading.bills, len(reading.aside)) == ("done", usual.bills, usual.aside)
    assert reading.calls() <= usual.calls + 4
    return "asked for again, nothing lost or doubled"


def noticed(reading: Reading, usual: Clean) -> str:
    reading.to_the_end()
    assert reading.sync.state == "failed"
    assert reading.sync.error in ("same-page-again", "bad-answer")
    assert reading.bills <= usual.bills
    assert reading.calls() < usual.calls + 40
    return f"ends as {reading.sync.error}"


def kept_here(reading: Reading, usual: Clean) -> str:
    reading.to_the_end()
    assert reading.vendor.requests("elsewhere") == []
    if reading.sync.state == "done":
        assert reading.bills == usual.bills
        return "no link is followed"
    assert (reading.sync.error, reading.waits) == ("refused-address", [])
    return "refused, nothing sent there"


FAULTS = (
    Fault("F23 the access token is refused (401)", "unauthorized", refreshed),
    Fault("F23 the sign-in was ended there (401)", "ended", needs_a_person),
    Fault("F23 not allowed (403)", "forbidden", refused),
    Fault("F24 too many calls (429), in 7 seconds again", "too-many", recovered(7), {"seconds": 7}),
    Fault("F24 too many calls (429), again at a time", "too-many-until", recovered(90), {"seconds": 90}),
    Fault("F24 too many calls (429), nobody says when again", "too-many-plain", recovered(60)),
    Fault("F24 the limit of a day", "day-limit", waited_out, {"times": OF_A_DAY}),
    Fault("F24 a fault of its own (500)", "error", recovered(1)),
    Fault("F24 not available (503)", "unavailable", recovered(1)),
    Fault("F24 no answer within the deadline", "timeout", recovered(1), {"seconds": 2}, IN_SHORT),
    Fault("F24 an answer byte by byte", "drip", recovered(1), {"seconds": 2}, IN_SHORT),
    Fault("F24 the connection breaks within an answer", "dropped", recovered(1)),
    Fault("F24 the answer never comes", "lost", recovered(1)),
    Fault("F25 half a JSON document", "malformed", recovered(1)),
    Fault("F25 half a JSON document, always", "malformed", gave_up("bad-answer"), {"times": 0}),
    Fault("F25 a page of HTML", "html", recovered(1)),
    Fault("F25 other names around the rows", "renamed", recovered(1)),
    Fault("F25 other names around the rows, always", "renamed", gave_up("bad-answer"), {"times": 0}),
    Fault("F25 a record that cannot be read", "odd-row", told_apart, on_details=True),
    Fault("F25 a page of records that cannot be read", "odd-rows", told_apart, on_details=True),
    Fault("F25 the page before once more", "duplicate", not_lost),
    Fault("F25 the page before, always", "duplicate", noticed, {"times": 0}),
    Fault("F26 the next page at another host", "elsewhere", kept_here, {"times": 0, "nth": 1}),
)
SAMPLE = {
    "F23 the access token is refused (401)": "sage",
    "F24 too many calls (429), in 7 seconds again": "exact_online",
    "F24 the limit of a day": "quickbooks",
    "F25 a record that cannot be read": "freshbooks",
    "F25 the page before once more": "myob",
    "F26 the next page at another host": "business_central",
}
"""What every run tries: a fault at one vendor each. The rest is tried in `make slow`."""


@pytest.mark.parametrize(
    ("fault", "known_as"),
    [
        pytest.param(
            one, vendor, id=f"{one.row}-{vendor}", marks=() if SAMPLE.get(one.row) == vendor else pytest.mark.slow
        )
        for one in FAULTS
        for vendor in vendor_ids()
    ],
)
def test_a_fault_comes_to_what_the_table_says(
    fault: Fault, known_as: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    record_property(PROPERTY, (fault.row, known_as, "FAILED"))
    usual = clean(known_as)
    with reading_of(known_as, tmp_path, seconds=fault.seconds) as reading:
        nth = usual.second_page + (DETAILS.get(known_as, 0) if fault.on_details else 0)
        reading.vendor.order(fault.kind, **{"nth": nth, **fault.of})
        words = fault.check(reading, usual)
    record_property(PROPERTY, (fault.row, known_as, words))


@pytest.mark.slow
@pytest.mark.parametrize("known_as", DETAILS)
def test_a_pause_asked_for_among_the_details_of_a_page_is_kept_and_no_detail_fetched_twice(
    known_as: str, tmp_path: Path
) -> None:
    usual = clean(known_as)
    with reading_of(known_as, tmp_path) as reading:
        reading.vendor.order("too-many", nth=usual.second_page + 3, seconds=7)
        reading.to_the_end()
        assert (reading.sync.state, reading.bills, reading.waits) == ("done", usual.bills, [7])
        assert reading.calls() <= usual.calls + 2


@pytest.mark.slow
@pytest.mark.parametrize("known_as", vendor_ids())
def test_nothing_of_a_vendor_is_asked_more_often_than_it_allows(known_as: str, tmp_path: Path) -> None:
    with reading_of(known_as, tmp_path, limits=True, size=300) as reading:
        reading.to_the_end(patience=5_000)
        assert (reading.sync.state, reading.sync.failures) == ("done", 0)
        assert {one.status for one in reading.vendor.seen} == {200}
        api = reading.software.api
        assert api is not None
        fewest = min((one.calls for one in api.limits), default=1_000)
        assert max(one.calls for one in reading.steps) <= fewest


@pytest.mark.slow
@pytest.mark.parametrize("known_as", vendor_ids())
def test_a_second_reading_asks_for_changes_where_it_can_and_loses_nothing(
    known_as: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading_of(known_as, tmp_path) as reading:
        reading.to_the_end()
        first, calls, doubtful = reading.counted(), reading.calls(), reading.parts_aside()
        brought = _watched(known_as, monkeypatch)
        reading.rig.clock.go_on(hours=1)
        reading.begin().to_the_end()
        assert reading.sync.state == "done"
        assert reading.counted() == first
        provider, names = providers.load(known_as), {part.name for part in reading.parts()}
        able = (provider.INCREMENTAL | providers.relisted(provider)) & names
        changed = {part.name for part in reading.parts() if part.since is not None}
        assert changed == able - doubtful
        assert all(brought[part] <= {OWN[part]} for part in able), brought
        said = [f"{one.query} {one.headers}" for one in list(reading.vendor.seen)[calls:]]
        asked = [part.since for part in reading.parts() if part.since and part.name in provider.INCREMENTAL]
        assert all(any(f"{since:%Y-%m-%dT%H:%M}" in one for one in said) for since in asked)


OWN: dict[str, type[Record]] = {
    "accounts": Account, "suppliers": Supplier, "bills": Bill, "bill_payments": BillPayment, "credit_notes": CreditNote,
    "expenses": Expense,
}  # fmt: skip
"""The one kind of record that a part brings of which changes alone can be asked for."""


def _watched(known_as: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[type[Record]]]:
    """Which kinds of records each part brings from now on."""
    brought: dict[str, set[type[Record]]] = defaultdict(set)
    provider = providers.load(known_as)
    pull = provider.pull

    def watched(session: ApiSession, part: str, asked: Asked) -> Page:
        page = pull(session, part, asked)
        brought[part] |= {type(record) for record in page.records}
        return page

    monkeypatch.setattr(provider, "pull", watched)
    return brought
