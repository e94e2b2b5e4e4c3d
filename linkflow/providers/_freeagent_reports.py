"""FreeAgent's statements of one month: accounts of its trial balance with the totals of its summary; its sheet.

The summary has whole pounds and no accounts, the trial balance both, debit positive, but neither tax nor dividends
among what was earned. The sheet is in whole units, debit positive, and calls total assets what is left after debts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from linkflow.domain.books import LineKind, SetAside, Statement
from linkflow.domain.ports import Page
from linkflow.outbound.errors import BadAnswer
from linkflow.providers._freeagent_records import FIRST_COST, FIRST_OF_SHEET, main_code
from linkflow.providers._rows import Row, money, read, text, word
from linkflow.providers._statements import Figure, statement_lines

_HEADINGS = ((50, "Income"), (FIRST_COST, "Other income"), (200, "Cost of sales"), (400, "Admin expenses"))
_HALF = Decimal("0.5")
_ASSETS = {"capital_assets": "Fixed assets", "current_assets": "Current assets"}
_EQUITY = ("Owners' equity",)


def profit_and_loss(month: date, balances: Sequence[Any], answer: Any, *, following: str | None) -> Page:
    """The month's movement of every account that is not of the balance sheet, and the summary's totals."""
    summary = answer.get("profit_and_loss_summary") if isinstance(answer, dict) else None
    if not isinstance(summary, dict):
        raise BadAnswer(reason="no profit_and_loss_summary")
    kind = Statement.PROFIT_AND_LOSS.value
    lines: tuple[Figure, ...]
    lines, unread = read(sorted(balances, key=_code_or_none), _moved, kind=kind, key="name")
    earned = tuple(one for one in lines if one.section[0] in ("Income", "Other income"))
    spent = lines[len(earned) :]

    def summed(row: Row) -> Figure | Iterable[Figure] | None:
        return _summed(row, earned=earned, spent=spent)

    totals: tuple[Figure, ...]
    totals, aside = read([summary], summed, kind=kind, key="from")
    before = [one for one in totals if one.label == "Total income"]
    figures = (*earned, *before, *spent, *totals[len(before) :])
    return _page(Statement.PROFIT_AND_LOSS, month, figures, (*unread, *aside), following)


def balance_sheet(month: date, answer: Any, *, following: str | None) -> Page:
    """The sheet at the end of the month."""
    sheet = answer.get("balance_sheet") if isinstance(answer, dict) else None
    if not isinstance(sheet, dict):
        raise BadAnswer(reason="no balance_sheet")
    figures: tuple[Figure, ...]
    figures, aside = read(tuple(_printed(sheet)), _stood, kind=Statement.BALANCE_SHEET.value, key="label")
    return _page(Statement.BALANCE_SHEET, month, figures, aside, following)


def _page(
    statement: Statement, month: date, figures: Sequence[Figure], aside: Sequence[SetAside], following: str | None
) -> Page:
    return Page(tuple(statement_lines(statement, month, figures)), following, tuple(aside))


def _moved(row: Row) -> Figure | None:
    code = _code(row)
    main = main_code(code)
    if main >= FIRST_OF_SHEET:
        return None
    total = money(row, "total")
    heading = next((words for first, words in _HEADINGS if main < first), "Other expenses")
    return Figure(
        label=text(row, "name"),
        amount=-total if main < FIRST_COST else total,
        section=(heading,),
        account_id=code,
    )


def _summed(row: Row, *, earned: Sequence[Figure], spent: Sequence[Figure]) -> list[Figure]:
    """The totals, and what is taken off before profit is retained unless an account of the trial balance says it."""
    income, costs = (sum((one.amount for one in lines), Decimal(0)) for lines in (earned, spent))
    operating, retained = money(row, "operating_profit"), money(row, "retained_profit")
    taken = [(text(one, "title"), money(one, "total")) for one in row.get("less") or ()]
    profit = income - costs
    is_among_lines = not _agree(profit, operating) and _agree(profit, retained)
    less = [] if is_among_lines else [(title, amount) for title, amount in taken if amount]
    kept = profit - sum((amount for _, amount in less), Decimal(0))
    return [
        _total("Total income", _told(income, money(row, "income"))),
        _total("Total expenses", _told(costs, money(row, "expenses"))),
        _total("Operating profit", operating if is_among_lines else _told(profit, operating)),
        *(Figure(label=title, amount=amount, section=(_taken_by(title),)) for title, amount in less),
        _total("Retained profit", _told(kept, retained)),
    ]


def _taken_by(title: str) -> str:
    """Tax is an expense of the company; dividends and adjustments are none."""
    return "Tax expense" if "tax" in title.lower() else "Appropriations"


def _told(exact: Decimal, printed: Decimal) -> Decimal:
    """A total to the penny where the summary's whole one is only rounded; else what the summary says."""
    return exact if printed == printed.to_integral_value() and _agree(exact, printed) else printed


