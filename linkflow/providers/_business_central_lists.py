"""Business Central's lists (OData 4): `value` is the rows, `@odata.nextLink` the whole address of the next page.

How many rows a page has is asked for in a header, of every page anew.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from linkflow.domain.ports import ApiSession
from linkflow.providers._rows import listed, walk

_NEXT = "@odata.nextLink"
_Params = Mapping[str, str]


def one_page(
    session: ApiSession, path: str, params: _Params | None = None, *, cursor: str | None = None
) -> tuple[list[Any], str | None]:
    """A page's rows and the address of the next; that is its `cursor`, and holds every parameter."""
    size = {"prefer": f"odata.maxpagesize={session.page_size}"}
    answer = session.get(cursor or path, params=None if cursor else params, headers=size).json()
    found = listed(answer, "value")
    following = answer.get(_NEXT)
    return found, following if isinstance(following, str) and following else None


def every_row(session: ApiSession, path: str, params: _Params | None = None) -> list[Any]:
    """All of a list that is needed whole."""
    return walk(lambda cursor: one_page(session, path, params, cursor=cursor))


def api_of(tenant: str, environment: str) -> str:
    """Where the API of an environment begins."""
    return f"v2.0/{quote(tenant, safe='')}/{quote(environment, safe='')}/api/v2.0"


def company_of(tenant_id: str) -> str:
    """Where the lists of a company begin: our id of it is the tenant's, the environment and the company's."""
    tenant, environment, company = tenant_id.split("/")
    return f"{api_of(tenant, environment)}/companies({quote(company, safe='')})"
