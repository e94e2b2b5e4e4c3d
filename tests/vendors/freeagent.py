"""FreeAgent: no scopes, addresses for ids, what banks paid out bank by bank, and statements in whole pounds.

From what is known of the product; what is not sure of it: that a refresh ends the token it was made with, that balances
of accounts come in pages, and how it has loans on its balance sheet. Its banks have no "Bank Account:" before their
names here, so that figures can be told apart by the names of accounts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, ClassVar

from linkflow.domain.books import (
    Allocation,
    Bill,
    BillPayment,
    CreditNote,
    EntryStatus,
    Expense,
    LineKind,
    Record,
    Statement,
    StatementLine,
    month_end,
)
from linkflow.domain.money import in_base
from linkflow.domain.spend import COUNTED
from tests.vendors import freeagent_rows as write
from tests.vendors.books import Books, Rows, row_number
from tests.vendors.calls import Call, Refused, Reply, as_json, get, numbered
from tests.vendors.chart import CHART, Entry
from tests.vendors.choosing import day_of, first_day, is_dated, places
from tests.vendors.freeagent_rows import API, BANKS, CODES, ENTRIES, LISTS, is_claim, stated
from tests.vendors.kit import Vendor, plain_tokens
from tests.vendors.quirks import Quirks
from tests.vendors.tokens import Issued

_HELD = {
    "capital_assets": ("equipment", "depreciation"),
    "current_assets": ("bank", "cash", "debtors", "stock", "prepayments"),
    "current_liabilities": ("card", "creditors", "tax", "payroll", "loan"),
}
_OWN = ("shares", "drawings")


class Fake(Vendor):
    name: ClassVar[str] = "FreeAgent"
    quirks: ClassVar[Quirks] = Quirks(
        authorize=f"{API}/approve_app",
        token=f"{API}/token_endpoint",
        pkce="ignored",
        scopes=None,
        chooses="one",
        code_seconds=900,
        refresh_seconds=631_151_957,
        rotates=True,
        needs_headers={"user-agent": "*"},
        links=("link",),
        limits=((120, 60), (3_600, 3_600)),
    )

    def token_answer(self, issued: Issued) -> Reply:
        return as_json({**plain_tokens(issued), "token_type": "bearer", "refresh_token_expires_in": 631_151_957})

    def api_refused(self, refused: Refused, headers: Mapping[str, str]) -> Reply:
        reply = as_json({"errors": {"error": {"message": refused.words}}}, refused.status)
        return replace(reply, headers={**reply.headers, **headers})

    def told(self, record: Record) -> Record | None:
        """No drafts, nothing void, no money on account; what a bank paid is in its currency and to nobody."""
        if isinstance(record, Bill):
            counts = record.status in COUNTED
            return replace(record, terms=None, due_on=record.due_on or record.issued_on) if counts else None
        if isinstance(record, BillPayment | CreditNote | Expense) and record.status is EntryStatus.VOID:
            return None
        if isinstance(record, CreditNote):
            return replace(record, allocations=())
        if isinstance(record, Expense):
            of = replace(record, supplier_id=None, contact_name=None, stated_method=stated(record))
            return replace(of, account_id=None) if is_claim(record) else of
        return replace(record, stated_method=stated(record)) if isinstance(record, BillPayment) else record

    def kept(self, books: Books) -> tuple[Record, ...]:
        """A bank's line pays one bill; of those before the first month nobody asks. Sheets are in whole pounds."""
        since, records = first_day(books), [*books.records()]
        lines = [one for one in records if isinstance(one, StatementLine)]
        single = (part for one in records if not isinstance(one, StatementLine) for part in _parts(one, books))
        told = (self.told(one) for one in single)
        asked = (one for one in told if one is not None and (not is_dated(one) or day_of(one) >= since))
        return (*asked, *_in_whole_pounds(lines))

    @get(f"{API}/company")
    def company(self, call: Call) -> Any:
        books, url = self.books(call), f"{call.url}/{API}/company"
        company, (month, day) = books.company, map(int, books.year_end.split("-"))
        ends_on = [date(year, month, day) for year in range(books.months[0].year, books.today.year + 1)]
        return {
            "company": {
                "url": url,
                "id": int(company.external_id),
                "name": company.name,
                "type": "UkLimitedCompany",
                "currency": books.base,
                "freeagent_start_date": f"{books.months[0]}",
                "annual_accounting_periods": [
                    {"starts_on": f"{end - timedelta(days=364)}", "ends_on": f"{end}"} for end in ends_on
                ],
                "address1": "1 High Street",
                "town": "Springfield",
                "company_registration_number": company.registration_number,
                "sales_tax_registration_number": company.tax_number,
            }
        }

    @get(f"{API}/categories")
    def categories(self, call: Call) -> Any:
        if call.query.get("sub_accounts") != "true":
            raise Refused(400, "this fake has accounts below accounts")
        found: dict[str, list[Any]] = {name: [] for name in ("income", "cost_of_sales", "admin_expenses", "general")}
        for entry in CHART:
            found[LISTS.get(entry.kind, "general")].append(write.category(entry, call))
        return {f"{name}_categories": rows for name, rows in found.items()}

    @get(f"{API}/bank_accounts")
    def bank_accounts(self, call: Call) -> Any:
        """And one of somebody's own."""
        base = self.books(call).base
        rows = [write.bank(place, entry.account.name, call, base) for place, entry in enumerate(BANKS, 1)]
        own = {**write.bank(99, "Sam's own", call, base), "is_personal": True}
        return _listed(call, "bank_accounts", [own, *rows])

    @get(f"{API}/contacts")
    def contacts(self, call: Call) -> Any:
        rows, view = self.books(call).suppliers, call.query.get("view")
        if view not in ("suppliers", "hidden"):
            raise Refused(400, "this fake has active suppliers and hidden contacts")
        found = [write.contact(row, call) for row in rows if row.active == (view == "suppliers")]
        return _listed(call, "contacts", found)

    @get(f"{API}/bills")
    def bills(self, call: Call) -> Any:
        """Credit notes among them: there they are bills below zero."""
        books, since = self.books(call), _since(call)
        bills, notes = _counted(books, since), places(books, "credit_notes", since, void=False)

        def row(place: int) -> Any:
            if place < len(bills):
                return write.bill(books.bills[bills[place]], call)
            return write.credit(books.credit_notes[notes[place - len(bills)]], call)

        return _listed(call, "bills", Rows(len(bills) + len(notes), row))

    @get(API + "/bills/{id}")
    def bill(self, call: Call) -> Any:
        rows, place = self.books(call).bills, row_number(call.path["id"])
        if place >= len(rows) or rows[place].external_id != call.path["id"]:
            raise Refused(404, "Resource not found")
        return {"bill": write.bill(rows[place], call)}

    @get(f"{API}/bank_transaction_explanations")
    def explanations(self, call: Call) -> Any:
        """Of one bank, since a day; and what is spent on nothing: a transfer, a wage, money that came in."""
        books, bank = self.books(call), _bank_of(call)
        found = _paid_out(books, bank.id, _since(call))
        others = [write.other(place, bank, call) for place in range(3)]

        def row(place: int) -> Any:
            if place >= len(found):
                return others[place - len(found)]
            kind, number, part = found[place]
            if kind == "expenses":
                return write.spent(books.expenses[number], books, call)
            return write.paid(_parts(books.payments[number], books)[part], books, call)

        return _listed(call, "bank_transaction_explanations", Rows(len(found) + len(others), row))

    @get(f"{API}/expenses")
    def expenses(self, call: Call) -> Any:
        """What was paid in cash, somebody of the company laid out."""
        books = self.books(call)
        found = [at for at in places(books, "expenses", _since(call), void=False) if is_claim(books.expenses[at])]
        return _listed(
            call, "expenses", Rows(len(found), lambda place: write.claim(books.expenses[found[place]], books, call))
        )

    @get(f"{API}/accounting/trial_balance/summary")
    def trial_balance(self, call: Call) -> Any:
        """What was made in the months asked for, and what accounts stood at when they were over."""
        first, last = _days(call)
        books = self.books(call)
        moved = {**dict(books.closing(last)), **books.moved(first, last)}
        rows = [
            {
                "category": f"{call.url}/{API}/categories/{CODES[entry.id].partition('-')[0]}",
                "nominal_code": CODES[entry.id],
                "display_nominal_code": CODES[entry.id],
                "name": entry.account.name,
                "total": f"{moved.get(entry.id, 0)}",
            }
            for entry in CHART
        ]
        return _listed(call, "trial_balance_summary", rows)

    @get(f"{API}/accounting/profit_and_loss/summary")
    def profit_and_loss(self, call: Call) -> Any:
        first, last = _days(call)
        made = self.books(call).made(first, last)
        income, expenses = (
            sum((amount for entry, amount in made if (entry.account.account_class == "income") == earned), Decimal(0))
            for earned in (True, False)
        )
        less = [{"title": title, "total": "0"} for title in ("Corp. Tax", "Dividends", "Adjustments")]
        told = {"income": income, "expenses": expenses, "operating_profit": income - expenses}
        totals = {**told, "retained_profit": income - expenses}
        whole = {name: f"{_whole(amount)}" for name, amount in totals.items()}
        return {"profit_and_loss_summary": {"from": f"{first}", "to": f"{last}", **whole, "less": less}}

    @get(f"{API}/accounting/balance_sheet")
    def balance_sheet(self, call: Call) -> Any:
        """Debit above zero, each figure in whole pounds for itself."""
        last = date.fromisoformat(call.query["as_at_date"])
        books = self.books(call)
        stood = dict(books.closing(last))

        def held(*kinds: str) -> list[dict[str, Any]]:
            return [
                {"name": one.account.name, "nominal_code": CODES[one.id], "total_debit_value": _whole(stood[one.id])}
                for kind in kinds
                for one in ENTRIES[kind]
                if stood[one.id]
            ]

        def total(*kinds: str) -> Decimal:
            return sum((stood[one.id] for kind in kinds for one in ENTRIES[kind]), Decimal(0))

        current = total(*_HELD["current_assets"], *_HELD["current_liabilities"])
        fixed, retained = total(*_HELD["capital_assets"]), total("retained") - books.result(last)
        own = {"accounts": held(*_OWN), "retained_profit": _whole(retained)}
        sheet: dict[str, Any] = {key: {"accounts": held(*kinds)} for key, kinds in _HELD.items()}
        sheet["capital_assets"]["net_book_value"] = _whole(fixed)
        sheet |= {"net_current_assets": _whole(current), "total_assets": _whole(current + fixed), "owners_equity": own}
        return {
            "balance_sheet": {
                "as_at_date": f"{last}",
                "currency": books.base,
                **sheet,
                "total_owners_equity": _whole(total(*_OWN) + retained),
            }
        }

    def books(self, call: Call) -> Books:
        """Those of the one company a sign-in is for."""
        companies = call.grant.companies if call.grant else ()
        if not companies:
            raise Refused(403, "Forbidden", kind="company")
        return companies[0]


