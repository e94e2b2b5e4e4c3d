"""What a report's page is given about its files: where the workbook stands, and what else can be taken.

The same rules as `portal_views`: pure frozen values, keys instead of words.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from linkflow.web.page_views import FormView

WorkbookStanding = Literal["none", "making", "ready", "outdated", "failed"]


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """A table of the report as a CSV file; `table` is its key."""

    table: str
    href: str


@dataclass(frozen=True, kw_only=True)
class ReportFilesView:
    """The files of one report and period. `ask` posts `fields` and has the workbook made.

    `download_href`, `made_at` and `kilobytes` are of the one that can be taken, which may be of older figures
    (`outdated`, or while another is being made or could not be). `error` is why there is none.
    """

    state: WorkbookStanding
    ask: FormView
    fields: tuple[tuple[str, str], ...]
    again_href: str
    tables: tuple[TableFile, ...]
    json_href: str
    download_href: str | None = None
    made_at: datetime | None = None
    kilobytes: int = 0
    error: str | None = None
