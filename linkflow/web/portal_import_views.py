"""What the pages that import companies from a table are given."""

from dataclasses import dataclass

from linkflow.web.page_views import FormView
from linkflow.web.portal_views import EmailPreview


@dataclass(frozen=True, kw_only=True)
class ImportColumn:
    """A column of the table and what goes into it."""

    heading: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class ImportProblem:
    """What is wrong in a row, as the spreadsheet numbers it; `value` stands in the cell, `text` is a sentence."""

    row: int
    column: str
    value: str
    text: str


@dataclass(frozen=True, kw_only=True)
class CompanyImportPage:
    """Choosing a file. `form` posts `file`, multipart; with `problems` nothing of the last one was kept."""

    form: FormView
    columns: tuple[ImportColumn, ...]
    csv_href: str
    xlsx_href: str
    cancel_href: str
    problems: tuple[ImportProblem, ...] = ()
    unasked: int = 0
    ask_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class ImportedRow:
    """A company about to be added; `users` are names."""

    number: int
    name: str
    description: str
    contact_name: str
    contact_email: str
    users: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ImportCheckPage:
    """A table without problems; `form` posts nothing but its button."""

    form: FormView
    rows: tuple[ImportedRow, ...]
    again_href: str
    cancel_href: str


@dataclass(frozen=True, kw_only=True)
class ImportProgressPage:
    """How far a table has come: `done` of `total` are added or asked; `skipped` could not be asked."""

    step: str
    done: int
    total: int
    skipped: int
    again_href: str | None
    list_href: str


@dataclass(frozen=True, kw_only=True)
class ImportRequestPage:
    """What every company is asked. `form` posts what a new request does but for the company; `preview` is the first
    company's mail, with which the fields travel along hidden.
    """

    form: FormView
    count: int
    request_names: tuple[str, ...]
    software: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    parameters: tuple[str, ...]
    cancel_href: str
    preview: EmailPreview | None = None
