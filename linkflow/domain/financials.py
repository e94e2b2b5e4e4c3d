"""The financial statements as a report: lines by month, accounts in their categories, and what is said beside them.

A line's class is its account's; where the books name no account, or one that cannot stand on that statement, and for
banks and cards, the headings tell. A line of no class is shown and counted, and in no category. Nothing is estimated.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from linkflow.domain.books import Account, AccountClass, LineKind, Period, Statement, StatementLine
from linkflow.domain.categories import Categories, Confidence, Reason, Suggestion
from linkflow.domain.money import minor_unit
from linkflow.domain.statements import FailedCheck, StatementRow, by_month, failed_checks, told_in

CLASSES: Mapping[Statement, tuple[AccountClass, ...]] = {
    Statement.PROFIT_AND_LOSS: (AccountClass.INCOME, AccountClass.EXPENSE),
    Statement.BALANCE_SHEET: (AccountClass.ASSET, AccountClass.LIABILITY, AccountClass.EQUITY),
}
"""The classes that stand on each statement."""
BANK, CARD = "asset.current.cash", "liability.current.credit_cards"
"""What an account is that the software marks as a bank or a card."""
OVERDRAFT, CARD_IN_CREDIT = "liability.current.overdraft", "asset.current.other_receivables"
"""What it is on the other side of the sheet."""
_AS_BANK = (BANK, "asset.current.cash_equivalents", "asset.current.undeposited")
_SIDES = (AccountClass.ASSET, AccountClass.LIABILITY)
_MARKED: Mapping[tuple[str, AccountClass], tuple[str, ...]] = {
    ("bank", AccountClass.ASSET): _AS_BANK,
    ("bank", AccountClass.LIABILITY): (OVERDRAFT,),
    ("card", AccountClass.ASSET): (CARD_IN_CREDIT,),
    ("card", AccountClass.LIABILITY): (CARD,),
}
"""What a marked account can be on either side; the first unless something tells which."""
_A_YEAR = 12
_DOUBT = {Confidence.LOW: 10, Confidence.MEDIUM: 4, Confidence.HIGH: 1}


@dataclass(frozen=True, kw_only=True)
class FinancialLine:
    """A line or total of a statement; `amounts` match the report's months, None where the software gave none.

    An account's line says its category, the one that was `suggested`, and why; a total, and a line whose class nobody
    tells, has neither.
    """

    statement: Statement
    kind: LineKind
    section: tuple[str, ...]
    label: str
    amounts: tuple[Decimal | None, ...]
    account_id: str | None = None
    account_code: str | None = None
    account_class: AccountClass | None = None
    category: str | None = None
    suggested: str | None = None
    reason: Reason | None = None
    confidence: Confidence | None = None
    because: str = ""
    marked: Literal["bank", "card"] | None = None
    """What the software marks its account as."""

    @property
    def is_counted(self) -> bool:
        """Whether it is a line with a category: what the categories are the sums of."""
        return self.kind is LineKind.LINE and self.category is not None


@dataclass(frozen=True, kw_only=True)
class Placing:
    """By what accounts are placed: the tree, the software's own types, and what users said (account id → category)."""

    categories: Categories
    known: Mapping[str, str] = field(default_factory=dict)
    corrected: Mapping[str, str] = field(default_factory=dict)

    def place(self, line: FinancialLine, account: Account | None) -> FinancialLine:
        """The line in its category. A correction counts as long as the tree has it and it is of the line's class."""
        if line.kind is LineKind.TOTAL or line.account_class is None:
            return line
        found = self._suggest(line, line.account_class, account)
        wanted = self.corrected.get(line.account_id or "")
        leaf = self.categories.leaf(wanted) if wanted else None
        if leaf is not None and leaf.account_class is line.account_class:
            said = Suggestion(leaf.slug, Reason.CORRECTED, Confidence.HIGH)
        else:
            said = found
        return replace(
            line,
            category=said.category,
            suggested=found.category,
            reason=said.reason,
            confidence=said.confidence,
            because=said.because,
        )

    def _suggest(self, line: FinancialLine, of: AccountClass, account: Account | None) -> Suggestion:
        found = self.categories.suggest(
            of,
            account.name if account else line.label,
            line.section,
            known=self.known,
            software_type=account.software_type if account else None,
            software_subtype=account.software_subtype if account else None,
        )
        possible = _MARKED.get((line.marked or "", of))
        if possible is None or found.category in possible:
            return found
        if line.marked == "bank" and found.reason is Reason.SOFTWARE:
            return found
        return Suggestion(possible[0], Reason.SOFTWARE, Confidence.HIGH, f"{line.marked} account")

    def mark(self, account: Account | None) -> Literal["bank", "card"] | None:
        """Whether the software says, by a mark or by the account's type, that it is a bank or a card."""
        if account is None:
            return None
        types = (f"{account.software_type}/{account.software_subtype}", account.software_type or "")
        told = next((self.known[key] for key in types if key in self.known), None)
        if account.is_card or told == CARD:
            return "card"
        return "bank" if account.is_bank else None


