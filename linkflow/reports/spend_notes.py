"""What is doubtful in a spend analysis, in words: the same on its page, in its workbook and in its files.

Bills without a due date are those of the period shown. The rest was counted once, when the report was made, and says
which time it covers.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from linkflow.domain.unavailable import missing_of
from linkflow.reports.not_available import sentences

WITHOUT_DUE_DATE = (
    "{rows} bill of the period has no due date, or one ten years off, and is left out of terms and lateness.",
    "{rows} bills of the period have no due date, or one ten years off, and are left out of terms and lateness.",
)
IN_ALL_MONTHS: Mapping[str, tuple[str, str]] = {
    "paid-yet-due": (
        "{rows} bill is marked as paid, yet something is due on it",
        "{rows} bills are marked as paid, yet something is due on them",
    ),
    "negative-bills": ("{rows} bill has a negative total", "{rows} bills have a negative total"),
    "unknown-method": (
        "How it was paid is not known for {rows} payment or expense",
        "How they were paid is not known for {rows} payments and expenses",
    ),
    "without-supplier": ("{rows} entry names no supplier", "{rows} entries name no supplier"),
    "not-allocated": (
        "{rows} payment is not set against bills in full; the rest is left out of settlement",
        "{rows} payments are not set against bills in full; the rest is left out of settlement",
    ),
}
"""Of every month there are figures of."""
WHENEVER: Mapping[str, tuple[str, str]] = {
    "allocated-to-nothing": (
        "{rows} part of a payment, of any date, pays a bill that is not in the books.",
        "{rows} parts of payments, of any date, pay bills that are not in the books.",
    ),
    "future-dated": (
        "{rows} entry is dated after the day of the reading.",
        "{rows} entries are dated after the day of the reading.",
    ),
    "before-the-report": (
        "{rows} older entry lies before the months this report covers.",
        "{rows} older entries lie before the months this report covers.",
    ),
    "set-aside": (
        "{rows} record of the latest reading could not be understood and is left out.",
        "{rows} records of the latest reading could not be understood and are left out.",
    ),
}


def spend_notes(
    findings: Sequence[Mapping[str, Any]],
    *,
    months: tuple[date | None, date | None],
    without_due_date: int,
    software: str,
) -> tuple[str, ...]:
    """Everything to be said of one entity: `months` are the first and last its report has figures of."""
    first, last = months
    covered = f" (from {first:%B %Y} to {last:%B %Y})." if first and last else "."
    said = [*sentences(missing_of(findings), software)]
    said += [_said(WITHOUT_DUE_DATE, without_due_date)] if without_due_date else []
    for one in findings:
        if one["kind"] in IN_ALL_MONTHS:
            said.append(_said(IN_ALL_MONTHS[one["kind"]], one["rows"]) + covered)
        elif one["kind"] in WHENEVER:
            said.append(_said(WHENEVER[one["kind"]], one["rows"]))
    return tuple(said)


def _said(words: tuple[str, str], rows: int) -> str:
    return words[rows != 1].format(rows=f"{rows:,}")
