"""Mail: three files per message rendered for an organization, put together without a way to smuggle headers in, sent.

A rendered mail carries placeholders where the link or the code will stand, so the stored copy opens nothing;
`fill` puts them in at the moment of sending. No pixel, no counted clicks: an organization learns that a mail was
read when the customer acts, not before.
"""

from linkflow.mail.compose import compose, message_id_for, unsubscribe_headers
from linkflow.mail.contexts import (
    CodeMail,
    CompanyNews,
    ConnectedMail,
    CorrectionMail,
    CustomerMail,
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
from linkflow.mail.mailbox import FileMailbox
from linkflow.mail.placeholders import (
    CODE_PLACEHOLDER,
    LINK_PLACEHOLDER,
    STOP_PLACEHOLDER,
    RenderedMail,
    fill,
    stops_reminders,
)
from linkflow.mail.refusal import Mailer, MailRefused
from linkflow.mail.render import MailKind, news, render
from linkflow.mail.smtp import SmtpMailer

__all__ = [
    "CODE_PLACEHOLDER",
    "LINK_PLACEHOLDER",
    "STOP_PLACEHOLDER",
    "CodeMail",
    "CompanyNews",
    "ConnectedMail",
    "CorrectionMail",
    "CustomerMail",
    "DigestMail",
    "DisconnectedMail",
    "FileMailbox",
    "HandedOverMail",
    "InvitationMail",
    "LinkMail",
    "MailContext",
    "MailKind",
    "MailRefused",
    "Mailer",
    "NewPasswordMail",
    "NoticeMail",
    "ReconnectMail",
    "RenderedMail",
    "SmtpMailer",
    "compose",
    "fill",
    "message_id_for",
    "news",
    "render",
    "stops_reminders",
    "unsubscribe_headers",
]
