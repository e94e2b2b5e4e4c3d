"""A filled-in template's company, chart of accounts and trial balance: what must hold of them, and their records."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from linkflow.domain.books import Account, AccountClass, Company, Period, last_full_months, month_end
from linkflow.domain.filled import UNREAD, FilledRow, Problems, Rows
from linkflow.domain.filled_checks import EARLIEST, once
from linkflow.domain.trial_balances import ClosingBalance

COMPANY, ACCOUNTS, TRIAL_BALANCE = "Company", "Accounts", "Trial balance"
MONTHS = 24
_DAY_OF_YEAR = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")


def read_company(rows: Rows | None, problems: Problems, *, external_id: str) -> Company | None:
    """The one row; None where there is none that could be read whole."""
    found = list(rows or ())
    if rows is None:
        return None
    if not found:
        problems.add(COMPANY, None, None, "no-rows")
        return None
    for row in found[1:]:
        problems.add(COMPANY, row.number, None, "one-company")
    first = found[0]
    if not first.is_whole:
        return None
    name, legal, registration, tax, currency, country, year_end, address, phone, website = first.values
    if year_end is not None and not _DAY_OF_YEAR.fullmatch(year_end):
        problems.add(COMPANY, first.number, "Financial year ends", "not-a-day-of-year", value=year_end)
        return None
    return Company(
        external_id=external_id,
        name=name,
        base_currency=currency,
        legal_name=legal,
        registration_number=registration,
        tax_number=tax,
        country=country,
        addresses=(address,) if address else (),
        phones=(phone,) if phone else (),
        web_links=(website,) if website else (),
        year_end=year_end,
    )


def read_accounts(rows: Rows | None, problems: Problems) -> tuple[Account, ...]:
    """Every account, also one of which only the id could be read: the trial balance may name it."""
    if rows is None:
        return ()
    seen: dict[str, int] = {}
    taken = (row for row in rows if once(problems, ACCOUNTS, "Account id", row, seen))
    found = [_account(row) if row.is_whole else _unread_account(row.values[0]) for row in taken]
    if not seen and not problems.count:
        problems.add(ACCOUNTS, None, None, "no-rows")
    return tuple(found)


def _account(row: FilledRow) -> Account:
    key, code, name, kind, type_, currency, active, is_bank, is_card = row.values
    return Account(
        external_id=key,
        code=code,
        name=name,
        account_class=AccountClass(kind),
        software_type=type_,
        currency=currency,
        active=active is not False,
        is_bank=is_bank is True,
        is_card=is_card is True,
    )


def _unread_account(key: str) -> Account:
    return Account(external_id=key, name=key, account_class=AccountClass.OTHER)


def read_balances(
    rows: Rows | None, problems: Problems, *, accounts: Iterable[Account] | None, today: date
) -> tuple[ClosingBalance, ...]:
    """Every closing balance, debit positive; `accounts` is None where their sheet could not be read."""
    if rows is None:
        return ()
    known = None if accounts is None else {one.external_id for one in accounts}
    last = last_full_months(today, 1).ends_on
    seen: dict[tuple[str, date], int] = {}
    found: list[ClosingBalance] = []
    broken: set[date] = set()
    months: set[date] = set()
    for row in rows:
        key, day, debit, credit = row.values
        if day is UNREAD:
            continue
        end = month_end(day)
        months.add(end)
        if not row.is_whole:
            broken.add(end)
            continue
        _judge_balance(row, problems, known=known, last=last)
        if seen.setdefault((key, end), row.number) != row.number:
            problems.add(TRIAL_BALANCE, row.number, "Account id", "balance-twice", value=key, earlier=seen[key, end])
            broken.add(end)
        found.append(ClosingBalance(key, end, (debit or Decimal(0)) - (credit or Decimal(0))))
    if not months:
        problems.add(TRIAL_BALANCE, None, None, "no-rows")
        return ()
    _judge_months(months, problems, asked=last_full_months(today, MONTHS))
    _judge_sums(found, problems, without=broken)
    return tuple(found)


def _judge_balance(row: FilledRow, problems: Problems, *, known: set[str] | None, last: date) -> None:
    key, day, debit, credit = row.values
    at = (TRIAL_BALANCE, row.number)
    if known is not None and key not in known:
        problems.add(*at, "Account id", "unknown-account", value=key)
    if debit and credit:
        problems.add(*at, "Closing credit", "debit-and-credit")
    if day != month_end(day):
        problems.add(*at, "Month end", "not-a-month-end", value=day, end=month_end(day))
    elif day > last:
        problems.add(*at, "Month end", "month-not-over", value=day, last=last)
    elif day < EARLIEST:
        problems.add(*at, "Month end", "date-out-of-range", value=day)


def _judge_months(months: set[date], problems: Problems, *, asked: Period) -> None:
    """No month asked for is left out after the first there is.

    A company may be younger than what is asked for, and its last month not closed yet.
    """
    for month in asked.months[:-1]:
        end = month_end(month)
        if end > min(months) and end not in months:
            problems.add(TRIAL_BALANCE, None, "Month end", "month-missing", month=f"{month:%B %Y}", end=end)


def _judge_sums(balances: Iterable[ClosingBalance], problems: Problems, *, without: set[date]) -> None:
    """Debits and credits of each month are equal, to the ten-thousandth."""
    debits: defaultdict[date, Decimal] = defaultdict(Decimal)
    credits_: defaultdict[date, Decimal] = defaultdict(Decimal)
    for one in balances:
        (debits if one.balance > 0 else credits_)[one.month] += abs(one.balance)
    for month in sorted({*debits, *credits_} - without):
        debit, credit = debits[month], credits_[month]
        if debit != credit:
            told = {"month": f"{month:%B %Y}", "debit": debit, "credit": credit, "by": abs(debit - credit)}
            problems.add(TRIAL_BALANCE, None, "Closing debit", "does-not-balance", **told)
