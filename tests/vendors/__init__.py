"""Fake vendors, one module each, found by listing this package; `kit.py` says how one is written and used."""

import pkgutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from importlib import import_module
from typing import TYPE_CHECKING

from linkflow import paths

if TYPE_CHECKING:
    from tests.vendors.kit import Vendor


def vendor_ids() -> tuple[str, ...]:
    """The ids of every product there is a fake of. Imports none of them."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in names if (paths.config() / "software" / f"{name}.toml").is_file()))


def make(
    software: str,
    *,
    size: int = 240,
    seed: int = 1,
    today: date | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    holds_limits: bool = False,
) -> "Vendor":
    """A vendor with its three people; the second company of the one who has two is half as large."""
    from tests.vendors.books import Books
    from tests.vendors.kit import GROUP, NOBODY, OWNER

    kind: type[Vendor] = import_module(f"{__name__}.{software}").Fake
    day = today or clock().date()
    first = Books(today=day, seed=seed, size=size)
    second = Books(today=day, seed=seed, size=max(size // 2, 20), number=2, name="The Codfather Ltd")
    return kind({OWNER: (first,), GROUP: (first, second), NOBODY: ()}, clock=clock, holds_limits=holds_limits)