def _agree(exact: Decimal, printed: Decimal) -> bool:
    return abs(exact - printed) <= _HALF


def _total(label: str, amount: Decimal) -> Figure:
    return Figure(label=label, amount=amount, kind=LineKind.TOTAL)


def _printed(sheet: Mapping[str, Any]) -> Iterator[Row]:
    """The rows of a sheet in order: `sign` turns what is debit positive into what is printed above zero."""
    owed = [key for key, held in sheet.items() if isinstance(held, dict) and key not in (*_ASSETS, "owners_equity")]
    for key, heading in _ASSETS.items():
        yield from _accounts(sheet, key, ("Assets", heading), sign=1)
        if key == "capital_assets" and isinstance(sheet.get(key), dict):
            yield _row("Net book value", sheet[key], "net_book_value", ("Assets", heading), LineKind.TOTAL)
    for key in owed:
        yield from _accounts(sheet, key, (key.replace("_", " ").capitalize(),), sign=-1)
    yield _row("Net current assets", sheet, "net_current_assets", (), LineKind.TOTAL)
    yield _row("Net assets", sheet, "total_assets", (), LineKind.TOTAL)
    yield from _accounts(sheet, "owners_equity", _EQUITY, sign=-1)
    yield _row("Retained profit", sheet.get("owners_equity"), "retained_profit", _EQUITY, LineKind.LINE, sign=-1)
    yield _row("Total owners' equity", sheet, "total_owners_equity", _EQUITY, LineKind.TOTAL, sign=-1)


def _accounts(sheet: Mapping[str, Any], key: str, section: tuple[str, ...], *, sign: int) -> Iterator[Row]:
    held = sheet.get(key)
    for one in (held.get("accounts") if isinstance(held, dict) else None) or ():
        label = one.get("name") if isinstance(one, dict) else None
        yield _row(label, one, "total_debit_value", section, LineKind.LINE, sign=sign, code="nominal_code")


def _row(
    label: Any, held: Any, key: str, section: tuple[str, ...], kind: LineKind, *, sign: int = 1, code: str | None = None
) -> Row:
    return {"label": label, "held": held, "key": key, "section": section, "kind": kind, "sign": sign, "code": code}


def _stood(row: Row) -> Figure:
    return Figure(
        label=text(row, "label"),
        amount=row["sign"] * money(row["held"], row["key"]),
        kind=row["kind"],
        section=row["section"],
        account_id=text(row["held"], row["code"]) if row["code"] else None,
    )


def _code(row: Row) -> str:
    """The code as reports have it; the other one has ids behind the dash of some accounts."""
    return word(row, "display_nominal_code") or text(row, "nominal_code")


def _code_or_none(row: Any) -> tuple[int, str]:
    """Where a row stands: by its code, and what has none before all others, to be set aside."""
    try:
        code = _code(row)
        return main_code(code), code
    except (KeyError, TypeError, ValueError, AttributeError):
        return -1, ""
