"""What one sample is: a page with its frame, a mail, or a file to keep."""

from dataclasses import dataclass
from typing import Any

from linkflow.mail import MailContext, MailKind
from linkflow.web.page_views import Shell


@dataclass(frozen=True, kw_only=True)
class PageSample:
    """One page in one state. `name` is its address in the gallery; `template` lies below `templates/linkflow/`."""

    name: str
    template: str
    shell: Shell
    page: Any


@dataclass(frozen=True, kw_only=True)
class MailSample:
    """One mail. `name` is its address in the gallery."""

    name: str
    kind: MailKind
    context: MailContext


Sample = PageSample | MailSample
