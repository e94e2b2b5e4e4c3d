"""Xero's profit and loss and balance sheet by month, as its reports print them.

Up to twelve months are asked for at once, the last of them one with 31 days: counted back from a shorter one, Xero's
months end too early. The columns say what they are; where that is not the months asked for, each is asked for alone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from linkflow.domain.books import LineKind, Statement, month_end
from linkflow.domain.ports import ApiSession, Asked, Page
from linkflow.providers._rows import Row, amount, listed, text, window
from linkflow.providers._statements import Figure, page_of_months

_AT_ONCE = 12
_ALONE = "/1"
"""Behind the month of a cursor: from there on one at a time."""
_PATHS = {Statement.PROFIT_AND_LOSS: "Reports/ProfitAndLoss", Statement.BALANCE_SHEET: "Reports/BalanceSheet"}
_DAY = re.compile(r"(?:(\d{1,2}) )?([A-Za-z]{3})[a-z]*[ -](?:20)?(\d\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def report_page(session: ApiSession, root: str, statement: Statement, asked: Asked) -> Page:
    """The statement of the months of one call."""
    start, _, alone = (asked.cursor or "").partition("/")
    months, following = window(asked.period, start, 1 if alone else _how_many(asked, start))
    answer = session.get(
        f"{root}/{_PATHS[statement]}",
        params=_params(statement, months),
        headers={"xero-tenant-id": asked.tenant_id},
    ).json()
    reports = listed(answer, "Reports")
    rows = listed(reports[0] if reports else None, "Rows")
    if len(months) > 1 and not _are(_columns(rows), months):
        return Page((), f"{months[0]:%Y-%m}{_ALONE}")
    printed = tuple(_printed(rows, statement))
    newest_first = {
        month: [{**row, "column": place} for row in printed] for place, month in enumerate(reversed(months), 1)
    }
    return page_of_months(
        statement, newest_first, _figure, following=following and f"{following}{_ALONE if alone else ''}"
    )


def _params(statement: Statement, months: Sequence[date]) -> dict[str, str]:
    last = months[-1]
    usual = {"standardLayout": "true", "paymentsOnly": "false"}
    before = {"periods": str(len(months) - 1), "timeframe": "MONTH"} if len(months) > 1 else {}
    if statement is Statement.PROFIT_AND_LOSS:
        return {"fromDate": f"{last:%Y-%m-%d}", "toDate": f"{month_end(last):%Y-%m-%d}", **before, **usual}
    return {"date": f"{month_end(last):%Y-%m-%d}", **before, **usual}


def _how_many(asked: Asked, start: str) -> int:
    """As many months from the first one on as end with a long one."""
    months, _ = window(asked.period, start, _AT_ONCE)
    return max((place for place, month in enumerate(months, 1) if month_end(month).day == 31), default=1)


def _columns(rows: Sequence[Any]) -> list[str]:
    """What stands above the figures."""
    heads = (row.get("Cells") for row in rows if isinstance(row, dict) and row.get("RowType") == "Header")
    cells = next(heads, None)
    return [str(cell.get("Value")) for cell in cells[1:] if isinstance(cell, dict)] if isinstance(cells, list) else []


def _are(columns: Sequence[str], months: Sequence[date]) -> bool:
    """Whether columns are these months, the newest first, each to its end."""
    return len(columns) == len(months) and all(map(_is, columns, reversed(months)))


def _is(column: str, month: date) -> bool:
    said = _DAY.fullmatch(column.strip())
    if said is None or said[2].lower() not in _MONTHS:
        return False
    ends = said[1] is None or int(said[1]) == month_end(month).day
    return ends and (_MONTHS.index(said[2].lower()) + 1, int(said[3])) == (month.month, month.year % 100)


def _printed(rows: Sequence[Any], statement: Statement) -> Iterator[Row]:
    """Every row with figures, below its headings. Titles may be blank, missing, or begin with a space.

    On a balance sheet a title without rows stands above the sections that follow, up to one without a title.
    """
    above: tuple[str, ...] = ()
    for block in rows:
        if not isinstance(block, dict) or block.get("RowType") == "Header":
            continue
        title = str(block.get("Title") or "").strip()
        held = block.get("Rows") if block.get("RowType") == "Section" else [block]
        if statement is Statement.BALANCE_SHEET and (not title or not held):
            above = (title,) if title else ()
        section = (*above, title) if title else ()
        for row in held or []:
            yield {"section": section, "row": row, "label": _label(row)}


def _label(row: Any) -> str | None:
    try:
        return text(row["Cells"][0], "Value")
    except (LookupError, TypeError, AttributeError):
        return None


def _figure(printed: Row) -> Figure | None:
    """What a row prints in a column; None where that is blank."""
    row, section = printed["row"], printed["section"]
    cells = row["Cells"]
    value = cells[printed["column"]].get("Value")
    if value in (None, ""):
        return None
    attributes = {one.get("Id"): one.get("Value") for one in cells[0].get("Attributes") or ()}
    is_total = row["RowType"] == "SummaryRow" or ("account" not in attributes and not section)
    return Figure(
        label=text(cells[0], "Value"),
        amount=amount(value),
        kind=LineKind.TOTAL if is_total else LineKind.LINE,
        section=section,
        account_id=_account_id(attributes),
    )


def _account_id(attributes: Mapping[Any, Any]) -> str | None:
    """The account's id; earnings of the year have one of filling, such as zeros, that no account has."""
    found = attributes.get("account")
    return found if isinstance(found, str) and len(set(found) - {"-"}) > 2 else None
