"""A file's name in a header: to keep, never to show, whatever letters it has."""

import re
from urllib.parse import quote


def attached(name: str, report: str, kind: str) -> str:
    """The name twice: in what every header takes, and in the letters of the name itself; `report` is plain ASCII."""
    plain, own = _joined(r"[^A-Za-z0-9]+", name) or "company", _joined(r"\W+", name) or "company"
    return f"attachment; filename=\"{plain}-{report}.{kind}\"; filename*=UTF-8''{quote(own)}-{report}.{kind}"


def _joined(others: str, name: str) -> str:
    return re.sub(others, "-", name).strip("-")[:60]
