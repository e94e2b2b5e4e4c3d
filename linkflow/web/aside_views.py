"""What the pages beside the main path are given: not listed, finishing a sign-in, upload, hand-over, exit; and those
that vendors send people to.

The same rules as `customer_views`: pure frozen values, no wording, one per template.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from linkflow.web.page_views import FormView


@dataclass(frozen=True, kw_only=True)
class NotListedPage:
    """`form` posts `product`, what the customer uses; `sent` thanks for it."""

    form: FormView
    back_href: str
    upload_href: str | None = None
    hand_over_href: str | None = None
    sent: bool = False
    return_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class NoSoftwarePage:
    """The organization offers nothing to connect to."""

    upload_href: str | None = None
    back_href: str | None = None
    return_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class VendorPage:
    """A page that a product's vendor sends people to; who comes is not known."""

    software_name: str
    software_logo_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class FinishingPage:
    """Another tab's answer is being exchanged. `again_href` is this page; `retry_href` once it has taken too long."""

    software_name: str | None
    again_href: str
    retry_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class StoredUpload:
    """The file in hand; `reason` is the RM's when a correction is asked for."""

    name: str
    received_at: datetime
    state: Literal["received", "accepted", "correction"]
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class SheetProblem:
    """One thing to correct: the cell's address, the row or none, the column's heading or none, and what to do."""

    cell: str | None
    row: int | None
    column: str | None
    sentence: str


@dataclass(frozen=True, kw_only=True)
class FileProblems:
    """What is to be corrected in a file, by sheet; `count` is how many there are in all."""

    filename: str
    count: int
    sheets: tuple[tuple[str, tuple[SheetProblem, ...]], ...]

    @property
    def shown(self) -> int:
        """How many of them are told."""
        return sum(len(problems) for _, problems in self.sheets)


@dataclass(frozen=True, kw_only=True)
class UploadPage:
    """`form` posts the file as `workbook`, multipart; None once the file is accepted.

    `checking` is the name of a file that is being checked, `again_href` this page; `problems` are those of the last.
    """

    form: FormView | None
    template_href: str
    data_types: tuple[str, ...]
    company_name: str
    entity_name: str | None = None
    stored: StoredUpload | None = None
    checking: str | None = None
    problems: FileProblems | None = None
    again_href: str = ""
    megabytes: int = 10
    onward_href: str | None = None
    back_href: str | None = None


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """A hand-over that is out: whether its mail arrived, what it may answer, and the form that withdraws it."""

    masked_email: str
    expires_at: datetime
    arrived: bool = True
    entity_name: str | None = None
    withdraw: FormView | None = None


@dataclass(frozen=True, kw_only=True)
class HandOverPage:
    """Three states of one page. `write`: `form` posts `email` and, with several entities, `entity`.

    `confirm`: `form` posts the same again with `confirmed` = `yes`; `email` and `entity_name` say what.
    `sent`: no form. `left_today` 0 leaves only the list.
    """

    state: Literal["write", "confirm", "sent"]
    form: FormView | None
    back_href: str
    entities: tuple[tuple[str, str], ...] = ()
    email: str = ""
    entity_id: str = ""
    entity_name: str | None = None
    days: int = 7
    left_today: int = 5
    out: tuple[Colleague, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StopRemindersPage:
    """`form` posts nothing and stops further reminders; None where none comes any more: of a request that is `over`."""

    form: FormView | None
    request_name: str
    over: bool = False


@dataclass(frozen=True, kw_only=True)
class ExitPage:
    """`leaving`: how to come back; `decline` posts an optional `reason`. `declined`: said and told; `resume` undoes."""

    state: Literal["leaving", "declined"]
    masked_recipient: str
    decline: FormView | None = None
    resume: FormView | None = None
    resume_href: str | None = None
    link_expires_at: datetime | None = None
    anything_shared: bool = False
    return_url: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReturningPage:
    """On the way to the organization's own page; `host` is what the address bar will show."""

    host: str
    return_url: str
