"""Bills and all that follows from them, in blocks of twenty bills that each make up for themselves.

Every block has one draft, one void bill, open ones, one partly paid, one paid twice, two paid at once, one a credit
note took part of, a payment on account, a void payment, credit notes and expenses: so how many rows there are before
a row is a multiplication, and any page can be made without those before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random

from linkflow.domain.books import (
    Allocation,
    Bill,
    BillLine,
    BillPayment,
    BillStatus,
    CreditNote,
    EntryStatus,
    Expense,
    ExpenseLine,
    PaymentMethod,
    Supplier,
)
from tests.vendors.chart import BOUGHT, account_id

BILLS, PAYMENTS, NOTES, EXPENSES = 20, 18, 3, 6
"""Rows of each kind in a block."""
DRAFT, VOID, WITHOUT_NUMBER, PARTLY, FIRST_PAID, TOGETHER, TWICE, AGAIN, CREDITED = 0, 1, 3, 4, 5, 15, 17, 18, 19
"""Places in a block: from `FIRST_PAID` up to `TOGETHER` each bill is paid whole, and that one with the next at once."""
WAYS = (
    (PaymentMethod.BANK_TRANSFER, "1200", "BACS payment"),
    (PaymentMethod.CREDIT_CARD, "2110", None),
    (PaymentMethod.DIRECT_DEBIT, "1200", "Direct debit"),
    (PaymentMethod.CASH, "1230", None),
    (PaymentMethod.CHEQUE, "1200", "Cheque {number}"),
    (PaymentMethod.BANK_TRANSFER, "1200", None),
    (PaymentMethod.DEBIT_CARD, "1200", "Debit card"),
    (PaymentMethod.CREDIT_CARD, "2110", None),
    (PaymentMethod.OTHER, "1200", None),
)
"""How things are paid, from which account, and the note on it."""
_WHOLE = ("JPY",)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What documents are made from. `first` and `last` are the days the bills lie between."""

    seed: int
    size: int
    first: date
    last: date
    base: str
    suppliers: Sequence[Supplier]

    @property
    def blocks(self) -> int:
        return -(-self.size // BILLS)

    def rate(self, currency: str, on: date) -> Decimal | None:
        """Base units for one of the currency; another in each month."""
        if currency == self.base:
            return None
        usual = {"EUR": 8600, "USD": 7800, "GBP": 12200, "JPY": 52}.get(currency, 10_000)
        wobble = (on.year * 12 + on.month) * 37 % 41 - 20
        return (Decimal(usual * 1000 + usual * wobble) / Decimal(10_000_000)).normalize()


@dataclass(frozen=True)
class Block:
    """Twenty bills and their payments, credit notes and expenses."""

    plan: Plan
    number: int

    @cached_property
    def bills(self) -> tuple[Bill, ...]:
        return tuple(self._bill(place) for place in range(BILLS))

    @cached_property
    def payments(self) -> tuple[BillPayment, ...]:
        return tuple(self._payments())

    @cached_property
    def credit_notes(self) -> tuple[CreditNote, ...]:
        return tuple(self._credit_note(place) for place in range(NOTES))

    @cached_property
    def expenses(self) -> tuple[Expense, ...]:
        return tuple(self._expense(place) for place in range(EXPENSES))

    @cached_property
    def _lots(self) -> Random:
        return Random(f"{self.plan.seed}/{self.number}")

    @cached_property
    def _drawn(self) -> tuple[tuple[int, int, int], ...]:
        """For each bill three numbers: which supplier, and two to go on with."""
        lots, many = self._lots, len(self.plan.suppliers)
        return tuple((int(lots.random() ** 2 * many), lots.getrandbits(30), lots.getrandbits(30)) for _ in range(BILLS))

    def _issued(self, place: int) -> date:
        plan = self.plan
        days = (plan.last - plan.first).days
        return plan.first + timedelta(days=days * (self.number * BILLS + place) // (plan.blocks * BILLS))

    def _supplier(self, place: int) -> Supplier:
        """The two bills that are paid at once are of one supplier."""
        return self.plan.suppliers[self._drawn[TOGETHER if place == TOGETHER + 1 else place][0]]

    def _bill(self, place: int) -> Bill:
        number, supplier, issued = self.number * BILLS + place, self._supplier(place), self._issued(place)
        currency = supplier.currency or self.plan.base
        lines = tuple(self._lines(place, taxed=currency == self.plan.base, whole=currency in _WHOLE))
        net, tax = sum(line.net for line in lines), sum(line.tax for line in lines)
        days = int(supplier.terms.split()[0]) if supplier.terms else None
        total = Decimal(net + tax)
        return Bill(
            external_id=f"3{number:07}",
            number=None if place == WITHOUT_NUMBER else f"INV-{number + 1:05}",
            supplier_id=supplier.external_id,
            issued_on=issued,
            due_on=issued + timedelta(days=days) if days is not None else None,
            currency=currency,
            rate=self.plan.rate(currency, issued),
            status=_status(place),
            net=Decimal(net),
            tax=Decimal(tax),
            total=total,
            amount_due=_left(place, total, whole=currency in _WHOLE),
            terms=supplier.terms,
            lines=lines,
        )

    def _lines(self, place: int, *, taxed: bool, whole: bool) -> Iterator[BillLine]:
        _, one, two = self._drawn[place]
        for line in range(1 + one % 4):
            quantity = 1 + (one >> (2 + line)) % 5
            cents = 500 + (two >> line) % 40_000
            price = Decimal(cents) if whole else Decimal(cents).scaleb(-2)
            net = price * quantity
            tax = (net / 5).quantize(Decimal("0.01")) if taxed and (one >> line) % 6 else Decimal(0)
            yield BillLine(
                net=net,
                tax=tax,
                account_id=BOUGHT[(two + 7 * line) % len(BOUGHT)],
                description=_WORDS[(one + line) % len(_WORDS)],
                quantity=Decimal(quantity),
                unit_price=price,
            )

    def _payments(self) -> Iterator[BillPayment]:
        number = iter(range(self.number * PAYMENTS, (self.number + 1) * PAYMENTS))
        bills = self.bills
        twice, again, credited = bills[TWICE], bills[AGAIN], bills[CREDITED]
        yield self._payment(next(number), (bills[PARTLY], bills[PARTLY].total - bills[PARTLY].amount_due))
        for bill in bills[FIRST_PAID:TOGETHER]:
            yield self._payment(next(number), (bill, bill.total))
        yield self._payment(next(number), *((bill, bill.total) for bill in bills[TOGETHER:TWICE]))
        yield self._payment(next(number), (twice, _half(twice)))
        yield self._payment(next(number), (twice, twice.total - _half(twice)), later=20)
        yield self._payment(next(number), (again, again.total), status=EntryStatus.VOID)
        yield self._payment(next(number), (again, again.total), later=3)
        yield self._payment(next(number), (credited, credited.total - _half(credited)))
        on_account = self._payment(next(number), (bills[PARTLY], Decimal(100 + self.number % 900)))
        yield replace(on_account, allocations=())

    def _payment(
        self,
        number: int,
        *parts: tuple[Bill, Decimal],
        status: EntryStatus = EntryStatus.POSTED,
        later: int = 0,
    ) -> BillPayment:
        bill = parts[0][0]
        method, code, note = WAYS[(number * 5 + self.number) % len(WAYS)]
        days = 3 + self._drawn[number % BILLS][1] % 50 + later
        on = min(bill.issued_on + timedelta(days=days), self.plan.last)
        return BillPayment(
            external_id=f"4{number:07}",
            paid_on=on,
            currency=bill.currency,
            total=sum((amount for _, amount in parts), Decimal(0)),
            supplier_id=bill.supplier_id,
            account_id=account_id(code),
            rate=self.plan.rate(bill.currency, on),
            stated_method=method,
            note=note.format(number=100_000 + number) if note else None,
            status=status,
            allocations=tuple(Allocation(bill_id=one.external_id, amount=amount) for one, amount in parts),
        )

    def _credit_note(self, place: int) -> CreditNote:
        """One for part of a bill, one for nothing in particular, one void."""
        number, bill = self.number * NOTES + place, self.bills[CREDITED - place]
        total = _half(bill) if place == 0 else Decimal(10 + place)
        return CreditNote(
            external_id=f"5{number:07}",
            issued_on=bill.issued_on,
            currency=bill.currency,
            total=total,
            supplier_id=bill.supplier_id,
            number=f"CN-{number + 1:05}",
            rate=bill.rate,
            status=EntryStatus.VOID if place == 2 else EntryStatus.POSTED,
            allocations=(Allocation(bill_id=bill.external_id, amount=total),) if place == 0 else (),
        )

    def _expense(self, place: int) -> Expense:
        """Some name no supplier, one is void."""
        number, (drawn, one, two) = self.number * EXPENSES + place, self._drawn[place]
        supplier = self.plan.suppliers[drawn] if place % 3 else None
        currency = (supplier.currency if supplier else None) or self.plan.base
        method, code, note = WAYS[(number * 2 + 1) % len(WAYS)]
        spent = self._issued(place)
        lines = tuple(
            ExpenseLine(
                net=Decimal(100 + (one >> line) % 9000)
                if currency in _WHOLE
                else Decimal(1 + one % 20_000 + line) / 100,
                account_id=BOUGHT[(two + line) % (len(BOUGHT) - 1)],
                description=_WORDS[(two + line) % len(_WORDS)],
            )
            for line in range(1 + place % 2)
        )
        return Expense(
            external_id=f"6{number:07}",
            spent_on=spent,
            currency=currency,
            total=sum((line.net for line in lines), Decimal(0)),
            supplier_id=supplier.external_id if supplier else None,
            contact_name=None if supplier else "Corner shop",
            account_id=account_id(code),
            rate=self.plan.rate(currency, spent),
            stated_method=method,
            note=note.format(number=200_000 + number) if note else None,
            status=EntryStatus.VOID if place == EXPENSES - 1 else EntryStatus.POSTED,
            lines=lines,
        )


def _status(place: int) -> BillStatus:
    if place < PARTLY:
        return {DRAFT: BillStatus.DRAFT, VOID: BillStatus.VOID}.get(place, BillStatus.OPEN)
    return BillStatus.PARTIALLY_PAID if place == PARTLY else BillStatus.PAID


def _left(place: int, total: Decimal, *, whole: bool) -> Decimal:
    if place == VOID or place > PARTLY:
        return Decimal(0)
    return total - _part(total, whole=whole) if place == PARTLY else total


def _half(bill: Bill) -> Decimal:
    return _part(bill.total, whole=bill.currency in _WHOLE)


def _part(total: Decimal, *, whole: bool) -> Decimal:
    return (total / 2).quantize(Decimal(1) if whole else Decimal("0.01"))


_WORDS = (
    "Goods",
    "Paper, A4 – 5 reams",
    "Hosting",
    "Van hire",
    'Screens 27"',
    "Rent",
    "Crème & sugar",
    "Repairs",
    "Fuel",
)
