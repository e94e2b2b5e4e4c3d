"""Sentences that a page and a mail both say, so that they say the same."""

from linkflow.domain.languages import translatable
from linkflow.organization_model import Organization
from linkflow.own_words import plain_words
from linkflow.templating import speech


def purpose(organization: Organization, language: str) -> str:
    """Why the books are asked for: the organization's own words, else one sentence that holds for any request."""
    default = speech(language).say(
        translatable("%(organization)s needs your own figures to deal with this request."),
        organization=organization.name,
    )
    return plain_words(organization, "welcome", "purpose", language, default)
