"""What the tests of adapters share: a session that answers what a test says, pulls, and the two reports of a pull."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from linkflow import paths
from linkflow.catalogue import read_software
from linkflow.domain.books import Period, Record, SetAside
from linkflow.domain.measures import Measures
from linkflow.domain.ports import Asked, Provider
from linkflow.domain.software import Software
from linkflow.outbound.json_values import parse
from linkflow.store import financial_reports, reports, spend_reports
from linkflow.store.financial_reports import FinancialReport
from linkflow.store.spend_reports import Totals
from tests.config_factories import make_catalogue, make_settings
from tests.jobs.rig import add_rows, make_rig
from tests.made_reports import make_reports, read_whole

PERIOD = Period(date(2024, 11, 1), date(2026, 11, 1))
"""The months a rig's clock has a pull ask for."""


@dataclass(frozen=True)
class Request:
    """One that was sent: its address without the query, its parameters and the headers it was given."""

    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What came back, as it would over the wire."""

    text: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        return parse(self.text.encode(), host="software.example")


@dataclass
class Answering:
    """An `ApiSession` whose answers a function makes of address and parameters.

    A text is answered as it stands, and so is a whole `Answer`.
    """

    answer: Callable[[str, Mapping[str, str]], Any]
    page_size: int = 100
    given: Mapping[str, str] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    sent: list[Request] = field(default_factory=list)

    def claim(self, name: str) -> str | None:
        return self.claims.get(name)

    def get(
        self, url: str, *, params: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        parts = urlsplit(url)
        merged = {**dict(parse_qsl(parts.query)), **(params or {})}
        place = parts._replace(query="").geturl().removeprefix("/")
        self.sent.append(Request(place, merged, dict(headers or {})))
        found = self.answer(place, merged)
        if isinstance(found, Answer):
            return found
        return Answer(found if isinstance(found, str) else json.dumps(found))


@dataclass
class Pulled:
    """Everything a part brought."""

    records: list[Any]
    aside: list[SetAside]
    pages: int


def pulled(
    provider: Provider,
    session: Answering,
    part: str,
    *,
    tenant_id: str,
    period: Period = PERIOD,
    since: datetime | None = None,
) -> Pulled:
    """Every page of a part."""
    found = Pulled([], [], 0)
    cursor: str | None = None
    while found.pages == 0 or cursor is not None:
        asked = Asked(tenant_id=tenant_id, cursor=cursor, period=period, since=since)
        page = provider.pull(session, part, asked)
        found.records += page.records
        found.aside += page.set_aside
        found.pages += 1
        assert page.next_cursor is None or page.next_cursor != cursor
        cursor = page.next_cursor
    return found


def shipped(software_id: str, tmp_path: Path) -> Software:
    """A product as its catalogue file has it, with the adapter it has."""
    settings = make_settings(tmp_path)
    return read_software(paths.config() / "software" / f"{software_id}.toml", settings)


@dataclass(frozen=True)
class BothReports:
    """The two reports of some books."""

    financials: FinancialReport
    spend: Totals

    @property
    def overall(self) -> Measures:
        """The spend of all methods."""
        return self.spend.overall

    def line(self, label: str, month: date) -> Any:
        """The amount of a line or total of the financials in a month, None where there is none."""
        place = self.financials.months.index(month)
        return next(line.amounts[place] for line in self.financials.lines if line.label == label)

    @property
    def findings(self) -> set[str]:
        """The kinds of what is shown beside the financials."""
        return {one["kind"] for one in self.financials.report.findings}


def both_reports(tmp_path: Path, software: Software, records: list[Record]) -> BothReports:
    """Keep the records of one whole pull in a store and have both reports made, as the worker does."""
    rig = make_rig(tmp_path, catalogue=make_catalogue(software, credentials=frozenset({software.id})))
    rows = add_rows(rig.ctx, software=software.id)
    read_whole(rig.ctx, rows.connection_id, records)
    make_reports(rig.ctx, rows.connection_id)
    with rig.ctx.database.reading() as tx:
        financials = reports.current_report(tx, rows.connection_id, "financials")
        spend = reports.current_report(tx, rows.connection_id, "spend_analysis")
        assert financials is not None
        assert spend is not None
        made = BothReports(
            financial_reports.read_report(tx, financials), spend_reports.totals(tx, [spend.id], period=PERIOD)
        )
    rig.ctx.database.dispose()
    return made
