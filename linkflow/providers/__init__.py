"""The accounting products linkflow can read: one module each, found by listing this package.

A provider module has the names of `domain.ports.Provider`; its file name is the software's id in the catalogue.
"""

import pkgutil
import re
from importlib import import_module
from typing import cast

from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Provider

_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_NAMES = ("tenants", "parts", "pull")


def provider_ids() -> tuple[str, ...]:
    """The ids of every product with an adapter, in alphabetical order. Imports none of them."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in names if _ID.fullmatch(name)))


def load(software: str) -> Provider:
    """The provider of that id; raises `NotFound` when there is none, TypeError when its module is incomplete."""
    if software not in provider_ids():
        raise NotFound(software=software)
    module = import_module(f"{__name__}.{software}")
    missing = [name for name in _NAMES if not callable(getattr(module, name, None))]
    missing += [] if isinstance(getattr(module, "INCREMENTAL", None), frozenset) else ["INCREMENTAL"]
    if missing:
        raise TypeError(f"providers/{software}.py lacks {', '.join(missing)}")
    return cast(Provider, module)
