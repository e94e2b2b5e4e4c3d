"""Books pulled from a fake by linkflow's own adapter and session, and figures to compare them by.

Figures go by names, for a vendor's ids are its own. Statement lines of nothing are left out, as vendors leave them out
or not; a line that is no account of the chart is what the year has made so far, whatever it is called.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow import providers
from linkflow.domain.acceptance import reason_to_set_aside
from linkflow.domain.books import (
    Account,
    Bill,
    BillPayment,
    Company,
    CreditNote,
    Expense,
    LineKind,
    Period,
    Record,
    SetAside,
    Statement,
    StatementLine,
    Supplier,
    last_full_months,
)
from linkflow.domain.ports import Asked, Provider
from linkflow.domain.requests import DataType
from linkflow.domain.software import Software
from linkflow.domain.spend import SpendBooks, analyse
from linkflow.outbound.http import HttpClient
from tests.vendors.chart import CHART
from tests.vendors.kit import Vendor

BOTH = frozenset(DataType)
RESULT = "(result)"
_NAMES = frozenset(entry.account.name for entry in CHART)


def pull_all(
    vendor: Vendor,
    software: Software,
    *,
    http: HttpClient,
    given: Mapping[str, str] | None = None,
    provider: Provider | None = None,
    months: int = 24,
) -> tuple[list[Record], list[SetAside]]:
    """Everything of the first company a fresh sign-in can read, as pulls bring it, and what was set aside.

    As a store has it in the end: each record once, the last one that came, without what it would not keep (such as
    rows in a currency whose rate is not told).
    """
    adapter, issued = provider or providers.load(software.id), vendor.give()
    told = {**vendor.callback(issued.grant), **(given or {})}
    here = software.at(told)
    session = http.session(here, access_token=issued.access, client_id=vendor.client_id, given=told)
    tenant = adapter.tenants(session)[0]
    period = Period(last_full_months(vendor.clock().date(), months).first_month, vendor.clock().date().replace(day=1))
    records: list[Record] = []
    aside: list[SetAside] = []
    for part in adapter.parts(BOTH):
        cursor: str | None = None
        while True:
            page = adapter.pull(session, part, Asked(tenant_id=tenant.id, cursor=cursor, period=period))
            records += page.records
            aside += page.set_aside
            cursor = page.next_cursor
            if cursor is None:
                break
    base = of_kind(records, Company)[0].base_currency
    latest = {(type(record), record.external_id): record for record in records}
    return [one for one in latest.values() if reason_to_set_aside(one, base_currency=base) is None], aside


def of_kind(records: Iterable[Record], kind: type[Any]) -> tuple[Any, ...]:
    """The records of one kind."""
    return tuple(record for record in records if isinstance(record, kind))


def statement_figures(records: Iterable[Record], period: Period) -> dict[tuple[Statement, date, str], Decimal]:
    """Statement, month and account → amount."""
    sums: defaultdict[tuple[Statement, date, str], Decimal] = defaultdict(Decimal)
    for line in of_kind(records, StatementLine):
        if line.kind is LineKind.LINE and period.first_month <= line.period_end.replace(day=1) <= period.last_month:
            sums[line.statement, line.period_end, line.label if line.label in _NAMES else RESULT] += line.amount
    return {key: amount for key, amount in sums.items() if amount}


def spend_figures(records: Iterable[Record], period: Period) -> dict[str, dict[str, Any]]:
    """The whole spend analysis, by supplier's name, by method and by month."""
    found = analyse(spend_books(records), period)
    names: dict[str | None, str] = {one.external_id: one.name for one in of_kind(records, Supplier)}
    return {
        "suppliers": {
            names.get(one.supplier_id, "nobody"): (asdict(one.measures), one.most_used, one.common_terms)
            for one in found.by_supplier
        },
        "methods": {one.method.value: (asdict(one.measures), one.suppliers) for one in found.by_method},
        "months": {f"{one.month} {one.method}": asdict(one.measures) for one in found.by_month},
    }


def spend_books(records: Iterable[Record]) -> SpendBooks:
    """The records a spend analysis reads."""
    rows = tuple(records)
    (company,) = of_kind(rows, Company)
    return SpendBooks(
        company.base_currency,
        of_kind(rows, Account),
        of_kind(rows, Bill),
        of_kind(rows, BillPayment),
        of_kind(rows, CreditNote),
        of_kind(rows, Expense),
        tuple(replace(one, first_seen_on=None) for one in of_kind(rows, Supplier)),
    )
