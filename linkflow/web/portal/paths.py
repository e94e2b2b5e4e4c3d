"""The portal's addresses; the two that mails carry are in `domain.links`."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from linkflow.domain.links import company_page_path, organization_sign_in_path, request_page_path

PORTAL = "/portal"
SIGN_IN = "/portal/sign-in"
SIGN_OUT = "/portal/sign-out"
COMPANIES = "/portal/companies"
REQUESTS = "/portal/requests"
NEW_REQUEST = "/portal/requests/new"
FORECAST = "/portal/forecast"
ASKING = "/portal/forecast/askings"
FUNNEL = "/portal/funnel"
FUNNEL_CSV = "/portal/funnel.csv"
AUDIT_LOG = "/portal/audit-log"
AUDIT_LOG_CSV = "/portal/audit-log.csv"
GALLERY = "/portal/gallery"
SIGN_IN_CODE = "/portal/sign-in-code"
FORGOTTEN_PASSWORD = "/portal/forgotten-password"  # noqa: S105 an address
ACCOUNT = "/portal/account"
OWN_PASSWORD = "/portal/account/password"  # noqa: S105 an address
OWN_MAILS = "/portal/account/mails"
OWN_SESSIONS = "/portal/account/sessions"
SECOND_FACTOR = "/portal/account/second-factor"
SECOND_FACTOR_KEY = "/portal/account/second-factor/key"
SECOND_FACTOR_REMOVAL = "/portal/account/second-factor/removal"
USERS = "/portal/users"
INVITE = "/portal/users/new"
INVITATIONS = "/portal/users/invitations"


def request_action_path(request_id: str, action: str) -> str:
    """Where one of a request's buttons posts: `resend`, `show-link`, `withdraw`."""
    return f"{request_page_path(request_id)}/{action}"


def reading_path(connection_id: str) -> str:
    """Where the button posts that has a connection's books read once more."""
    return f"/portal/connections/{connection_id}/reading"


def setting_out_path(organization: str) -> str:
    """Where the button posts that leads to an organization's own provider."""
    return f"{organization_sign_in_path(organization)}/attempt"


def leaving_path(organization: str, attempt_id: str) -> str:
    """The page on the way there."""
    return f"{organization_sign_in_path(organization)}/leaving/{attempt_id}"


def reconnect_path(connection_id: str) -> str:
    """Where the button posts that asks the customer to reconnect."""
    return f"/portal/connections/{connection_id}/reconnect"


def disconnect_path(connection_id: str) -> str:
    """What ending a connection means, and the button that does it."""
    return f"/portal/connections/{connection_id}/disconnect"


def change_path(change_id: str, action: str) -> str:
    """Where a decision about another company posts: `approve` or `keep`."""
    return f"/portal/tenant-changes/{change_id}/{action}"


def file_path(upload_id: str, action: str | None = None) -> str:
    """A file to take, or what one says to it: `accept`, `correction`."""
    return f"/portal/files/{upload_id}{f'/{action}' if action else ''}"


def entity_path(entity_id: str, action: str) -> str:
    """A page of one entity: `name`, `removal`."""
    return f"/portal/entities/{entity_id}/{action}"


def notes_path(company_id: str) -> str:
    """Where a note about a company posts."""
    return f"{company_page_path(company_id)}/notes"


def delete_note_path(note_id: str) -> str:
    """Where a note's author has it deleted."""
    return f"/portal/notes/{note_id}/delete"


def mail_path(request_id: str, message_id: str) -> str:
    """A mail of a request by itself."""
    return f"{request_page_path(request_id)}/mails/{message_id}"


def preview_path(sealed: str) -> str:
    """A mail that has not been sent, by itself; `sealed` tells nothing to who reads the address."""
    return f"{NEW_REQUEST}/mail/{quote(sealed, safe=':=')}"


def new_request_path(company_id: str) -> str:
    """A new request to a company there is."""
    return f"{NEW_REQUEST}?company={company_id}"


def new_company_path() -> str:
    """A company to add."""
    return f"{COMPANIES}/new"


def company_edit_path(company_id: str) -> str:
    """What is known of a company, to be put right."""
    return f"{company_page_path(company_id)}/edit"


def company_delete_path(company_id: str) -> str:
    """The question before a company and all it shared is deleted."""
    return f"{company_page_path(company_id)}/delete"


def spend_path(company_id: str, entity_id: str | None = None) -> str:
    """The spend analysis of one entity, or of all of a company's together."""
    return with_query(f"{company_page_path(company_id)}/spend", entity=entity_id)


def spend_rows_path(company_id: str, kind: str) -> str:
    """The rows behind a spend analysis: `bills`, `payments`, `expenses`, `credit-notes`."""
    return f"{company_page_path(company_id)}/spend/{kind}"


def financials_path(company_id: str, entity_id: str) -> str:
    """The financial statements of one entity."""
    return f"{company_page_path(company_id)}/entities/{entity_id}/financials"


def workbook_path(report_path: str) -> str:
    """Where the button posts that has a report's workbook made."""
    return f"{report_path}/workbook"


def report_table_path(report_path: str, table: str) -> str:
    """A table of a report as a file."""
    return f"{report_path}/{table}.csv"


def report_json_path(report_path: str) -> str:
    """A whole report for programs."""
    return f"{report_path}/report.json"


def stored_workbook_path(workbook_id: str) -> str:
    """A workbook to take."""
    return f"/portal/workbooks/{workbook_id}"


def company_links_path(company_id: str) -> str:
    """New links in place of those that stopped with the contact's old address."""
    return f"{company_page_path(company_id)}/links"


def user_path(user_id: str) -> str:
    """One user's page."""
    return f"{USERS}/{user_id}"


def user_action_path(user_id: str, action: str) -> str:
    """Where one of its buttons posts: `role`, `disable`, `enable`, `sessions`, `second-factor`."""
    return f"{user_path(user_id)}/{action}"


def invitation_action_path(invitation_id: str, action: str) -> str:
    """Where an invitation's buttons post: `resend`, `withdraw`."""
    return f"{INVITATIONS}/{invitation_id}/{action}"


def gallery_page_path(name: str) -> str:
    """One document of the gallery, framed."""
    return f"{GALLERY}/{name}"


def sample_path(name: str) -> str:
    """The same by itself."""
    return f"{gallery_page_path(name)}/document"


def company_import_path() -> str:
    """Companies from a table."""
    return f"{COMPANIES}/import"


def import_template_path(kind: str) -> str:
    """The table to fill in, `csv` or `xlsx`."""
    return f"{COMPANIES}/import/template.{kind}"


def import_page_path(import_id: str) -> str:
    """One uploaded table: its check, and how far it has come."""
    return f"{COMPANIES}/import/{import_id}"


def import_request_path(import_id: str) -> str:
    """What is asked of every company of a table."""
    return f"{import_page_path(import_id)}/request"


def batch_path(batch_id: str, action: str | None = None) -> str:
    """Customers asked at once to sign in again, or what one does to that: `stop`."""
    return f"{ASKING}/{batch_id}{f'/{action}' if action else ''}"


def asking_mail_path(connection_ids: Sequence[str]) -> str:
    """The mail that would ask for these connections, by itself."""
    return f"{ASKING}/mail?{urlencode([('connection', one) for one in connection_ids])}"


def with_query(path: str, **given: str | None) -> str:
    """The path with what is given as its query."""
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{path}?{query}" if query else path
