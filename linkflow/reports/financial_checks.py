"""What is checked and doubtful in a financial report: the checks by month, and the notes in words."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import Statement
from linkflow.domain.statements import CheckName
from linkflow.reports.financial_contents import STATEMENTS, FinancialContents
from linkflow.reports.financial_sheets import CURRENCY, StatementSheet, month_headings
from linkflow.reports.formulas import quoted_sheet
from linkflow.reports.not_available import sentences
from linkflow.reports.tables import Heading, Kind, Value
from linkflow.reports.workbook import Content, Formula, Line

NAME = "Checks"
_BEFORE: tuple[Heading, ...] = (("Check", Kind.TEXT), ("Statement", Kind.WORD), ("About", Kind.TEXT), CURRENCY)
_WORDS = {
    CheckName.TOTALS_ADD_UP.value: "A total less the sum of its lines",
    CheckName.SHEET_BALANCES.value: "Assets less liabilities and equity",
    CheckName.NET_PROFIT_AGREES.value: "Net profit less income and expenses",
}
_NOTES = {
    "months-missing": "{statement}: the software gave no figures for {months} months.",
    "no-month-before": "{statement}: there is none for {named}, which needs the balances of the month before.",
    "no-balances": "{statement}: the file has no balances of {named}.",
    "whole-units": "{statement}: the software gives whole units only, so totals may differ by roundings.",
    "no-class": "What kind of account stands behind {lines} lines is not known; they are shown, and in no category.",
    "low-confidence": "The categories of {accounts} accounts are guesses ({share} % of all balances).",
    "derived": "{statement}: no statement was given; this one is worked out from the balances of the accounts.",
    "short-history": "The books hold {count} full months only.",
    "set-aside": "Records of the latest reading that could not be understood and are left out: {rows}.",
}


def check_headings(contents: FinancialContents) -> tuple[Heading, ...]:
    """Headings with a column for each month."""
    return month_headings(contents, _BEFORE)


def check_rows(contents: FinancialContents) -> list[tuple[Value, ...]]:
    """The differences of every check that failed, by month; empty where it held."""
    found: dict[tuple[str, str, str], dict[date, Decimal]] = {}
    for one in contents.findings:
        if one["kind"] == "check-failed":
            key = (_WORDS.get(one["check"], one["check"]), _statement(one), one.get("label") or "")
            found.setdefault(key, {})[date.fromisoformat(one["month"])] = Decimal(one["difference"])
    return [
        (*key, contents.currency, *(months.get(month) for month in contents.months)) for key, months in found.items()
    ]


def check_lines(contents: FinancialContents, sheets: Mapping[Statement, StatementSheet]) -> Iterator[Line]:
    """Whether the sheet balances by category, as formulas; then the checks that failed."""
    balance = sheets[Statement.BALANCE_SHEET]
    if "result" in balance.place_of:
        result = balance.rows[balance.place_of["result"]]
        cells: tuple[Content, ...] = tuple(
            None if amount is None else Formula(balance.cell("result", at) or "0", amount)
            for at, amount in enumerate(result.amounts)
        )
        words = ("Assets less liabilities and equity", STATEMENTS[Statement.BALANCE_SHEET], "By category")
        yield Line.fixed((*words, contents.currency, *cells), contents.currency)
    for row in check_rows(contents):
        yield Line.fixed(row, contents.currency)


def notes(contents: FinancialContents) -> Iterator[str]:
    """What a reader must know, in sentences."""
    failed = len(check_rows(contents))
    if failed:
        yield f"Checks that failed: {failed}. See the sheet {quoted_sheet(NAME)}."
    if contents.unfinished is not None:
        yield f"{contents.unfinished:%B %Y} was not over when the books were read; its costs may not be booked yet."
    yield from sentences(contents.missing, contents.software)
    for one in contents.findings:
        words = _NOTES.get(one["kind"])
        if words is not None:
            facts: dict[str, Any] = {"lines": 0, "accounts": 0, "share": 0, **one, "statement": _statement(one)}
            months = one.get("months", ())
            named = ", ".join(f"{date.fromisoformat(month):%B %Y}" for month in months)
            yield words.format(**{**facts, "months": len(months), "named": named})
    yield "Amounts stand as the software prints them; sales reductions are below zero."
    yield "An account belongs to the category named beside it; the sheet Accounts says why."


def _statement(finding: Mapping[str, Any]) -> str:
    return STATEMENTS[Statement(finding["statement"])] if finding.get("statement") else ""
