"""Samples of every mail to the organization's own people, in each of its variants."""

from collections.abc import Iterator
from dataclasses import replace

from linkflow.mail import CompanyNews, DigestMail, InvitationMail, MailKind, NewPasswordMail, NoticeMail, news
from linkflow.mail.contexts import MailContext
from linkflow.web.gallery.sample import MailSample
from linkflow.web.gallery.scene import BOTH, COLLEAGUE, COMPANY, DAY, ENTITY, FINANCIALS, NOW, OTHER, SPEND, Scene

_PORTAL = "https://books.bank.example/portal"
_ROLES = ("viewer", "manager", "administrator")


def samples(scene: Scene) -> Iterator[MailSample]:
    """Notes about companies, the day's news, and what concerns an account."""
    notices = _notices(scene)
    for name, (kind, notice) in notices.items():
        yield _mail(name, kind, notice)
    yield _mail("digest", MailKind.DIGEST, _digest(scene, *notices.values()))
    yield _mail("digest-cut-short", MailKind.DIGEST, replace(_digest(scene, *notices.values()), left_out=12))
    for role in _ROLES:
        invited = InvitationMail(
            invited_by="Rita Manning", role=role, expires_at=NOW + 7 * DAY, logo_url=scene.logo_url
        )
        yield _mail(f"invitation-of-a-{role}", MailKind.INVITATION, invited)
    fresh = NewPasswordMail(user_name="Jordan", expires_at=NOW + DAY / 24, logo_url=scene.logo_url)
    yield _mail("new-password", MailKind.NEW_PASSWORD, fresh)


def _notices(scene: Scene) -> dict[str, tuple[MailKind, NoticeMail]]:
    notice = NoticeMail(
        user_name="Jordan",
        company_name=COMPANY,
        request_name=scene.request_name,
        portal_url=_PORTAL,
        happened_at=NOW,
        data_types=FINANCIALS,
        logo_url=scene.logo_url,
    )
    found = {
        "declined": (MailKind.DECLINED, notice),
        "declined-with-a-reason": (MailKind.DECLINED, replace(notice, reason="We no longer need the card.")),
        "available": (MailKind.AVAILABLE, notice),
        "available-both": (MailKind.AVAILABLE, replace(notice, data_types=BOTH)),
        "failed": (MailKind.FAILED, notice),
        "software-missing": (MailKind.SOFTWARE_MISSING, replace(notice, named="Ledger Wizard")),
        "company-mismatch": (MailKind.COMPANY_MISMATCH, replace(notice, named=OTHER)),
        "different-company": (MailKind.DIFFERENT_COMPANY, replace(notice, named=OTHER)),
        "undeliverable": (MailKind.UNDELIVERABLE, replace(notice, named="c…@a….example")),
    }
    if scene.feel.multi_entity:
        found["available-of-an-entity"] = (MailKind.AVAILABLE, replace(notice, data_types=SPEND, entity_name=ENTITY))
    if scene.feel.upload:
        found["file-arrived"] = (MailKind.FILE_ARRIVED, notice)
    if scene.feel.hand_over:
        found["passed-on"] = (MailKind.PASSED_ON, replace(notice, named=COLLEAGUE))
    return found


def _digest(scene: Scene, *notices: tuple[MailKind, NoticeMail]) -> DigestMail:
    told = [news(kind, scene.organization, language=scene.language, context=notice) for kind, notice in notices]
    half = len(told) // 2
    of_both = ((COMPANY, told[:half]), (OTHER, told[half:]))
    companies = (
        CompanyNews(company_name=name, portal_url=_PORTAL, sentences=tuple(sentences)) for name, sentences in of_both
    )
    return DigestMail(user_name="Jordan", portal_url=_PORTAL, news=tuple(companies), logo_url=scene.logo_url)


def _mail(name: str, kind: MailKind, context: MailContext) -> MailSample:
    return MailSample(name=f"mail-{name}", kind=kind, context=context)
