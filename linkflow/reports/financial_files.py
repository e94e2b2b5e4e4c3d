"""A financial report as tables for CSV files and JSON: what the sheets of its workbook say, as plain values."""

from collections.abc import Sequence
from typing import Any

from linkflow.reports import financial_checks, financial_ratios
from linkflow.reports.financial_contents import STATEMENTS, FinancialContents
from linkflow.reports.financial_sheets import StatementSheet, categorised, printed
from linkflow.reports.financial_workbook import accounts_table
from linkflow.reports.json import Json
from linkflow.reports.tables import Table, Value, plain_table

TABLES = (
    *("profit-and-loss", "balance-sheet", "profit-and-loss-by-category", "balance-sheet-by-category"),
    *("ratios", "accounts", "checks"),
)
"""What there is to take."""


def financial_files(contents: FinancialContents) -> tuple[Table[Any], ...]:
    """Every table, in the order of the sheets."""
    ratios, checks = financial_ratios, financial_checks
    return (
        *(_statement(printed(contents, statement, name)) for statement, name in STATEMENTS.items()),
        *(_statement(categorised(contents, statement)) for statement in STATEMENTS),
        plain_table(ratios.NAME, ratios.ratio_headings(contents), lambda: ratios.ratio_values(contents)),
        accounts_table(contents),
        plain_table(checks.NAME, checks.check_headings(contents), lambda: checks.check_rows(contents)),
    )


def financial_facts(contents: FinancialContents) -> dict[str, Json]:
    """What a report is of."""
    return {
        "report": "financials",
        "company": contents.company,
        "entity": contents.entity,
        "asked_for_by": contents.organization,
        "software": contents.software,
        "currency": contents.currency,
        "months": [f"{month:%Y-%m}" for month in contents.months],
        "unfinished_month": f"{contents.unfinished:%Y-%m}" if contents.unfinished else None,
        "read_at": contents.read_at.isoformat(timespec="seconds"),
        "made_at": contents.made_at.isoformat(timespec="seconds"),
        "taken_at": contents.taken_at.isoformat(timespec="seconds"),
        "not_available": sorted(one.value for one in contents.missing),
        "notes": list(financial_checks.notes(contents)),
    }


def _statement(sheet: StatementSheet) -> Table[Sequence[Value]]:
    return plain_table(sheet.name, sheet.headings, lambda: (row.values(sheet.currency) for row in sheet.rows))