def financial_lines(
    lines: Sequence[StatementLine], chart: Mapping[str, Account], *, period: Period, placing: Placing
) -> tuple[FinancialLine, ...]:
    """Both statements in the order of their latest month, the profit and loss first. `chart` is by account id.

    An account that stands under several headings has one category: the one its latest heading leads to.
    """
    found: list[FinancialLine] = []
    for statement in (Statement.PROFIT_AND_LOSS, Statement.BALANCE_SHEET):
        rows = by_month(lines, statement, period=period).rows
        placed = [_placed(statement, row, chart, placing) for row in rows]
        found += _one_category_each(placed)
    return tuple(found)


def place_again(
    lines: Iterable[FinancialLine], chart: Mapping[str, Account], placing: Placing
) -> tuple[FinancialLine, ...]:
    """The lines of a report as they would be placed now: what users said since it was made counts."""
    placed = [_placed_now(line, chart.get(line.account_id or ""), placing) for line in lines]
    return tuple(
        like
        for statement in CLASSES
        for like in _one_category_each([one for one in placed if one.statement is statement])
    )


def _placed_now(line: FinancialLine, account: Account | None, placing: Placing) -> FinancialLine:
    """Nothing is suggested anew but for what is no longer corrected: that takes far longer than all the rest."""
    wanted = placing.categories.leaf(placing.corrected.get(line.account_id or "", ""))
    if line.is_counted and wanted is not None and wanted.account_class is line.account_class:
        return replace(line, category=wanted.slug, reason=Reason.CORRECTED, confidence=Confidence.HIGH, because="")
    return placing.place(line, account) if line.reason is Reason.CORRECTED else line


def _placed(statement: Statement, row: StatementRow, chart: Mapping[str, Account], placing: Placing) -> FinancialLine:
    account = chart.get(row.account_id or "")
    line = FinancialLine(
        statement=statement,
        kind=row.kind,
        section=row.section,
        label=row.label,
        amounts=row.amounts,
        account_id=row.account_id,
        account_code=account.code if account else None,
        account_class=_class(statement, row.section, account, placing) if row.kind is LineKind.LINE else None,
        marked=placing.mark(account) if statement is Statement.BALANCE_SHEET else None,
    )
    return placing.place(line, account)


def _class(
    statement: Statement, section: Sequence[str], account: Account | None, placing: Placing
) -> AccountClass | None:
    """A bank or a card is what the heading says: overdrawn, or in credit, software prints it above zero over there."""
    possible = CLASSES[statement]
    if account is None or account.account_class not in possible:
        return placing.categories.class_under(section, possible)
    if account.account_class in _SIDES and placing.mark(account):
        return placing.categories.class_under(section, _SIDES) or account.account_class
    return account.account_class


def _one_category_each(lines: Sequence[FinancialLine]) -> list[FinancialLine]:
    latest: dict[str, FinancialLine] = {}
    for line in lines:
        if line.account_id and line.is_counted:
            rival = latest.get(line.account_id)
            if rival is None or _last(line) > _last(rival):
                latest[line.account_id] = line
    return [_like(line, latest.get(line.account_id or "")) for line in lines]


def _last(line: FinancialLine) -> int:
    return max((place for place, amount in enumerate(line.amounts) if amount is not None), default=-1)


