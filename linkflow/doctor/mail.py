"""Mail: a conversation with the server that ends before anything is sent, and what can be said of the sender."""

import os
from email.utils import parseaddr
from pathlib import Path

from linkflow.doctor.findings import Section
from linkflow.mail.refusal import MailRefused
from linkflow.mail.smtp import SmtpMailer
from linkflow.services.context import Context
from linkflow.smtp_server import SmtpServer

_WHY = {
    "unreachable": "cannot be reached",
    "timeout": "did not answer in time",
    "encryption": "offers no encryption that can be trusted",
    "sign-in": "does not let us in: look at user and password",
    "sender": "does not take {sender} as a sender",
    "busy": "is too busy",
}
_NOBODYS = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")


def examine(ctx: Context, *, offline: bool) -> Section:
    """The whole section."""
    section, settings = Section("Mail"), ctx.settings
    sender = parseaddr(settings.mail_from)[1]
    domain = sender.rpartition("@")[2].lower()
    if any(domain == one or domain.endswith(f".{one}") for one in _NOBODYS):
        section.warn(f"The sender {sender} is in a domain that belongs to nobody: its mails arrive nowhere")
    if settings.mailbox_dir is not None:
        _folder(section, settings.mailbox_dir)
    elif settings.smtp_url is not None:
        _server(section, SmtpServer.from_url(settings.smtp_url), sender, offline=offline)
    _replies(ctx, section, domain)
    section.note(f"Whether {domain} lets this server send (SPF), signs (DKIM) and says so (DMARC) stands in DNS alone")
    return section


def _folder(section: Section, path: Path) -> None:
    section.warn(f"Mails are written to {path} and sent to nobody: for a demo only")
    if path.exists() and not os.access(path, os.W_OK):
        section.fail(f"{path} cannot be written")


def _server(section: Section, server: SmtpServer, sender: str, *, offline: bool) -> None:
    place = f"{server.host}:{server.port}"
    if server.encryption == "off":
        section.warn(f"Mails go to {place} without encryption")
    user_domain = server.user.rpartition("@")[2].lower() if "@" in server.user else ""
    if user_domain and user_domain != sender.rpartition("@")[2].lower():
        section.warn(
            f"linkflow signs in at {place} as somebody of {user_domain} and sends as {sender}: "
            "the two must be allowed to go together, or mails are taken for forged"
        )
    if offline:
        return
    try:
        SmtpMailer(server).rehearse(sender)
    except MailRefused as refused:
        why = _WHY.get(refused.reason, refused.reason).format(sender=sender)
        section.fail(f"{place} {why}{f' (reply {refused.reply})' if refused.reply else ''}")
    else:
        safely = "encrypted, " if server.encryption != "off" else ""
        section.ok(f"{place} takes mail from {sender} ({safely}nothing was sent)")


def _replies(ctx: Context, section: Section, domain: str) -> None:
    """Answers go to each organization's own address: good to know where that is another domain than the sender's."""
    for slug, organization in ctx.organizations().items():
        address = organization.help.email or ""
        if address and address.rpartition("@")[2].lower() != domain:
            section.note(f"Mails of {slug} come from {domain}, and answers to them go to {address}")
