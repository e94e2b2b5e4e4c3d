"""Exact Online's lists (OData 2): `d` is an object with `results` and the address of the next page, or the rows."""

from collections.abc import Mapping
from typing import Any

from linkflow.domain.ports import ApiSession
from linkflow.outbound.errors import BadAnswer
from linkflow.providers._rows import walk


def one_page(
    session: ApiSession, path: str, params: Mapping[str, str] | None = None, *, cursor: str | None = None
) -> tuple[list[Any], str | None]:
    """A page's rows and the address of the next; that is its `cursor`, and holds every parameter."""
    answer = session.get(cursor or path, params=None if cursor else params).json()
    found = answer.get("d") if isinstance(answer, dict) else None
    if isinstance(found, dict):
        following = found.get("__next")
        found = found.get("results")
    else:
        following = None
    if not isinstance(found, list):
        raise BadAnswer(reason="no list of d.results")
    return found, following if isinstance(following, str) and following else None


def every_row(session: ApiSession, path: str, params: Mapping[str, str]) -> list[Any]:
    """All of a list that is needed whole."""
    return walk(lambda cursor: one_page(session, path, params, cursor=cursor))


def columns(*names: str) -> dict[str, str]:
    """What to ask for of each row: without it, some lists give nothing."""
    return {"$select": ",".join(names)}
