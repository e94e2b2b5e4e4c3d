"""The accounting products linkflow can read: one module each, found by listing this package.

A provider module has the names of `domain.ports.Provider`; its file name is the software's id in the catalogue.
"""

import logging
import pkgutil
import re
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from traceback import extract_tb
from typing import ParamSpec, TypeVar, cast

from linkflow.domain.errors import NotFound
from linkflow.domain.ports import Provider
from linkflow.outbound.errors import BadAnswer

P = ParamSpec("P")
T = TypeVar("T")
_log = logging.getLogger(__name__)
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_NAMES = ("tenants", "parts", "pull")


def careful(software: str, call: Callable[P, T]) -> Callable[P, T]:
    """A function of a provider for which an answer it cannot read is a `BadAnswer`, whatever it stumbles over.

    The log says where, and nothing of the answer.
    """

    @wraps(call)
    def careful_call(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            last = extract_tb(error.__traceback__)[-1]
            place = f"{Path(last.filename).name}:{last.lineno}"
            _log.error("%s: an answer could not be read: %s at %s", software, type(error).__name__, place)
            raise BadAnswer(reason="unreadable") from None

    return careful_call


def provider_ids() -> tuple[str, ...]:
    """The ids of every product with an adapter, in alphabetical order. Imports none of them."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in names if _ID.fullmatch(name)))


def relisted(provider: Provider) -> frozenset[str]:
    """The parts it lists whole each time, naming what is unchanged; most have none."""
    found: frozenset[str] = getattr(provider, "RELISTED", frozenset())
    return found


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