def _listed(call: Call, key: str, rows: Sequence[Any]) -> Reply:
    """A page, with the ways to the others in a header."""
    part = numbered(call, rows, usual=25, most=100)
    ways = {"first": 1, "last": part.pages, "prev": part.number - 1, "next": part.number + 1}
    links = [f'<{call.link(page=to)}>; rel="{name}"' for name, to in ways.items() if 1 <= to <= part.pages]
    return as_json({key: part.rows}, link=", ".join(links), x_total_count=f"{part.total}")


def _days(call: Call) -> tuple[date, date]:
    first, last = date.fromisoformat(call.query["from_date"]), date.fromisoformat(call.query["to_date"])
    if first.day != 1 or last != month_end(last):
        raise Refused(400, "this fake has whole months")
    return first, last


def _since(call: Call) -> date | None:
    return date.fromisoformat(call.query["from_date"]) if "from_date" in call.query else None


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def _in_whole_pounds(lines: Sequence[StatementLine]) -> list[StatementLine]:
    """What the sheets have: what was kept of earlier years and of this one is one line."""
    found, retained = [], {entry.id for entry in ENTRIES["retained"]}
    kept: dict[date, Decimal] = {}
    for line in lines:
        own = line.account_id in retained or line.account_id is None
        if line.statement is not Statement.BALANCE_SHEET:
            found.append(line)
        elif line.kind is LineKind.LINE and own:
            kept[line.period_end] = kept.get(line.period_end, Decimal(0)) + line.amount
        else:
            found.append(replace(line, amount=Decimal(_whole(line.amount))))
    for day, amount in kept.items():
        found.append(
            StatementLine(
                external_id=f"retained:{day}",
                statement=Statement.BALANCE_SHEET,
                period_end=day,
                label="Retained profit",
                amount=Decimal(_whole(amount)),
            )
        )
    return found


