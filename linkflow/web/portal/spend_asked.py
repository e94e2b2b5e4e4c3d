"""What the address of a spend analysis asks for: months, suppliers, an order. What is wrong comes back as typed."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from werkzeug.datastructures import MultiDict

from linkflow.domain.books import PaymentMethod, Period
from linkflow.domain.methods import MethodGroup, methods_of
from linkflow.domain.money import UnstorableMoney, to_scaled
from linkflow.services.spending import SpendAsked
from linkflow.store.spend_lines import LARGEST_LEAST, SORTS
from linkflow.web.page_views import FieldView

ANY = "any"
"""Instead of a method: every supplier that has a name, as they are counted."""
METHODS = (ANY, *(word for group in MethodGroup for word in (group.value, *methods_of(group.value))))
"""Everything suppliers can be listed by, each group before its methods."""

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_LONGEST = 40
_PAGES = 100_000
_ORDER = {
    "first": "The last month lies before the first, which is {period.first_month:%Y-%m} unless another is chosen.",
    "last": "The first month lies after the last, which is {period.last_month:%Y-%m} unless another is chosen.",
}


@dataclass(frozen=True)
class Typed:
    """What was asked for, as far as it can be understood, and the fields with what was typed and what is wrong."""

    asked: SpendAsked
    fields: dict[str, FieldView]

    @property
    def is_right(self) -> bool:
        """Whether all of it can be understood."""
        return not any(field.error for field in self.fields.values())


def read(args: "MultiDict[str, str]") -> Typed:
    """The address' own words."""
    typed = {name: args.get(name, "").strip()[:_LONGEST] for name in ("from", "to", "threshold", "used")}
    fields = {name: FieldView(name=name, value=value) for name, value in typed.items()}
    first, last = _month(typed["from"]), _month(typed["to"])
    for name, found in (("from", first), ("to", last)):
        if typed[name] and found is None:
            fields[name] = replace(fields[name], error=f"“{typed[name]}” is not a month. Write it like 2026-03.")
    if first and last and last < first:
        fields["to"] = replace(fields["to"], error="The last month lies before the first.")
    threshold = _threshold(typed["threshold"])
    if threshold is None:
        text = f"“{typed['threshold']}” is not an amount. Write it like 5000 or 5000.50."
        fields["threshold"] = replace(fields["threshold"], error=text)
    used = _used(typed["used"])
    if typed["used"] and not used:
        text = f"“{typed['used']}” is not a payment method. Choose one of the list."
        fields["used"] = replace(fields["used"], error=text)
    wrong = any(field.error for field in fields.values())
    asked = _asked(args, None if wrong else first, None if wrong else last, threshold or Decimal(0))
    return Typed(replace(asked, used=used), fields)


def check_covered(typed: Typed, months: tuple[date, ...], period: Period) -> Typed:
    """The same, with a month outside those there are figures of told as wrong, and a `period` that ends too early.

    A month that was not typed is the usual one, which the other may be on the wrong side of.
    """
    fields = dict(typed.fields)
    if period.last_month < period.first_month:
        name, text = ("to", "first") if typed.asked.last_month else ("from", "last")
        fields[name] = replace(fields[name], error=_ORDER[text].format(period=period))
    for name, month in (("from", typed.asked.first_month), ("to", typed.asked.last_month)):
        if month is not None and months and month not in months:
            text = f"There are figures from {months[0]:%Y-%m} to {months[-1]:%Y-%m}; “{month:%Y-%m}” is outside."
            fields[name] = replace(fields[name], error=text)
    if fields == typed.fields:
        return typed
    return Typed(replace(typed.asked, first_month=None, last_month=None), fields)


def month_key(month: date) -> str:
    """A month as addresses have it."""
    return f"{month:%Y-%m}"


def period_of(args: "MultiDict[str, str]") -> Period | None:
    """The months of a list of rows; None for all of them, or where they make no sense."""
    first, last = _month(args.get("from", "")), _month(args.get("to", ""))
    return Period(first, last) if first and last and first <= last else None


def _asked(args: "MultiDict[str, str]", first: date | None, last: date | None, threshold: Decimal) -> SpendAsked:
    sort = args.get("sort", "-total")
    key, falling = sort.removeprefix("-"), sort.startswith("-")
    known = key in SORTS
    page = args.get("page", "1")
    return SpendAsked(
        entity_id=args.get("entity") or None,
        first_month=first,
        last_month=last,
        threshold=threshold,
        sort=key if known else "total",
        reverse=known and falling is (key == "name"),
        page=min(int(page), _PAGES) if page.isascii() and page.isdecimal() and len(page) < 9 and int(page) else 1,
    )


def _month(text: str) -> date | None:
    found = _MONTH.fullmatch(text)
    if found is None or not 1970 <= int(found[1]) <= 9998 or not 1 <= int(found[2]) <= 12:
        return None
    return date(int(found[1]), int(found[2]), 1)


def _used(text: str) -> tuple[PaymentMethod, ...]:
    return tuple(PaymentMethod) if text == ANY else methods_of(text)


def _threshold(text: str) -> Decimal | None:
    """0 for nothing typed, None for what is no amount; blanks and commas between thousands are let pass."""
    plain = re.sub(r"[\s,’']", "", text)
    if not plain:
        return Decimal(0)
    try:
        amount = Decimal(plain) if re.fullmatch(r"\d+(\.\d+)?", plain, re.ASCII) else None
        if amount is not None:
            to_scaled(amount)
    except (InvalidOperation, UnstorableMoney):
        return None
    return amount if amount is not None and amount <= LARGEST_LEAST else None
