"""Where a software tells what changed no more is read; once a week, and wherever there is doubt, all of it is."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from linkflow import providers
from linkflow.domain.books import Bill, Company
from linkflow.domain.ports import ApiSession, Asked, Page
from linkflow.domain.requests import DataTypes
from linkflow.outbound.errors import StatusError
from linkflow.outbound.oauth2 import Tokens
from linkflow.services.job_steps import DONE, StepKind
from linkflow.services.what_changed import OVERLAP
from linkflow.store import consents, syncs
from linkflow.store.books_tables import bills, expenses
from linkflow.store.connections import update_connection
from linkflow.store.tables import sync_set_aside
from tests.jobs.fakes import FakeProvider, unkeepable_bill
from tests.jobs.rig import SCOPES, Rig, Rows, add_rows, make_rig
from tests.services.test_syncing import begin, pull_all
from tests.spend_rows import bill, expense


@dataclass
class Ledger(FakeProvider):
    """Bills and expenses with the time each was last changed; of bills it can tell what changed since."""

    INCREMENTAL: frozenset[str] = frozenset({"bills"})
    bills: dict[str, tuple[Bill, datetime]] = field(default_factory=dict)
    expenses: set[str] = field(default_factory=lambda: {"e1", "e2"})
    spoilt: bool = False

    def parts(self, data_types: DataTypes) -> tuple[str, ...]:
        return ("company", "bills", "expenses")

    def pull(self, session: ApiSession, part: str, asked: Asked) -> Page:
        self.asked.append(asked)
        self.fetched.append((part, asked.cursor))
        if part == "company":
            return Page((Company(external_id="c", name="Abra Kebabra Ltd", base_currency="GBP"),))
        if part == "expenses":
            spent = expense("5.00", method="cheque", on=asked.period.last_month)
            return Page(tuple(replace(spent, external_id=one) for one in self.expenses))
        found = tuple(one for one, at in self.bills.values() if asked.since is None or at >= asked.since)
        self.trouble(1)
        return Page((*found, *[unkeepable_bill()] * self.spoilt))

    def write(self, rig: Rig, *names: str, total: str = "50.00") -> None:
        """Bills written or changed now."""
        today = rig.ctx.now().date()
        self.bills |= {one: (replace(bill(one, total), issued_on=today), rig.ctx.now()) for one in names}


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return make_rig(tmp_path)


@pytest.fixture
def ledger(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    found = Ledger()
    found.write(rig, "b1", "b2", "b3")
    monkeypatch.setattr(providers, "load", lambda software: found)
    return found


@pytest.fixture
def rows(rig: Rig) -> Rows:
    return add_rows(rig.ctx, data_types="spend_analysis", tokens=Tokens("access-1", None, SCOPES, None, None))


def read(rig: Rig, rows: Rows) -> dict[str, datetime | None]:
    """One complete pull, an hour after the last; part → since when it was asked for."""
    rig.clock.go_on(hours=1)
    sync_id = begin(rig, rows)
    assert pull_all(rig, sync_id) == DONE
    with rig.ctx.database.reading() as tx:
        return {part.name: part.since for part in syncs.parts_of(tx, sync_id)}


def statuses(rig: Rig) -> dict[str, str]:
    with rig.ctx.database.reading() as tx:
        return {
            row[0]: row[1]
            for table in (bills, expenses)
            for row in tx.connection.execute(select(table.c.external_id, table.c.status))
        }


def test_the_first_pull_is_whole_and_the_next_goes_on_from_when_it_began(rig: Rig, ledger: Ledger, rows: Rows) -> None:
    assert set(read(rig, rows).values()) == {None}
    first = rig.ctx.now()
    assert read(rig, rows) == {"company": None, "bills": first - timedelta(minutes=10), "expenses": None}
    second = rig.ctx.now()
    assert read(rig, rows)["bills"] == second - OVERLAP
    assert ledger.asked[-2].since == second - OVERLAP


def test_what_changed_is_stored_and_what_did_not_stays(rig: Rig, ledger: Ledger, rows: Rows) -> None:
    read(rig, rows)
    ledger.write(rig, "b2", total="70.00")
    ledger.write(rig, "b4")
    read(rig, rows)
    with rig.ctx.database.reading() as tx:
        found = dict(tx.connection.execute(select(bills.c.external_id, bills.c.total)).all())
    assert {name: str(total) for name, total in found.items()} == {
        **dict.fromkeys(("b1", "b3", "b4"), "50.00"),
        "b2": "70.00",
    }
    assert statuses(rig)["b1"] == "open"


def test_only_parts_that_were_read_whole_lose_what_is_no_longer_there(rig: Rig, ledger: Ledger, rows: Rows) -> None:
    read(rig, rows)
    ledger.expenses.remove("e2")
    del ledger.bills["b3"]
    read(rig, rows)
    assert statuses(rig) == {"b1": "open", "b2": "open", "b3": "open", "e1": "posted", "e2": "void"}


def test_once_a_week_everything_is_read_again_and_what_went_without_a_trace_is_void(
    rig: Rig, ledger: Ledger, rows: Rows
) -> None:
    read(rig, rows)
    del ledger.bills["b3"]
    partly = 0
    while read(rig, rows)["bills"] is not None:
        partly += 1
        rig.clock.go_on(hours=23)
    assert partly == 7
    assert statuses(rig)["b3"] == "void"


def test_a_pull_that_stopped_is_no_ground_to_go_on_from(rig: Rig, ledger: Ledger, rows: Rows) -> None:
    read(rig, rows)
    first = rig.ctx.now()
    rig.clock.go_on(hours=1)
    ledger.trouble = refuse
    assert pull_all(rig, begin(rig, rows)).kind is StepKind.FAILED
    ledger.trouble = lambda number: None
    assert read(rig, rows)["bills"] == first - OVERLAP


def test_a_part_of_which_something_was_set_aside_is_read_whole(rig: Rig, ledger: Ledger, rows: Rows) -> None:
    ledger.spoilt = True
    read(rig, rows)
    assert read(rig, rows)["bills"] is None
    ledger.spoilt = False
    assert read(rig, rows)["bills"] is None
    assert read(rig, rows)["bills"] is not None


@dataclass
class Relisted(Ledger):
    """The same where bills are listed whole each time, and those told by name only that nothing changed of."""

    INCREMENTAL: frozenset[str] = frozenset()
    RELISTED: frozenset[str] = frozenset({"bills"})

    def pull(self, session: ApiSession, part: str, asked: Asked) -> Page:
        page = super().pull(session, part, asked)
        named = () if asked.since is None or part != "bills" else self.bills
        changed = {one.external_id for one in page.records}
        return replace(page, unchanged=tuple(one for one in named if one not in changed))


@pytest.fixture
def relisted(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Relisted:
    found = Relisted()
    found.write(rig, "b1", "b2", "b3")
    monkeypatch.setattr(providers, "load", lambda software: found)
    return found


def test_of_a_part_listed_whole_what_is_unchanged_stays_and_what_is_gone_is_void(
    rig: Rig, relisted: Relisted, rows: Rows
) -> None:
    read(rig, rows)
    del relisted.bills["b3"]
    relisted.write(rig, "b4")
    assert read(rig, rows)["bills"] is not None
    assert {name: said for name, said in statuses(rig).items() if name.startswith("b")} == {
        **dict.fromkeys(("b1", "b2", "b4"), "open"),
        "b3": "void",
    }


@pytest.mark.parametrize("was", ["missing from the books", "taken for deleted"])
def test_what_should_be_as_it_was_and_is_not_is_told_and_read_the_next_time(
    rig: Rig, relisted: Relisted, rows: Rows, was: str
) -> None:
    read(rig, rows)
    change = "DELETE FROM bills" if was == "missing from the books" else "UPDATE bills SET status = 'void'"
    with rig.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("DELETE FROM bill_lines WHERE bill_id = 'b3'")
        tx.connection.exec_driver_sql(f"{change} WHERE external_id = 'b3'")
    read(rig, rows)
    with rig.ctx.database.reading() as tx:
        told = [(row.external_id, row.reason) for row in tx.connection.execute(select(sync_set_aside))]
    assert told == [("b3", "it was not kept when it was last read")]
    assert read(rig, rows)["bills"] is None
    assert statuses(rig)["b3"] == "open"


def test_a_list_that_goes_round_in_circles_is_noticed_by_what_is_unchanged(
    rig: Rig, relisted: Relisted, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(rig, rows)
    plain = Relisted.pull

    def circling(self: Relisted, session: ApiSession, part: str, asked: Asked) -> Page:
        page = plain(self, session, part, asked)
        number = int(asked.cursor or "0") + 1
        return replace(page, next_cursor=str(number)) if part == "bills" and asked.since else page

    monkeypatch.setattr(Relisted, "pull", circling)
    rig.clock.go_on(hours=1)
    assert pull_all(rig, begin(rig, rows)).kind is StepKind.FAILED


def agree_anew(rig: Rig, rows: Rows) -> None:
    with rig.ctx.database.transaction() as tx:
        agreed = consents.consent(tx, rows.consent_id)
        assert agreed is not None
        again = replace(agreed, id=rig.ctx.new_id(), accepted_at=rig.ctx.now())
        consents.add_consent(tx, again)
        update_connection(tx, rows.connection_id, consent_id=again.id)


def ask_for_more(rig: Rig, rows: Rows) -> None:
    with rig.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE syncs SET data_types = 'financials'")


def reach_back(rig: Rig, rows: Rows) -> None:
    with rig.ctx.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE syncs SET first_month = '2026-01-01'")


def forget(rig: Rig, rows: Rows) -> None:
    with rig.ctx.database.transaction() as tx:
        for table in ("sync_set_aside", "sync_parts", "syncs"):
            tx.connection.exec_driver_sql(f"DELETE FROM {table}")


@pytest.mark.parametrize("doubt", [agree_anew, ask_for_more, reach_back, forget])
def test_whatever_else_was_agreed_asked_or_deleted_is_read_whole(
    rig: Rig, ledger: Ledger, rows: Rows, doubt: Callable[[Rig, Rows], None]
) -> None:
    read(rig, rows)
    doubt(rig, rows)
    assert set(read(rig, rows).values()) == {None}


def refuse(number: int) -> None:
    raise StatusError("api", status=403)
