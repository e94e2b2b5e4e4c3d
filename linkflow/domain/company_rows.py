"""Companies as rows of a table: which column is which, and what a row says.

The header decides, not the order of the columns; whatever no column is known for is left alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linkflow.domain.entities import fold_name
from linkflow.domain.errors import Refused

COLUMNS = (
    ("company_name", "Company name"),
    ("description", "Description"),
    ("contact_name", "Contact name"),
    ("contact_email", "Contact email"),
    ("users", "Assigned user emails"),
)
"""Each column as code and as people call it, in the template's order."""
WORDS = dict(COLUMNS)
LIMITS: Mapping[str, str] = {
    "company_name": "Needed. Up to 100 characters.",
    "description": "For your colleagues, up to 200 characters. May stay empty.",
    "contact_name": "Needed. Up to 100 characters.",
    "contact_email": "Needed. Requests go there.",
    "users": "Email addresses of colleagues with commas between them. May stay empty: then it is yours.",
}
NEEDED = ("company_name", "contact_name", "contact_email")
ROWS_LIMIT = 1_000
USERS_LIMIT = 20
_ALSO = {
    "company_name": "name|company",
    "description": "note",
    "contact_name": "contact|contacts name",
    "contact_email": "email|e mail|contact e mail|contacts email|contacts email address|contact email address",
    "users": "assigned users|assigned user|assigned to|users|user|assigned user email",
}
_KNOWN = {fold_name(words): column for column, words in COLUMNS} | {
    also: column for column, names in _ALSO.items() for also in names.split("|")
}


@dataclass(frozen=True)
class Header:
    """Column → its place from the left, and the headings of columns that are not used."""

    places: Mapping[str, int]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class RowProblem:
    """One thing wrong with one row; `column` and `reason` say what, like `Refused` does of a form's field.

    `value` is what the cell holds, or the beginning of it.
    """

    number: int
    column: str
    reason: str
    details: tuple[tuple[str, str], ...] = ()
    value: str = ""


def read_header(cells: Sequence[str]) -> Header:
    """What each column holds; raises `Refused` where one is missing or there twice."""
    places: dict[str, int] = {}
    unused = []
    for place, heading in enumerate(cells):
        column = _KNOWN.get(_folded(heading))
        if column in places:
            raise Refused("file", "column-twice", column=WORDS[column])
        if column:
            places[column] = place
        elif heading.strip():
            unused.append(heading.strip())
    for column in NEEDED:
        if column not in places:
            raise Refused("file", "column-missing", column=WORDS[column])
    return Header(places, tuple(unused))


def same_company(name: str, email: str) -> tuple[str, str]:
    """What two rows have in common that mean the same company and contact."""
    return fold_name(name), email.casefold()


def _folded(heading: str) -> str:
    plain = re.sub(r"[’'*:]", "", fold_name(heading))
    return " ".join(re.sub(r"[-_/()]", " ", plain).split())
