"""What happened, in sentences: one for each kind of event a company, a request or a user can have."""

from collections.abc import Mapping
from datetime import date

from linkflow.domain.consent import UNREAD_DAYS
from linkflow.domain.software import Software
from linkflow.services.history import History
from linkflow.store.events import Event
from linkflow.web.portal.refusals import why
from linkflow.web.portal.stopped import why_stopped
from linkflow.web.portal_views import TimelineEntry

# `{software}` and `{mail}` are names made of the event's detail; `{for_entity}` is empty for the company itself,
# `{entity}` its name alone.
# `{day}` is a detail that is a day, `{refusal}` one that is a reason, `{stopped}` one why a reading ended early.
# Of a detail that begins with a user's id `{whom}` is the name, `{word}` the word after it, `{failure}` it as a reason.
SENTENCES: dict[str, str] = {
    "company-added": "The company was added.",
    "company-edited": "What is known of the company was changed.",
    "company-deleted": "The company was deleted, with all it shared but its consent records.",
    "company-erased": "The deletion was complete: nothing of the company is left but its consent records.",
    "links-withdrawn": "The contact’s address changed, so every link mailed before stopped working.",
    "requested": "The request was made, to go out by email.",
    "link-made": "The request was made as a link, without an email.",
    "resent": "The request was sent again.",
    "reminded": "A reminder was sent by hand.",
    "reminders-stopped": "No further reminders: they were stopped with the address in one.",
    "reminders-started": "Reminders were started again.",
    "extended": "The request was given more time, until {day}.",
    "reopened": "The request was opened again; a new link was mailed.",
    "link-shown": "The link was shown.",
    "link-replaced": "A new link was mailed; earlier ones stopped working.",
    "withdrawn": "The request was withdrawn.",
    "expired": "The time to answer was over, so the request ended.",
    "link-followed": "The link was followed, perhaps automatically.",
    "opened": "The customer began to answer.",
    "link-renewed": "A fresh link was asked for and mailed.",
    "code-passed": "The mailed code was entered.",
    "access-code-passed": "The contact’s code was entered, and what is shared was shown.",
    "access-asked": "The customer asked to see what is shared; a code was mailed to the contact.",
    "entity-added": "An entity was added{for_entity}.",
    "entity-removed": "An entity was taken out{for_entity}.",
    "software-chosen": "{software} was chosen{for_entity}.",
    "software-missing": "The software used is not in the list{for_entity}: “{detail}”.",
    "consented": "Consent was given to share from {software}{for_entity}.",
    "leaving": "The customer went to {software} to approve access{for_entity}.",
    "attempt-declined": "Access was declined at {software}{for_entity}.",
    "attempt-failed": "{software} did not complete the sign-in{for_entity}.",
    "attempt-expired": "The sign-in at {software} was not completed in time{for_entity}.",
    "returned": "Access was approved at {software}{for_entity}.",
    "linked": "The company in the accounting software was confirmed{for_entity}.",
    "linked mismatch": "A company whose name does not resemble the one asked for was confirmed{for_entity}.",
    "linked again": "The connection was renewed{for_entity}, with the company it had.",
    "company-refused": "The customer signed in to another company than the one connected{for_entity}; it was not read.",
    "company-approved": "That other company was approved{for_entity}, in place of the one connected.",
    "company-kept": "That other company was turned down{for_entity}; the connection stays as it was.",
    "none-of-these": "None of the companies in the software was the right one{for_entity}; access was ended.",
    "uploaded": "A file was uploaded{for_entity}.",
    "finished": "The customer finished.",
    "declined": "The customer will not share.",
    "resumed": "The customer took the request up again.",
    "handed-over": "The request was handed over to a colleague{for_entity}.",
    "hand-over-withdrawn": "A hand-over was taken back.",
    "mail-sent": "{mail}{for_entity} was mailed.",
    "undeliverable": "{mail}{for_entity} could not be delivered.",
    "mail-dropped": "{mail}{for_entity} was not mailed: it was no longer needed.",
    "disconnected": "The customer disconnected{for_entity}; nothing more is read.",
    "connection-ended": "The connection was ended{for_entity}; nothing more is read.",
    "asking-stopped": "The customer is not asked to reconnect any more.",
    "reconnect-asked": "The customer was asked to reconnect{for_entity}.",
    "access-ended": "The time agreed for access is over{for_entity}; nothing more is read.",
    "access-ended once": f"The books could not be read within {UNREAD_DAYS} days{{for_entity}}; access was ended.",
    "receipt-kept": "The receipt of the consent was downloaded{for_entity}.",
    "needs-reauth": "Access has ended{for_entity}; the customer needs to sign in at the software again.",
    "needs-reauth client-gone": "Access has ended{for_entity}: the credentials it was given to are no longer set; the "
    "customer needs to sign in at the software again.",
    "grant-revoked": "Access was given back to the software.",
    "grant-revoked unconfirmed": "The tokens were destroyed; in a day’s tries the software did not confirm it.",
    "grant-revoked untold": "The tokens were destroyed; the software has no way of being told, and may list us still.",
    "grant-revoked shared": "The tokens were destroyed; the sign-in stays at the software, because others use it.",
    "report-ready": "The books are in{for_entity}.",
    "sync-failed": "The reading of the books stopped{for_entity}{stopped}.",
    "sync-cancelled": "The reading of the books was called off{for_entity}{stopped}.",
    "reading-asked": "The books are to be read once more{for_entity}.",
    "figures-taken": "Figures were downloaded{for_entity}.",
    "categories-changed": "Accounts were given another category{for_entity}: {detail}.",
    "categories-undone": "A change of categories was undone{for_entity}, of accounts: {detail}.",
    "workbook-asked": "A workbook was asked for{for_entity}.",
    "workbook-taken": "A workbook was downloaded{for_entity}.",
    "books-deleted": "The time agreed for keeping the books is over{for_entity}; they were deleted.",
    "signed-in": "Signed in.",
    "signed-in at-provider": "Signed in at the organization’s own provider.",
    "signed-out": "Signed out, everywhere.",
    "audit-log-taken": "The audit log was downloaded.",
    "identity-linked": "The account was joined to its owner’s at the organization’s own provider.",
    "address-followed": "The account’s email address was changed to the one at the organization’s own provider.",
    "role-followed": "The account’s role was changed to that of its owner’s groups at the organization’s provider.",
    "sign-in-failed": "A sign-in as {whom} failed: {failure}.",
    "sign-in-failed nobody wrong-password": "A sign-in failed: nobody has the address.",
    "sign-in-failed nobody too-many-tries": "A sign-in failed: there were too many tries with an address nobody has.",
    "sign-in-refused": "A sign-in through the organization’s own provider was refused: {refusal}.",
    "books-dropped": "The books read before were deleted{for_entity}.",
    "entity-renamed": "An entity was renamed; it is now called {entity}.",
    "file-downloaded": "A file was downloaded{for_entity}.",
    "file-accepted": "A file was accepted{for_entity}.",
    "file-correction": "A file was sent back to be corrected{for_entity}.",
    "note-written": "A note was written.",
    "note-deleted": "A note was deleted.",
    "file-deleted": "The time agreed for keeping a file is over{for_entity}; it was deleted.",
    "account-added": "The account of {whom} was added as {word}.",
    "user-invited": "Somebody was invited as {word}.",
    "invitation-sent-again": "An invitation as {word} was sent again.",
    "invitation-withdrawn": "An invitation as {word} was withdrawn.",
    "invitation-accepted": "{whom} accepted an invitation as {word}.",
    "role-changed": "The role of {whom} is now {word}.",
    "user-disabled": "{whom} was disabled and signed out.",
    "user-enabled": "{whom} was enabled.",
    "sessions-ended": "{whom} was signed out everywhere.",
    "second-factor-on": "Codes are asked for when signing in.",
    "second-factor-off": "Codes are no longer asked for when signing in.",
    "second-factor-removed": "{whom} is no longer asked for codes when signing in.",
    "password-changed": "{whom} chose a new password.",
    "password-set": "A new password was set for {whom} by the operator.",
    "new-password-asked": "A link to choose a new password was mailed to {whom}.",
    "name-changed": "{whom} changed their name.",
    "mails-chosen": "Mails are wanted otherwise: {detail}.",
}
_MAILS = {
    "request": "The request",
    "reminder": "A reminder",
    "fresh_link": "A fresh link",
    "code": "A code",
    "hand_over": "The handed-over link",
    "connected": "The receipt",
    "declined": "The notice that the customer will not share",
    "available": "The notice that the figures are in",
    "handed_over": "The notice to the contact of a link passed on",
    "not_handed_over": "The notice to the contact of a link that came back",
    "disconnected": "The confirmation of disconnecting",
    "needs_reconnecting": "The wish to reconnect",
    "correction": "The wish to correct a file",
    "passed_on": "The notice of a link passed on",
    "file_arrived": "The notice of a file that was sent",
    "software_missing": "The notice of software that is not listed",
    "company_mismatch": "The notice of a company that may be another",
    "different_company": "The notice of another company in place of the one connected",
    "failed": "The notice that the books could not be read",
    "undeliverable": "The notice of a mail that did not arrive",
}


