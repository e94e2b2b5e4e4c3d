"""From a kind, an organization and what the mail is about to a finished mail, before its link or code is known.

The HTML leaves with its styles on every element and the dark scheme in the head. Templates see the context's own
names, the organization's name, colours and words, and the two placeholders.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from functools import lru_cache

from css_inline import CSSInliner
from jinja2 import Environment
from markupsafe import Markup

from linkflow.domain.addresses import one_line
from linkflow.domain.brand import theme_tokens
from linkflow.mail.contexts import (
    CodeMail,
    ConnectedMail,
    CorrectionMail,
    DigestMail,
    DisconnectedMail,
    HandedOverMail,
    InvitationMail,
    LinkMail,
    MailContext,
    NewPasswordMail,
    NoticeMail,
    ReconnectMail,
)
from linkflow.mail.placeholders import CODE_PLACEHOLDER, LINK_PLACEHOLDER, STOP_PLACEHOLDER, RenderedMail, disarm
from linkflow.mail.words import Sentences, own_words
from linkflow.organization_model import Organization
from linkflow.templating import environment

# Blanks no client shows, so that the list of mails does not go on with the body after the preheader.
_PADDING = "\u00a0\u200c" * 60
_BLANK_LINES = re.compile(r"\n{3,}")


class MailKind(StrEnum):
    """Every mail there is; the value names its folder under `templates/linkflow/email/`."""

    REQUEST = "request"
    REMINDER = "reminder"
    FRESH_LINK = "fresh_link"
    CODE = "code"
    HAND_OVER = "hand_over"
    HANDED_OVER = "handed_over"
    NOT_HANDED_OVER = "not_handed_over"
    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    NEEDS_RECONNECTING = "needs_reconnecting"
    CORRECTION = "correction"
    DECLINED = "declined"
    AVAILABLE = "available"
    FILE_ARRIVED = "file_arrived"
    PASSED_ON = "passed_on"
    SOFTWARE_MISSING = "software_missing"
    COMPANY_MISMATCH = "company_mismatch"
    DIFFERENT_COMPANY = "different_company"
    FAILED = "failed"
    UNDELIVERABLE = "undeliverable"
    DIGEST = "digest"
    INVITATION = "invitation"
    NEW_PASSWORD = "new_password"  # noqa: S105 the name of a mail


CONTEXTS: Mapping[MailKind, type[MailContext]] = {
    MailKind.REQUEST: LinkMail,
    MailKind.REMINDER: LinkMail,
    MailKind.FRESH_LINK: LinkMail,
    MailKind.CODE: CodeMail,
    MailKind.HAND_OVER: LinkMail,
    MailKind.HANDED_OVER: HandedOverMail,
    MailKind.NOT_HANDED_OVER: HandedOverMail,
    MailKind.CONNECTED: ConnectedMail,
    MailKind.DISCONNECTED: DisconnectedMail,
    MailKind.NEEDS_RECONNECTING: ReconnectMail,
    MailKind.CORRECTION: CorrectionMail,
    MailKind.DECLINED: NoticeMail,
    MailKind.AVAILABLE: NoticeMail,
    MailKind.FILE_ARRIVED: NoticeMail,
    MailKind.PASSED_ON: NoticeMail,
    MailKind.SOFTWARE_MISSING: NoticeMail,
    MailKind.COMPANY_MISMATCH: NoticeMail,
    MailKind.DIFFERENT_COMPANY: NoticeMail,
    MailKind.FAILED: NoticeMail,
    MailKind.UNDELIVERABLE: NoticeMail,
    MailKind.DIGEST: DigestMail,
    MailKind.INVITATION: InvitationMail,
    MailKind.NEW_PASSWORD: NewPasswordMail,
}


def render(kind: MailKind | str, organization: Organization, *, language: str, context: MailContext) -> RenderedMail:
    """The mail `kind` about `context`, in `language`, as `organization` would send it.

    ValueError for an unknown kind; TypeError where the context belongs to another kind.
    """
    kind = MailKind(kind)
    if not isinstance(context, CONTEXTS[kind]):
        raise TypeError(f"{kind} is about a {CONTEXTS[kind].__name__}")
    jinja = environment(language)
    values = _values(kind, organization, language=language, context=context)
    plain = {**values, "words": Sentences(language, values)}
    subject = one_line(_template(jinja, kind, "subject.txt", plain))
    text = _template(jinja, kind, "body.txt", plain)
    rich = {**values, "words": Sentences(language, values, in_html=True), **_dress(organization), "subject": subject}
    page = _template(jinja, kind, "body.html", rich)
    return RenderedMail(
        subject=subject, text=_BLANK_LINES.sub("\n\n", text).strip() + "\n", html=_inliner().inline(page)
    )


def news(kind: MailKind | str, organization: Organization, *, language: str, context: NoticeMail) -> str:
    """What a note says, as one line of plain text: for a mail that has several of them."""
    kind = MailKind(kind)
    values = _values(kind, organization, language=language, context=context)
    return one_line(Sentences(language, values).news(kind.value))


def _values(kind: MailKind, organization: Organization, *, language: str, context: MailContext) -> dict[str, object]:
    own = {field.name: getattr(context, field.name) for field in fields(context)}
    own = {name: _disarmed(value) for name, value in own.items()}
    variant = getattr(context, "variant", None)
    page = f"email/{kind}/{variant}" if variant else f"email/{kind}"
    is_reminder = kind is MailKind.REMINDER or getattr(context, "reminder", False)
    return {
        "entity_name": None,
        **own,
        "variant": variant,
        "link": LINK_PLACEHOLDER,
        "code": CODE_PLACEHOLDER,
        "stop": STOP_PLACEHOLDER if is_reminder else None,
        "organization_name": disarm(organization.name),
        "operated_by": _disarmed(organization.operated_by),
        "privacy_url": organization.privacy_url,
        "check_page_url": organization.phrase_check_url,
        "timezone": organization.timezone,
        "upload": organization.feel.upload,
        "several_entities": organization.feel.multi_entity,
        **own_words(organization, page, language, own).context(),
    }


def _disarmed(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_disarmed(part) for part in value)
    return disarm(value) if isinstance(value, str) else value


def _dress(organization: Organization) -> dict[str, object]:
    look = organization.look
    tokens = theme_tokens(look)
    return {
        "light": _names(tokens["light"]),
        "dark": _names(tokens["dark"]),
        "radius": look.radius,
        "font": Markup(look.font_stack),  # noqa: S704 - stands in a <style>; checked family names
        "logo_alt": look.logo.alt if look.logo else organization.name,
        "preheader_padding": _PADDING,
    }


def _names(tokens: Mapping[str, str]) -> dict[str, str]:
    return {name.lstrip("-").replace("-", "_"): value for name, value in tokens.items()}


def _template(jinja: Environment, kind: MailKind, name: str, values: Mapping[str, object]) -> str:
    return jinja.get_template(f"linkflow/email/{kind}/{name}").render(values)


@lru_cache(maxsize=1)
def _inliner() -> CSSInliner:
    return CSSInliner(keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)
