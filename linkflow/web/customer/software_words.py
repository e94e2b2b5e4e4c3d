"""What pages of the journey say of a product, in the customer's language: its catalogue file's words and marks."""

import re

from linkflow.domain.languages import Text, told
from linkflow.domain.software import Software, SoftwareKind
from linkflow.organization_model import Feel, Organization
from linkflow.services import choosing
from linkflow.services.choosing import Choice
from linkflow.services.consenting import Offer
from linkflow.services.locating import Question
from linkflow.templating import speech
from linkflow.web.assets import mark_href, software_logo
from linkflow.web.consent_views import AskedField, ConnectButton, NotConnected, SoftwareShown
from linkflow.web.customer_views import SoftwareRow
from linkflow.web.running import ctx


def words(text: Text | None, language: str) -> str | None:
    """The text in that language; None where there is none."""
    return told(text, speech(language)) if text else None


def connect_button(software: Software, language: str) -> ConnectButton | None:
    """What its vendor wants the button to its sign-in to be; None: nothing particular."""
    if software.connect_button is None:
        return None
    image = mark_href(software.id, ctx().catalogue.marks(software.id).connect_button)
    return ConnectButton(text=told(software.connect_button.text, speech(language)), image_url=image)


def software_rows(organization: Organization, language: str, *, query: str = "") -> tuple[SoftwareRow, ...]:
    """The lines of the picker; only those that match a query."""
    found = choosing.choices(ctx(), organization, query=query)
    return tuple(_row(choice, organization.feel, language) for choice in found)


def software_shown(offer: Offer, language: str, *, warns: bool) -> SoftwareShown | None:
    """The software of a consent; how to sign in only where that follows. None for a file."""
    known, signs_in = offer.software, offer.signs_in
    if known is None:
        return None
    return SoftwareShown(
        name=known.name,
        logo_url=software_logo(known),
        required_role=words(known.required_role, language),
        help=_paragraphs(known.help, language) if signs_in else (),
        device_warning=words(known.device_warning, language) if warns else None,
        asked=tuple(_asked(question) for question in offer.questions),
        connect_button=connect_button(known, language) if signs_in else None,
    )


def not_connected(picked: Software | None, language: str) -> NotConnected | None:
    """Software that was picked although it takes a file, and why it does."""
    if picked is None:
        return None
    why = _paragraphs(picked.help, language) if picked.kind is SoftwareKind.UPLOAD else ()
    return NotConnected(name=picked.name, why=why)


def _row(choice: Choice, feel: Feel, language: str) -> SoftwareRow:
    known = choice.software
    warns = feel.device_warnings and choice.connectable
    return SoftwareRow(
        id=known.id,
        name=known.name,
        vendor=known.vendor,
        way="connect" if choice.connectable else "upload" if feel.upload else "unavailable",
        logo_url=software_logo(known),
        aliases=known.aliases,
        device_warning=words(known.device_warning, language) if warns else None,
    )


def _asked(question: Question) -> AskedField:
    return AskedField(name=question.field, label=question.label, hint=question.hint, choices=question.choices)


def _paragraphs(text: Text | None, language: str) -> tuple[str, ...]:
    blocks = re.split(r"\n\s*\n", words(text, language) or "")
    return tuple(" ".join(block.split()) for block in blocks if block.strip())
