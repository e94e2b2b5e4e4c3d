"""What the address of a page says: the words a list is searched for, and where a part of the page goes on."""

from flask import request

from linkflow.domain.search import LONGEST_SEARCH
from linkflow.web.portal.paths import with_query
from linkflow.web.portal_views import Turning
from linkflow.web.running import href


def search_words() -> str:
    """What a list is searched for: no longer than anybody types."""
    return " ".join(request.args.get("q", "").split())[:LONGEST_SEARCH]


def before(mark: str) -> str | None:
    """The id the address names under `mark`: what is wanted comes before it."""
    return request.args.get(mark)


def turning(path: str, mark: str, older: str | None, *, part: str, **kept: str | None) -> Turning:
    """The ways on from the `part` of the page at `path`; `kept` stays in the address."""

    def way(**marks: str) -> str:
        return f"{href(with_query(path, **{**kept, **marks}))}#{part}"

    return Turning(
        older_href=way(**{mark: older}) if older else None,
        latest_href=way() if before(mark) else None,
    )
