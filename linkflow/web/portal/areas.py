"""The audit log's areas: every kind of event belongs to one, so that somebody can look at a part of it."""

AREAS: tuple[tuple[str, str], ...] = (
    ("companies", "Companies"),
    ("requests", "Requests and links"),
    ("answers", "The customer’s answers"),
    ("access", "Consent and access"),
    ("books", "Books and files"),
    ("people", "Users and sign-in"),
)
"""Key and words, in the order they are offered."""

_KINDS: dict[str, str] = {
    "companies": """
        company-added company-edited company-deleted company-erased entity-renamed note-written note-deleted""",
    "requests": """
        requested link-made resent reminded reminders-stopped reminders-started extended reopened link-shown
        link-replaced withdrawn expired link-renewed
        mail-sent undeliverable mail-dropped handed-over hand-over-withdrawn links-withdrawn""",
    "answers": """
        link-followed opened code-passed entity-added entity-removed software-chosen software-missing finished declined
        resumed""",
    "access": """
        consented leaving attempt-declined attempt-failed attempt-expired returned linked none-of-these access-asked
        access-code-passed receipt-kept disconnected access-ended needs-reauth grant-revoked connection-ended
        reconnect-asked asking-stopped company-refused company-approved company-kept""",
    "books": """
        uploaded report-ready sync-failed sync-cancelled reading-asked books-deleted books-dropped file-deleted
        figures-taken workbook-asked workbook-taken categories-changed categories-undone file-downloaded file-accepted
        file-correction""",
    "people": """
        account-added user-invited invitation-sent-again invitation-withdrawn invitation-accepted role-changed
        user-disabled user-enabled signed-in signed-out sessions-ended second-factor-on second-factor-off
        second-factor-removed password-changed password-set new-password-asked name-changed mails-chosen
        identity-linked role-followed address-followed sign-in-refused sign-in-failed
        audit-log-taken""",
}
_AREA_OF = {kind: area for area, kinds in _KINDS.items() for kind in kinds.split()}


def kinds_of(area: str) -> tuple[str, ...]:
    """The kinds of events of an area; none for one nobody knows, which means all."""
    return tuple(_KINDS.get(area, "").split())


def area_of(kind: str) -> str | None:
    """Where events of this kind belong."""
    return _AREA_OF.get(kind)
