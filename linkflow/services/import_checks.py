"""Judging an uploaded table of companies: every problem of every row by number and column, before anything is kept.

A row means the same company as another if name and contact's address are the same.
"""

from dataclasses import dataclass, replace

from linkflow.domain.company_rows import (
    ROWS_LIMIT,
    USERS_LIMIT,
    Header,
    RowProblem,
    read_header,
    same_company,
)
from linkflow.domain.errors import Refused
from linkflow.domain.ports import Transaction
from linkflow.reports.cells import Cell, Line, Sheet
from linkflow.reports.sheets_in import read_sheet
from linkflow.services.context import Context
from linkflow.services.keeping import addresses_in
from linkflow.services.requesting import NewCompany, judged_company
from linkflow.services.sight import seen_by
from linkflow.store import imports, users
from linkflow.store.users import User

VALUE_LIMIT = 60
"""So much of a cell is quoted beside what is wrong with it."""
_LOOKED_UP = 400


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """One company to be added, with whom it is assigned to; `number` is its row in the file."""

    number: int
    company: NewCompany
    user_ids: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class CheckedTable:
    """The rows, and what is wrong with them; `unused` are headings nothing is made of, `guessed` an encoding."""

    rows: tuple[ImportRow, ...]
    problems: tuple[RowProblem, ...]
    unused: tuple[str, ...] = ()
    guessed: bool = False


def check_table(ctx: Context, user: User, content: bytes) -> CheckedTable:
    """Read and judge a file; raises `Refused` where there is no table of companies in it."""
    sheet = read_sheet(content, most=ROWS_LIMIT + 1)
    header = read_header([cell.text for cell in sheet.lines[0].cells] if sheet.lines else [])
    lines = sheet.lines[1:]
    if not lines:
        raise Refused("file", "no-rows")
    with ctx.database.reading() as tx:
        return _check(ctx, tx, user, header, lines, sheet)


def repeated(ctx: Context, tx: Transaction, user: User, rows: tuple[ImportRow, ...]) -> tuple[RowProblem, ...]:
    """Rows that mean a company there is already."""
    emails = [row.company.contact_email for row in rows]
    known = imports.known_companies(tx, user.organization, emails, seen_by=seen_by(ctx, user))
    return tuple(RowProblem(row.number, "company_name", "known") for row in rows if _same(row) in known)


def _check(
    ctx: Context, tx: Transaction, user: User, header: Header, lines: tuple[Line, ...], sheet: Sheet
) -> CheckedTable:
    colleagues = _colleagues(tx, user, header, lines)
    judged = [_row(user, header, line, colleagues) for line in lines]
    rows = tuple(row for row, _ in judged)
    problems = [problem for _, found in judged for problem in found]
    problems += [*_twice(rows), *repeated(ctx, tx, user, rows)]
    cells = {line.number: line for line in lines}
    return CheckedTable(
        rows=rows,
        problems=tuple(
            replace(one, value=_quoted(_at(cells[one.number], header.places[one.column]).text))
            for one in sorted(problems, key=lambda problem: problem.number)
        ),
        unused=header.unused,
        guessed=sheet.guessed,
    )


def _row(
    user: User, header: Header, line: Line, colleagues: dict[str, str]
) -> tuple[ImportRow, tuple[RowProblem, ...]]:
    cells = {column: _at(line, place) for column, place in header.places.items()}
    text = {column: cell.text for column, cell in cells.items()}
    company, refusals = judged_company(
        NewCompany(
            name=text["company_name"],
            description=text.get("description", ""),
            contact_name=text["contact_name"],
            contact_email=text["contact_email"],
        )
    )
    unread = {column: cell.trouble for column, cell in cells.items() if cell.trouble}
    problems = [RowProblem(line.number, column, trouble) for column, trouble in unread.items()]
    problems += [
        RowProblem(line.number, refused.field, refused.reason, tuple(refused.details.items()))
        for refused in refusals
        if refused.field not in unread
    ]
    addresses = addresses_in(text.get("users", ""))
    problems += _assignment(line, addresses, colleagues)
    ids = tuple(dict.fromkeys(colleagues[one.casefold()] for one in addresses if one.casefold() in colleagues))
    return ImportRow(number=line.number, company=company, user_ids=ids or (user.id,)), tuple(problems)


def _quoted(text: str) -> str:
    return text if len(text) <= VALUE_LIMIT else f"{text[: VALUE_LIMIT - 1]}…"


def _assignment(line: Line, addresses: tuple[str, ...], colleagues: dict[str, str]) -> list[RowProblem]:
    if len(addresses) > USERS_LIMIT:
        return [RowProblem(line.number, "users", "too-many", (("limit", str(USERS_LIMIT)),))]
    strangers = (one for one in addresses if one.casefold() not in colleagues)
    return [RowProblem(line.number, "users", "nobody", (("address", one[:100]),)) for one in strangers]


def _colleagues(tx: Transaction, user: User, header: Header, lines: tuple[Line, ...]) -> dict[str, str]:
    """Address → id of everybody named who can sign in here."""
    if "users" not in header.places:
        return {}
    cells = (_at(line, header.places["users"]).text for line in lines)
    named = sorted({one.casefold() for text in cells for one in addresses_in(text)})
    found: dict[str, str] = {}
    for start in range(0, len(named), _LOOKED_UP):
        found |= users.ids_by_email(tx, user.organization, named[start : start + _LOOKED_UP])
    return found


def _twice(rows: tuple[ImportRow, ...]) -> list[RowProblem]:
    earlier: dict[tuple[str, str], int] = {}
    problems = []
    for row in rows:
        if row.company.name and row.company.contact_email:
            first = earlier.setdefault(_same(row), row.number)
            if first != row.number:
                problems.append(RowProblem(row.number, "company_name", "twice", (("row", str(first)),)))
    return problems


def _same(row: ImportRow) -> tuple[str, str]:
    return same_company(row.company.name, row.company.contact_email)


def _at(line: Line, place: int) -> Cell:
    return line.cells[place] if place < len(line.cells) else Cell()
