"""What an organization's words want in one of its languages: nothing of it keeps a customer from answering."""

from collections.abc import Iterator

from linkflow.languages import untranslated
from linkflow.mail.contexts import CustomerMail
from linkflow.mail.render import CONTEXTS
from linkflow.organization_model import Organization
from linkflow.pseudo import PSEUDO

_NAMED = 5
"""So many are named, and the rest counted."""


def wanting(organization: Organization, language: str) -> Iterator[str]:
    """Each as a sentence: what has no translation, what it has in other languages only, and what it has to confirm."""
    if language in PSEUDO:
        yield f"{language} is for trying layouts and no language of customers'"
        return
    if sentences := untranslated(language):
        yield f"Without a translation into {language}, shown in English: {_some(f'“{one}”' for one in sentences)}"
    if texts := own_texts_missing(organization, language):
        yield f"It has no words of its own in {language}, and shows the shipped ones, for {_some(texts)}"
    if sections := own_sections_missing(organization, language):
        yield f"Its consent in {language} leaves out {_some(f'“{one}”' for one in sections)}"
    if language not in organization.reviewed_languages:
        mails = ", ".join(kind for kind, context in CONTEXTS.items() if issubclass(context, CustomerMail))
        yield (
            f"It has not confirmed the shipped texts in {language}, so customers see them as a draft: the consent, and "
            f"the mails {mails}"
        )


def own_texts_missing(organization: Organization, language: str) -> tuple[str, ...]:
    """The places, as `page.slot`, it has written words for in another of its languages and not in this one."""
    written = [(one.page, one.slot) for one in organization.overrides() if one.language != language]
    here = {(one.page, one.slot) for one in organization.overrides() if one.language == language}
    return tuple(f"{page}.{slot}" for page, slot in dict.fromkeys(written) if (page, slot) not in here)


def own_sections_missing(organization: Organization, language: str) -> tuple[str, ...]:
    """The headers of consent sections for other languages, where there are fewer for this one."""
    others = {one.language for one in organization.consent} - {None, language}
    here = [one for one in organization.consent if one.language == language]
    most = max(
        (tuple(s.header for s in organization.consent if s.language == one) for one in others), key=len, default=()
    )
    return most[len(here) :]


def _some(found: Iterator[str] | tuple[str, ...]) -> str:
    every = list(found)
    rest = len(every) - _NAMED
    return ", ".join(every[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
