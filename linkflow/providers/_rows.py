"""What every adapter does with a product's JSON: rows become records or are set aside, each with its reason.

A row that cannot be kept is set aside and the rest of its page goes on; an answer that is no page at all is a
`BadAnswer`. The readers of fields raise; `page` turns what they raise into words a person is shown.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, cast

from linkflow.domain.books import PaymentMethod, Period, Record, SetAside
from linkflow.domain.methods import payment_method
from linkflow.domain.money import UnstorableMoney, to_scaled
from linkflow.domain.ports import Page
from linkflow.outbound.errors import BadAnswer

T = TypeVar("T")
Row = Mapping[str, Any]
LONGEST_WALK = 200
"""More pages than this in a list that is read at once are a loop, not a list."""
Build = Callable[[Row], Record | Iterable[Record] | None]
"""What becomes of a row: a record, several, or none because it is no part of these books at all."""


def listed(answer: Any, *path: str) -> list[Any]:
    """The list that lies at `path` in an answer; `BadAnswer` where there is none."""
    found = answer
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    if not isinstance(found, list):
        raise BadAnswer(reason=f"no list of {'.'.join(path)}")
    return found


def walk(page_at: Callable[[str | None], tuple[list[Any], str | None]]) -> list[Any]:
    """Every row of a short list that is needed whole: `page_at` answers a page's rows and where the next one is."""
    rows: list[Any] = []
    following: str | None = None
    for _ in range(LONGEST_WALK):
        before = following
        found, following = page_at(before)
        rows += found
        if following is None:
            return rows
        if following == before:
            break
    raise BadAnswer(reason="pages in a circle")


def page(
    rows: Iterable[Any], build: Build, *, kind: str, key: str = "id", following: str | None = None, total: Any = None
) -> Page:
    """One page: the records of its rows, those set aside under what they have as `key`, and where it goes on."""
    kept: tuple[Record, ...]
    kept, aside = read(rows, build, kind=kind, key=key)
    return Page(kept, following, aside, total if isinstance(total, int) else None)


def read(
    rows: Iterable[Any], build: Callable[[Any], T | Iterable[T] | None], *, kind: str, key: str = "id"
) -> tuple[tuple[T, ...], tuple[SetAside, ...]]:
    """What becomes of rows that are not yet records, too; and those set aside, each with its reason."""
    kept: list[T] = []
    aside: list[SetAside] = []
    for row in rows:
        try:
            built = build(row)
            if built is not None:
                kept += cast("Iterable[T]", built) if hasattr(built, "__iter__") else [built]
        except UnstorableMoney as error:
            aside.append(SetAside(kind, _id(row, key), str(error)))
        except KeyError as error:
            aside.append(SetAside(kind, _id(row, key), f"the field {error.args[0]} is missing"))
        except (TypeError, ValueError, AttributeError, IndexError, ArithmeticError):
            aside.append(SetAside(kind, _id(row, key), "a field cannot be read"))
    return tuple(kept), tuple(aside)


def text(row: Row, key: str) -> str:
    """A field that must be there and not empty."""
    if not isinstance(row[key], str) or not row[key].strip():
        raise TypeError(key)
    return str(row[key]).strip()


def word(row: Row, key: str) -> str | None:
    """A field that may be absent, null or empty."""
    found = row.get(key)
    return found.strip() or None if isinstance(found, str) else None


def number_or_text(row: Row, key: str) -> str:
    """An id: text, or a whole number as text."""
    found = row[key]
    return str(found) if isinstance(found, int) and not isinstance(found, bool) else text(row, key)


def amount(value: Any) -> Decimal:
    """An amount of money written as a number or as text; raises `UnstorableMoney` where we cannot keep it."""
    if type(value) is not Decimal and (isinstance(value, bool) or not isinstance(value, (Decimal, int, str))):
        raise TypeError(value)
    found = Decimal(value)
    to_scaled(found)
    return found


def amount_told(row: Any, *path: str) -> Decimal | None:
    """The amount at `path`, to reckon with before a line is made of it; None where it cannot be read."""
    found = row
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    try:
        return amount(found)
    except (TypeError, ValueError, InvalidOperation):
        return None


def money(row: Row, key: str) -> Decimal:
    """An amount that must be there."""
    return amount(row[key])


def money_or_zero(row: Row, key: str) -> Decimal:
    """An amount of which blank, null or absent means nothing."""
    found = row.get(key)
    return Decimal(0) if found in (None, "") else amount(found)


def rate(row: Row, key: str) -> Decimal | None:
    """Base units for one unit of the row's currency; None where the product does not say."""
    found = row.get(key)
    if found in (None, ""):
        return None
    number = Decimal(found)
    if not number.is_finite() or number < 0:
        raise ValueError(key)
    return number or None


def exact(row: Row, key: str) -> Decimal | None:
    """A quantity or a price, never summed; None where there is none."""
    found = row.get(key)
    if found in (None, ""):
        return None
    number = Decimal(found)
    if not number.is_finite():
        raise ValueError(key)
    return number


def day(row: Row, key: str) -> date:
    """A day as YYYY-MM-DD, whatever stands behind it; or as /Date(milliseconds)/, whatever offset stands behind."""
    said = text(row, key)
    since_1970 = _MILLISECONDS.match(said)
    if since_1970 is None:
        return date.fromisoformat(said[:10])
    return (_EPOCH + timedelta(milliseconds=int(since_1970[1]))).date()


def day_or_none(row: Row, key: str) -> date | None:
    """The same where it may be absent."""
    return day(row, key) if row.get(key) else None


def inside(row: Row, key: str) -> Row:
    """An object within a row; an empty one where it is absent or null."""
    found = row.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise TypeError(key)
    return found


def method(said: Any, known: Mapping[str, PaymentMethod]) -> PaymentMethod | None:
    """A product's own word for how it was paid: one it is `known` for, else what the word itself tells anybody.

    `known` is by the word in small letters and nothing else. None where it tells nothing: then the account decides.
    """
    if not isinstance(said, str) or not said.strip():
        return None
    plain = "".join(filter(str.isalnum, said.casefold()))
    told, _ = payment_method(known.get(plain), account=None, note=said)
    return None if told is PaymentMethod.UNKNOWN else told


def window(period: Period, cursor: str | None, count: int) -> tuple[Sequence[date], str | None]:
    """The months to ask for now, `count` at once, from that of the cursor ("YYYY-MM") on; and the next cursor."""
    months = period.months
    names = [f"{month:%Y-%m}" for month in months]
    at = names.index(cursor) if cursor in names else 0
    later = names[at + count :]
    return months[at : at + count], later[0] if later else None


def stamp(at: datetime) -> str:
    """A time as `2026-01-31T09:30:00Z`."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


_MILLISECONDS = re.compile(r"/Date\((-?\d{1,16})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _id(row: Any, key: str) -> str | None:
    found = row.get(key) if isinstance(row, dict) else None
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else None