def timeline(history: History, catalogue: Mapping[str, Software]) -> tuple[TimelineEntry, ...]:
    """The history in words, youngest first."""
    return tuple(
        TimelineEntry(at=event.at, text=sentence(event, history, catalogue), by=behind(event, history))
        for event in history.events
    )


def behind(event: Event, history: History) -> str | None:
    """Who was behind an event, as far as a user may know; None for linkflow itself."""
    kind, _, actor = event.actor.partition(":")
    if kind == "user":
        return history.users.get(actor, "a former user")
    if kind == "link":
        masked = history.handed_over.get(actor)
        return f"through the link sent to {masked}" if masked else "the customer"
    return None


def sentence(event: Event, history: History, catalogue: Mapping[str, Software]) -> str:
    """One event in words; of a kind without any, its name."""
    words = SENTENCES.get(f"{event.kind} {event.detail}") or SENTENCES.get(event.kind)
    if words is None:
        return f"{event.kind.replace('-', ' ').capitalize()}."
    entity = history.entities.get(event.entity_id or "")
    software, (whom, _, word) = catalogue.get(event.detail), event.detail.partition(" ")
    text = words.format(
        software=software.name if software else "a file" if event.detail == "upload" else "the accounting software",
        mail=_MAILS.get(event.detail.partition(" ")[0], "An email"),
        for_entity=f" for {entity}" if entity else "",
        entity=entity or "by another name",
        detail=event.detail,
        day=_day(event.detail),
        refusal=why(event.detail),
        failure=why(word),
        stopped=why_stopped(event.detail),
        whom=history.users.get(whom, "a user"),
        word=word,
    )
    return text[:1].upper() + text[1:]


def _day(detail: str) -> str:
    """`31 January 2027`; anything else as it is."""
    try:
        day = date.fromisoformat(detail)
    except ValueError:
        return detail
    return f"{day.day} {day:%B %Y}"