def _parts(record: Record, books: Books) -> tuple[Record, ...]:
    """A payment as what it is for each bill, and what was spent, in the currency of the bank."""

    def worth(amount: Decimal) -> Decimal:
        assert isinstance(record, BillPayment | Expense)
        return in_base(amount, currency=record.currency, rate=record.rate, base=books.base)

    def one(place: int, part: Allocation) -> Record:
        assert isinstance(record, BillPayment)
        amount = worth(part.amount)
        return replace(
            record,
            external_id=f"{4 + 4 * place}{record.external_id[1:]}",
            currency=books.base,
            rate=None,
            total=amount,
            allocations=(replace(part, amount=amount),),
        )

    if isinstance(record, BillPayment):
        return tuple(one(*each) for each in enumerate(record.allocations))
    if isinstance(record, Expense):
        return (replace(record, currency=books.base, rate=None, total=worth(record.total), lines=()),)
    return (record,)


@lru_cache(maxsize=64)
def _counted(books: Books, since: date | None) -> tuple[int, ...]:
    """The numbers of the bills that FreeAgent can have."""
    return tuple(place for place in places(books, "bills", since) if books.bills[place].status in COUNTED)


@lru_cache(maxsize=256)
def _paid_out(books: Books, bank: str, since: date | None) -> tuple[tuple[str, int, int], ...]:
    """What a bank paid: of which list, the number there, and which part."""
    paid = [
        ("payments", place, part)
        for place in places(books, "payments", since, void=False)
        if books.payments[place].account_id == bank
        for part in range(len(books.payments[place].allocations))
    ]
    spent = [
        ("expenses", place, 0)
        for place in places(books, "expenses", since, void=False)
        if books.expenses[place].account_id == bank and not is_claim(books.expenses[place])
    ]
    return (*paid, *spent)


def _bank_of(call: Call) -> Entry:
    """The bank a call is for; it is named by its whole address."""
    before, _, number = call.query.get("bank_account", "").rpartition("/")
    if before != f"{call.url}/{API}/bank_accounts" or not 0 < int(number) <= len(BANKS):
        raise Refused(404, "no such bank account")
    return BANKS[int(number) - 1]