def _like(line: FinancialLine, other: FinancialLine | None) -> FinancialLine:
    if other is None or not line.is_counted or line.account_class is not other.account_class:
        return line
    names = ("category", "suggested", "reason", "confidence", "because")
    return replace(line, **{name: getattr(other, name) for name in names})


def checks(
    lines: Sequence[StatementLine], chart: Mapping[str, Account], *, placing: Placing, currency: str
) -> tuple[FailedCheck, ...]:
    """The checks of `domain.statements`, with the class each line has in the report."""
    told = {_key(line): line for line in lines if line.kind is LineKind.LINE}
    found = {
        key: _class(line.statement, line.section, chart.get(line.account_id or ""), placing)
        for key, line in told.items()
    }
    classes = {key: of for key, of in found.items() if of is not None}
    known = [replace(line, account_id=_key(line)) if line.kind is LineKind.LINE else line for line in lines]
    return failed_checks(known, classes, currency=currency)


def _key(line: StatementLine) -> str:
    return "\n".join((line.statement, line.account_id or "", *line.section))


def has_month(lines: Iterable[FinancialLine], statement: Statement, place: int) -> bool:
    """Whether the software gave anything of that statement for the month at that place."""
    return any(line.statement is statement and line.amounts[place] is not None for line in lines)


def missing_months(lines: Sequence[FinancialLine], statement: Statement, months: Sequence[date]) -> tuple[date, ...]:
    """The months of which the software gave nothing of a statement."""
    return tuple(month for place, month in enumerate(months) if not has_month(lines, statement, place))


def in_whole_units(lines: Iterable[FinancialLine], statement: Statement, *, currency: str) -> bool:
    """Whether every amount of the statement is a whole one, in a currency that has smaller ones: nothing finer is told.

    A statement of nothing but zeros says nothing of the kind.
    """
    told = [amount for line in lines if line.statement is statement for amount in line.amounts if amount is not None]
    return any(told) and told_in(told, currency=currency) > minor_unit(currency)


def balance(line: FinancialLine, *, full_months: int, last_sheet: int) -> Decimal:
    """How much an account is about: of a balance sheet what it stands at on the last one, else its last full year.

    `last_sheet` is the place of that sheet's month. An account it leaves out stands at nothing.
    """
    if line.statement is Statement.BALANCE_SHEET:
        return line.amounts[last_sheet] or Decimal(0)
    full = line.amounts[:full_months]
    return sum((amount for amount in full[-_A_YEAR:] if amount is not None), Decimal(0))


@dataclass(frozen=True, kw_only=True)
class PlacedAccount:
    """An account of the report by what hangs on its category: `impact` is its absolute balance × the doubt."""

    line: FinancialLine
    balance: Decimal
    impact: Decimal


def by_impact(lines: Sequence[FinancialLine], *, full_months: int) -> tuple[PlacedAccount, ...]:
    """Every account once, that with the most at stake first; one that a user placed is beyond doubt."""
    gathered: defaultdict[str, list[FinancialLine]] = defaultdict(list)
    last_sheet = max((_last(line) for line in lines if line.statement is Statement.BALANCE_SHEET), default=-1)
    for line in lines:
        if line.is_counted and line.account_id:
            gathered[line.account_id].append(line)
    found = []
    for its in gathered.values():
        amount = sum((balance(line, full_months=full_months, last_sheet=last_sheet) for line in its), Decimal(0))
        found.append(PlacedAccount(line=max(its, key=_last), balance=amount, impact=abs(amount) * _doubt(its[0])))
    return tuple(sorted(found, key=lambda one: (-one.impact, -abs(one.balance), one.line.label)))


def _doubt(line: FinancialLine) -> int:
    if line.reason is Reason.CORRECTED or line.confidence is None:
        return 0
    return _DOUBT[line.confidence]


def low_share(accounts: Sequence[PlacedAccount]) -> Decimal | None:
    """The part of all balances that stands in categories of low confidence, in percent; None without any."""
    total = sum((abs(one.balance) for one in accounts), Decimal(0))
    low = sum((abs(one.balance) for one in accounts if one.line.confidence is Confidence.LOW), Decimal(0))
    return low / total * 100 if total else None
