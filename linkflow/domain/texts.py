"""Text as it comes in: what may be kept of it, and the day it names."""

import re
from datetime import date

# Everything below a space but tab and line ends, what no encoding carries, and what turns round the text beside it.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def storable(text: str) -> str:
    """The text without characters that a database or a page does not take."""
    return _CONTROLS.sub("", text)


def day_of(text: str) -> date | None:
    """A day as date fields send it; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def runs_in_a_spreadsheet(text: str) -> bool:
    """Whether a spreadsheet program might carry the text out as a formula: not a phone number, not a discount."""
    told = text.lstrip()
    return told[:1] in _ALWAYS_RUNS or (told[:1] in _MAY_RUN and _CALLS.search(told) is not None)


_ALWAYS_RUNS = frozenset("=＝")
_MAY_RUN = frozenset("+-@＋－＠")
_CALLS = re.compile(r"[A-Za-z0-9_.]\(|[|!]")
